// What must every adapter do, exactly alike? One suite, called by each adapter's spec.
import { afterEach, beforeEach, describe } from '@jest/globals';
import { type EventStore } from './port.js';
import { appends, repeats } from './testing/appends.js';
import { follows } from './testing/follows.js';
import { refusals, takenIds } from './testing/refusals.js';

export { describeEventStoreDb, openTestStore } from './testing/eventstoredb.js';
export { sampleEvent, sampleStream } from './testing/samples.js';

export interface StoreUnderTest {
  readonly store: EventStore;
  /** Another store over the same data, as after a restart of the process; the first one is not used any more. */
  restart(): Promise<EventStore>;
  close(): Promise<void>;
}

export interface ContractForm {
  /** How far the store itself tells that an id is taken: anywhere, or only at the place where it stands (EventStoreDB). */
  readonly idsUniqueIn: 'store' | 'place';
}

/** Calls describe; `make` gives an empty store for each test. */
export function eventStoreContract(
  name: string,
  make: () => Promise<StoreUnderTest>,
  { idsUniqueIn }: ContractForm = { idsUniqueIn: 'store' },
): void {
  describe(`${name} as an event store`, () => {
    let under: StoreUnderTest;
    let store: EventStore;
    beforeEach(async () => {
      under = await make();
      store = under.store;
    });
    afterEach(() => under.close());

    const current = () => ({ store, restart: async () => (store = await under.restart()) });
    describe('appends', () => appends(current));
    describe('recognises a repeat', () => repeats(current));
    describe('refuses', () => refusals(current));
    if (idsUniqueIn === 'store') describe('refuses, wherever it stands,', () => takenIds(current));
    describe('follows', () => follows(current));
  });
}
