// Where do tests find an EventStoreDB? At DERBES_TEST_EVENTSTORE, which bin/test.mjs sets from EVENTSTORE_URL; else they are skipped.
import { describe } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import { WrongRevision } from '../errors.js';
import { openEventStoreDb } from '../eventstoredb/open.js';
import { EventStoreDbStore } from '../eventstoredb/store.js';
import { noStream, type EventStore, type Position } from '../port.js';
import { sampleEvent } from './samples.js';

export const eventStoreUrl = process.env['DERBES_TEST_EVENTSTORE'] ?? '';

/** As describe when there is a server. */
export const describeEventStoreDb: typeof describe.only = eventStoreUrl === '' ? describe.skip : describe;

/** A store over a server that tests share: it begins where the log ended when it was opened. */
export async function openTestStore(url = eventStoreUrl): Promise<TestStore> {
  const beginning = new EventStoreDbStore(url);
  // A server holds a ledger from its first event on, or it is not taken.
  const opened = sampleEvent('ledger', 0, { type: 'LedgerOpened' });
  await beginning.append('ledger', noStream, [opened]).catch((error: unknown) => {
    if (!(error instanceof WrongRevision)) throw error;
  });
  await beginning.close();
  const store = await openEventStoreDb(url);
  return new TestStore(store, await store.headPosition());
}

export class TestStore implements EventStore {
  constructor(
    readonly store: EventStoreDbStore,
    readonly start: Position,
  ) {}

  append: EventStore['append'] = (...call) => this.store.append(...call);
  readStream: EventStore['readStream'] = (...asked) => this.store.readStream(...asked);
  follow: EventStore['follow'] = (options) => this.store.follow({ after: this.start, ...options });

  async reopened(): Promise<TestStore> {
    await this.store.close();
    return new TestStore(await openEventStoreDb(eventStoreUrl), this.start);
  }
}

/** Somebody else's client of the same server. */
export const strangersClient = (url = eventStoreUrl): EventStoreDBClient => EventStoreDBClient.connectionString(url);
