// What does the adapter do when PostgreSQL is not there, not reachable, not alone or not willing?
import { quietPool, testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { firstValueFrom, take, toArray } from 'rxjs';
import { eventStoreMigrations } from '../migrations.js';
import { noStream } from '../port.js';
import { anyInterleavingIsSequential, type Fault } from '../testing/interleaving.js';
import { all, read, sampleEvent, sampleStream } from '../testing/samples.js';
import { PostgresEventStore } from './store.js';

// A crowded machine is no failure.
jest.setTimeout(180_000);

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase(eventStoreMigrations);
});
afterAll(() => db.drop());

/** What travels together, as pg's client is given it. */
interface Trip {
  readonly asked: { readonly text?: string; callback(error: Error | null): void }[];
}

const endsInCommit = (sent: unknown): sent is Trip =>
  typeof sent === 'object' && sent !== null && 'asked' in sent && (sent as Trip).asked.at(-1)?.text === 'commit';

/** A pool over connections that are cut at a commit: before it reaches the server, or before its answer comes back. */
function breakingPool(config: pg.PoolConfig, faults: Fault[]): pg.Pool {
  class BreakingClient extends pg.Client {
    constructor(own?: pg.ClientConfig) {
      super(own);
      const query = this.query.bind(this) as (...args: unknown[]) => Promise<unknown>;
      const cut = () =>
        (this as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      this.query = ((...args: unknown[]) => {
        const [sent] = args;
        const fault = endsInCommit(sent) ? faults.shift() : undefined;
        if (fault === 'failed') cut();
        if (fault === 'failed-but-persisted') loseAnswers(sent as Trip, cut);
        return query(...args);
      }) as pg.Client['query'];
    }
  }
  const pool = new pg.Pool({ ...config, Client: BreakingClient });
  pool.on('error', () => undefined);
  return pool;
}

/** The server has committed when the line is cut; nobody who asked hears of it. */
function loseAnswers({ asked }: Trip, cut: () => void): void {
  const waiting = asked.map((one) => one.callback.bind(one));
  asked.forEach((one, i) => {
    one.callback = () => {
      if (i < asked.length - 1) return;
      cut();
      for (const answer of waiting) answer(new Error('Connection terminated unexpectedly'));
    };
  });
}

describe('PostgreSQL over a line that breaks at commits', () => {
  it('ends any interleaving of calls, failures and retries as some sequential order would', () =>
    anyInterleavingIsSequential(async (faults) => {
      const own = await testDatabase(eventStoreMigrations);
      const pool = breakingPool(own.asApp, [...faults]);
      const store = new PostgresEventStore(pool);
      return {
        store,
        close: async () => {
          await store.idle();
          await pool.end();
          await own.drop();
        },
      };
    }, 15));

  it('retries a commit whose answer was lost, and the event is there once', async () => {
    const faults: Fault[] = ['failed-but-persisted'];
    const pool = breakingPool(db.asApp, faults);
    const store = new PostgresEventStore(pool);
    const stream = sampleStream();
    expect(await store.append(stream, noStream, [sampleEvent(stream, 0)])).toMatchObject({ revision: 0 });
    expect(faults).toEqual([]);
    expect(await read(store, stream)).toHaveLength(1);
    await pool.end();
  });

  it('gives up in the end, says that the outcome is unknown, and takes the same call again later', async () => {
    const faults: Fault[] = Array<Fault>(8).fill('failed');
    const pool = breakingPool(db.asApp, faults);
    const store = new PostgresEventStore(pool);
    const stream = sampleStream();
    const event = sampleEvent(stream, 0);
    await expect(store.append(stream, noStream, [event])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(faults).toEqual([]);
    expect(await store.append(stream, noStream, [event])).toMatchObject({ revision: 0, repeated: false });
    await pool.end();
  });
});

describe('several writers on one database', () => {
  it('stay in one total order without a gap', async () => {
    const own = await testDatabase(eventStoreMigrations);
    const pools = [0, 1, 2].map(() => quietPool({ ...own.asApp, max: 4 }));
    const stores = pools.map((pool) => new PostgresEventStore(pool));
    const followed = firstValueFrom(new PostgresEventStore(own.app).follow().pipe(take(300), toArray()));
    await Promise.all(
      stores.flatMap((store) =>
        Array.from({ length: 10 }, async () => {
          const stream = sampleStream();
          for (let i = 0; i < 10; i++) await store.append(stream, i - 1, [sampleEvent(stream, i)]);
        }),
      ),
    );
    const events = await followed;
    expect(events.map(({ position }) => position)).toEqual(events.map((_, i) => String(i + 1)));
    await Promise.all(pools.map((pool) => pool.end()));
    await own.drop();
  });

  it('are not held up for ever by one that hangs with the lock', async () => {
    const store = new PostgresEventStore(db.app);
    const hung = await db.app.connect();
    const errors: Error[] = [];
    hung.on('error', (error) => errors.push(error));
    await hung.query(
      "begin; set local idle_in_transaction_session_timeout = '300ms'; select pg_advisory_xact_lock(4021990101)",
    );
    const stream = sampleStream();
    expect(await store.append(stream, noStream, [sampleEvent(stream, 0)])).toMatchObject({ revision: 0 });
    expect(errors).toContainEqual(expect.objectContaining({ code: '25P03' }));
    hung.release(true);
  });
});

describe('a follower', () => {
  it('goes on after its connections are cut, and misses nothing', async () => {
    const own = await testDatabase(eventStoreMigrations);
    const store = new PostgresEventStore(own.app);
    const followed = firstValueFrom(store.follow().pipe(take(40), toArray()));
    const stream = sampleStream();
    for (let i = 0; i < 40; i++) {
      if (i % 10 === 5) {
        const client = new pg.Client(own.asApp);
        await client.connect();
        await client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`,
        );
        await client.end();
      }
      await store.append(stream, i - 1, [sampleEvent(stream, i)]);
    }
    expect((await followed).map(({ revision }) => revision)).toEqual([...Array(40).keys()]);
    await store.idle();
    await own.drop();
  });

  it('ends with the error when the database refuses the question', async () => {
    const store = new PostgresEventStore(db.app);
    const beyond = store.follow({ after: '9'.repeat(20), until: 'head' });
    await expect(all(beyond)).rejects.toMatchObject({ code: '22003' });
  });
});

describe('the append queue', () => {
  it('refuses what is too much at once with the time to come again, and takes it later', async () => {
    const store = new PostgresEventStore(db.app, { batchRowsMax: 5, waitingRowsMax: 20, waitingBytesMax: 1_000_000 });
    const calls = Array.from({ length: 50 }, () => {
      const stream = sampleStream();
      return store.append(stream, noStream, [sampleEvent(stream, 0)]);
    });
    const results = await Promise.allSettled(calls);
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(30);
    for (const result of refused) {
      expect(result).toMatchObject({ reason: { code: 'STORE_OVERLOADED', retryAfterMs: 1_000 } });
    }
    const stream = sampleStream();
    expect(await store.append(stream, noStream, [sampleEvent(stream, 0)])).toMatchObject({ revision: 0 });
  });

  it('lets only the culprit fail when the database refuses a batch', async () => {
    const own = await testDatabase(eventStoreMigrations);
    await own.owner.query(`alter table ledger_event add constraint no_blocked check (type <> 'DataBlocked')`);
    const store = new PostgresEventStore(own.app);
    const calls = ['DataUsed', 'DataBlocked', 'DataUsed'].map((type) => {
      const stream = sampleStream();
      return store.append(stream, noStream, [sampleEvent(stream, 0, { type })]);
    });
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await all(store.follow({ until: 'head' }))).map(({ position }) => position)).toEqual(['1', '2']);
    await own.drop();
  });
});

describe('reading many streams at once', () => {
  it('gives each from its revision on, in the order asked, however long', async () => {
    const store = new PostgresEventStore(db.app);
    const [long, short] = [sampleStream(), sampleStream()];
    for (let from = 0; from < 1_200; from += 400) {
      await store.append(
        long,
        from - 1,
        Array.from({ length: 400 }, (_, i) => sampleEvent(long, from + i)),
      );
    }
    const { position } = await store.append(short, noStream, [sampleEvent(short, 0), sampleEvent(short, 1)]);
    const none = sampleStream();
    const streams = await store.readStreams([
      { stream: short, fromRevision: 1 },
      { stream: none, fromRevision: 0 },
      { stream: long, fromRevision: 100 },
    ]);
    expect(streams.map((events) => events.map(({ revision }) => revision))).toEqual([
      [1],
      [],
      Array.from({ length: 1_100 }, (_, i) => 100 + i),
    ]);
    expect(await store.readHeads([long, none, short])).toEqual(
      new Map([
        [long, 1_199],
        [none, -1],
        [short, 1],
      ]),
    );
    expect(await store.headPosition()).toBe(position);
  });
});
