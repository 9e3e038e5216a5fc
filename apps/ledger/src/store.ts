// In which store do the events of this ledger stand? PostgreSQL beside everything else, or the EventStoreDB of EVENTSTORE_URL.
import {
  FencedEventStore,
  openEventStoreDb,
  PostgresEventStore,
  readStorePlace,
  settleStorePlace,
  type EventStore,
  type StoreKind,
} from '@derbes/event-store';
import { type Pool } from 'pg';
import { type Settings } from './settings.js';

export interface OpenedStore {
  readonly kind: StoreKind;
  /** For the claims, which the database itself holds up while a ledger is moved. */
  readonly claimed: EventStore;
  /** For everybody else. */
  readonly store: EventStore;
  /** Whether events stand in the transaction of their claim, or follow it into a store of their own. */
  readonly landing: 'inside' | 'after';
  /** As the database remembers it. */
  readonly place: string;
  close(): Promise<void>;
}

/** Throws StorePlaceMismatch when this database's ledger lives elsewhere, StoreRefused or StoreUnavailable. */
export async function openStore({ eventstoreUrl }: Settings, app: Pool): Promise<OpenedStore> {
  if (eventstoreUrl === undefined) {
    const place = await settleStorePlace(app, 'postgres');
    const store = new PostgresEventStore(app);
    return { kind: 'postgres', claimed: store, store, landing: 'inside', place, close: () => Promise.resolve() };
  }
  // A ledger that lives elsewhere is told so before another server is asked; a new one is bound to no server that does not answer.
  if (await readStorePlace(app)) await settleStorePlace(app, 'esdb', eventstoreUrl);
  const claimed = await openEventStoreDb(eventstoreUrl);
  let place: string;
  try {
    place = await settleStorePlace(app, 'esdb', eventstoreUrl);
  } catch (error) {
    await claimed.close();
    throw error;
  }
  const store = new FencedEventStore(claimed, app, place);
  return { kind: 'esdb', claimed, store, landing: 'after', place, close: () => claimed.close() };
}
