// How is the store read so that nothing is missing and nobody waits for ever? Resumed where it broke, with our own clock.
import { BACKWARDS, END, START, type ReadPosition } from '@eventstore/db-client';
import { StoreTampered, StoreUnavailable } from '../errors.js';
import { type StoredEvent } from '../port.js';
import { type Connection, type RenewableClient } from './client.js';
import { isNotFound, Patience, refusalOf } from './faults.js';
import { positionOf, storedEvent, type Resolved } from './recorded.js';

/** A server that hangs says nothing; the client notices after about 18 s by itself. */
const silenceMaxMs = 5_000;
/** Every so many failures in a row another client is made, for this one may never find the server again. */
const renewAfter = 2;
/** Events held between the line and the consumer. */
export const bufferedMax = 500;

/** What is needed of the client's streams. */
interface Pulled extends AsyncIterable<unknown> {
  on(event: string, listener: (told: unknown) => void): unknown;
  destroy(error?: Error): unknown;
}

type Client = Connection['client'];

/** A stream of the client that ends when the connection is replaced, and lets go of the call when it is left. */
export async function* pull(
  reading: RenewableClient,
  open: (client: Client) => Pulled & { cancel(): Promise<void> },
): AsyncGenerator<Resolved, void, undefined> {
  const { client } = await reading.current();
  const stream = open(client);
  const fail = (reason: string) => stream.destroy(new StoreUnavailable(reason));
  const stopWatching = reading.onRenew(() => fail('the connection was replaced'));
  let timer = setTimeout(() => fail('EventStoreDB is silent'), silenceMaxMs);
  const letGo = hold(stream, () => stream.cancel());
  try {
    for await (const resolved of stream) {
      clearTimeout(timer);
      yield resolved as Resolved;
      timer = setTimeout(() => fail('EventStoreDB is silent'), silenceMaxMs);
    }
  } finally {
    clearTimeout(timer);
    stopWatching();
    await letGo();
  }
}

/**
 * Answers how to end a stream of the client with the call behind it, which outlives the stream otherwise: what the call still
 * holds has to be read away before it hears that it was cancelled.
 */
export function hold(stream: Pulled, cancel: () => Promise<void>): () => Promise<void> {
  let call: { resume(): unknown } | undefined;
  stream.on('pipe', (source) => (call = source as { resume(): unknown }));
  // An error without a listener would end the process; whoever reads the stream is told of it all the same.
  stream.on('error', () => undefined);
  return async () => {
    stream.destroy();
    // The call may never have begun.
    await cancel().catch(() => undefined);
    call?.resume();
  };
}

export class Reader {
  constructor(private readonly reading: RenewableClient) {}

  /** Throws StoreTampered for a gap or a foreign event, StoreUnavailable in the end. */
  async *readStream(stream: string, fromRevision: number, eventsMax?: number): AsyncGenerator<StoredEvent> {
    let next = Math.max(0, fromRevision);
    const end = eventsMax === undefined ? Infinity : next + eventsMax;
    for (const patience = new Patience(); next < end;) {
      try {
        const options = {
          fromRevision: BigInt(next),
          maxCount: end === Infinity ? Number.MAX_SAFE_INTEGER : end - next,
          requiresLeader: true,
        };
        for await (const resolved of pull(this.reading, (c) => c.readStream(stream, options, buffered))) {
          const event = storedEvent(resolved);
          if (event?.revision !== next) throw truncated(stream, resolved);
          patience.progress();
          next++;
          yield event;
        }
        return;
      } catch (error) {
        if (isNotFound(error)) return;
        await this.again(error, patience, stream);
      }
    }
  }

  /** Position of the last event of any kind, 0 in an empty store. */
  async head(): Promise<bigint> {
    for (const patience = new Patience(); ;) {
      try {
        const options = { direction: BACKWARDS, fromPosition: END, maxCount: 1, requiresLeader: true } as const;
        let head = 0n;
        for await (const resolved of pull(this.reading, (c) => c.readAll(options))) head = positionOf(resolved);
        return head;
      } catch (error) {
        await this.again(error, patience, '$all');
      }
    }
  }

  /** Everything that stands after a position, also what is not ours, once. */
  async *readAll(after: bigint): AsyncGenerator<Resolved> {
    let cursor = after;
    for (const patience = new Patience(); ;) {
      try {
        const options = { fromPosition: from(cursor), requiresLeader: true };
        for await (const resolved of pull(this.reading, (c) => c.readAll(options, buffered))) {
          const position = positionOf(resolved);
          // A read includes the event that it starts from.
          if (position <= cursor) continue;
          patience.progress();
          cursor = position;
          yield resolved;
        }
        return;
      } catch (error) {
        await this.again(error, patience, '$all', String(cursor));
      }
    }
  }

  /** Waits before a follower's next attempt, however often it failed before. */
  async recover(patience: Patience): Promise<void> {
    await this.renewAfter(await patience.failed());
  }

  /** Throws when there is no sense in going on; otherwise waits a little. */
  private async again(error: unknown, patience: Patience, stream: string, position?: string): Promise<void> {
    const refusal = refusalOf(error, stream, position);
    if (refusal) throw refusal;
    await this.renewAfter(await patience.failedOnce(error));
  }

  private async renewAfter(failures: number): Promise<void> {
    if (failures % renewAfter === 0) await this.reading.renew(await this.reading.current());
  }
}

const buffered = { highWaterMark: bufferedMax };

export const from = (cursor: bigint): ReadPosition => (cursor === 0n ? START : { commit: cursor, prepare: cursor });

const truncated = (stream: string, resolved: Resolved): StoreTampered =>
  new StoreTampered('STREAM_TRUNCATED', stream, String(positionOf(resolved)), 'events before this one are missing');
