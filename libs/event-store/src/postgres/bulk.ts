// How are events that stood elsewhere put down in the same order, many at a time, and how does one see that rows were forged?
import { type Pool, type PoolClient } from 'pg';
import { checkEvent } from '../append-check.js';
import { EventStoreError } from '../errors.js';
import { type Position, type StoredEvent } from '../port.js';
import { insertEvents, lastPositionSql } from './ledger-table.js';
import { inAppendTransaction, retried } from './transaction.js';

/** The log does not end where the writer left it: somebody else writes into it. */
export class LogDisturbed extends EventStoreError {
  readonly code = 'LOG_DISTURBED';
  constructor(
    readonly expected: Position,
    readonly actual: Position,
  ) {
    super(`the log ends at position ${actual}, not at ${expected}: somebody else writes into it`);
  }
}

/**
 * Puts events down behind the log's end `after` ('0': an empty log), in their order, in one transaction; the same call again is
 * harmless. Answers where the log ends then. Throws LogDisturbed, MalformedEvent, EventTooLarge and StoreUnavailable.
 */
export async function putInOrder(pool: Pool, after: Position, events: readonly StoredEvent[]): Promise<Position> {
  for (const event of events) checkEvent(event, event.stream, event.revision);
  const placed = events.map((event, i) => ({ ...event, position: String(Number(after) + 1 + i) }));
  const end = placed.at(-1)?.position ?? after;
  await retried(() =>
    inAppendTransaction(pool, async (tx) => {
      const { rows } = await tx.query<{ last: string }>(`select ${lastPositionSql} as last`);
      const last = rows[0]?.last ?? '0';
      // A commit whose answer was lost; that these very events stand there is what the comparison at the end of a copy shows.
      if (last === end) return { value: undefined, end: 'nothing' };
      if (last !== after) throw new LogDisturbed(after, last);
      await insertEvents(tx, placed);
      return { value: undefined, end: 'appended' };
    }),
  );
  return end;
}

/** Where a log contradicts itself. */
export interface Forged {
  readonly position: Position;
  readonly stream: string;
  readonly revision: number;
  readonly why: 'leaf' | 'gap';
}

/** The first row whose bytes do not have the leaf hash beside them, or before which rows are missing; computed by the server. */
export async function firstForged(pool: Pool): Promise<Forged | undefined> {
  const { rows } = await pool.query<{ position: string; stream_id: string; revision: number; gap: boolean }>(
    `select position, stream_id, revision, gap from (
       select position, stream_id, revision,
         position <> row_number() over (order by position) as gap,
         leaf_hash <> sha256('\\x00'::bytea || convert_to(body, 'UTF8')) as forged
       from ledger_event) e
     where gap or forged order by position limit 1`,
  );
  const [row] = rows;
  if (!row) return undefined;
  return { position: row.position, stream: row.stream_id, revision: row.revision, why: row.gap ? 'gap' : 'leaf' };
}

/**
 * Puts events down behind the log's end `after` within the caller's transaction, which holds everybody else out. Throws MalformedEvent
 * and EventTooLarge.
 */
export async function putWithin(tx: PoolClient, after: Position, events: readonly StoredEvent[]): Promise<void> {
  for (const event of events) checkEvent(event, event.stream, event.revision);
  await insertEvents(
    tx,
    events.map((event, i) => ({ ...event, position: String(Number(after) + 1 + i) })),
  );
}
