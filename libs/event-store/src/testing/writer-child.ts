// What is a process that writes as fast as it can until its input ends, and says what was acknowledged? This program.
import { hash } from 'node:crypto';
import pg from 'pg';
import { Claims } from '../claims/claims.js';
import { StoreUnavailable, WrongRevision, ClaimBusy } from '../errors.js';
import { openEventStoreDb } from '../eventstoredb/opened-late.js';
import { noStream, type EventStore } from '../port.js';
import { PostgresEventStore } from '../postgres/store.js';
import { people } from './people.js';
import { sampleEvent } from './sample-event.js';
import { claimedEvent, sampleUnit } from './units.js';

/** The program's one argument, as JSON. */
export interface WriterOrder {
  readonly postgres: pg.PoolConfig;
  readonly eventstore?: string;
  /** Through claims that land so; without it straight into the store. */
  readonly landing?: 'inside' | 'after';
  readonly leaseMs: number;
  /** Streams that all processes write into. */
  readonly shared: readonly string[];
  /** A stream of its own for each writer, and how much of it was acknowledged already. */
  readonly writers: readonly { readonly stream: string; readonly from: number }[];
  /** Each writer ends after so many. */
  readonly upTo: number;
}

/** A line of output, as JSON. */
export interface Acknowledged {
  readonly writer: string;
  readonly n: number;
  readonly id: string;
  readonly stream: string;
  /** Absent where the first outcome was told again. */
  readonly revision?: number;
  readonly position?: string;
}

const order = JSON.parse(process.argv[2] ?? '{}') as WriterOrder;
const connectionsMax = 4;
/** Every so manieth goes into a stream that others write into too. */
const sharedEach = 4;
const pool = new pg.Pool({ ...order.postgres, max: connectionsMax });
pool.on('error', () => undefined);
const server = order.eventstore === undefined ? undefined : await openEventStoreDb(order.eventstore);
const store: EventStore = server ?? new PostgresEventStore(pool);
let stopping = false;
process.stdin.on('end', () => (stopping = true)).resume();

const acknowledge = (acknowledged: Acknowledged) => process.stdout.write(`${JSON.stringify(acknowledged)}\n`);

/** A fault after which nobody knows: the same again. */
async function again<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StoreUnavailable || error instanceof ClaimBusy)) throw error;
    }
  }
}

const heads = new Map<string, number>();

const headOf = (stream: string): number => heads.get(stream) ?? noStream;
const raise = (stream: string, revision: number) => heads.set(stream, Math.max(headOf(stream), revision));

async function readHead(stream: string): Promise<number> {
  for await (const { revision } of store.readStream(stream, headOf(stream) + 1)) raise(stream, revision);
  return headOf(stream);
}

const facts = (writer: string, n: number) => ({ writer, n: String(n) });

/** One or two events in one call; in a shared stream decided anew as often as somebody was faster. */
async function append(own: string, n: number, stream: string, expected: number): Promise<number> {
  const events = Array.from({ length: 1 + (n % 2) }, (_, i) =>
    sampleEvent(stream, expected + 1 + i, { facts: facts(own, n) }),
  );
  try {
    const { revision, position } = await again(() => store.append(stream, expected, events));
    for (const [i, { id }] of events.entries()) {
      const last = i === events.length - 1;
      acknowledge({ writer: own, n, id, stream, revision: expected + 1 + i, ...(last && { position }) });
    }
    return revision;
  } catch (error) {
    if (!(error instanceof WrongRevision) || stream === own) throw error;
    return append(own, n, stream, error.actual);
  }
}

async function appendAll({ stream: own, from }: WriterOrder['writers'][number], place: number): Promise<void> {
  for (let n = from; n < order.upTo && !stopping; n++) {
    const other = order.shared[(place + n) % order.shared.length];
    const stream = n % sharedEach === 0 && other !== undefined ? other : own;
    raise(stream, await append(own, n, stream, headOf(stream)));
  }
}

const claims =
  order.landing &&
  new Claims({
    pool,
    store,
    participant: people,
    landing: order.landing,
    process: `writer ${process.pid}`,
    leaseMs: order.leaseMs,
  });

/** One fact as a pair of its own: who repeats it hears of the event that it made first. */
async function tell(claiming: NonNullable<typeof claims>, own: string, n: number, shared: string): Promise<void> {
  const token = Buffer.from(hash('sha256', `${own} ${n}`, 'hex'), 'hex');
  for (;;) {
    const mine = claimedEvent(own, n - 1, { facts: facts(own, n) });
    const isShared = n % sharedEach === 0;
    const more = isShared ? [claimedEvent(shared, await readHead(shared), { facts: facts(own, n) })] : [];
    const unit = sampleUnit([mine, ...more], { token });
    const outcome = JSON.stringify({ of: mine.id });
    const committed = await again(() => claiming.commit({ ...unit, claim: { ...unit.claim, outcome } }));
    if (committed.status === 'conflict') continue;
    if (committed.status === 'erased') throw new Error('erased');
    const first = committed.status === 'repeated' ? committed.outcome : outcome;
    return void acknowledge({ writer: own, n, id: (JSON.parse(first) as { of: string }).of, stream: own });
  }
}

async function tellAll(
  claiming: NonNullable<typeof claims>,
  writer: WriterOrder['writers'][number],
  place: number,
): Promise<void> {
  for (let n = writer.from; n < order.upTo && !stopping; n++) {
    await tell(claiming, writer.stream, n, order.shared[(place + n) % order.shared.length] ?? writer.stream);
  }
}

await Promise.all(order.writers.map((one, i) => (claims ? tellAll(claims, one, i) : appendAll(one, i))));
await claims?.idle();
await server?.close();
await pool.end();
process.stdin.destroy();
