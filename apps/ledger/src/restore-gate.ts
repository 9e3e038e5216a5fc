// Was this database restored from before some erasures? Then each is carried out again before anybody is answered anything.
import { markErased, type EventStore } from '@derbes/event-store';
import { readEnvelope } from '@derbes/kernel';
import { inTransaction, type JournalEntry, type Vault } from '@derbes/vault';
import { type Pool } from 'pg';
import { addOrders, type ErasureOrder } from './erasure/erasure-orders.js';
import { type ErasureExecutor } from './erasure/executor.js';
import { ordersAmong } from './erasure/ordering.js';

/** Ids of events that a halt names; the rest are counted. */
const namedMax = 10;

export interface Gated {
  readonly app: Pool;
  readonly store: EventStore;
  readonly vault: Vault;
  readonly erasures: Pick<ErasureExecutor, 'execute'>;
}

/** The events were restored from before erasures that were acknowledged: going on would deny that these were ever ordered. */
export class LedgerBehind extends Error {
  readonly code = 'LEDGER_BEHIND';
  constructor(orders: readonly string[]) {
    const named = orders.slice(0, namedMax).join(', ');
    super(
      `the events end before ${orders.length} erasures that the journal of the keep holds (ordered by ${named}` +
        `${orders.length > namedMax ? ', …' : ''}). The keys of these people were destroyed again, so nothing of them can be read; but a ` +
        'ledger that denies what it destroyed must not go on. Restore newer events: `derbes recover --from-tiles` puts them back from the ' +
        'files of the log; else a later backup, the WAL archive of the database, or the EventStoreDB that has them',
    );
  }
}

/** Why nothing may be answered yet; undefined for a database that knows of every erasure in the journal. */
export async function whyRestoring({ app, vault }: Pick<Gated, 'app' | 'vault'>): Promise<string | undefined> {
  const { journal, database } = await vault.journal.standing(app);
  if (journal === database) return undefined;
  return `the database is from before ${journal - database} of the erasures in the journal of the keep: they are carried out again before anything is answered`;
}

/**
 * Carries out again what the journal in the keep holds and the database does not know of. Throws LedgerBehind when all is destroyed
 * again and the events lack the orders, and what vault, store and executor throw. Cut off, the next start does it again; several
 * processes may do it at once.
 */
export async function passGate(gated: Gated): Promise<void> {
  const { app, vault, erasures } = gated;
  const { journal } = await vault.journal.standing(app);
  const [behind, pending]: [string[], (readonly [string, JournalEntry])[]] = [[], []];
  for (const entry of await vault.journal.entries()) {
    const { state, order } = await standingOf(gated, entry);
    // Whoever carries it out records it first; then the counts of what was destroyed are true.
    if (state === 'ordered') pending.push([order, entry]);
    else await destroyAgain(gated, entry);
    if (state === 'unknown') behind.push(entry.erasure);
  }
  if (behind.length > 0) throw new LedgerBehind(behind);
  for (const [order, entry] of pending) {
    // What the journal holds was destroyed; whatever the restored ledger makes of the order, it stays so.
    if ((await erasures.execute(order)) !== 'executed') await destroyAgain(gated, entry);
  }
  await app.query('update erasure_journal set entries = $1 where entries < $1', [journal]);
}

interface Standing {
  readonly state: 'executed' | 'ordered' | 'unknown';
  readonly order: string;
}

/** What the events know of an entry, which names an order, or, where an order took several executions, one of these. */
async function standingOf({ app, store }: Gated, { erasure, owner }: JournalEntry): Promise<Standing> {
  let ordered: ErasureOrder[] = [];
  for await (const { id, type, bytes } of store.readStream(owner)) {
    if (type === 'ErasureExecuted' && (id === erasure || readEnvelope(bytes).facts['order'] === erasure)) {
      return { state: 'executed', order: erasure };
    }
    // What a request said is destroyed by the event that decides it.
    if (id === erasure && type === 'RequestRecordsDecided') return { state: 'executed', order: erasure };
    if (id === erasure) ordered = ordersAmong([{ id, type, stream: owner }]);
  }
  if (ordered.length > 0) {
    // Where the database is older than the events, the work list does not name what they order.
    await inTransaction(app, (tx) => addOrders(tx, ordered));
    return { state: 'ordered', order: erasure };
  }
  // The order of one of several merged people stands in the stream of another.
  const { rows } = await app.query<{ order: string }>(
    `select id::text as order from claim_event where id = $1
     union all select order_id::text from erasure_order where order_id = $1 or underway::jsonb ->> 'executed' = $1::text`,
    [erasure],
  );
  const [known] = rows;
  return known ? { state: 'ordered', order: known.order } : { state: 'unknown', order: erasure };
}

/** Keys, values and tokens, and what the claims would answer. */
async function destroyAgain({ app, store, vault }: Gated, entry: JournalEntry): Promise<void> {
  const { owner, scope, erasure } = entry;
  const events: string[] = [];
  if (scope === 'person') for await (const { id } of store.readStream(owner)) events.push(id);
  await inTransaction(app, async (tx) => {
    await vault.destroy(tx, entry);
    if (events.length > 0) await markErased(tx, { streams: [owner], events }, [erasure]);
  });
}
