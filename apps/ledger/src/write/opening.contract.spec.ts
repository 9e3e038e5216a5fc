// Can two ledgers begin on one event store? Each with a database and a keep of its own, and both at the same moment.
import { Claims, MemoryEventStore, type EventStore } from '@derbes/event-store';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { vaultParticipant } from '@derbes/vault';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { lastValueFrom, toArray } from 'rxjs';
import { ledgerMigrations } from '../database.js';
import { openLedger, type OpenedLedger } from './opening.js';

interface Start {
  readonly database: TestDatabase;
  readonly folder: string;
}

let starts: Start[];
let store: EventStore;

beforeEach(async () => {
  store = new MemoryEventStore();
  starts = [];
  for (let n = 0; n < 2; n++) {
    starts.push({
      database: await testDatabase(ledgerMigrations),
      folder: mkdtempSync(join(tmpdir(), 'derbes-opening-')),
    });
  }
});
afterEach(async () => {
  for (const { database, folder } of starts) {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  }
});

function open({ database: { app }, folder }: Start): Promise<OpenedLedger> {
  const clock = () => new Date();
  const landing = 'after' as const;
  const claims = new Claims({ pool: app, store, participant: vaultParticipant, landing, process: randomUUID(), clock });
  const place = { keepDir: join(folder, 'keep'), dataDir: join(folder, 'data') };
  return openLedger({ store, app, claims, landing, clock, place, origin: 'ledger.example.kz' });
}

const types = async () =>
  (await lastValueFrom(store.follow({ until: 'head' }).pipe(toArray()))).map(({ type }) => type);

describe('two ledgers on one empty event store', () => {
  it('are one: who comes second is told so, at once and at each start after it', async () => {
    const ends = await Promise.allSettled(starts.map(open));
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = ends.findIndex(({ status }) => status === 'rejected');
    expect(ends[lost]).toMatchObject({ reason: { code: 'STORE_OF_ANOTHER_LEDGER' } });
    expect(await types()).toEqual(['LedgerOpened', 'EpochOpened']);

    await expect(open(starts[lost] as Start)).rejects.toMatchObject({ code: 'KEEP_OF_ANOTHER_LEDGER' });
    const winner = ends[1 - lost] as PromiseFulfilledResult<OpenedLedger>;
    expect((await open(starts[1 - lost] as Start)).ledger).toBe(winner.value.ledger);
    expect(await types()).toEqual(['LedgerOpened', 'EpochOpened']);
  });

  it('are one when the second comes later', async () => {
    const [first, second] = starts as [Start, Start];
    await open(first);
    await expect(open(second)).rejects.toMatchObject({ code: 'STORE_OF_ANOTHER_LEDGER' });
    expect(await types()).toEqual(['LedgerOpened', 'EpochOpened']);
  });
});

describe('a database whose event store', () => {
  it('is an empty one instead of its own is told so, and begins no second ledger in it', async () => {
    const [first] = starts as [Start, Start];
    await open(first);
    store = new MemoryEventStore();
    await expect(open(first)).rejects.toMatchObject({ code: 'STORE_WITHOUT_LEDGER' });
    expect(await types()).toEqual([]);
  });
});
