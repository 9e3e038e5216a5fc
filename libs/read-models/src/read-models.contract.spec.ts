// Do the registers say what the events say, however they were fed, rebuilt, stopped or taken over?
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { readModelsMigrations, registers, Runner } from './index.js';
import { collected, person, SampleLedger } from './testing.js';
import { history } from './testing/histories.js';
import { contents, rebuildAll, settled } from './testing/models.js';

const propertyRuns = Number(process.env['DERBES_PROPERTY_RUNS'] ?? 15);

let db: TestDatabase;
const runners: Runner[] = [];
const troubles: unknown[] = [];

beforeAll(async () => {
  db = await testDatabase(readModelsMigrations);
});
afterAll(() => db.drop());

/** Everything of an earlier test goes, as in a new database. */
async function empty(): Promise<void> {
  const { rows } = await db.app.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'read_models'`,
  );
  for (const { name } of rows) await db.app.query(`drop table ${name}`);
  await db.owner.query('truncate read_model, rebuild_job, register_stream');
}

beforeAll(() => empty());
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop()));
  expect(troubles.splice(0)).toEqual([]);
  await empty();
});

function start(ledger: SampleLedger, bulkEventsMax?: number): Runner {
  const runner = new Runner({
    pool: db.app,
    store: ledger.store,
    documents: ledger.documentStore,
    onTrouble: (error) => troubles.push(error),
    ...(bulkEventsMax !== undefined && { bulkEventsMax }),
  });
  runners.push(runner);
  runner.start();
  return runner;
}

describe('a rebuild', () => {
  it('equals what was fed live, for any history', async () => {
    await fc.assert(
      fc.asyncProperty(history(60), fc.integer({ min: 1, max: 60 }), async (tellings, bulkEventsMax) => {
        const ledger = new SampleLedger();
        const runner = start(ledger, bulkEventsMax);
        await settled(db.app, '0');
        await ledger.begin();
        for (const telling of tellings) await ledger.tell(telling);
        await settled(db.app, ledger.position);
        const live = await contents(db.app);
        await rebuildAll(db.app);
        await settled(db.app, ledger.position);
        const rebuilt = await contents(db.app);
        await runner.stop();
        await empty();
        expect(rebuilt).toEqual(live);
      }),
      { numRuns: propertyRuns, endOnFailure: true },
    );
  }, 300_000);
});

describe('holdings', () => {
  it('say what is held and how it ended', async () => {
    const ledger = new SampleLedger();
    await ledger.begin();
    start(ledger);
    const began = await ledger.about(1, 'DataCollected', collected());
    const end = await ledger.about(1, 'DataDestroyed', {
      categories: ['email'],
      holder: 'crm',
      manner: 'deleted',
      ground: 'purpose-reached',
      method: 'row-deletion',
    });
    await settled(db.app, ledger.position);
    const { rows } = await registers(db.app).holdings.page({ filter: { subject: person(1) } });
    expect(rows).toMatchObject([{ category: 'email', holder: 'crm', status: 'deleted', began, events: [began, end] }]);
  });
});
