// Does the database itself keep writers out while a ledger is moved, and a start away from the wrong store?
import { quietPool, testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type Pool } from 'pg';
import { MemoryEventStore } from './memory.js';
import { eventStoreMigrations } from './migrations.js';
import { noStream } from './port.js';
import { PostgresEventStore } from './postgres/store.js';
import {
  FencedEventStore,
  moveSetting,
  placeOf,
  readStorePlace,
  settleStorePlace,
  storeSetting,
} from './store-place.js';
import { codeOf, sampleEvent } from './testing/samples.js';

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase(eventStoreMigrations);
});
afterEach(() => db.drop());

const move = randomUUID();
const elsewhere = 'esdb://user:secret@one:2113,two:2113?tls=false';
const place = placeOf(elsewhere);

async function become(kind: string, at: string, state: string): Promise<void> {
  await db.owner.query('delete from ledger_store');
  const values = [kind, at, state, state === 'open' ? null : move];
  await db.owner.query('insert into ledger_store (kind, place, state, move) values ($1, $2, $3, $4)', values);
}

function insertEvent(pool: Pool): Promise<unknown> {
  return pool.query(
    `insert into ledger_event select 1, 's', 0, gen_random_uuid(), 'T', '{}', sha256(''), now()
     where not exists (select from ledger_event)`,
  );
}

function insertClaim(pool: Pool): Promise<unknown> {
  return pool.query(
    `insert into claim (token, attempt, kind, state, outcome) values (sha256($1), gen_random_uuid(), 'fact', 'landed', '')`,
    [randomUUID()],
  );
}

const held = { code: '57000' };

/** Somebody who lands what he claims in the store of this place, rightly or because nobody started him anew. */
async function landingAt(at: string, work: (pool: Pool) => Promise<unknown>): Promise<void> {
  const pool = quietPool({ ...db.asApp, options: `-c search_path=public -c ${storeSetting}=${at}`, max: 1 });
  try {
    await work(pool);
  } finally {
    await pool.end();
  }
}

describe('the place of a ledger’s events', () => {
  it('is remembered by the first start and asked of every other', async () => {
    expect(await readStorePlace(db.app)).toBeUndefined();
    await settleStorePlace(db.app, 'esdb', elsewhere);
    await settleStorePlace(db.app, 'esdb', 'esdb://other:word@TWO,one:2113');
    expect(await readStorePlace(db.app)).toEqual({ kind: 'esdb', place, state: 'open' });
    await expect(settleStorePlace(db.app, 'postgres')).rejects.toEqual(codeOf('STORE_ELSEWHERE'));
    await expect(settleStorePlace(db.app, 'esdb', 'esdb://three:2113')).rejects.toEqual(codeOf('STORE_ELSEWHERE'));
  });

  it.each([
    ['moving', 'LEDGER_MOVING'],
    ['moved', 'LEDGER_MOVED'],
  ])('refuses a start while the ledger is %s', async (state, code) => {
    await become('postgres', '', state);
    await expect(settleStorePlace(db.app, 'postgres')).rejects.toEqual(codeOf(code));
  });

  it('cannot be changed by the service itself', async () => {
    await settleStorePlace(db.app, 'postgres');
    await expect(db.app.query(`update ledger_store set state = 'open'`)).rejects.toMatchObject({ code: '42501' });
    await expect(db.app.query('delete from ledger_store')).rejects.toMatchObject({ code: '42501' });
  });
});

describe('writers', () => {
  it('write events and claims where the events live in this database', async () => {
    await insertEvent(db.app);
    await become('postgres', '', 'open');
    await insertEvent(db.app);
    await insertClaim(db.app);
  });

  it('write claims alone where the events live elsewhere, and only those who land them there', async () => {
    await become('esdb', place, 'open');
    await expect(insertClaim(db.app)).rejects.toMatchObject(held);
    await landingAt(place, insertClaim);
    await expect(insertEvent(db.app)).rejects.toMatchObject(held);
  });

  it('of a store from where the ledger has moved away are refused, wherever it lives now', async () => {
    await become('postgres', '', 'open');
    await expect(landingAt(place, insertClaim)).rejects.toMatchObject(held);
    await become('esdb', placeOf('esdb://another:2113'), 'open');
    await expect(landingAt(place, insertClaim)).rejects.toMatchObject(held);
  });

  it.each(['moving', 'moved'])('write nothing while the ledger is %s, the move itself excepted', async (state) => {
    await become('postgres', '', state);
    await expect(insertEvent(db.app)).rejects.toMatchObject(held);
    await expect(insertClaim(db.app)).rejects.toMatchObject(held);
    const mover = quietPool({ ...db.asApp, options: `-c search_path=public -c ${moveSetting}=${move}`, max: 1 });
    try {
      await insertEvent(mover);
      await insertClaim(mover);
    } finally {
      await mover.end();
    }
  });

  it('are told that the store is unavailable, and nothing of theirs stands', async () => {
    await become('postgres', '', 'moving');
    const store = new PostgresEventStore(db.app);
    const stream = `subject-${randomUUID()}`;
    await expect(store.append(stream, noStream, [sampleEvent(stream, 0)])).rejects.toEqual(codeOf('STORE_UNAVAILABLE'));
    expect((await db.app.query('select from ledger_event')).rowCount).toBe(0);
  });

  it('to a store elsewhere without a claim ask this database first', async () => {
    const store = new FencedEventStore(new MemoryEventStore(), db.app, place);
    const stream = `subject-${randomUUID()}`;
    const event = sampleEvent(stream, 0);
    for (const [kind, at, state] of [
      ['esdb', place, 'moving'],
      ['postgres', '', 'open'],
      ['esdb', placeOf('esdb://another:2113'), 'open'],
    ] as const) {
      await become(kind, at, state);
      await expect(store.append(stream, noStream, [event])).rejects.toEqual(codeOf('STORE_UNAVAILABLE'));
    }
    await become('esdb', place, 'open');
    expect((await store.append(stream, noStream, [event])).revision).toBe(0);
  });
});
