// When the active worker dies or hangs, does another go on, never two at once, with nothing missed and nothing twice?
import { eventStoreMigrations, PostgresEventStore } from '@derbes/event-store';
import { quietPool, spawnProgram, testDatabase, type Child, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import {
  listRebuilds,
  ProjectedWait,
  readModelsHealth,
  readModelsMigrations,
  requestRebuild,
  whyUnwell,
} from './index.js';
import { collected, person, SampleLedger } from './testing.js';
import { contents, projected, rebuildAll, settled, until } from './testing/models.js';
import { type RunnerOrder } from './testing/runner-child.js';

/** How often a worker hangs. */
const rounds = Number(process.env['DERBES_ROUNDS'] ?? 2);

let db: TestDatabase;
let ledger: SampleLedger;
let workers: Worker[];
beforeEach(async () => {
  db = await testDatabase({ ...eventStoreMigrations, ...readModelsMigrations });
  ledger = new SampleLedger(new PostgresEventStore(db.app));
  workers = [];
  await ledger.begin();
}, 180_000);
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.end()));
  await db.drop();
}, 180_000);

class Worker {
  state = '';
  private readonly child: Child;
  private readonly gone: Promise<unknown>;

  constructor(order: Partial<RunnerOrder> = {}) {
    const whole: RunnerOrder = { postgres: db.asApp, ...order };
    this.child = spawnProgram('libs/read-models/src/testing/runner-child', whole);
    this.gone = once(this.child, 'exit');
    createInterface({ input: this.child.stdout }).on('line', (state) => (this.state = state));
    workers.push(this);
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(name);
  }

  async end(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.gone;
    workers = workers.filter((other) => other !== this);
  }

  is(state: string): Promise<unknown> {
    return until(
      () => Promise.resolve(this.state),
      (seen) => seen === state,
    );
  }
}

/** Sessions that hold an advisory lock for longer than a transaction, as the active worker does. */
async function holders(): Promise<number> {
  const { rows } = await db.app.query<{ holders: number }>(
    `select count(*)::int as holders from pg_locks l join pg_database d on d.oid = l.database
     where locktype = 'advisory' and granted and objid = 4021990120 and d.datname = current_database()`,
  );
  return rows[0]?.holders ?? 0;
}

