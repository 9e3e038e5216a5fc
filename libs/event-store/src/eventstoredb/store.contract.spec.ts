// Does EventStoreDB keep the contract that PostgreSQL keeps? Against a real server, when there is one.
import { jest } from '@jest/globals';
import { eventStoreContract } from '../testing.js';
import { describeEventStoreDb, openTestStore } from '../testing/eventstoredb.js';

// A crowded machine is no failure.
jest.setTimeout(180_000);

describeEventStoreDb('over EventStoreDB', () => {
  eventStoreContract(
    'the EventStoreDB store',
    async () => {
      let store = await openTestStore();
      return {
        store,
        restart: async () => (store = await store.reopened()),
        close: () => store.close(),
      };
    },
    { idsUniqueIn: 'place' },
  );
});
