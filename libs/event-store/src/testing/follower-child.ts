// What is a process that follows the log, stops consuming for as long as it is told to, and says how much memory it holds? This program.
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { openEventStoreDb } from '../eventstoredb/opened-late.js';
import { followPages } from '../follow-pages.js';
import { type Position } from '../port.js';
import { PostgresEventStore } from '../postgres/store.js';

/** The program's one argument, as JSON. Run it with --expose-gc. */
export interface FollowerOrder {
  readonly postgres: pg.PoolConfig;
  readonly eventstore?: string;
  readonly after?: Position;
  /** It ends after so many events. */
  readonly events: number;
}

/** What it says: after its first page, whenever it is asked (by a line), and at its end. It goes on at a line `go`. */
export interface FollowerSaid {
  readonly seen: number;
  /** Of all that lives, after a collection; the most of it since it went on. */
  readonly bytes: number;
  /** SHA-256 of positions and ids in the order in which they came; at the end. */
  readonly digest?: string;
}

const order = JSON.parse(process.argv[2] ?? '{}') as FollowerOrder;
const pool = new pg.Pool({ ...order.postgres, max: 4 });
pool.on('error', () => undefined);
const server = order.eventstore === undefined ? undefined : await openEventStoreDb(order.eventstore);
const store = server ?? new PostgresEventStore(pool);

function livingBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

let seen = 0;
let bytes = 0;
/** A collection takes its time, and a page may be one event. */
const measureEvery = 1_000;
let measureAt = 0;
const say = (more: Partial<FollowerSaid> = {}) => process.stdout.write(`${JSON.stringify({ seen, bytes, ...more })}\n`);
const asked = createInterface({ input: process.stdin });
const told = new Promise<void>((go) => {
  asked.on('line', (line) => {
    if (line === 'go') return go();
    bytes = livingBytes();
    say();
  });
});

const digest = createHash('sha256');
for await (const page of followPages(store, order.after === undefined ? {} : { after: order.after })) {
  for (const { position, id } of page) digest.update(`${position} ${id}\n`);
  const isFirst = seen === 0;
  seen += page.length;
  if (isFirst) {
    say();
    await told;
    bytes = 0;
  }
  if (seen >= measureAt) {
    bytes = Math.max(bytes, livingBytes());
    measureAt = seen + measureEvery;
  }
  if (seen >= order.events) break;
}
say({ digest: digest.digest('hex') });
asked.close();
process.stdin.destroy();
if (store instanceof PostgresEventStore) await store.idle();
await server?.close();
await pool.end();
