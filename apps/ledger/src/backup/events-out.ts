// Which events belong to the moment of a backup, and how are they read from the store in which they stand?
import { followPages, leafHash, type EventStoreDbStore, type Position } from '@derbes/event-store';
import { type PoolClient } from 'pg';
import { BackupError } from './backup-error.js';

const pageRowsMax = 500;

export interface EventOut {
  readonly id: string;
  readonly bytes: string;
  readonly leaf: Buffer;
}

/** Pages of the events of one moment, in the store's order. */
export type EventsOut = AsyncGenerator<readonly EventOut[], void, undefined>;

/** As this transaction sees them. Throws SOURCE_FORGED where rows contradict themselves or are missing. */
export async function* eventsOfSnapshot(tx: PoolClient): EventsOut {
  interface Row {
    readonly position: string;
    readonly id: string;
    readonly body: string;
    readonly leaf: Buffer;
  }
  await tx.query(
    `declare events no scroll cursor for
       select position, event_id as id, body, leaf_hash as leaf from ledger_event order by position`,
  );
  let last = 0;
  for (;;) {
    const { rows } = await tx.query<Row>(`fetch ${pageRowsMax} from events`);
    if (rows.length === 0) break;
    for (const { position, body, leaf } of rows) {
      if (Number(position) === ++last && leafHash(body).equals(leaf)) continue;
      throw new BackupError(
        'SOURCE_FORGED',
        `the events were changed by hand at position ${position}: rows are missing before it, or its bytes do not have the leaf ` +
          'hash beside them. Find out who did that before you back it up',
      );
    }
    yield rows.map(({ id, body, leaf }) => ({ id, bytes: body, leaf }));
  }
  await tx.query('close events');
}

/**
 * Of a store beside the database: claims come before their events, so the snapshot has the claim of every event up to its own
 * moment, and what landed later stands in it as an open claim, which lands again after a restore. `before` is where the store
 * ended before the snapshot was taken.
 */
export async function* eventsOfStore(store: EventStoreDbStore, tx: PoolClient, before: Position): EventsOut {
  const end = await lastOfSnapshot(store, tx, before);
  for await (const page of followPages(store, { until: 'head' })) {
    const past = page.findIndex(({ position }) => BigInt(position) > BigInt(end));
    const some = past < 0 ? page : page.slice(0, past);
    yield some.map(({ id, bytes }) => ({ id, bytes, leaf: leafHash(bytes) }));
    if (past >= 0) return;
  }
}

/** The last event that the snapshot counts as landed: without it a repeat would be answered and the event be gone. */
async function lastOfSnapshot(store: EventStoreDbStore, tx: PoolClient, before: Position): Promise<Position> {
  let last = before;
  for await (const page of followPages(store, { after: before, until: 'head' })) {
    const { rows } = await tx.query<{ id: string }>(
      `select e.id from claim_event e join claim c using (token) where c.state <> 'open' and e.id = any($1::uuid[])`,
      [page.map(({ id }) => id)],
    );
    const landed = new Set(rows.map(({ id }) => id));
    last = page.findLast(({ id }) => landed.has(id))?.position ?? last;
  }
  return last;
}
