// Does a ledger move whole, is it refused when anything differs, and is it one ledger at every moment?
import {
  Claims,
  MemoryDisk,
  MemoryEventStore,
  noStream,
  PostgresEventStore,
  readStorePlace,
  settleStorePlace,
  type EventStore,
  type FollowOptions,
  type PendingEvent,
  type StoredEvent,
} from '@derbes/event-store';
import { sampleEvent } from '@derbes/event-store/testing.js';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { Runner } from '@derbes/read-models';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { noRows, vaultParticipant, type VaultRows } from '@derbes/vault';
import { randomBytes, randomUUID } from 'node:crypto';
import { map, type Observable } from 'rxjs';
import { ledgerMigrations } from '../database.js';
import { openParts } from '../ledger.js';
import { fact, publishKiberon, silent, tell, testLedger, type TestLedger } from '../testing.js';
import { abandon, fence, openHome } from './home.js';
import { moveHouse, moveIn, moveOut, type Elsewhere, type Moved } from './move.js';
import { type OpenedDatabase } from './places.js';
import { type Progress } from '../progress.js';

jest.setTimeout(180_000);

let test: TestLedger;
const databases: TestDatabase[] = [];
beforeEach(async () => {
  test = await testLedger();
  await settleStorePlace(test.database.app, 'postgres');
  await publishKiberon(test.ledger);
  for (let i = 0; i < 5; i++) await tell(test.ledger, collected(`person-${i}`));
});
afterEach(async () => {
  await test.close();
  for (const database of databases.splice(0)) await database.drop();
});

const collected = (id: string) =>
  fact(
    'data.collected',
    {
      subject: { identifiers: [{ scheme: 'email', value: `${id}@example.kz` }] },
      categories: ['email'],
      purposes: ['account'],
      holder: 'crm',
      origin: { kind: 'subject', means: 'web-form' },
      values: { email: `${id}@example.kz` },
    },
    { id },
  );

const opened = ({ asApp, asOwner }: TestDatabase): OpenedDatabase => ({
  asApp,
  asOwner,
  grantTo: 'derbes_app',
  appendOnlyBy: 'roles',
  stop: () => Promise.resolve(),
});

async function emptyDatabase(): Promise<TestDatabase> {
  const database = await testDatabase(ledgerMigrations);
  databases.push(database);
  return database;
}

const quiet: Progress = { phase: () => undefined, at: () => undefined, end: () => undefined };

interface Row {
  readonly stream_id: string;
  readonly revision: number;
  readonly event_id: string;
  readonly body: string;
}

async function rowsOf({ owner }: TestDatabase): Promise<Row[]> {
  const { rows } = await owner.query<Row>(
    'select stream_id, revision, event_id, body from ledger_event order by position',
  );
  return rows;
}

/** Another kind of store as it were: its positions are no count. */
class ElsewhereStore implements EventStore {
  private readonly own: MemoryEventStore;
  constructor(readonly disk = new MemoryDisk()) {
    this.own = new MemoryEventStore(disk);
  }
  async append(stream: string, expectedRevision: number, events: readonly PendingEvent[]) {
    const appended = await this.own.append(stream, expectedRevision, events);
    return { ...appended, position: farther(appended.position) };
  }
  async *readStream(stream: string, fromRevision?: number): AsyncIterable<StoredEvent> {
    for await (const event of this.own.readStream(stream, fromRevision))
      yield { ...event, position: farther(event.position) };
  }
  follow({ after, ...options }: FollowOptions = {}): Observable<StoredEvent> {
    const from = after === undefined ? {} : { after: String(Number(after) / 100) };
    return this.own
      .follow({ ...options, ...from })
      .pipe(map((event) => ({ ...event, position: farther(event.position) })));
  }
}
const farther = (position: string): string => String(Number(position) * 100);

const elsewhere = (store: EventStore, place = 'a'.repeat(64)): Elsewhere => ({ store, place, drainMs: 0 });

