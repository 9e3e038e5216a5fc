// Why does a start without EventStoreDB not pay for its client? It is loaded, a quarter of a second, when a ledger opens one.
import { type OpenEventStoreDbOptions } from './open.js';
import { type EventStoreDbStore } from './store.js';

/** As `openEventStoreDb` of `open.ts`. */
export async function openEventStoreDb(url: string, options?: OpenEventStoreDbOptions): Promise<EventStoreDbStore> {
  const loaded = await import('./open.js');
  return loaded.openEventStoreDb(url, options);
}
