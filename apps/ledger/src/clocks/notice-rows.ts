// Which warnings has a channel not taken yet? Rows that outlive the process: written before a warning is recorded, gone when it was taken.
import { type Escalation } from '@derbes/domain';
import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type Migration } from 'kysely';
import { type Pool } from 'pg';

export const clockNoticesMigrations: Record<string, Migration> = {
  '2026-11-23-clock-notices-1': {
    async up(db: Kysely<unknown>): Promise<void> {
      // Ids, codes and moments, as the event has them. `notice`: the message in which it was sent or begun to be sent.
      await sql`
        create table clock_notice (
          seq bigint generated always as identity primary key,
          channel text collate "C" not null,
          warning text collate "C" not null,
          escalation text collate "C" not null,
          notice uuid,
          made text collate "C",
          held_until timestamptz,
          unique (channel, warning)
        )`.execute(db);
      await sql`grant select, insert, update, delete on clock_notice to derbes_app`.execute(db);
    },
  },
};

/** Warnings that go in one message; those beyond the named ones are counted in it. */
const noticeRowsMax = 10_000;
/** Longer than any channel takes to say yes or no: whoever died in between leaves it to the next after this. */
export const heldMs = 2 * 60_000;

export interface HeldNotice {
  readonly notice: string;
  readonly made: string;
  /** In the order in which they were written down. */
  readonly escalations: readonly Escalation[];
}

export const warningOf = ({ clock, term, profile, stage, due }: Escalation): string =>
  [clock, term, profile, stage, due].join('.');

export class NoticeRows {
  constructor(private readonly pool: Pool) {}

  /** Those that this call wrote down; what stood already is somebody's who wrote it before. */
  async add(channels: readonly string[], escalations: readonly Escalation[]): Promise<ReadonlySet<string>> {
    if (channels.length === 0 || escalations.length === 0) return new Set();
    const { rows } = await this.pool.query<{ warning: string }>(
      `insert into clock_notice (channel, warning, escalation)
       select channel, warning, escalation from unnest($1::text[]) as channel,
         unnest($2::text[], $3::text[]) with ordinality as w (warning, escalation, n)
       order by n on conflict (channel, warning) do nothing returning warning`,
      [channels, escalations.map(warningOf), escalations.map((one) => JSON.stringify(one))],
    );
    return new Set(rows.map(({ warning }) => warning));
  }

  /** Somebody else had recorded these warnings, and tells of them. */
  async drop(warnings: readonly string[]): Promise<void> {
    if (warnings.length === 0) return;
    await this.pool.query('delete from clock_notice where warning = any($1::text[]) and notice is null', [warnings]);
  }

  /** One message for a channel: one that was begun and not taken, word for word, else all that waits. Nobody else sends it meanwhile. */
  async hold(channel: string, now: Date): Promise<HeldNotice | undefined> {
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      // Whoever comes second waits here, and then sees what the first holds.
      await client.query(`select pg_advisory_xact_lock(hashtext('clock_notice'), hashtext($1))`, [channel]);
      const begun = await client.query<{ notice: string; free: boolean }>(
        `select notice, held_until is null or held_until < $2 as free from clock_notice
         where channel = $1 and notice is not null order by seq limit 1`,
        [channel, now],
      );
      const [first] = begun.rows;
      const notice = first?.notice ?? randomUUID();
      const made = `${now.toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}Z`;
      const { rows } =
        first?.free === false
          ? { rows: [] }
          : await client.query<{ seq: string; made: string; escalation: string }>(
              `update clock_notice set notice = $2, made = coalesce(made, $3), held_until = $4
               where seq in (select seq from clock_notice where channel = $1 and ${first ? 'notice = $2' : 'notice is null'}
                 order by seq limit ${noticeRowsMax})
               returning seq, made, escalation`,
              [channel, notice, made, new Date(now.getTime() + heldMs)],
            );
      await client.query('commit');
      if (rows.length === 0) return undefined;
      const sorted = rows.sort((a, b) => Number(BigInt(a.seq) - BigInt(b.seq)));
      const escalations = sorted.map(({ escalation }) => JSON.parse(escalation) as Escalation);
      return { notice, made: sorted[0]?.made ?? made, escalations };
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  async taken(notice: string): Promise<void> {
    await this.pool.query('delete from clock_notice where notice = $1', [notice]);
  }

  /** Not taken: the next round sends it again. */
  async left(notice: string): Promise<void> {
    await this.pool.query('update clock_notice set held_until = null where notice = $1', [notice]);
  }
}
