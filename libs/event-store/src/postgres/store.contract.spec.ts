// Does PostgreSQL keep the contract, and the log against everybody?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { withStandingPlans } from '@derbes/postgres';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import pg from 'pg';
import { firstValueFrom, toArray } from 'rxjs';
import { eventStoreMigrations } from '../migrations.js';
import { noStream, type StoredEvent } from '../port.js';
import { eventStoreContract, sampleEvent, sampleStream } from '../testing.js';
import { leafHash } from './ledger-table.js';
import { PostgresEventStore } from './store.js';

// A crowded machine is no failure.
jest.setTimeout(180_000);

eventStoreContract('the PostgreSQL store', async () => {
  const db = await testDatabase(eventStoreMigrations);
  return {
    store: new PostgresEventStore(db.app),
    restart: () => Promise.resolve(new PostgresEventStore(db.app)),
    close: () => db.drop(),
  };
});

describe('the table of events', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase(eventStoreMigrations);
    const store = new PostgresEventStore(db.app);
    const stream = sampleStream();
    await store.append(stream, noStream, [sampleEvent(stream, 0)]);
  });
  afterAll(() => db.drop());

  it.each(["update ledger_event set type = 'Other'", 'delete from ledger_event', 'truncate ledger_event'])(
    'refuses "%s" to the service by its rights and to the owner by a trigger',
    async (statement) => {
      await expect(db.app.query(statement)).rejects.toMatchObject({ code: '42501' });
      await expect(db.owner.query(statement)).rejects.toMatchObject({ message: 'ledger_event is append-only' });
    },
  );

  it('refuses to let the service switch the trigger off', async () => {
    await expect(db.app.query('alter table ledger_event disable trigger all')).rejects.toMatchObject({ code: '42501' });
    await expect(db.app.query('drop trigger ledger_event_stays on ledger_event')).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('keeps the RFC 6962 leaf hash of the bytes', async () => {
    const { rows } = await db.app.query<{ body: string; leaf_hash: Buffer; own: Buffer }>(
      `select body, leaf_hash, sha256('\\x00'::bytea || convert_to(body, 'UTF8')) as own from ledger_event`,
    );
    expect(rows).toHaveLength(1);
    for (const row of rows) {
      expect(row.leaf_hash).toEqual(row.own);
      expect(row.leaf_hash).toEqual(leafHash(row.body));
    }
  });
});

// The planner of a young table expects few events of a stream, gathers all that match and sorts them: were a page bounded by its
// limit alone, each would touch what is left of the stream, and a long stream would cost its square.
describe('a long stream of which the planner knows nothing', () => {
  const events = 5_000;
  let db: TestDatabase;
  let alone: pg.Pool;
  let long: string;
  beforeAll(async () => {
    db = await testDatabase(eventStoreMigrations);
    await db.owner.query('alter table ledger_event set (autovacuum_enabled = off)');
    const store = new PostgresEventStore(db.app);
    const [stream, at] = [sampleStream(), 500];
    for (let from = 0; from < events; from += at) {
      const some = Array.from({ length: at }, (_, i) => sampleEvent(stream, from + i));
      await store.append(stream, from === 0 ? noStream : from - 1, some);
    }
    long = stream;
    alone = new pg.Pool(withStandingPlans({ ...db.asApp, max: 1 }));
    alone.on('error', () => undefined);
  });
  afterAll(async () => {
    await alone.end();
    await db.drop();
  });

  /** Rows of the table that the one connection has fetched by an index. */
  async function fetched(): Promise<number> {
    await alone.query('select pg_stat_force_next_flush()');
    const { rows } = await alone.query<{ count: string }>(
      `select idx_tup_fetch as count from pg_stat_user_tables where relname = 'ledger_event'`,
    );
    return Number(rows[0]?.count);
  }

  it.each([
    [
      'read as a stream',
      async (store: PostgresEventStore) => {
        const found: StoredEvent[] = [];
        for await (const event of store.readStream(long)) found.push(event);
        return found;
      },
    ],
    [
      'read among streams',
      async (store: PostgresEventStore) => (await store.readStreams([{ stream: long, fromRevision: 0 }])).flat(),
    ],
    ['followed', (store: PostgresEventStore) => firstValueFrom(store.follow({ until: 'head' }).pipe(toArray()))],
  ])('is touched once when it is %s', async (_how, read) => {
    const before = await fetched();
    const found = await read(new PostgresEventStore(alone));
    expect(found.map(({ revision }) => revision)).toEqual(Array.from({ length: events }, (_, i) => i));
    expect((await fetched()) - before).toBeLessThan(2 * events);
  });
});
