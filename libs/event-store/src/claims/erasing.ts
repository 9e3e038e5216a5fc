// Which claims tell of somebody who is being erased, and how do they end? The open ones land first, all others are marked.
import { type Pool, type PoolClient } from 'pg';
import { textArray, uuidArray } from '../postgres/arrays.js';

/** Whom claims tell of: streams of theirs, and events wherever they stand in which a value of theirs is sealed. */
export interface About {
  readonly streams: readonly string[];
  readonly events: readonly string[];
}

/** Open claims that have yet to land an event in these streams, or one of these events; the oldest first. */
export async function openAbout(pool: Pool, { streams, events }: About): Promise<Buffer[]> {
  const { rows } = await pool.query<{ token: Buffer }>(
    `select c.token from claim c where c.state = 'open' and c.token in (
       select token from claim_event where body is not null and stream_id = any($1::text[])
       union
       select token from claim_event where body is not null and id = any($2::uuid[])
     ) order by c.seq`,
    [textArray(streams), uuidArray(events)],
  );
  return rows.map(({ token }) => token);
}

/**
 * Marks the landed claims of these events as erased, in the caller's transaction: a replay is answered as erased, and nothing is left of
 * the first outcome. A claim that tells of somebody else, too, is not theirs alone and stays. `except`: events whose claims stay,
 * because they order the erasure. Answers how many were marked.
 */
export async function markErased(
  tx: PoolClient,
  { streams, events }: About,
  except: readonly string[] = [],
): Promise<number> {
  const { rowCount } = await tx.query(
    `update claim c set state = 'erased', outcome = '{"status":"erased"}', "check" = null, check_event = null
     where c.state = 'landed' and c.token in (select token from claim_event where id = any($1::uuid[]))
       and not exists (
         select from claim_event other where other.token = c.token
           and (other.id = any($3::uuid[]) or (other.stream_id like 'subject-%' and not (other.stream_id = any($2::text[])))))`,
    [uuidArray(events), textArray(streams), uuidArray(except)],
  );
  return rowCount ?? 0;
}

/** Events under whose parts the checks of these events' claims are keyed: they go with any value of the claim (DESIGN section 5). */
export async function checkEventsOf(pool: Pool | PoolClient, events: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ check_event: string }>(
    `select distinct check_event from claim where check_event is not null
       and token in (select token from claim_event where id = any($1::uuid[]))`,
    [uuidArray(events)],
  );
  return rows.map(({ check_event }) => check_event);
}