const tamper = async ({ owner }: TestDatabase, change: string): Promise<void> => {
  await owner.query('alter table ledger_event disable trigger all');
  await owner.query(change);
  await owner.query('alter table ledger_event enable trigger all');
};

describe('a ledger that moves into another PostgreSQL', () => {
  it('has every event, every claim and every value there, and goes on there alone', async () => {
    const target = await emptyDatabase();
    const moved = (await moveHouse(opened(test.database), opened(target), quiet)) as Moved;
    const rows = await rowsOf(target);
    expect(rows).toEqual(await rowsOf(test.database));
    expect(moved).toMatchObject({ ledger: test.ledger.id, events: rows.length, landed: 0 });

    await expect(settleStorePlace(test.database.app, 'postgres')).rejects.toMatchObject({ code: 'LEDGER_MOVED' });
    await settleStorePlace(target.app, 'postgres');
    const there = await openParts(test.settings, target.app, silent);
    const outcomes = await tell(there, collected('person-3'), collected('person-9'));
    expect(outcomes.map(({ status }) => status)).toEqual(['repeated', 'recorded']);
    await there.close();
  });

  it('is refused by a database that serves another ledger, and stays where it was', async () => {
    const other = await testLedger();
    await settleStorePlace(other.database.app, 'postgres');
    const moving = moveHouse(opened(test.database), opened(other.database), quiet);
    await expect(moving).rejects.toMatchObject({ code: 'TARGET_OF_ANOTHER_LEDGER' });
    await settleStorePlace(test.database.app, 'postgres');
    await other.close();
  });

  it('is refused where an event was edited in the source, and the place is named', async () => {
    await tamper(
      test.database,
      `update ledger_event set body = replace(body, 'crm', 'crn') where stream_id like 'subject-%' and body like '%crm%'`,
    );
    const { rows } = await test.database.owner.query<{ position: string }>(
      `select min(position) as position from ledger_event where stream_id like 'subject-%' and body like '%crn%'`,
    );
    await expect(moveHouse(opened(test.database), opened(await emptyDatabase()), quiet)).rejects.toMatchObject({
      code: 'SOURCE_FORGED',
      difference: { source: { position: rows[0]?.position } },
    });
  });

  it('is refused where an event was taken out of the source', async () => {
    await tamper(test.database, 'delete from ledger_event where position = 7');
    await expect(moveHouse(opened(test.database), opened(await emptyDatabase()), quiet)).rejects.toMatchObject({
      code: 'SOURCE_FORGED',
      difference: { source: { position: '8' } },
    });
  });

  it('is refused where an event with a matching leaf hash was slipped into the target', async () => {
    const target = await emptyDatabase();
    // Cut off before the last step, then tampered with.
    await expect(
      moveHouse(opened(test.database), opened(target), { ...quiet, phase: stopAt('verifying') }),
    ).rejects.toThrow('stopped');
    await tamper(
      target,
      `update ledger_event set body = replace(body, 'crm', 'crn'),
         leaf_hash = sha256('\\x00'::bytea || convert_to(replace(body, 'crm', 'crn'), 'UTF8')) where position = 12`,
    );
    const again = moveHouse(opened(test.database), opened(target), quiet);
    await expect(again).rejects.toMatchObject({ code: 'COPY_DIFFERS', difference: { source: { position: '12' } } });
    expect(await readStorePlace(target.app)).toMatchObject({ state: 'moving' });
  });

  it.each(['copying', 'copying-rest', 'verifying', 'tables'] as const)(
    'goes on when it was cut off before %s',
    async (phase) => {
      const target = await emptyDatabase();
      const cut = moveHouse(opened(test.database), opened(target), { ...quiet, phase: stopAt(phase) });
      await expect(cut).rejects.toThrow('stopped');
      await moveHouse(opened(test.database), opened(target), quiet);
      expect(await rowsOf(target)).toEqual(await rowsOf(test.database));
      expect(await readStorePlace(target.app)).toEqual({ kind: 'postgres', place: '', state: 'open' });
    },
  );

  it('is opened in its new place by the next call when the last step was cut off', async () => {
    const target = await emptyDatabase();
    await moveHouse(opened(test.database), opened(target), quiet);
    await target.owner.query(`update ledger_store set state = 'moving', move = $1`, [
      (await readStorePlace(test.database.owner))?.move,
    ]);
    expect(await moveHouse(opened(test.database), opened(target), quiet)).toBe('already');
    expect(await readStorePlace(target.app)).toMatchObject({ state: 'open' });
    expect(await moveHouse(opened(test.database), opened(target), quiet)).toBe('already');
  });
});

