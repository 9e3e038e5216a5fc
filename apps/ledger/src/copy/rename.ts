// Is the EventStoreDB at another address the one that the database remembers? It must hold what was acknowledged last.
import { type EventStore } from '@derbes/event-store';
import { CopyError } from './copy-error.js';
import { openHome, refuseUnlessKind } from './home.js';
import { ledgerIn } from './ledger-in.js';
import { type OpenedDatabase } from './places.js';

/** The newest events that were claimed here and landed there; an older copy of the store lacks the last of them. */
const eventsAskedMax = 1_000;

/** Remembers the new address. Throws TARGET_OF_ANOTHER_LEDGER or COPY_DIFFERS unless it is the same ledger, as far on. */
export async function rename({ asOwner }: OpenedDatabase, store: EventStore, place: string): Promise<void> {
  const home = await openHome(asOwner);
  try {
    refuseUnlessKind(home, 'esdb');
    if ((await ledgerIn(store)) === undefined)
      throw new CopyError('LEDGER_MISSING', 'there is no ledger at that address');
    const { rows } = await home.pool.query<{ id: string; stream_id: string; revision: number }>(
      `select e.id, e.stream_id, e.expected_revision + 1 as revision
       from (select token from claim where state = 'landed' order by seq desc limit $1) c join claim_event e using (token)`,
      [eventsAskedMax],
    );
    for (const { id, stream_id: stream, revision } of rows) {
      if (await stands(store, { id, stream, revision })) continue;
      throw new CopyError(
        'COPY_DIFFERS',
        `that address lacks stream ${stream} revision ${revision}, which was acknowledged: it is another store, or an older copy of this one`,
      );
    }
    await home.pool.query(`update ledger_store set place = $1, since = now()`, [place]);
  } finally {
    await home.close();
  }
}

async function stands(
  store: EventStore,
  wanted: { readonly id: string; readonly stream: string; readonly revision: number },
): Promise<boolean> {
  for await (const { id } of store.readStream(wanted.stream, wanted.revision)) return id === wanted.id;
  return false;
}
