// How is everything followed in order without missing an event? By a subscription, taken up again where it broke, and watched.
import { streamNameFilter } from '@eventstore/db-client';
import { Observable, type Subscriber } from 'rxjs';
import { StoreTampered, StoreUnavailable } from '../errors.js';
import { assertPosition, followPageMax, type FollowOptions, type StoredEvent } from '../port.js';
import { type RenewableClient } from './client.js';
import { Patience, refusalOf } from './faults.js';
import { bufferedMax, from, hold, type Reader } from './reader.js';
import { positionOf, storedEvent, type Resolved } from './recorded.js';

/** A subscription may fall silent and say nothing; after this long without an event the log itself is looked at. */
const quietMs = 5_000;
const lookedAtMax = 1_000;
/** Not the server's own streams; the metadata of ours, for it can hide events. */
const ours = streamNameFilter({ regex: '^(\\$\\$)?[^$]', checkpointInterval: 32 });

/** Never gives up on a lost connection; ends with StoreTampered, StoreRefused or MalformedPosition. */
export function followAll(reading: RenewableClient, reader: Reader, options: FollowOptions): Observable<StoredEvent> {
  assertPosition(options.after ?? '0');
  return new Observable((subscriber) => {
    const follower = new Follower(reading, reader, subscriber, options);
    subscriber.add(() => follower.stop());
    follower.run().catch((error: unknown) => subscriber.error(error));
  });
}

class Follower {
  private cursor: bigint;
  /** Nothing of ours stands between the cursor and here. */
  private lookedAt: bigint;
  private emitted = 0;
  private readonly patience = new Patience();
  private cut: (error?: Error) => void = () => undefined;

  constructor(
    private readonly reading: RenewableClient,
    private readonly reader: Reader,
    private readonly subscriber: Subscriber<StoredEvent>,
    private readonly options: FollowOptions,
  ) {
    this.cursor = BigInt(options.after ?? '0');
    this.lookedAt = this.cursor;
  }

  stop(): void {
    this.cut();
  }

  async run(): Promise<void> {
    let end: bigint | undefined;
    while (!this.subscriber.closed) {
      try {
        end ??= await this.headAfterCursor();
        if (this.options.until === 'head') {
          await this.readTo(end);
          return this.subscriber.complete();
        }
        await this.subscribe();
      } catch (error) {
        const refusal = refusalOf(error, '$all', String(this.cursor));
        if (refusal) throw refusal;
        if (this.subscriber.closed) return;
        await this.reader.recover(this.patience);
      }
    }
  }

  /** A place behind the end was given by a store that held more: what comes next would be missed in silence. */
  private async headAfterCursor(): Promise<bigint> {
    const head = await this.reader.head();
    if (head >= this.cursor) return head;
    const reason = `the store ends at ${head}, so it has lost what it held`;
    throw new StoreTampered('STORE_BEHIND', '$all', String(this.cursor), reason);
  }

  private async readTo(end: bigint): Promise<void> {
    if (end === this.cursor) return;
    for await (const resolved of this.reader.readAll(this.cursor)) {
      if (positionOf(resolved) > end) return;
      await this.emit(resolved);
      if (this.subscriber.closed || positionOf(resolved) === end) return;
    }
  }

  private async subscribe(): Promise<void> {
    const { client } = await this.reading.current();
    const options = { fromPosition: from(this.lookedAt), filter: ours, requiresLeader: true };
    const stream = client.subscribeToAll(options, { highWaterMark: bufferedMax });
    const letGo = hold(stream, () => stream.unsubscribe());
    this.cut = (error) => void stream.destroy(error);
    const lost = (reason: string) => this.cut(new StoreUnavailable(reason));
    const stopWatching = this.reading.onRenew(() => lost('the connection was replaced'));
    const watch = this.watch(lost);
    try {
      for await (const resolved of stream) {
        watch.busy();
        await this.emit(resolved);
        if (this.subscriber.closed) return;
        watch.waiting();
      }
      throw new StoreUnavailable('the subscription ended');
    } finally {
      watch.stop();
      stopWatching();
      this.cut = () => undefined;
      await letGo();
    }
  }

  private async emit(resolved: Resolved): Promise<void> {
    const position = positionOf(resolved);
    if (position <= this.cursor) return;
    const event = storedEvent(resolved);
    if (event) {
      if (this.emitted % followPageMax === 0) await this.options.ready?.();
      if (this.subscriber.closed) return;
      this.emitted++;
    }
    this.cursor = position;
    this.lookedAt = position;
    this.patience.progress();
    if (event) this.subscriber.next(event);
  }

  /** Cuts the subscription when the log holds something of ours that it did not tell of in `quietMs`. */
  private watch(lost: (reason: string) => void): { busy(): void; waiting(): void; stop(): void } {
    let timer: NodeJS.Timeout | undefined;
    let round = 0;
    const look = async (own: number) => {
      const told = await this.somethingUntold().catch(() => true);
      if (own !== round) return;
      if (told) lost('the subscription fell silent');
      else waiting();
    };
    const busy = () => {
      round++;
      clearTimeout(timer);
    };
    const waiting = () => {
      busy();
      timer = setTimeout((own) => void look(own), quietMs, round);
    };
    waiting();
    return { busy, waiting, stop: busy };
  }

  private async somethingUntold(): Promise<boolean> {
    let looked = 0;
    for await (const resolved of this.reader.readAll(this.lookedAt)) {
      const { event } = resolved;
      if (!event || /^(\$\$)?[^$]/.test(event.streamId)) return true;
      this.lookedAt = positionOf(resolved);
      if (++looked === lookedAtMax) return false;
    }
    return false;
  }
}
