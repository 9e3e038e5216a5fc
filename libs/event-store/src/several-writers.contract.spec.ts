// Four processes write at once, are killed, and go on: does a follower see what was acknowledged, all of it, once, and in one order?
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { type Subscription } from 'rxjs';
import { eventStoreMigrations } from './migrations.js';
import { type EventStore, type StoredEvent } from './port.js';
import { PostgresEventStore } from './postgres/store.js';
import { eventStoreUrl, openTestStore, type TestStore } from './testing/eventstoredb.js';
import { peopleMigrations } from './testing/people.js';
import { roundsOr } from './testing/rounds.js';
import { all, sampleStream } from './testing/samples.js';
import { expectAcknowledged, expectGapless } from './testing/whole.js';
import { WritingProcess } from './testing/writers.js';

const processes = 4;
const writersEach = 32;
const callsARound = 4;
const callsMax = 40;
const sharedStreams = 4;
/** A lease of somebody who died is waited for, so it is short here. */
const leaseMs = 500;
/** Acknowledged between two kills, by all. */
const betweenKills = 30;
const rounds = roundsOr(2);
const kills = roundsOr(4);

// A crowded machine is no failure.
jest.setTimeout(180_000 + 20_000 * Math.max(rounds, kills));

const migrations = { ...eventStoreMigrations, ...peopleMigrations };
const stores: readonly string[] = ['PostgreSQL', ...(eventStoreUrl === '' ? [] : ['EventStoreDB'])];

let db: TestDatabase;
let server: TestStore | undefined;
let store: EventStore;
let following: Subscription;
let followed: StoredEvent[];
let troubles: unknown[];
let writing: WritingProcess[];
let wake: () => void;
let failed: boolean;

beforeEach(async () => {
  db = await testDatabase(migrations);
  [server, followed, troubles, writing, wake, failed] = [undefined, [], [], [], () => undefined, false];
});
afterEach(async () => {
  await Promise.all(writing.map((one) => one.kill()));
  following.unsubscribe();
  if (store instanceof PostgresEventStore) await store.idle();
  await server?.close();
  await db.drop();
});

async function begin(kind: string, landing: 'inside' | 'after' | undefined, upTo: number): Promise<void> {
  if (kind === 'EventStoreDB') server = await openTestStore();
  store = server ?? new PostgresEventStore(db.app);
  following = store
    .follow()
    .subscribe({ next: (event) => followed.push(event), error: (error) => troubles.push(error) });
  const order = {
    postgres: db.asApp,
    ...(server && { eventstore: eventStoreUrl }),
    ...(landing && { landing }),
    leaseMs,
    shared: Array.from({ length: sharedStreams }, sampleStream),
    upTo,
  };
  const writers = landing ? writersEach / processes : writersEach;
  const told = () => wake();
  const fail = () => {
    failed = true;
    wake();
  };
  writing = Array.from({ length: processes }, () => new WritingProcess(order, writers, told, fail));
}

const acknowledged = () => writing.flatMap((one) => one.acknowledged);

async function acknowledgedMore(than: number): Promise<void> {
  while (acknowledged().length <= than && !failed) await new Promise<void>((resolve) => (wake = resolve));
  expect(failed).toBe(false);
}

/** Answers the whole log, once the follower has seen as much. */
async function expectFollowed(): Promise<readonly StoredEvent[]> {
  const log = await all(store.follow({ until: 'head' }));
  while (followed.length < log.length && troubles.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(troubles).toEqual([]);
  expect(followed).toEqual(log);
  expectGapless(log);
  return log;
}

const say = (line: string) => process.stdout.write(`several writers: ${line}\n`);

describe.each(stores)('on %s, four processes of 32 writers each', (kind) => {
  it('have what they were told in one order, of each stream and in total, and a follower sees just that', async () => {
    await begin(kind, undefined, Math.min(callsMax, callsARound * rounds));
    expect(await Promise.all(writing.map((one) => one.done))).toEqual(writing.map(() => 0));
    const log = await expectFollowed();
    expect(log).toHaveLength(acknowledged().length);
    expectAcknowledged(log, acknowledged());
    say(`${kind}: ${log.length} events by ${processes * writersEach} writers, all followed`);
  });
});

const landings: [string, 'inside' | 'after'][] = [
  ['PostgreSQL', 'inside'],
  ...stores.map((kind): [string, 'after'] => [kind, 'after']),
];

describe.each(landings)(
  'on %s with events landing %s, processes that claim, killed one after another,',
  (kind, landing) => {
    it('lose nothing that was acknowledged, double nothing, and leave no claim open', async () => {
      await begin(kind, landing, Number.MAX_SAFE_INTEGER);
      for (let kill = 0; kill < kills; kill++) {
        await acknowledgedMore(acknowledged().length + betweenKills);
        const one = writing[randomInt(processes)] as WritingProcess;
        await one.kill();
        one.again();
      }
      await acknowledgedMore(acknowledged().length + betweenKills);
      expect(await Promise.all(writing.map((one) => one.finish()))).toEqual(writing.map(() => 0));
      const log = await expectFollowed();
      expectAcknowledged(log, acknowledged());
      const told = new Set(acknowledged().map(({ writer, n }) => `${writer} ${n}`));
      expect(told.size).toBe(acknowledged().length);
      const own = log.filter(({ stream, bytes }) => bytes.includes(`"writer":"${stream}"`));
      expect(own.map(({ stream, revision }) => `${stream} ${revision}`).sort()).toEqual([...told].sort());
      expect((await db.app.query(`select from claim where state <> 'landed'`)).rowCount).toBe(0);
      say(
        `${kind}, landing ${landing}: ${told.size} facts acknowledged through ${kills} kills, ${log.length} events, all followed`,
      );
    });
  },
);
