// How does an append happen once, whatever breaks? Sent with the revision first expected, again and again, under our own clock.
import { binaryEvent, NO_STREAM, WrongExpectedVersionError, type AppendResult } from '@eventstore/db-client';
import { EventIdTaken, StoreOverloaded, StoreTampered, StoreUnavailable, WrongRevision } from '../errors.js';
import { defaultLimits } from '../gathering-queue.js';
import { noStream, type Appended, type PendingEvent, type StoredEvent } from '../port.js';
import { type RenewableClient } from './client.js';
import { Patience, refusalOf } from './faults.js';
import { overheadBytes } from './flow.js';
import { type KnownHead } from './known-head.js';
import { type Reader } from './reader.js';

/** The server gives up on a commit after 2 s and says so; longer silence is a lost answer. The client would wait for ever. */
const answerMaxMs = 5_000;
const retryAfterMs = 1_000;

export interface Call {
  readonly stream: string;
  readonly expectedRevision: number;
  readonly events: readonly PendingEvent[];
  readonly bytes: number;
}

class Silence extends StoreUnavailable {}

export class Appender {
  /** The last call of each stream: a server chokes on one id sent twice at once. */
  private readonly lanes = new Map<string, Promise<unknown>>();
  private rows = 0;
  private bytes = 0;

  constructor(
    private readonly appending: RenewableClient,
    private readonly reader: Reader,
    private readonly head: KnownHead,
  ) {}

  async append(call: Call): Promise<Appended> {
    const rows = call.events.length;
    const { waitingRowsMax, waitingBytesMax } = defaultLimits;
    if (this.rows > 0 && (this.rows + rows > waitingRowsMax || this.bytes + call.bytes > waitingBytesMax)) {
      throw new StoreOverloaded(retryAfterMs);
    }
    this.rows += rows;
    this.bytes += call.bytes;
    try {
      return await this.inLane(call.stream, () => this.place(call));
    } finally {
      this.rows -= rows;
      this.bytes -= call.bytes;
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.lanes.size > 0) await Promise.allSettled(this.lanes.values());
  }

  private async inLane<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const before = this.lanes.get(stream);
    const own = before ? before.then(work, work) : work();
    this.lanes.set(stream, own);
    try {
      return await own;
    } finally {
      if (this.lanes.get(stream) === own) this.lanes.delete(stream);
    }
  }

  /** Every attempt sends the same ids, bytes and expected revision, so that the server knows what stands already. */
  private async place(call: Call): Promise<Appended> {
    // What stood before anything was sent: an answer at or below it is about an event of an earlier call.
    const known = await this.head.fresh();
    for (const patience = new Patience(); ;) {
      try {
        return await this.judge(call, await this.attempt(call), known);
      } catch (error) {
        if (error instanceof WrongExpectedVersionError) return this.displaced(call, error);
        const refusal = refusalOf(error, call.stream);
        if (refusal) throw refusal;
        await patience.failedOnce(error);
        if (error instanceof Silence) {
          const settled = await this.settled(call);
          if (settled) return settled;
        }
      }
    }
  }

  private async attempt({ stream, expectedRevision, events, bytes }: Call): Promise<AppendResult> {
    const weight = bytes + overheadBytes * events.length;
    const connection = await this.appending.current();
    if (!(await connection.flow.enter(weight))) throw new StoreUnavailable('the connection was replaced');
    const sent = connection.client.appendToStream(
      stream,
      events.map(({ id, type, bytes: text }) => binaryEvent({ id, type, data: Buffer.from(text) })),
      {
        expectedRevision: expectedRevision === noStream ? NO_STREAM : BigInt(expectedRevision),
        requiresLeader: true,
        deadline: answerMaxMs,
      },
    );
    const left = () => connection.flow.leave(weight);
    sent.then(left, left);
    return within(answerMaxMs, sent, () => {
      // What is not answered counts as under way until its connection ends.
      void this.appending.renew(connection);
    });
  }

  private async judge(call: Call, answer: AppendResult, known: bigint): Promise<Appended> {
    const { stream, expectedRevision, events } = call;
    const revision = expectedRevision + events.length;
    const position = answer.position?.commit;
    if (Number(answer.nextExpectedRevision) !== revision) {
      throw new StoreTampered(
        'STREAM_DELETED',
        stream,
        position?.toString(),
        'a deleted stream goes on behind its end',
      );
    }
    if (position !== undefined && position > known) {
      this.head.note(position);
      return { revision, position: String(position), repeated: false };
    }
    // The server compares ids, never content.
    const standing = await this.standing(call);
    const last = standing.at(-1);
    for (const [i, event] of events.entries()) if (!isSame(standing[i], event)) throw new EventIdTaken(event.id);
    if (!last) throw new StoreUnavailable('an append was acknowledged and does not stand');
    return { revision, position: last.position, repeated: true };
  }

  private async displaced(call: Call, { actualVersion }: WrongExpectedVersionError): Promise<Appended> {
    const { stream, expectedRevision } = call;
    const actual = typeof actualVersion === 'bigint' ? Number(actualVersion) : noStream;
    const settled = actual > expectedRevision ? await this.settled(call) : undefined;
    if (settled) return settled;
    throw new WrongRevision(stream, expectedRevision, actual);
  }

  /**
   * Whether the call's own events stand at its places, of several earlier calls perhaps. The server is not asked by another
   * append: to ids that it knows in another order it never answers.
   */
  private async settled(call: Call): Promise<Appended | undefined> {
    const standing = await this.standing(call);
    const ids = new Set(standing.map(({ id }) => id));
    for (const [i, event] of call.events.entries()) {
      if (ids.has(event.id) && !isSame(standing[i], event)) throw new EventIdTaken(event.id);
    }
    const last = standing.at(-1);
    if (!last || !call.events.every((event, i) => isSame(standing[i], event))) return undefined;
    return { revision: last.revision, position: last.position, repeated: true };
  }

  private async standing({ stream, expectedRevision, events }: Call): Promise<StoredEvent[]> {
    const standing: StoredEvent[] = [];
    for await (const event of this.reader.readStream(stream, expectedRevision + 1, events.length)) standing.push(event);
    return standing;
  }
}

const isSame = (known: StoredEvent | undefined, event: PendingEvent): boolean =>
  known?.id === event.id && known.type === event.type && known.bytes === event.bytes;

async function within<T>(ms: number, work: Promise<T>, late: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late();
      reject(new Silence('EventStoreDB is silent'));
    }, ms);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}
