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
    // 8-4-4-4-12 digits.
    ids[row * idNumbers] = parseInt(id.slice(0, 8), 16);
    ids[row * idNumbers + 1] = parseInt(id.slice(9, 13) + id.slice(14, 18), 16);
    ids[row * idNumbers + 2] = parseInt(id.slice(19, 23) + id.slice(24, 28), 16);
    ids[row * idNumbers + 3] = parseInt(id.slice(28), 16);
    streams.set(this.keyOf(stream), row * streamNumbers);
    records.revisions[row] = revision;
    records.moments[row] = numberOf(at);
  }

  private keyOf(stream: string): Uint32Array {
    const known = this.kept.get(stream);
    if (known) return known;
    if (this.kept.size === streamsKeptMax) this.kept.clear();
    const digest = hash('sha256', stream, 'buffer');
    const key = Uint32Array.from({ length: streamNumbers }, (_, i) => digest.readUInt32BE(4 * i));
    this.kept.set(stream, key);
    return key;
  }
}

// 2026-11-20T09:00:01Z
const numberOf = (at: string): number =>
  Number(at.slice(0, 4) + at.slice(5, 7) + at.slice(8, 10) + at.slice(11, 13) + at.slice(14, 16) + at.slice(17, 19));

/** The moment behind such a number, in POSIX seconds. */
export function secondsOf(moment: number): number {
  const digits = String(moment).padStart(14, '0');
  const [, year, month, day, hours, minutes, seconds] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hours), Number(minutes), Number(seconds)) / 1000;
}
