// Does the start stop, with a code, at a server that cannot hold the ledger? And do both stores keep the same bytes?
import { jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventStoreMigrations } from '../migrations.js';
import { noStream } from '../port.js';
import { leafHash } from '../postgres/ledger-table.js';
import { PostgresEventStore } from '../postgres/store.js';
import { describeEventStoreDb, eventStoreUrl, openTestStore, strangersClient } from '../testing/eventstoredb.js';
import { freePort, startServer } from '../testing/own-server.js';
import { all, codeOf, read, sampleEvent, sampleStream } from '../testing/samples.js';
import { isNewEnough, openEventStoreDb } from './open.js';
import { EventStoreDbStore } from './store.js';

// A crowded machine is no failure.
jest.setTimeout(180_000);

describe('a start on EventStoreDB', () => {
  it.each([
    ['24.2.0', true],
    ['24.10.1', true],
    ['25.0', true],
    ['24.1.9', false],
    ['23.10.4', false],
    ['5.0.11', false],
    ['unknown', false],
    ['', false],
  ])('takes a server of version "%s": %s', (version, taken) => expect(isNewEnough(version)).toBe(taken));

  it('waits for a server that is not up, and says so when the time is up', async () => {
    const began = performance.now();
    const opened = openEventStoreDb('esdb://127.0.0.1:1?tls=false', { waitMs: 300 });
    await expect(opened).rejects.toEqual(codeOf('STORE_UNAVAILABLE'));
    expect(performance.now() - began).toBeGreaterThanOrEqual(300);
  });
});

describe('a start where nothing listens', () => {
  it.each(['esdb://127.0.0.1:1?tls=false', 'esdb+discover://127.0.0.1:1,127.0.0.1:2'])(
    'gives up long before the time for a server that is there is over, and says why: %s',
    async (url) => {
      const opened = openEventStoreDb(url, { waitMs: 3_600_000 });
      await expect(opened).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringMatching('nothing listens'),
      });
    },
  );
});

(startServer === '' ? describe.skip : describe)('a start on an EventStoreDB of somebody else', () => {
  it('is refused, whatever stands there first, and nothing is written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'derbes-foreign-'));
    const port = await freePort();
    const printed = execFileSync(startServer, [String(port), join(folder, 'data')], { encoding: 'utf8' });
    const url = `esdb://127.0.0.1:${port}?tls=false`;
    const stranger = strangersClient(url);
    try {
      const invoiced = jsonEvent({ type: 'Invoiced', data: {} });
      await stranger.appendToStream('invoices', invoiced, { expectedRevision: NO_STREAM });
      await expect(openEventStoreDb(url)).rejects.toEqual(codeOf('STORE_FOREIGN'));
      const store = new EventStoreDbStore(url);
      await expect(all(store.follow({ until: 'head' }))).rejects.toMatchObject({
        code: 'FOREIGN_EVENT',
        position: expect.stringMatching(/^\d+$/),
      });
      await store.close();
    } finally {
      await stranger.dispose();
      process.kill(Number(/pid (\d+)/.exec(printed)?.[1]), 'SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describeEventStoreDb('a start on this EventStoreDB', () => {
  const [address = '', query = ''] = eventStoreUrl.split('?');
  const options = query.split('&').filter((option) => option !== '');
  const secure = !options.includes('tls=false');

  it('stops when the one speaks TLS and the other does not', async () => {
    const other = `${address}?tls=${String(!secure)}`;
    await expect(openEventStoreDb(other, { waitMs: 0 })).rejects.toEqual(codeOf('STORE_TLS_MISMATCH'));
  });

  (secure ? it : it.skip)('stops at a wrong password, and at a certificate that nobody vouches for', async () => {
    const wrong = eventStoreUrl.replace(/\/\/[^@]*@/, '//admin:wrong@');
    await expect(openEventStoreDb(wrong, { waitMs: 0 })).rejects.toEqual(codeOf('STORE_ACCESS_DENIED'));
    await expect(openEventStoreDb(address, { waitMs: 0 })).rejects.toEqual(codeOf('STORE_TLS_MISMATCH'));
  });

  it('refuses to append through two stores of one process at once, whose answers the client would mix', async () => {
    const first = await openTestStore();
    const second = new EventStoreDbStore(eventStoreUrl);
    const stream = sampleStream();
    await first.append(stream, noStream, [sampleEvent(stream, 0)]);
    await expect(second.append(stream, 0, [sampleEvent(stream, 1)])).rejects.toThrow('another store');
    expect(await read(second, stream)).toHaveLength(1);
    await second.close();
    await first.close();
  });
});

describeEventStoreDb('an event written to PostgreSQL and to EventStoreDB', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase(eventStoreMigrations);
  });
  afterAll(() => db.drop());

  it('has the same bytes and the same leaf hash', async () => {
    const stream = sampleStream();
    const facts = { note: 'Қазақ, русский, 漢字, 😀, \u0000\u2028', '😀': '', list: ['1.0', '1'] };
    const events = [0, 1, 2].map((revision) => sampleEvent(stream, revision, { facts }));
    const [postgres, server] = [new PostgresEventStore(db.app), await openTestStore()];
    const leaves: string[][] = [];
    for (const store of [postgres, server]) {
      await store.append(stream, noStream, events);
      const log = await all(store.follow({ until: 'head' }));
      expect(log.map(({ bytes }) => bytes)).toEqual(events.map(({ bytes }) => bytes));
      leaves.push(log.map(({ bytes }) => leafHash(bytes).toString('hex')));
    }
    expect(leaves[1]).toEqual(leaves[0]);
    const { rows } = await db.app.query<{ leaf: string }>(
      `select encode(leaf_hash, 'hex') as leaf from ledger_event order by position`,
    );
    expect(leaves[1]).toEqual(rows.map(({ leaf }) => leaf));
    await server.close();
  });
});