describe('of two workers', () => {
  it('one is active and the other goes on where it was killed, again and again, each event applied once', async () => {
    let people = 0;
    let active = new Worker();
    await active.is('active');
    for (let round = 0; round < 3; round++) {
      const standby = new Worker();
      await standby.is('standby');
      const telling = (async () => {
        for (let n = 0; n < 20; n++) await ledger.about(++people, 'DataCollected', collected());
      })();
      await active.end();
      await standby.is('active');
      expect(await until(holders, (held) => held > 0)).toBe(1);
      await telling;
      active = standby;
    }
    await settled(db.app, ledger.position);
    const live = await contents(db.app);
    expect(live['holding']).toHaveLength(people);
    const { rows } = await db.app.query(
      `select count(*)::int as wrong from read_model where serving and applied <> (select count(*) from ledger_event)`,
    );
    expect(rows).toEqual([{ wrong: 0 }]);
    await rebuildAll(db.app);
    await settled(db.app, ledger.position);
    expect(await contents(db.app)).toEqual(live);
  }, 120_000);

  it('the one that hangs loses its turn, and when it wakes it stands by', async () => {
    const both = [new Worker({ hungMs: 3_000 }), new Worker({ hungMs: 3_000 })];
    await until(
      () => Promise.resolve(both.map(({ state }) => state).sort()),
      (states) => states.join() === 'active,standby',
    );
    await settled(db.app, ledger.position);
    // On a crowded machine whoever was active may have been taken for hanging already, and lose its turn once more.
    const hung = await until(
      () => Promise.resolve(both.find(({ state }) => state === 'active')),
      (active) => active !== undefined,
    );
    const standby = both.find((worker) => worker !== hung);
    if (!hung || !standby) throw new Error('not one of each');
    hung.signal('SIGSTOP');
    await standby.is('active');
    await ledger.about(1, 'DataCollected', collected());
    await settled(db.app, ledger.position);
    hung.signal('SIGCONT');
    await hung.is('standby');
    expect(await until(holders, (held) => held > 0)).toBe(1);
    await ledger.about(2, 'DataCollected', collected());
    await settled(db.app, ledger.position);
    expect((await contents(db.app))['holding']).toHaveLength(2);
  }, 120_000);

  it(
    'the one that hangs in the middle of its work and wakes when another does it writes nothing any more',
    async () => {
      let people = 0;
      const [first, second] = [new Worker(), new Worker()];
      const took: number[] = [];
      await until(
        () => Promise.resolve([first, second].map(({ state }) => state).sort()),
        (states) => states.join() === 'active,standby',
      );
      await settled(db.app, ledger.position);
      for (let round = 0; round < rounds; round++) {
        let telling = true;
        const told = (async () => {
          while (telling) await ledger.about(1 + (people++ % 50), 'DataCollected', collected());
        })();
        // A rebuild writes by a session of its own, which must not outlive the worker's turn either.
        await requestRebuild(db.app);
        const hung = await until(
          () => Promise.resolve([first, second].find(({ state }) => state === 'active')),
          (active) => active !== undefined,
        );
        const standby = hung === first ? second : first;
        hung?.signal('SIGSTOP');
        const from = performance.now();
        await standby.is('active');
        took.push(Math.round(performance.now() - from));
        hung?.signal('SIGCONT');
        telling = false;
        await told;
        await settled(db.app, ledger.position);
      }
      process.stdout.write(`a worker that hangs was replaced after ${took.join(', ')} ms\n`);
      const { rows } = await db.app.query(
        `select count(*)::int as wrong from read_model where serving and applied <> (select count(*) from ledger_event)`,
      );
      expect(rows).toEqual([{ wrong: 0 }]);
      await until(
        () => listRebuilds(db.app),
        // One that several workers in turn were cut off from is given up and says so.
        (jobs) => jobs.every(({ state, failure }) => state === 'done' || failure === 'WORKER_LOST'),
      );
      const live = await contents(db.app);
      await rebuildAll(db.app);
      await settled(db.app, ledger.position);
      expect(await contents(db.app)).toEqual(live);
    },
    180_000 + 30_000 * rounds,
  );
});

describe('a process without a worker', () => {
  it('says that nothing serves yet, and waits in vain, until a worker somewhere has built the read models', async () => {
    const health = await readModelsHealth(db.app);
    expect(whyUnwell(health)).toMatch('nothing serves yet');
    const elsewhere = quietPool({ ...db.asApp, max: 1 });
    try {
      const wait = new ProjectedWait(elsewhere);
      expect(await wait.until(ledger.position, { timeoutMs: 100 })).toEqual({ outcome: 'late', behind: [] });
      const waiting = projected(wait, ledger.position);
      new Worker();
      expect(await waiting).toEqual({ outcome: 'projected', behind: [] });
      await ledger.about(1, 'DataCollected', collected());
      expect(await projected(wait, ledger.position)).toEqual({ outcome: 'projected', behind: [] });
      expect((await contents(db.app))['holding']?.join()).toContain(person(1));
    } finally {
      await elsewhere.end();
    }
    expect(whyUnwell(await readModelsHealth(db.app))).toBeUndefined();
  }, 180_000);

  it('that cannot ask the database is told late, not failed: what it waited for is durable', async () => {
    const nowhere = quietPool({ ...db.asApp, database: 'no_such_database' });
    expect(await new ProjectedWait(nowhere).until('1', { timeoutMs: 50 })).toEqual({ outcome: 'late', behind: [] });
    await nowhere.end();
  });
});
