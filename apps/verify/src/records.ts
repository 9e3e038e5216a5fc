// What of each entry must be compared with others? Its id, its stream and its place there, as numbers that threads can hand over.
import { hash } from 'node:crypto';
import { type EventRead } from './event-form.js';

const idNumbers = 4;
export const streamNumbers = 4;

/** One row for each entry, in their order. `ids` and `streams` have four numbers a row. */
export interface Records {
  readonly ids: Uint32Array<ArrayBuffer>;
  /** The first 128 bits of SHA-256 of the stream's name. */
  readonly streams: Uint32Array<ArrayBuffer>;
  readonly revisions: Float64Array<ArrayBuffer>;
  /** `at` as the number YYYYMMDDhhmmss. */
  readonly moments: Float64Array<ArrayBuffer>;
}

export function emptyRecords(count: number): Records {
  return {
    ids: new Uint32Array(idNumbers * count),
    streams: new Uint32Array(streamNumbers * count),
    revisions: new Float64Array(count),
    moments: new Float64Array(count),
  };
}

/** A busy log names few streams at a time; their hashes are remembered up to this many. */
const streamsKeptMax = 4_096;

/** Fills rows from events. */
export class Recorder {
  private readonly kept = new Map<string, Uint32Array>();

  record(records: Records, row: number, { id, stream, revision, at }: EventRead): void {
    const { ids, streams } = records;
    const key = this.keyOf(stream);
    for (let i = 0; i < streamNumbers; i++) {
      ids[row * idNumbers + i] = hexNumber(id, idDigits[i] ?? []);
      streams[row * streamNumbers + i] = key[i] ?? 0;
    }
    records.revisions[row] = revision;
    records.moments[row] = decimalNumber(at, momentDigits);
  }

  private keyOf(stream: string): Uint32Array {
    const known = this.kept.get(stream);
    if (known) return known;
    if (this.kept.size === streamsKeptMax) this.kept.clear();
    const digest = hash('sha256', stream, 'hex');
    const key = new Uint32Array(streamNumbers);
    for (let i = 0; i < streamNumbers; i++) key[i] = hexNumber(digest, digestDigits[i] ?? []);
    this.kept.set(stream, key);
    return key;
  }
}

/** Where the digits of a UUID stand, eight for each number. */
const idDigits = [
  [0, 1, 2, 3, 4, 5, 6, 7],
  [9, 10, 11, 12, 14, 15, 16, 17],
  [19, 20, 21, 22, 24, 25, 26, 27],
  [28, 29, 30, 31, 32, 33, 34, 35],
];
/** Of a digest in hex. */
const digestDigits = Array.from({ length: streamNumbers }, (_, i) => Array.from({ length: 8 }, (__, n) => 8 * i + n));
/** Of 2026-11-20T09:00:01Z. */
const momentDigits = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18];

// Digit by digit: cutting and parsing the text costs five times as much.
function hexNumber(text: string, places: readonly number[]): number {
  let number = 0;
  for (const place of places) {
    const code = text.charCodeAt(place);
    number = (number << 4) | (code < 0x3a ? code - 0x30 : code - 0x57);
  }
  return number >>> 0;
}

function decimalNumber(text: string, places: readonly number[]): number {
  let number = 0;
  for (const place of places) number = number * 10 + text.charCodeAt(place) - 0x30;
  return number;
}

/** The moment behind such a number, in POSIX seconds. */
export function secondsOf(moment: number): number {
  const digits = String(moment).padStart(14, '0');
  const [, year, month, day, hours, minutes, seconds] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hours), Number(minutes), Number(seconds)) / 1000;
}
