// In which stream stands what is told of an emitting source? One stream a source, found again by its name.
import { sql, type Kysely, type Migration } from 'kysely';
import { randomUUID } from 'node:crypto';
import { type Pool } from 'pg';

export const sourceStreamsMigrations: Record<string, Migration> = {
  '2026-11-23-source-streams-1': {
    async up(db: Kysely<unknown>): Promise<void> {
      // A source is a service's CloudEvents source, checked against its key; never a person's.
      await sql`
        create table source_stream (
          source text collate "C" primary key,
          stream text collate "C" not null unique
        )`.execute(db);
      await sql`grant select, insert on source_stream to derbes_app`.execute(db);
    },
  },
};

export class SourceStreams {
  constructor(private readonly app: Pool) {}

  /** Made known before its first event, so that processes that need it at once get one. A stream without events means nothing. */
  async streamOf(source: string): Promise<string> {
    const { rows } = await this.app.query<{ stream: string }>({
      name: 'source-stream',
      text: `with made as (
          insert into source_stream (source, stream) values ($1, $2) on conflict (source) do nothing returning stream
        )
        select stream from made union all select stream from source_stream where source = $1`,
      values: [source, `source-${randomUUID()}`],
    });
    // The row of a process that committed between the two halves of the statement is seen by neither.
    return rows[0]?.stream ?? this.streamOf(source);
  }
}
