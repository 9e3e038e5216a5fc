// Which streams hold the registers? One stream per recipient and holder, found again by its code; hints of change between processes.
import { sql, type Kysely, type Migration } from 'kysely';
import { randomUUID } from 'node:crypto';
import { type Pool } from 'pg';

export const registerIndexMigrations: Record<string, Migration> = {
  '2026-11-23-register-index-1': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`
        create table register_index (
          kind text not null check (kind in ('policy', 'recipient', 'holder')),
          code text collate "C" not null,
          stream text collate "C" not null unique,
          changes bigint not null default 0,
          primary key (kind, code)
        )`.execute(db);
      await sql`insert into register_index (kind, code, stream) values ('policy', 'policy', 'policy')`.execute(db);
      await sql`grant select, insert, update on register_index to derbes_app`.execute(db);
    },
  },
};

/** One number for all registers: it moves with every change to any. */
export const versionSql = {
  name: 'registers-version',
  text: 'select coalesce(sum(changes), 0)::text as version from register_index',
};
export const growSql = 'update register_index set changes = changes + 1 where stream = any($1::text[])';

export type RegisterKind = 'policy' | 'recipient' | 'holder';

export interface RegisterStream {
  readonly kind: RegisterKind;
  readonly code: string;
  readonly stream: string;
  /** Grows with every change that somebody told of. */
  readonly changes: string;
}

export class RegisterIndex {
  constructor(private readonly app: Pool) {}

  /**
   * The stream of a recipient or holder, made known before its first event: two processes that register one code at once get
   * one stream, and its revisions decide between them. A stream without events means nothing.
   */
  async streamOf(kind: Exclude<RegisterKind, 'policy'>, code: string): Promise<string> {
    const { rows } = await this.app.query<{ stream: string }>(
      `with made as (
         insert into register_index (kind, code, stream) values ($1, $2, $3) on conflict (kind, code) do nothing returning stream
       )
       select stream from made union all select stream from register_index where kind = $1 and code = $2`,
      [kind, code, `${kind}-${randomUUID()}`],
    );
    // The row of a process that committed between the two halves of the statement is seen by neither.
    return rows[0]?.stream ?? this.streamOf(kind, code);
  }

  async streams(): Promise<readonly RegisterStream[]> {
    const { rows } = await this.app.query<RegisterStream>({
      name: 'register-streams',
      text: 'select kind, code, stream, changes from register_index',
    });
    return rows;
  }

  async version(): Promise<string> {
    const { rows } = await this.app.query<{ version: string }>(versionSql);
    return rows[0]?.version ?? '0';
  }

  /** Tells other processes that these streams have grown; all of them when none is named. */
  async grown(streams?: readonly string[]): Promise<void> {
    if (streams === undefined) await this.app.query('update register_index set changes = changes + 1');
    else await this.app.query(growSql, [streams]);
  }
}
