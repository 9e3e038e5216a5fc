// Is a journal read only as it was written?
import { randomBytes, randomUUID } from 'node:crypto';
import { entryLine, headLine, readLines, type JournalEntry, type JournalSeal } from './journal-lines.js';

const seal: JournalSeal = { path: 'keep/erasures.journal', ledger: randomUUID(), key: randomBytes(32) };
const entry = (more: Partial<JournalEntry> = {}): JournalEntry => ({
  erasure: randomUUID(),
  owner: `subject-${randomUUID()}`,
  scope: 'person',
  at: '2026-11-22T10:00:00Z',
  ...more,
});

function journalOf(entries: readonly JournalEntry[]): string {
  let text = headLine(seal, { epoch: 3, count: 40 });
  let read = readLines(seal, Buffer.from(text));
  for (const one of entries) {
    const line = entryLine(seal, read, one);
    read = readLines(seal, Buffer.from(line), read);
    text += line;
  }
  return text;
}

const codeOf = (content: Buffer): unknown => {
  try {
    return readLines(seal, content).entries.size;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

const entries = [
  entry(),
  entry({ scope: 'category', categories: ['email'], parts: [{ eventId: randomUUID(), p: '0' }] }),
  entry({ scope: 'value', also: [`representative-${randomUUID()}`, `request-${randomUUID()}`] }),
];
const whole = Buffer.from(journalOf(entries));

it('whole, it says what was written, how far it goes, and of which epoch it is', () => {
  const read = readLines(seal, whole);
  expect([...read.entries.values()]).toEqual(entries);
  expect(read).toMatchObject({ epoch: 3, count: 43, bytes: whole.length });
});

it('with any bit flipped it is refused', () => {
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const flipped = Buffer.from(whole);
    flipped.writeUInt8((whole[bit >> 3] ?? 0) ^ (1 << (bit % 8)), bit >> 3);
    expect([bit, codeOf(flipped)]).toEqual([bit, expect.stringMatching(/^(JOURNAL_DAMAGED|KEEP_OF_ANOTHER_LEDGER)$/)]);
  }
});

it('cut off anywhere it holds the lines that are whole, and nothing of the one that is not', () => {
  const ends = [...whole.keys()].filter((at) => whole[at] === 0x0a).map((at) => at + 1);
  for (let cut = ends[0] ?? 0; cut < whole.length; cut++) {
    const read = readLines(seal, whole.subarray(0, cut));
    expect(read.entries.size).toBe(ends.filter((end) => end <= cut).length - 1);
    expect(read.bytes).toBe(ends.findLast((end) => end <= cut));
  }
  expect(codeOf(whole.subarray(0, 40))).toBe('JOURNAL_DAMAGED');
});

it('filled up with zeros, as a disk leaves what it did not come to write, it holds the lines that are whole', () => {
  expect(codeOf(Buffer.concat([whole, Buffer.alloc(4_096)]))).toBe(entries.length);
});

it('under another key, or of another ledger, it is refused', () => {
  expect(() => readLines({ ...seal, key: randomBytes(32) }, whole)).toThrow('JOURNAL_DAMAGED');
  expect(() => readLines({ ...seal, ledger: randomUUID(), key: randomBytes(32) }, whole)).toThrow(
    'KEEP_OF_ANOTHER_LEDGER',
  );
});