describe('events that move out of PostgreSQL and back', () => {
  it('keep order, revisions and bytes, and registers go on at the same event', async () => {
    const runner = new Runner({ pool: test.ledger.app, store: test.ledger.store, documents: test.ledger.documents });
    runner.start();
    const head = String((await rowsOf(test.database)).length);
    await until(async () => (await positions()).every((position) => position === head));
    await runner.stop();

    const store = new ElsewhereStore();
    const out = (await moveOut(opened(test.database), elsewhere(store), quiet)) as Moved;
    const rows = await rowsOf(test.database);
    expect(store.disk.log.map(({ id, bytes }) => [id, bytes])).toEqual(rows.map((row) => [row.event_id, row.body]));
    expect(await readStorePlace(test.database.app)).toEqual({ kind: 'esdb', place: 'a'.repeat(64), state: 'open' });
    expect(new Set(await positions())).toEqual(new Set([farther(head)]));
    expect(await moveOut(opened(test.database), elsewhere(store), quiet)).toBe('already');

    // The ledger goes on there; what PostgreSQL has cannot be added to.
    const stream = `subject-${randomUUID()}`;
    const event = sampleEvent(stream, 0);
    await store.append(stream, noStream, [event]);
    const there = new PostgresEventStore(test.database.app);
    await expect(there.append(stream, noStream, [event])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    const back = (await moveIn(elsewhere(store), opened(test.database), quiet)) as Moved;
    expect(back.events).toBe(out.events + 1);
    expect((await rowsOf(test.database)).at(-1)).toMatchObject({ event_id: event.id, body: event.bytes });
    expect(new Set(await positions())).toEqual(new Set([head]));
    expect((await there.append(stream, 0, [sampleEvent(stream, 1)])).position).toBe(String(Number(head) + 2));
  });

  it('are compared before anything is switched: a store that changes a byte is found at its place', async () => {
    const store = new ElsewhereStore();
    const forging: Progress = {
      ...quiet,
      phase(name) {
        const event = store.disk.log[4];
        if (name === 'verifying' && event)
          store.disk.log[4] = { ...event, bytes: event.bytes.replace('"v":"1"', '"v":"2"') };
      },
    };
    await expect(moveOut(opened(test.database), elsewhere(store), forging)).rejects.toMatchObject({
      code: 'COPY_DIFFERS',
      difference: { source: { position: '5' }, target: { position: '500' } },
    });
    expect(await readStorePlace(test.database.app)).toMatchObject({ kind: 'postgres', state: 'moving' });
    await expect(settleStorePlace(test.database.app, 'postgres')).rejects.toMatchObject({ code: 'LEDGER_MOVING' });
  });

  it('are refused by a store that holds another ledger', async () => {
    const store = new ElsewhereStore();
    const other = await testLedger();
    await moveOut(opened(other.database), elsewhere(store), quiet);
    const moving = moveOut(opened(test.database), elsewhere(store), quiet);
    await expect(moving).rejects.toMatchObject({ code: 'TARGET_OF_ANOTHER_LEDGER' });
    await other.close();
  });

  it('do not come back from a place that the database does not remember', async () => {
    const store = new ElsewhereStore();
    await moveOut(opened(test.database), elsewhere(store), quiet);
    const back = moveIn(elsewhere(store, 'b'.repeat(64)), opened(test.database), quiet);
    await expect(back).rejects.toMatchObject({ code: 'SOURCE_NOT_LIVE' });
  });

  it('have with them what was claimed and had not landed', async () => {
    const stream = `subject-${randomUUID()}`;
    const event = { ...sampleEvent(stream, 0), stream, expectedRevision: noStream };
    const claim = { token: randomBytes(32), kind: 'fact', outcome: '{}', check: randomBytes(32) } as const;
    const claims = new Claims<VaultRows>({
      pool: test.database.app,
      store: test.ledger.store,
      participant: vaultParticipant,
      landing: 'after',
      process: randomUUID(),
      leaseMs: 300,
      at(step) {
        if (step === 'committed') throw new Error('killed');
      },
    });
    await expect(claims.commitAtomic([{ claim, events: [event], rows: noRows }])).rejects.toThrow('killed');
    const store = new ElsewhereStore();
    const out = (await moveOut(opened(test.database), elsewhere(store), quiet)) as Moved;
    expect(out.landed).toBe(1);
    expect(store.disk.log.at(-1)).toMatchObject({ id: event.id, bytes: event.bytes });
  });
});

describe('writers', () => {
  it('are kept out while the rest is copied, and go on when the move is given up', async () => {
    const store = new ElsewhereStore();
    const cut = moveOut(opened(test.database), elsewhere(store), { ...quiet, phase: stopAt('verifying') });
    await expect(cut).rejects.toThrow('stopped');
    await expect(tell(test.ledger, collected('late'))).rejects.toBeDefined();
    const home = await openHome(test.database.asOwner);
    await abandon(home);
    await home.close();
    expect((await tell(test.ledger, collected('late')))[0]).toMatchObject({ status: 'recorded' });
    // What stands in the target is a beginning still.
    const out = (await moveOut(opened(test.database), elsewhere(store), quiet)) as Moved;
    expect(out.events).toBe((await rowsOf(test.database)).length);
  });

  it('write on while most is copied, and what they wrote is copied too', async () => {
    const store = new ElsewhereStore();
    const late = `subject-${randomUUID()}`;
    const event = sampleEvent(late, 0);
    const writing: Promise<unknown>[] = [];
    const out = (await moveOut(opened(test.database), elsewhere(store), {
      ...quiet,
      at() {
        if (writing.length === 0) writing.push(test.ledger.store.append(late, noStream, [event]));
      },
    })) as Moved;
    // Either it was there before the fence and was copied, or it was refused; nothing between.
    const [written] = await Promise.allSettled(writing);
    const there = store.disk.log.some(({ id }) => id === event.id);
    expect({ there, events: out.events }).toEqual({
      there: written?.status === 'fulfilled',
      events: store.disk.log.length,
    });
  });

  it('see one copy at a time', async () => {
    const home = await openHome(test.database.asOwner);
    await expect(openHome(test.database.asOwner)).rejects.toMatchObject({ code: 'COPY_UNDER_WAY' });
    await fence(home.pool, randomUUID());
    await home.close();
    await expect(openHome(test.database.asApp)).rejects.toMatchObject({ code: 'NOT_THE_OWNER' });
  });
});

const stopAt = (phase: string) => (name: string) => {
  if (name === phase) throw new Error('stopped');
};

async function positions(): Promise<(string | null)[]> {
  const { rows } = await test.database.owner.query<{ position: string | null }>(
    'select position from read_model where serving',
  );
  return rows.length === 0 ? [null] : rows.map(({ position }) => position);
}

const untilMsMax = 60_000;

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + untilMsMax; !(await holds());) {
    if (Date.now() > deadline) throw new Error('it did not come to hold');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
