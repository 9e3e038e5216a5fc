// Do events become a log that anybody can verify, whichever store has them, and does it go on where it stopped?
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventStoreMigrations, followPages, noStream, PostgresEventStore, type EventStore } from '@derbes/event-store';
import { describeEventStoreDb, openTestStore, sampleEvent, sampleStream } from '@derbes/event-store/testing.js';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { transparencyMigrations } from './migrations.js';
import { type Sequencer } from './sequencer.js';
import { TestLog } from './testing/test-log.js';

interface OpenedStore {
  readonly store: EventStore;
  close(): Promise<void>;
}

const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(dir, join(parentPath, name)))
    .sort();

const suite = (open: (db: TestDatabase) => Promise<OpenedStore>) => (): void => {
  let db: TestDatabase;
  let opened: OpenedStore;
  let log: TestLog;
  let sequencers: Sequencer[];
  /** Events that stand already: a server of tests is never empty. */
  let base: number;

  beforeEach(async () => {
    db = await testDatabase({ ...eventStoreMigrations, ...transparencyMigrations });
    opened = await open(db);
    log = await TestLog.make(db.app, opened.store);
    sequencers = [];
    base = 0;
    for await (const page of followPages(opened.store, { until: 'head' })) base += page.length;
  });
  afterEach(async () => {
    for (const one of sequencers) await one.stop();
    await opened.close();
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
    const events = Array.from({ length: count }, (_, i) => sampleEvent(stream, i));
    await opened.store.append(stream, noStream, events);
  }

  it('publishes what was appended under a signed checkpoint, and goes on after a restart', async () => {
    await append(3);
    const first = start();
    await log.published(base + 3);
    await append(300);
    await log.published(base + 303);
    await first.stop();
    await append(1);
    const second = start();
    await log.published(base + 304);
    expect(await log.verify()).toBe(base + 304);
    expect(log.troubles).toEqual([]);
    expect(second.status()).toMatchObject({ size: base + 304, publishedSize: base + 304 });
  });

  it('takes an old ledger in, batch by batch, and signs once for each', async () => {
    for (let call = 0; call < 6; call++) await append(200);
    start({ limits: { eventsMax: 300, bytesMax: 40_000 } });
    await log.published(base + 1_200);
    expect(await log.verify()).toBe(base + 1_200);
    expect(log.signed.length).toBeGreaterThanOrEqual(4);
  });

  it('removes at its start what one that was killed left half-written, and nothing else', async () => {
    await append(3);
    const first = start();
    await log.published(base + 3);
    await first.stop();
    const { publicDir, privateDir } = log.directory;
    const left = readdirSync(publicDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const before = filesIn(log.directory.dir);
    for (const { parentPath, name } of left) writeFileSync(join(parentPath, `.${name}-0123456789ab`), 'half');
    const [sidecar = ''] = filesIn(privateDir);
    writeFileSync(join(privateDir, dirname(sidecar), '.3-0123456789ab'), 'half');
    expect(filesIn(log.directory.dir).length).toBeGreaterThan(before.length);
    await append(1);
    start();
    await log.published(base + 4);
    expect(filesIn(log.directory.dir).filter((name) => name.includes('0123456789ab'))).toEqual([]);
    expect(await log.verify()).toBe(base + 4);
  });

  it('signs the same whatever its clock says', async () => {
    let jumpMs = 0;
    start({ clock: () => new Date(Date.now() + jumpMs) });
    for (const [n, days] of [0, -400, 400, -1].entries()) {
      jumpMs = days * 24 * 3_600_000;
      await append(1);
      await log.published(base + n + 1);
    }
    expect(await log.verify()).toBe(base + 4);
    expect(log.troubles).toEqual([]);
  });

  it('signs with a key that is added, and with the one before until the overlap ends', async () => {
    await append(1);
    const first = start();
    await log.published(base + 1);
    await first.stop();
    log.addKey(new Date(Date.now() + 3_600_000));
    await append(1);
    const second = start();
    await log.published(base + 2);
    expect((await log.directory.readCheckpoint())?.split('\n— ')).toHaveLength(3);
    await second.stop();
    log.addKey(new Date(0));
    await append(1);
    start();
    await log.published(base + 3);
    // The first key's overlap goes on; the second's ended long ago.
    expect((await log.directory.readCheckpoint())?.split('\n— ')).toHaveLength(3);
    expect(await log.verify()).toBe(base + 3);
  });
};

describe(
  'the sequencer over PostgreSQL',
  suite((db) => Promise.resolve({ store: new PostgresEventStore(db.app), close: () => Promise.resolve() })),
);
describeEventStoreDb(
  'the sequencer over EventStoreDB',
  suite(() => openTestStore()),
);
