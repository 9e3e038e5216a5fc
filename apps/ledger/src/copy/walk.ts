// How are the events of one store put into another in the same order, and how is it shown that both hold the same leaves?
import { followPages, leafHash, type EventStore, type Position, type StoredEvent } from '@derbes/event-store';
import { createHash, timingSafeEqual } from 'node:crypto';
import { differs } from './copy-error.js';

export interface Side {
  readonly store: EventStore;
}

export interface TargetSide extends Side {
  /** Puts events behind the end that it left last time; `after` is undefined while nothing stands there. */
  append(after: Position | undefined, events: readonly StoredEvent[]): Promise<Position>;
}

/** How far the two sides were found or made alike. */
export interface Alike {
  readonly events: number;
  readonly source?: Position;
  readonly target?: Position;
}

export interface Walking {
  /** Where an earlier walk ended. */
  readonly from?: Alike;
  readonly told?: (events: number) => void;
}

/**
 * Goes through the source to its present end: what the target has already is compared, leaf by leaf, what it lacks is appended.
 * So a copy that was cut off goes on by being started again. Throws COPY_DIFFERS.
 */
export async function copyEvents(source: Side, target: TargetSide, { from, told }: Walking = {}): Promise<Alike> {
  let { events, source: sourceEnd, target: targetEnd } = from ?? { events: 0 };
  const standing = new Ahead(target.store, targetEnd);
  try {
    const pages = followPages(source.store, { ...(sourceEnd !== undefined && { after: sourceEnd }), until: 'head' });
    for await (const page of pages) {
      const missing: StoredEvent[] = [];
      for (const event of page) {
        const there = missing.length > 0 ? undefined : await standing.next();
        if (!there) missing.push(event);
        else if (sameLeaf(event, there)) targetEnd = there.position;
        else throw differs(event, there);
      }
      if (missing.length > 0) targetEnd = await target.append(targetEnd, missing);
      events += page.length;
      sourceEnd = page.at(-1)?.position;
      told?.(events);
    }
    const more = await standing.next();
    if (more) throw differs(undefined, more);
  } finally {
    await standing.close();
  }
  return alike(events, sourceEnd, targetEnd);
}

export interface Verified extends Alike {
  /** SHA-256 over all leaf hashes in order, hex: the same on both sides. */
  readonly leaves: string;
  /** Where in the target each of the asked source positions stands. */
  readonly moved: ReadonlyMap<Position, Position>;
}

/** Reads both sides whole, hashes every event of each anew, and compares in order. Throws COPY_DIFFERS at the first difference. */
export async function verifyEvents(
  source: Side,
  target: Side,
  { told, asked = new Set() }: Walking & { readonly asked?: ReadonlySet<Position> } = {},
): Promise<Verified> {
  const leaves = createHash('sha256');
  const moved = new Map<Position, Position>();
  const standing = new Ahead(target.store);
  let events = 0;
  let last: readonly [StoredEvent, StoredEvent] | undefined;
  try {
    for await (const page of followPages(source.store, { until: 'head' })) {
      for (const event of page) {
        const there = await standing.next();
        if (!there || !sameLeaf(event, there)) throw differs(event, there);
        leaves.update(leafHash(event.bytes));
        if (asked.has(event.position)) moved.set(event.position, there.position);
        last = [event, there];
      }
      events += page.length;
      told?.(events);
    }
    const more = await standing.next();
    if (more) throw differs(undefined, more);
  } finally {
    await standing.close();
  }
  return { ...alike(events, last?.[0].position, last?.[1].position), leaves: leaves.digest('hex'), moved };
}

function alike(events: number, source: Position | undefined, target: Position | undefined): Alike {
  return { events, ...(source !== undefined && { source }), ...(target !== undefined && { target }) };
}

/** Id, type, stream and revision stand in the bytes too, and must not contradict them on either side. */
const sameLeaf = (a: StoredEvent, b: StoredEvent): boolean =>
  a.id === b.id &&
  a.type === b.type &&
  a.stream === b.stream &&
  a.revision === b.revision &&
  timingSafeEqual(leafHash(a.bytes), leafHash(b.bytes));

/** The events of a store one by one, to the end that it had at first. */
class Ahead {
  private readonly pages: AsyncGenerator<readonly StoredEvent[], void, undefined>;
  private page: readonly StoredEvent[] = [];
  private place = 0;
  private ended = false;

  constructor(store: EventStore, after?: Position) {
    this.pages = followPages(store, { ...(after !== undefined && { after }), until: 'head' });
  }

  async next(): Promise<StoredEvent | undefined> {
    while (this.place >= this.page.length && !this.ended) {
      const { value, done } = await this.pages.next();
      this.page = value ?? [];
      this.place = 0;
      this.ended = done === true;
    }
    return this.page[this.place++];
  }

  async close(): Promise<void> {
    await this.pages.return();
  }
}
