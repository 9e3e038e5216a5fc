// Do events become a log that anybody can verify, and does it go on where it stopped?
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventStoreMigrations, noStream, PostgresEventStore, type EventStore } from '@derbes/event-store';
import { sampleEvent, sampleStream } from '@derbes/event-store/testing.js';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { transparencyMigrations } from './migrations.js';
import { TestLog } from './testing/test-log.js';
import { type Sequencer } from './sequencer.js';

let db: TestDatabase;
let store: EventStore;
let log: TestLog;
let sequencers: Sequencer[];

beforeEach(async () => {
  db = await testDatabase({ ...eventStoreMigrations, ...transparencyMigrations });
  store = new PostgresEventStore(db.app);
  log = await TestLog.make(db.app, store);
  sequencers = [];
});
afterEach(async () => {
  for (const one of sequencers) await one.stop();
  await log.remove();
  await db.drop();
});

function start(...overrides: Parameters<TestLog['sequencer']>): Sequencer {
  const sequencer = log.sequencer(...overrides);
  sequencers.push(sequencer);
  sequencer.start();
  return sequencer;
}

async function append(count: number): Promise<void> {
  const stream = sampleStream();
  await store.append(
    stream,
    noStream,
    Array.from({ length: count }, (_, i) => sampleEvent(stream, i)),
  );
}

describe('the sequencer', () => {
  it('publishes what was appended under a signed checkpoint, and goes on after a restart', async () => {
    await append(3);
    const first = start();
    await log.published(3);
    await append(300);
    await log.published(303);
    await first.stop();
    await append(1);
    start();
    await log.published(304);
    expect(await log.verify()).toBe(304);
    expect(log.troubles).toEqual([]);
  });
});
