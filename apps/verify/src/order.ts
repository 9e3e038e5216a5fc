// Is every event there once, and every stream without a gap, in order and never backwards in time? In memory for so many at a time.
import { randomFillSync } from 'node:crypto';
import { type Records, streamNumbers } from './records.js';

/** An odd number that whoever wrote the log cannot know. */
export const shareSalt = (): number => (randomFillSync(new Uint32Array(1))[0] ?? 0) | 1;

/** What one pass keeps of entries, 27 bytes each, and as much again for streams; larger logs take several passes. */
export const entriesPerPassMax = 4_194_304;

/** `before`: where the other one stands, or what was expected. */
export type Disorder =
  | { readonly kind: 'id twice'; readonly place: number; readonly before: number }
  | { readonly kind: 'revision'; readonly place: number; readonly revision: number; readonly expected: number }
  | { readonly kind: 'time'; readonly place: number };

/** What is told of at most; an export with this many faults needs no longer list. */
const disordersMax = 20;

/** Goes through the entries in the order of the log; of their ids and streams it looks at one share. */
export class OrderCheck {
  readonly disorders: Disorder[] = [];
  private readonly ids: Table;
  private readonly streams = new Table(1_024);
  private readonly next: number[] = [];
  private readonly last: number[] = [];
  /** `share` of `shares`, counted from 0. All shares of one log need one salt, or some ids and streams would be in none. */
  constructor(
    size: number,
    private readonly share: number,
    private readonly shares: number,
    private readonly salt: number,
  ) {
    this.ids = new Table(Math.ceil(size / shares));
  }

  /** `skip`: rows that are no events. */
  take(records: Records, first: number, skip: ReadonlySet<number>): void {
    const { ids, streams, revisions, moments } = records;
    for (let row = 0; row < revisions.length; row++) {
      const place = first + row;
      if (skip.size > 0 && skip.has(place)) continue;
      if (this.isOurs(ids, row)) {
        const seen = this.ids.take(ids, row * streamNumbers, place);
        if (seen !== undefined) this.tell({ kind: 'id twice', place, before: seen });
      }
      if (this.isOurs(streams, row)) this.stream(streams, row, place, revisions[row] ?? 0, moments[row] ?? 0);
    }
  }

  private stream(keys: Uint32Array, row: number, place: number, revision: number, moment: number): void {
    const known = this.streams.take(keys, row * streamNumbers, this.next.length);
    const slot = known ?? this.next.length;
    const expected = known === undefined ? 0 : (this.next[slot] ?? 0);
    if (revision !== expected) this.tell({ kind: 'revision', place, revision, expected });
    else if (known !== undefined && moment < (this.last[slot] ?? 0)) this.tell({ kind: 'time', place });
    // After a fault the count goes on from what stands there, so that one gap is one fault.
    this.next[slot] = Math.max(expected, revision + 1);
    this.last[slot] = Math.max(known === undefined ? 0 : (this.last[slot] ?? 0), moment);
  }

  private isOurs(keys: Uint32Array, row: number): boolean {
    if (this.shares === 1) return true;
    return (Math.imul(keys[row * streamNumbers] ?? 0, this.salt) >>> 0) % this.shares === this.share;
  }

  private tell(disorder: Disorder): void {
    if (this.disorders.length < disordersMax) this.disorders.push(disorder);
  }
}

/** More than this of its slots are never taken. */
const fullest = 0.75;
const keyNumbers = 4;

/** Numbers by keys of 128 bits, 20 bytes a slot: a Map of a million strings takes ten times as much. */
class Table {
  private keys: Uint32Array;
  private values: Uint32Array;
  private taken = 0;
  /** Whoever writes the ids must not be able to choose ones that fall on one slot. */
  private readonly salts = randomFillSync(new Uint32Array(keyNumbers));

  constructor(entries: number) {
    const slots = Math.ceil(Math.max(entries, 16) / fullest) + 1;
    this.keys = new Uint32Array(slots * keyNumbers);
    this.values = new Uint32Array(slots);
  }

  /** The value that this key has; when it has none, it takes this one (below 2^32 - 1). */
  take(keys: Uint32Array, at: number, value: number): number | undefined {
    if (this.taken >= this.values.length * fullest) this.grow();
    const slot = this.slotOf(keys, at);
    const found = this.values[slot] ?? 0;
    if (found !== 0) return found - 1;
    this.put(slot, keys, at, value + 1);
    return undefined;
  }

  private put(slot: number, keys: Uint32Array, at: number, stored: number): void {
    for (let i = 0; i < keyNumbers; i++) this.keys[slot * keyNumbers + i] = keys[at + i] ?? 0;
    this.values[slot] = stored;
    this.taken++;
  }

  private slotOf(keys: Uint32Array, at: number): number {
    const { salts, values } = this;
    let mixed = 0;
    for (let i = 0; i < keyNumbers; i++) {
      mixed = Math.imul(mixed ^ (keys[at + i] ?? 0) ^ (salts[i] ?? 0), 0x9e3779b1);
      mixed ^= mixed >>> 15;
    }
    let slot = (mixed >>> 0) % values.length;
    while (values[slot] !== 0 && !this.has(slot, keys, at)) slot = slot + 1 === values.length ? 0 : slot + 1;
    return slot;
  }

  private has(slot: number, keys: Uint32Array, at: number): boolean {
    for (let i = 0; i < keyNumbers; i++) if (this.keys[slot * keyNumbers + i] !== keys[at + i]) return false;
    return true;
  }

  private grow(): void {
    const { keys, values } = this;
    const slots = values.length * 2;
    this.keys = new Uint32Array(slots * keyNumbers);
    this.values = new Uint32Array(slots);
    this.taken = 0;
    for (let old = 0; old < values.length; old++) {
      const stored = values[old] ?? 0;
      if (stored !== 0) this.put(this.slotOf(keys, old * keyNumbers), keys, old * keyNumbers, stored);
    }
  }
}
