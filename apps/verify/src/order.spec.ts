import { hash } from 'node:crypto';
import { type Disorder, OrderCheck, shareSalt } from './order.js';
import { emptyRecords, Recorder, type Records } from './records.js';

interface Row {
  readonly stream: string;
  readonly revision: number;
  readonly id?: string;
  readonly second?: number;
}

const uuid = (word: string): string =>
  hash('sha256', word, 'hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

function recordsOf(rows: readonly Row[]): Records {
  const records = emptyRecords(rows.length);
  const recorder = new Recorder();
  for (const [i, { stream, revision, id = `${stream} ${revision}`, second = 0 }] of rows.entries()) {
    const at = `2026-11-20T09:00:${String(second).padStart(2, '0')}Z`;
    recorder.record(records, i, { id: uuid(id), stream, revision, at, blobs: [], facts: 'as published', named: '' });
  }
  return records;
}

/** In bundles of 256, in so many passes. */
function disordersOf(rows: readonly Row[], shares: number): Disorder[] {
  const salt = shareSalt();
  const found: Disorder[] = [];
  for (let share = 0; share < shares; share++) {
    const order = new OrderCheck(rows.length, share, shares, salt);
    for (let first = 0; first < rows.length; first += 256) {
      order.take(recordsOf(rows.slice(first, first + 256)), first, new Set());
    }
    found.push(...order.disorders);
  }
  return found.sort((a, b) => a.place - b.place);
}

const inOrder: readonly Row[] = Array.from({ length: 3_000 }, (_, i) => ({
  stream: `subject-${i % 700}`,
  revision: Math.floor(i / 700),
  second: Math.floor(i / 60),
}));

describe.each([1, 2, 5, 40])('order, looked at in %i passes', (shares) => {
  it('is found whole when it is', () => {
    expect(disordersOf(inOrder, shares)).toEqual([]);
  });

  it('is broken by every fault that there is, once each', () => {
    const broken = inOrder
      .with(900, { stream: 'subject-new', revision: 1 })
      .with(1_000, { stream: 'subject-300', revision: 1, id: 'subject-5 0', second: 16 })
      .with(1_500, { stream: 'subject-100', revision: 2, second: 0 })
      .with(2_900, { stream: 'subject-100', revision: 2, id: 'other', second: 48 });
    expect(disordersOf(broken, shares)).toEqual([
      { kind: 'revision', place: 900, revision: 1, expected: 0 },
      { kind: 'id twice', place: 1_000, before: 5 },
      { kind: 'time', place: 1_500 },
      // Place 900 was revision 1 of subject-200.
      { kind: 'revision', place: 1_600, revision: 2, expected: 1 },
      { kind: 'revision', place: 2_900, revision: 2, expected: 4 },
    ]);
  });
});
