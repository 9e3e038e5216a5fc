// How do the entries themselves stand in a file? C2SP tlog-tiles: "sequences of big-endian uint16 length-prefixed log entries".
import { Malformed } from './malformed.js';
import { tileWidthMax } from './tiles.js';

/** What the length of two bytes can say. */
export const entryBytesMax = 65_535;
const prefixBytes = 2;

/** A full bundle of the largest entries: 16 MiB; whoever reads a file can refuse a larger one before it takes memory. */
export const bundleBytesMax = tileWidthMax * (prefixBytes + entryBytesMax);

/** The bundle of these entries, of which there are 1 to 256. */
export function writeBundle(entries: readonly Uint8Array[]): Buffer {
  if (entries.length < 1 || entries.length > tileWidthMax) {
    throw new Malformed('BAD_BUNDLE', `${entries.length} entries`, 'A bundle has 1 to 256 entries');
  }
  const bundle = Buffer.alloc(entries.reduce((bytes, entry) => bytes + prefixBytes + entry.length, 0));
  let at = 0;
  for (const [i, entry] of entries.entries()) {
    if (entry.length > entryBytesMax)
      throw new Malformed('TOO_LONG', `entry ${i}`, 'An entry has at most 65,535 bytes');
    bundle.writeUInt16BE(entry.length, at);
    bundle.set(entry, at + prefixBytes);
    at += prefixBytes + entry.length;
  }
  return bundle;
}

/** The entries of a bundle of `width` entries, as views into it; refused when it ends early or late. */
export function* readBundle(bundle: Uint8Array, width: number): Generator<Uint8Array, void> {
  let at = 0;
  for (let i = 0; i < width; i++) {
    const from = at + prefixBytes;
    at = entryEnd(bundle, at, i);
    yield bundle.subarray(from, at);
  }
  assertEnd(bundle, at);
}

/** Where the same entries stand: each from two numbers, its start and its end. */
export function entryPlaces(bundle: Uint8Array, width: number): Uint32Array {
  const places = new Uint32Array(2 * width);
  let at = 0;
  for (let i = 0; i < width; i++) {
    places[2 * i] = at + prefixBytes;
    places[2 * i + 1] = at = entryEnd(bundle, at, i);
  }
  assertEnd(bundle, at);
  return places;
}

/** Where the entry ends whose length stands there. */
function entryEnd(bundle: Uint8Array, at: number, i: number): number {
  const high = bundle[at];
  const low = bundle[at + 1];
  if (high === undefined || low === undefined) throw new Malformed('BAD_BUNDLE', `entry ${i}`, 'The bundle ends early');
  const end = at + prefixBytes + high * 256 + low;
  if (end > bundle.length) throw new Malformed('BAD_BUNDLE', `entry ${i}`, 'The bundle ends within the entry');
  return end;
}

function assertEnd(bundle: Uint8Array, at: number): void {
  if (at !== bundle.length) throw new Malformed('BAD_BUNDLE', `byte ${at}`, 'Bytes follow the last entry');
}
