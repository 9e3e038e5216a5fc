// What does a sequencer leave that is killed at any moment under load? DERBES_ROUNDS says how often; `npm run test:faults` 200 times.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventStoreMigrations, noStream, PostgresEventStore, type EventStore } from '@derbes/event-store';
import { sampleEvent, sampleStream } from '@derbes/event-store/testing.js';
import { spawnProgram, testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { once } from 'node:events';
import { transparencyMigrations } from './migrations.js';
import { TestLog } from './testing/test-log.js';

const rounds = Number(process.env['DERBES_ROUNDS'] ?? 4);
/** From its first line on a child lives so long at the most: longer than a publication takes. */
const livesMsMax = 800;
/** What is appended meanwhile stays little enough for whoever comes last to take in. */
const callsMax = 20;

let db: TestDatabase;
let store: EventStore;
let log: TestLog;

beforeAll(async () => {
  db = await testDatabase({ ...eventStoreMigrations, ...transparencyMigrations });
  store = new PostgresEventStore(db.app);
  log = await TestLog.make(db.app, store);
});
afterAll(async () => {
  await log?.remove();
  await db?.drop();
});

async function append(count: number): Promise<void> {
  const stream = sampleStream();
  await store.append(
    stream,
    noStream,
    Array.from({ length: count }, (_, i) => sampleEvent(stream, i)),
  );
}

/** Runs it beside a sequencer of another process, which is dead when this returns. */
async function during(work: (kill: () => Promise<void>) => Promise<void>): Promise<void> {
  const child = spawnProgram('libs/transparency/src/sequencing/testing/sequencing-child', log.orderFor(db.asApp));
  const ended = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  try {
    await Promise.race([once(child.stdout, 'data'), ended]);
    await work(kill);
  } finally {
    await kill();
  }
}

describe('a sequencer that is killed', () => {
  it(`${rounds} times at any moment leaves a log that the next one goes on with, and never signs what contradicts`, async () => {
    let told = 0;
    let published = 0;
    for (let round = 0; round < rounds; round++) {
      await during(async (kill) => {
        const end = performance.now() + Math.random() * livesMsMax;
        for (let call = 0; call < callsMax && performance.now() < end; call++) {
          const count = 1 + (told % 90);
          await append(count);
          told += count;
        }
        await new Promise((resolve) => setTimeout(resolve, end - performance.now()));
        await kill();
      });
      const size = (await log.checkpoint())?.size ?? 0;
      expect(size).toBeGreaterThanOrEqual(published);
      published = size;
    }
    await during(() => log.published(told));
    await log.readSigned();
    expect(await log.verify()).toBe(told);
    process.stdout.write(`a sequencer killed ${rounds} times: ${told} events, ${log.signed.length} notes signed\n`);
  }, 3_600_000);
});
