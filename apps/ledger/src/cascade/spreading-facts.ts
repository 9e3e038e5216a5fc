// Which told facts have others still to be told of? Written with the event, so that none is ever forgotten and none is told twice.
import { spreads, subjectOfStream } from '@derbes/domain';
import { type Transaction } from '@derbes/event-store';
import { type Pool } from 'pg';
import { sql, type Kysely, type Migration } from 'kysely';

export const spreadingFactsMigrations: Record<string, Migration> = {
  '2026-11-23-spreading-facts-1': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`
        create table spreading_fact (
          event_id uuid primary key,
          subject uuid not null,
          try_at timestamptz not null,
          failures integer not null default 0
        )`.execute(db);
      await sql`create index spreading_fact_try on spreading_fact (try_at)`.execute(db);
      await sql`grant select, insert, update, delete on spreading_fact to derbes_app`.execute(db);
    },
  },
};

/** A fact for which tasks may have to be ordered. */
export interface SpreadingFact {
  readonly event: string;
  /** In whose stream it stands. */
  readonly subject: string;
}

/** Whoever recorded the fact orders the tasks at once; the worker comes after that. */
const firstTryMs = 5_000;
const retryMsMax = 300_000;
const dueMax = 100;

export const spreadingAmong = (
  events: readonly { readonly id: string; readonly type: string; readonly stream: string }[],
): SpreadingFact[] =>
  events.flatMap(({ id, type, stream }) => (spreads(type) ? [{ event: id, subject: subjectOfStream(stream) }] : []));

/** With the claim that makes the events. */
export async function addSpreading(tx: Transaction, facts: readonly SpreadingFact[]): Promise<void> {
  if (facts.length === 0) return;
  await tx.query({
    name: 'spreading-fact-add',
    text: `insert into spreading_fact (event_id, subject, try_at)
      select *, now() + interval '${firstTryMs} milliseconds' from unnest($1::uuid[], $2::uuid[])
      on conflict (event_id) do nothing`,
    values: [facts.map(({ event }) => event), facts.map(({ subject }) => subject)],
  });
}

/** Of a claim that is withdrawn: none of these events ever landed. */
export async function withdrawSpreading(tx: Transaction, events: readonly string[]): Promise<void> {
  await tx.query('delete from spreading_fact where event_id = any($1::uuid[])', [events]);
}

interface Row {
  readonly event_id: string;
  readonly subject: string;
}

export class SpreadingFacts {
  constructor(private readonly app: Pool) {}

  /** The tasks are ordered, or there is nobody to tell. */
  async done(event: string): Promise<void> {
    await this.app.query('delete from spreading_fact where event_id = $1', [event]);
  }

  /** Facts that nobody seems to have in hand; each is somebody else's for a while then, longer after each failure. */
  async takeDue(): Promise<SpreadingFact[]> {
    const { rows } = await this.app.query<Row>(
      `update spreading_fact f set failures = failures + 1,
         try_at = now() + least(${retryMsMax}, ${firstTryMs} * power(2, least(failures, 10))) * interval '1 millisecond'
       from (select event_id from spreading_fact where try_at <= now() order by try_at limit ${dueMax} for update skip locked) due
       where f.event_id = due.event_id returning f.event_id, f.subject`,
    );
    return rows.map(({ event_id: event, subject }) => ({ event, subject }));
  }
}
