// How does a store behave, in as little code as tells the truth? The double for tests: no disk, the same contract.
import { Observable, Subject } from 'rxjs';
import { checkAppend } from './append-check.js';
import { EventIdTaken, WrongRevision } from './errors.js';
import {
  assertPosition,
  followPageMax,
  type Appended,
  type EventStore,
  type FollowOptions,
  type PendingEvent,
  type StoredEvent,
} from './port.js';

/** What outlives a MemoryEventStore, as a disk would: hand it to the next one. */
export class MemoryDisk {
  readonly log: StoredEvent[] = [];
  readonly streams = new Map<string, StoredEvent[]>();
  readonly byId = new Map<string, StoredEvent>();
  readonly grown = new Subject<void>();
}

/** Other work gets its turn here, so that callers interleave as they do over a network. */
const yieldTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class MemoryEventStore implements EventStore {
  constructor(private readonly disk = new MemoryDisk()) {}

  async append(stream: string, expectedRevision: number, events: readonly PendingEvent[]): Promise<Appended> {
    checkAppend(stream, expectedRevision, events);
    await yieldTurn();
    const appended = this.place(stream, expectedRevision, events);
    this.disk.grown.next();
    await yieldTurn();
    return appended;
  }

  private place(stream: string, expectedRevision: number, events: readonly PendingEvent[]): Appended {
    const standing = this.disk.streams.get(stream) ?? [];
    for (const [i, event] of events.entries()) {
      const known = this.disk.byId.get(event.id);
      if (known && !isSame(known, event, stream, expectedRevision + 1 + i)) throw new EventIdTaken(event.id);
    }
    const lastRevision = expectedRevision + events.length;
    const last = standing[lastRevision];
    if (last && events.every((event) => this.disk.byId.has(event.id))) {
      return { revision: lastRevision, position: last.position, repeated: true };
    }
    if (standing.length - 1 !== expectedRevision) {
      throw new WrongRevision(stream, expectedRevision, standing.length - 1);
    }
    for (const { id, type, bytes } of events) {
      const stored = { id, type, bytes, stream, revision: standing.length, position: String(this.disk.log.length + 1) };
      standing.push(stored);
      this.disk.log.push(stored);
      this.disk.byId.set(id, stored);
    }
    this.disk.streams.set(stream, standing);
    return { revision: lastRevision, position: String(this.disk.log.length), repeated: false };
  }

  async *readStream(stream: string, fromRevision = 0): AsyncIterable<StoredEvent> {
    await yieldTurn();
    yield* (this.disk.streams.get(stream) ?? []).slice(Math.max(0, fromRevision));
  }

  follow(options: FollowOptions = {}): Observable<StoredEvent> {
    const after = options.after ?? '0';
    assertPosition(after);
    return new Observable((subscriber) => {
      const end = options.until === 'head' ? this.disk.log.length : Infinity;
      // Positions are 1, 2, 3, ...: the place of an event in the log is its position less one.
      let next = Number(after);
      let wake = () => undefined as void;
      subscriber.add(this.disk.grown.subscribe(() => wake()));
      subscriber.add(() => wake());
      const run = async () => {
        while (!subscriber.closed && next < end) {
          await options.ready?.();
          await yieldTurn();
          const page = this.disk.log.slice(next, Math.min(next + followPageMax, end));
          for (const event of page) {
            if (subscriber.closed) return;
            next++;
            subscriber.next(event);
          }
          if (next < end && next >= this.disk.log.length && !subscriber.closed) {
            await new Promise<void>((resolve) => (wake = resolve));
          }
        }
        subscriber.complete();
      };
      run().catch((error: unknown) => subscriber.error(error));
    });
  }
}

const isSame = (known: StoredEvent, event: PendingEvent, stream: string, revision: number): boolean =>
  known.stream === stream && known.revision === revision && known.type === event.type && known.bytes === event.bytes;
