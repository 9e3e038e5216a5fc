// How does the ledger keep its events in EventStoreDB or KurrentDB? Three methods over two clients: one writes, one reads.
import { type Observable } from 'rxjs';
import { checkAppend } from '../append-check.js';
import {
  type Appended,
  type EventStore,
  type FollowOptions,
  type PendingEvent,
  type Position,
  type StoredEvent,
} from '../port.js';
import { Appender } from './appender.js';
import { RenewableClient } from './client.js';
import { followAll } from './follower.js';
import { KnownHead } from './known-head.js';
import { Reader } from './reader.js';

/** In one process one store appends at a time: the client keeps the answers of all its objects in one table. */
let appendingStore: EventStoreDbStore | undefined;

function appendOnlyThrough(store: EventStoreDbStore): void {
  appendingStore ??= store;
  if (appendingStore !== store)
    throw new Error('another store of this process appends to EventStoreDB; close it first');
}

/** Made by `openEventStoreDb`, which looks at the server first. */
export class EventStoreDbStore implements EventStore {
  private readonly appending: RenewableClient;
  private readonly reading: RenewableClient;
  private readonly reader: Reader;
  private readonly head: KnownHead;
  private readonly appender: Appender;

  constructor(connectionString: string) {
    this.appending = new RenewableClient(connectionString);
    this.reading = new RenewableClient(connectionString);
    this.reader = new Reader(this.reading);
    this.head = new KnownHead(() => this.reader.head());
    this.appender = new Appender(this.appending, this.reader, this.head);
  }

  async append(stream: string, expectedRevision: number, events: readonly PendingEvent[]): Promise<Appended> {
    const bytes = checkAppend(stream, expectedRevision, events);
    appendOnlyThrough(this);
    return this.appender.append({ stream, expectedRevision, events, bytes });
  }

  readStream(stream: string, fromRevision = 0): AsyncIterable<StoredEvent> {
    return this.reader.readStream(stream, fromRevision);
  }

  follow(options: FollowOptions = {}): Observable<StoredEvent> {
    return followAll(this.reading, this.reader, options);
  }

  /** Where the total order ends now, events of the server's own included. */
  async headPosition(): Promise<Position> {
    return String(await this.reader.head());
  }

  /** Resolves when no append is under way. */
  async idle(): Promise<void> {
    await this.appender.idle();
  }

  /** Waits for appends and lets the connections go; unsubscribe followers first. */
  async close(): Promise<void> {
    await this.idle();
    if (appendingStore === this) appendingStore = undefined;
    await Promise.all([this.appending.close(), this.reading.close()]);
  }
}
