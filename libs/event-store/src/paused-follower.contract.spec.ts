// What becomes of a follower that is held up while very much is written? It misses nothing, doubles nothing, and does not grow.
import { spawnProgram, testDatabase, type Child, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { eventStoreMigrations } from './migrations.js';
import { noStream, type EventStore } from './port.js';
import { PostgresEventStore } from './postgres/store.js';
import { eventStoreUrl, openTestStore, type TestStore } from './testing/eventstoredb.js';
import { type FollowerOrder, type FollowerSaid } from './testing/follower-child.js';
import { roundsOr } from './testing/rounds.js';
import { sampleEvent, sampleStream } from './testing/samples.js';

const shortEvents = 10_000;
const longEvents = 100_000;
/** Whoever asks for many rounds has the time. */
const total = roundsOr(1) < 10 ? shortEvents : longEvents;
const eventBytes = 4_096;
const callEvents = 200;
const callsTogether = 5;
/** One page of 1,000 events is in hand, one is read ahead, and a client holds some more; all that is written is 40 MB and up. */
const growthBytesMax = 24_000_000;

// A crowded machine is no failure.
jest.setTimeout(total === longEvents ? 1_200_000 : 240_000);

let db: TestDatabase;
let server: TestStore | undefined;
let child: Child | undefined;
beforeEach(async () => {
  db = await testDatabase(eventStoreMigrations);
  server = undefined;
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await server?.close();
  await db.drop();
});

async function write(store: EventStore, events: number): Promise<void> {
  const streams = Array.from({ length: callsTogether }, sampleStream);
  const perStream = events / callsTogether;
  await Promise.all(
    streams.map(async (stream) => {
      for (let from = 0; from < perStream; from += callEvents) {
        const length = Math.min(callEvents, perStream - from);
        const some = Array.from({ length }, (_, i) => sampleEvent(stream, from + i, { bytes: eventBytes }));
        await store.append(stream, from + noStream, some);
      }
    }),
  );
}

async function digestOf(store: EventStore): Promise<string> {
  const digest = createHash('sha256');
  await store.follow({ until: 'head' }).forEach(({ position, id }) => void digest.update(`${position} ${id}\n`));
  return digest.digest('hex');
}

/** Speaks with the child line by line; fails when it ends without an answer. */
function conversation(order: FollowerOrder): (ask?: string) => Promise<FollowerSaid> {
  child = spawnProgram('libs/event-store/src/testing/follower-child', order, ['--expose-gc']);
  const { stdin, stdout } = child;
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return async (ask) => {
    if (ask !== undefined) stdin.write(`${ask}\n`);
    const line = await lines.next();
    if (line.done === true) throw new Error('the follower ended');
    return JSON.parse(line.value) as FollowerSaid;
  };
}

const stores = ['PostgreSQL', ...(eventStoreUrl === '' ? [] : ['EventStoreDB'])];

describe.each(stores)('a follower on %s that is held up', (kind) => {
  it(`while ${total} events are written sees each of them once, in order, in memory that does not grow with them`, async () => {
    if (kind === 'EventStoreDB') server = await openTestStore();
    const store = server ?? new PostgresEventStore(db.app);
    const first = sampleStream();
    await store.append(first, noStream, [sampleEvent(first, 0)]);
    const speak = conversation({
      postgres: db.asApp,
      ...(server && { eventstore: eventStoreUrl, after: server.start }),
      events: total + 1,
    });
    expect(await speak()).toMatchObject({ seen: 1 });
    const before = (await speak('how much?')).bytes;
    await write(store, total);
    const paused = await speak('how much?');
    expect(paused.seen).toBe(1);
    expect(paused.bytes - before).toBeLessThan(growthBytesMax);
    const end = await speak('go');
    expect(end).toMatchObject({ seen: total + 1, digest: await digestOf(store) });
    expect(end.bytes - before).toBeLessThan(growthBytesMax);
    const mib = (grown: number) => (grown / 1_048_576).toFixed(1);
    const written = mib(total * eventBytes);
    process.stdout.write(
      `paused follower: ${kind}: ${total} events, ${written} MiB; grew by ${mib(paused.bytes - before)} MiB while held up, ${mib(end.bytes - before)} MiB while it caught up\n`,
    );
  });
});
