// Where do tests find an EventStoreDB? At DERBES_TEST_EVENTSTORE, which bin/test.mjs sets from EVENTSTORE_URL; else they are skipped.
import { describe } from '@jest/globals';
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { WrongRevision } from '../errors.js';
import { openEventStoreDb } from '../eventstoredb/open.js';
import { EventStoreDbStore } from '../eventstoredb/store.js';
import { noStream, type EventStore, type Position } from '../port.js';
import { sampleEvent } from './samples.js';

export const eventStoreUrl = process.env['DERBES_TEST_EVENTSTORE'] ?? '';

/** As describe when there is a server. */
export const describeEventStoreDb: typeof describe.only = eventStoreUrl === '' ? describe.skip : describe;

const pollMs = 50;
/** One directory for all test processes of this machine. */
const lock = join(tmpdir(), `derbes-eventstoredb-${hash('sha256', eventStoreUrl, 'hex').slice(0, 16)}`);

/** One test at a time, whatever the processes: what one writes into the common log another would follow. */
async function takeServer(): Promise<void> {
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      return;
    } catch {
      if (!isHeld()) rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }
}

/** False when the process that held it is gone. */
function isHeld(): boolean {
  try {
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && existsSync(lock);
  }
}

/** A store over a server that tests share: it begins where the log ended when it was opened. Close it, or the next test waits. */
export async function openTestStore(url = eventStoreUrl): Promise<TestStore> {
  await takeServer();
  const beginning = new EventStoreDbStore(url);
  // A server holds a ledger from its first event on, or it is not taken.
  const opened = sampleEvent('ledger', 0, { type: 'LedgerOpened' });
  await beginning.append('ledger', noStream, [opened]).catch((error: unknown) => {
    if (!(error instanceof WrongRevision)) throw error;
  });
  await beginning.close();
  const store = await openEventStoreDb(url);
  return new TestStore(store, await store.headPosition());
}

export class TestStore implements EventStore {
  constructor(
    readonly store: EventStoreDbStore,
    readonly start: Position,
  ) {}

  append: EventStore['append'] = (...call) => this.store.append(...call);
  readStream: EventStore['readStream'] = (...asked) => this.store.readStream(...asked);
  follow: EventStore['follow'] = (options) => this.store.follow({ after: this.start, ...options });

  /** Another store over the same data, as after a restart of the process. */
  async reopened(): Promise<TestStore> {
    await this.store.close();
    return new TestStore(await openEventStoreDb(eventStoreUrl), this.start);
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Somebody else's client of the same server. */
export const strangersClient = (url = eventStoreUrl): EventStoreDBClient => EventStoreDBClient.connectionString(url);
