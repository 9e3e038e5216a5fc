// Where in some bytes does any of many patterns stand? One pass, whatever their number.
import { type Pattern } from './wanted.js';

/** One bit for each hash of four bytes; a quarter of a million bits stay in the processor's cache. */
const hashBits = 18;
/** Knuth's multiplier (The Art of Computer Programming, volume 3, section 6.4). */
const multiplier = 0x9e3779b1;
/** A pattern is found by its first four bytes. */
const prefixBytes = 4;

export class Matcher {
  readonly longest: number;
  private readonly isPrefix = new Uint8Array(1 << hashBits);
  private readonly byPrefix = new Map<number, Pattern[]>();

  /** No pattern has fewer than four bytes. */
  constructor(patterns: readonly Pattern[]) {
    let longest = 0;
    for (const pattern of patterns) {
      const prefix = pattern.bytes.readUInt32BE(0);
      this.isPrefix[hashOf(prefix)] = 1;
      this.byPrefix.set(prefix, [...(this.byPrefix.get(prefix) ?? []), pattern]);
      longest = Math.max(longest, pattern.bytes.length);
    }
    this.longest = longest;
  }

  /** Tells of every pattern that stands in `bytes` and ends behind `from`, with the place where it begins. */
  search(bytes: Buffer, from: number, found: (pattern: Pattern, at: number) => void): void {
    const { isPrefix } = this;
    let window = 0;
    for (let i = 0; i < bytes.length; i++) {
      window = ((window << 8) | (bytes[i] ?? 0)) >>> 0;
      if (isPrefix[hashOf(window)] === 0 || i < prefixBytes - 1) continue;
      const at = i - prefixBytes + 1;
      for (const pattern of this.byPrefix.get(window) ?? []) {
        const end = at + pattern.bytes.length;
        if (end > from && end <= bytes.length && bytes.compare(pattern.bytes, 0, undefined, at, end) === 0)
          found(pattern, at);
      }
    }
  }
}

/** Taken out once: looked up for every byte, it would cost more than the rest of the loop where globals are slow, as under Jest. */
const { imul } = Math;
const hashOf = (prefix: number): number => imul(prefix, multiplier) >>> (32 - hashBits);
