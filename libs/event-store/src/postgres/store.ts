// How does the ledger keep its events in PostgreSQL? Gathered appends, gap-free positions under one lock, keyset reads.
import { type Pool } from 'pg';
import { type Observable } from 'rxjs';
import { checkAppend } from '../append-check.js';
import { EventIdTaken, WrongRevision } from '../errors.js';
import { defaultLimits, GatheringQueue, type GatheringLimits } from '../gathering-queue.js';
import {
  noStream,
  type Appended,
  type EventStore,
  type FollowOptions,
  type PendingEvent,
  type Position,
  type StoredEvent,
} from '../port.js';
import { followLedger } from './follower.js';
import {
  insertEvents,
  readAppendState,
  readByIds,
  readHeads,
  readLastPosition,
  readStreamPage,
  readStreamPages,
  type AppendState,
} from './ledger-table.js';
import { flushOrIsolate, inAppendTransaction, retried } from './transaction.js';
import { Wake } from './wake.js';

const streamPageMax = 1_000;

interface Call {
  readonly stream: string;
  readonly expectedRevision: number;
  readonly events: readonly PendingEvent[];
}

/**
 * The pool is of the service's own user and needs three connections at least: one for appends, one for reads, one that
 * listens while anybody follows.
 */
export class PostgresEventStore implements EventStore {
  private readonly queue: GatheringQueue<Call, Appended>;
  private readonly wake: Wake;

  constructor(
    private readonly pool: Pool,
    limits: GatheringLimits = defaultLimits,
  ) {
    this.queue = new GatheringQueue((calls) => flushOrIsolate(calls, (some) => this.flush(some)), limits);
    this.wake = new Wake(pool);
  }

  async append(stream: string, expectedRevision: number, events: readonly PendingEvent[]): Promise<Appended> {
    const bytes = checkAppend(stream, expectedRevision, events);
    return this.queue.add({ stream, expectedRevision, events }, { rows: events.length, bytes });
  }

  async *readStream(stream: string, fromRevision = 0): AsyncIterable<StoredEvent> {
    const read = (from: number) => retried(() => readStreamPage(this.pool, stream, from, streamPageMax));
    let from = Math.max(0, fromRevision);
    for (let page = await read(from); ;) {
      if (page.length < streamPageMax) return yield* page;
      // The next is under way while this one is worked on; whoever stops in between never asks how it went.
      const next = read((from += streamPageMax));
      next.catch(() => undefined);
      yield* page;
      page = await next;
    }
  }

  follow(options: FollowOptions = {}): Observable<StoredEvent> {
    return followLedger(this.pool, this.wake, options);
  }

  /** Many streams in one question, each from its revision on, in the order asked. */
  async readStreams(
    wanted: readonly { readonly stream: string; readonly fromRevision: number }[],
  ): Promise<StoredEvent[][]> {
    const streams: StoredEvent[][] = wanted.map(() => []);
    for (let open = wanted.map((w, place) => ({ ...w, place })); open.length > 0;) {
      const rows = await retried(() => readStreamPages(this.pool, open, streamPageMax));
      const counts = new Map<number, number>();
      for (const { place, event } of rows) {
        streams[open[place]?.place ?? -1]?.push(event);
        counts.set(place, (counts.get(place) ?? 0) + 1);
      }
      open = open
        .filter((_, i) => counts.get(i) === streamPageMax)
        .map((w) => ({ ...w, fromRevision: w.fromRevision + streamPageMax }));
    }
    return streams;
  }

  /** Those of these events that stand, in any order. */
  readEvents(ids: readonly string[]): Promise<StoredEvent[]> {
    return retried(() => readByIds(this.pool, ids));
  }

  /** The last revision of each stream, noStream (-1) for one without events. */
  async readHeads(streams: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const heads = await retried(() => readHeads(this.pool, streams));
    return new Map(streams.map((stream, i) => [stream, heads[i] ?? noStream]));
  }

  /** Where the total order ends now; '0' when it is empty. */
  headPosition(): Promise<Position> {
    return retried(() => readLastPosition(this.pool));
  }

  /** Resolves when no append is under way and no follower holds a connection; unsubscribe followers first. */
  async idle(): Promise<void> {
    await this.queue.idle();
    await this.wake.stopped();
  }

  private flush(calls: readonly Call[]): Promise<readonly (Appended | Error)[]> {
    return inAppendTransaction(this.pool, async (tx) => {
      const streams = [...new Set(calls.map(({ stream }) => stream))];
      const ids = calls.flatMap(({ events }) => events.map(({ id }) => id));
      const state = await readAppendState(tx, streams, ids);
      const placed: StoredEvent[] = [];
      const results = calls.map((call) => place(call, state, placed));
      if (placed.length === 0) return { value: results, end: 'nothing' };
      await insertEvents(tx, placed);
      return { value: results, end: 'appended' };
    });
  }
}

/** Decides one call after those before it in the batch, whose events count as standing. */
function place(call: Call, state: AppendState, placed: StoredEvent[]): Appended | Error {
  const { stream, expectedRevision, events } = call;
  const known = events.map(({ id }) => state.standing.get(id));
  for (const [i, event] of events.entries()) {
    const other = known[i];
    if (other && !isSame(other, event, stream, expectedRevision + 1 + i)) return new EventIdTaken(event.id);
  }
  const last = known.at(-1);
  const revision = expectedRevision + events.length;
  if (last && known.every((event) => event !== undefined)) return { revision, position: last.position, repeated: true };
  const head = state.heads.get(stream) ?? noStream;
  if (head !== expectedRevision) return new WrongRevision(stream, expectedRevision, head);
  for (const [i, { id, type, bytes }] of events.entries()) {
    const position = String(state.last + placed.length + 1);
    const stored = { id, type, bytes, stream, revision: expectedRevision + 1 + i, position };
    placed.push(stored);
    state.standing.set(id, stored);
  }
  state.heads.set(stream, revision);
  return { revision, position: String(state.last + placed.length), repeated: false };
}

const isSame = (known: StoredEvent, event: PendingEvent, stream: string, revision: number): boolean =>
  known.stream === stream && known.revision === revision && known.type === event.type && known.bytes === event.bytes;
