// When the server of the events gets another name, does the ledger find it there, and there alone?
import {
  MemoryDisk,
  MemoryEventStore,
  placeOf,
  readStorePlace,
  settleStorePlace,
  type EventStore,
} from '@derbes/event-store';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { fact, publishKiberon, tell, testLedger, type TestLedger } from '../testing.js';
import { moveOut } from './move.js';
import { type OpenedDatabase } from './places.js';
import { rename } from './rename.js';

jest.setTimeout(180_000);

const oldUrl = 'esdb://old-name:2113';
const newUrl = 'esdb://new-name:2113';

let test: TestLedger;
let disk: MemoryDisk;
let database: OpenedDatabase;

beforeAll(async () => {
  test = await testLedger();
  await settleStorePlace(test.database.app, 'postgres');
  await publishKiberon(test.ledger);
  await tell(
    test.ledger,
    fact('relation.started', {
      subject: { identifiers: [{ scheme: 'account', value: 'renamed-1' }] },
      kind: 'session',
    }),
  );
  const { asApp, asOwner } = test.database;
  database = { asApp, asOwner, grantTo: 'derbes_app', appendOnlyBy: 'roles', stop: () => Promise.resolve() };
  disk = new MemoryDisk();
  const quiet = { phase: () => undefined, at: () => undefined, end: () => undefined };
  await moveOut(database, { store: new MemoryEventStore(disk), place: placeOf(oldUrl), drainMs: 0 }, quiet);
});
afterAll(() => test?.close());

const renamed = (store: EventStore) => rename(database, store, placeOf(newUrl));

/** The same store without the last of its events. */
async function olderCopy(): Promise<EventStore> {
  const older = new MemoryEventStore();
  for (const { stream, revision, id, type, bytes } of disk.log.slice(0, -1)) {
    await older.append(stream, revision - 1, [{ id, type, bytes }]);
  }
  return older;
}

describe('an EventStoreDB at another address', () => {
  it('that holds nothing, another ledger or an older copy of this one is not taken, and nothing changes', async () => {
    await expect(renamed(new MemoryEventStore())).rejects.toMatchObject({ code: 'LEDGER_MISSING' });
    await expect(renamed(await olderCopy())).rejects.toMatchObject({ code: 'COPY_DIFFERS' });
    const other = await testLedger();
    try {
      await expect(renamed(other.ledger.store)).rejects.toMatchObject({ code: 'COPY_DIFFERS' });
    } finally {
      await other.close();
    }
    expect(await readStorePlace(test.database.app)).toMatchObject({ place: placeOf(oldUrl), state: 'open' });
  });

  it('that holds all that was acknowledged is the ledger’s from then on, and the old address is not any more', async () => {
    await renamed(new MemoryEventStore(disk));
    expect(await settleStorePlace(test.database.app, 'esdb', newUrl)).toBe(placeOf(newUrl));
    await expect(settleStorePlace(test.database.app, 'esdb', oldUrl)).rejects.toMatchObject({
      code: 'STORE_ELSEWHERE',
    });
  });
});
