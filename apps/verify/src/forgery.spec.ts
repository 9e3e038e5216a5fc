import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatKeyDestroyed, formatVkey, leafHash, signNote, tileWidthMax, writeBundle } from '@derbes/transparency';
import { blobPath } from './blobs.js';
import {
  blobOf,
  canonical,
  cosignedSeconds,
  eventOf,
  ledgerEvents,
  logSigner,
  origin,
  policyOf,
  receiptOf,
  rootOf,
  signedBy,
  uuidOf,
  witnessSigner,
  writeExport,
  writeTiles,
} from './testing/test-log.js';
import { type Word } from './verdict.js';
import { Found } from './verdict.js';
import { type Asked, verify } from './verify.js';

const signing = { log: logSigner(), witnesses: [witnessSigner('a'), witnessSigner('b')] };
const policy = policyOf(signing.log, signing.witnesses);
const everyBit = process.env['DERBES_FORGERY'] === 'long';

let scratch: string;
let folder: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'derbes-forgery-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeEach(() => {
  folder = join(scratch, 'export');
  rmSync(folder, { recursive: true, force: true });
});

const kept = (name: string, text: string | Buffer) => ({ name, bytes: Buffer.from(text) });

interface Given extends Partial<Omit<Asked, 'policy' | 'checkpoints' | 'receipts'>> {
  readonly policy?: string;
  readonly checkpoints?: readonly string[];
  readonly receipts?: readonly string[];
  readonly entriesPerPass?: number;
}

/** The first word and place, as the command line would tell them. */
async function verdict({
  policy: trusted = policy,
  checkpoints = [],
  receipts = [],
  entriesPerPass,
  ...given
}: Given = {}) {
  const asked: Asked = {
    ...{ folder, blobs: false, nowSeconds: cosignedSeconds },
    policy: kept('policy', trusted),
    checkpoints: checkpoints.map((text, i) => kept(`old-${i}`, text)),
    receipts: receipts.map((text, i) => kept(`receipt-${i}`, text)),
    ...given,
  };
  try {
    const { problems } = await verify(asked, entriesPerPass === undefined ? {} : { entriesPerPass });
    const [first] = problems;
    return first
      ? { word: first.word, where: first.where, says: first.says }
      : { word: 'OK' as Word, where: '', says: '' };
  } catch (error) {
    if (error instanceof Found) return { word: error.word, where: error.where, says: error.says };
    throw error;
  }
}
const plain = (): Asked => ({
  ...{ folder, blobs: false, nowSeconds: cosignedSeconds, checkpoints: [], receipts: [] },
  policy: kept('policy', policy),
});
const word = async (given?: Given): Promise<Word> => (await verdict(given)).word;

const file = (path: string): string => join(folder, path);
function change(path: string, how: (bytes: Buffer) => Buffer | string): void {
  writeFileSync(file(path), how(readFileSync(file(path))));
}
/** The next character of the base64 alphabet. */
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const following = (character: string): string => base64.charAt(base64.indexOf(character) + 1);
const flipped = (bytes: Buffer, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
};

/** What a forger can do to a list of entries. */
const forgeries: Readonly<
  Record<'dropped' | 'twice' | 'swapped' | 'edited' | 'inserted', (all: Buffer[], at: number) => Buffer[]>
> = {
  dropped: (all, at) => all.toSpliced(at, 1),
  twice: (all, at) => all.toSpliced(at, 0, all[at] ?? Buffer.alloc(0)),
  swapped: (all, at) => all.toSpliced(at, 2, all[at + 1] ?? Buffer.alloc(0), all[at] ?? Buffer.alloc(0)),
  edited: (all, at) => all.toSpliced(at, 1, Buffer.from(String(all[at]).replace('"emitter"', '"officer"'))),
  inserted: (all, at) =>
    all.toSpliced(at, 0, eventOf({ type: 'DataUsed', stream: `subject-${uuidOf('x')}`, revision: 0 })),
};

/** Puts those entries where these stand, as many to a bundle as the signed size says; the tiles stay. */
function replaceEntries(entries: readonly Buffer[], size: number): void {
  for (let index = 0; index * tileWidthMax < size; index++) {
    const last = (index + 1) * tileWidthMax >= size;
    const part = entries.slice(index * tileWidthMax, last ? undefined : (index + 1) * tileWidthMax);
    const width = Math.min(tileWidthMax, size - index * tileWidthMax);
    const path = `tile/entries/${String(index).padStart(3, '0')}${width === tileWidthMax ? '' : `.p/${width}`}`;
    const bundle = Buffer.concat([...chunks(part)].map((chunk) => writeBundle(chunk)));
    writeFileSync(file(path), bundle);
  }
}
function* chunks(entries: readonly Buffer[]): Generator<readonly Buffer[]> {
  for (let at = 0; at < entries.length; at += tileWidthMax) yield entries.slice(at, at + tileWidthMax);
}

const small = [...ledgerEvents(26)];
const large = [...ledgerEvents(600)];

describe('an export that nobody touched', () => {
  it.each([1, 2, 7, 26, 255, 256, 257, 512, 600])('is OK with %i entries', async (size) => {
    writeExport(folder, ledgerEvents(size), signing);
    expect(await verdict()).toEqual({ word: 'OK', where: '', says: '' });
  });

  it('is OK in several passes, with older checkpoints and receipts of every size', async () => {
    writeExport(folder, large, signing);
    const sizes = [1, 5, 255, 256, 257, 511, 599, 600];
    const older = sizes.map((size) => signedBy(signing, size, rootOf(large.slice(0, size).map(leafHash))));
    const receipts = sizes.map((size, i) => receiptOf(large.slice(0, size), Math.floor(size / 2), older[i] ?? ''));
    expect(await verdict({ checkpoints: older, receipts, entriesPerPass: 100 })).toEqual({
      word: 'OK',
      where: '',
      says: '',
    });
  });

  it('may hold tiles as wide as they were under an earlier checkpoint', async () => {
    writeTiles(folder, large.slice(0, 530));
    writeExport(folder, large, signing);
    expect(existsSync(file('tile/entries/002.p/18'))).toBe(true);
    expect(await word()).toBe('OK');
    change('tile/entries/002.p/18', (bytes) => flipped(bytes, 400));
    expect(await verdict()).toMatchObject({ word: 'EDITED', where: 'tile/entries/002.p/18' });
  });
});

describe('one bit', () => {
  const few = [
    ...ledgerEvents(1),
    eventOf({ type: 'SubjectRegistered', stream: `subject-${uuidOf('s')}`, revision: 0, facts: { kind: 'person' } }),
    ...(everyBit ? small.slice(6) : []),
  ];

  it('of the checkpoint is found, whichever is flipped', async () => {
    writeExport(folder, few, signing);
    const bytes = readFileSync(file('checkpoint'));
    const words = new Map<Word, number>();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      writeFileSync(file('checkpoint'), flipped(bytes, bit));
      const found = await word();
      words.set(found, (words.get(found) ?? 0) + 1);
    }
    const expected: Word[] = ['MALFORMED_CHECKPOINT', 'BAD_SIGNATURE', 'UNKNOWN_KEY', 'BELOW_QUORUM', 'OTHER_ORIGIN'];
    expect([...words.keys()].filter((one) => !expected.includes(one))).toEqual([]);
    expect([...words.values()].reduce((sum, count) => sum + count, 0)).toBe(bytes.length * 8);
  });

  it.each([`tile/entries/000.p/${few.length}`, `tile/0/000.p/${few.length}`])(
    'of %s is found, whichever is flipped',
    async (path) => {
      writeExport(folder, few, signing);
      const bytes = readFileSync(file(path));
      const words = new Set<Word>();
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        writeFileSync(file(path), flipped(bytes, bit));
        words.add(await word());
      }
      // A length of an entry may be among the bits of a bundle.
      const expected: Word[] = path.includes('entries') ? ['EDITED', 'MALFORMED_BUNDLE'] : ['EDITED'];
      expect([...words].sort()).toEqual(expected);
    },
  );

  it('of a larger export is found', async () => {
    writeExport(folder, large, signing);
    const paths = [
      'tile/entries/000',
      'tile/entries/001',
      'tile/entries/002.p/88',
      'tile/0/000',
      'tile/0/002.p/88',
      'tile/1/000.p/2',
    ];
    for (const path of paths) {
      const bytes = readFileSync(file(path));
      // A step that shares no factor with eight walks through all bits of a byte.
      const step = Math.ceil((bytes.length * 8) / (everyBit ? 2_000 : 12)) | 1;
      for (let bit = 0; bit < bytes.length * 8; bit += step) {
        writeFileSync(file(path), flipped(bytes, bit));
        expect({ path, bit, word: await word() }).not.toMatchObject({ word: 'OK' });
      }
      writeFileSync(file(path), bytes);
    }
    expect(await word()).toBe('OK');
  });
});

describe('entries changed under an unchanged checkpoint', () => {
  const places = small.map((_, place) => place);

  it.each<[keyof typeof forgeries, Word]>([
    ['dropped', 'DROPPED'],
    ['twice', 'INSERTED'],
    ['swapped', 'REORDERED'],
    ['edited', 'EDITED'],
    ['inserted', 'INSERTED'],
  ])('are %s: %s, and where', async (how, expected) => {
    writeExport(folder, small, signing);
    for (const place of how === 'swapped' ? places.slice(0, -1) : places) {
      replaceEntries(forgeries[how](small, place), small.length);
      // Of two that are alike it is the second that was not signed.
      const where = `entry ${how === 'twice' ? place + 1 : place}`;
      expect({ place, ...(await verdict()) }).toMatchObject({ place, word: expected, where });
    }
  });

  it.each<[keyof typeof forgeries, Word]>([
    ['dropped', 'DROPPED'],
    ['twice', 'INSERTED'],
    ['swapped', 'REORDERED'],
    ['edited', 'EDITED'],
    ['inserted', 'INSERTED'],
  ])('are %s in a large log: %s, and where', async (how, expected) => {
    writeExport(folder, large, signing);
    for (const place of [0, 1, 254, 255, 256, 300, 511, 512, 598]) {
      replaceEntries(forgeries[how](large, place), large.length);
      const where = `entry ${how === 'twice' ? place + 1 : place}`;
      expect({ place, ...(await verdict()) }).toMatchObject({ place, word: expected, where });
    }
  });

  it.each<[keyof typeof forgeries, Word]>([
    ['dropped', 'DROPPED'],
    ['twice', 'INSERTED'],
    ['swapped', 'EDITED'],
    ['edited', 'EDITED'],
  ])('are %s and the tiles made anew: %s, for no more is certain', async (how, expected) => {
    for (const place of [0, 3, 300, 598]) {
      const checkpoint = writeExport(folder, large, signing);
      const size = large.length;
      rmSync(file('tile'), { recursive: true });
      writeTiles(folder, forgeries[how](large, place));
      const other = forgeries[how](large, place).length;
      for (const level of ['entries', '0']) {
        if (other !== size)
          renameSync(file(`tile/${level}/002.p/${other - 512}`), file(`tile/${level}/002.p/${size - 512}`));
      }
      writeFileSync(file('checkpoint'), checkpoint);
      expect({ place, word: await word() }).toEqual({ place, word: expected });
    }
  });
});

describe('what the log itself signs again', () => {
  const old = signedBy(signing, large.length, rootOf(large.map(leafHash)));

  it.each(Object.keys(forgeries) as (keyof typeof forgeries)[])(
    'after entries were %s is FORKED or ROLLED_BACK for whoever kept a checkpoint or a receipt',
    async (how) => {
      const earlier = signedBy(signing, 500, rootOf(large.slice(0, 500).map(leafHash)));
      const receipt = receiptOf(large, 7, old);
      for (const place of [6, 255, 256, 400]) {
        rmSync(folder, { recursive: true, force: true });
        writeExport(folder, forgeries[how](large, place), signing);
        expect(await word({ checkpoints: [earlier] })).toBe('FORKED');
        const expected = how === 'dropped' ? 'ROLLED_BACK' : 'FORKED';
        expect(await word({ checkpoints: [old] })).toBe(expected);
        expect(await word({ receipts: [receipt] })).toBe(expected);
      }
    },
  );

  it('without an event of a stream is DROPPED, even for whoever kept nothing', async () => {
    // Entries 10 to 13 are revision 1 of the first four subjects.
    writeExport(folder, forgeries.dropped(large, 11), signing);
    expect(await verdict()).toMatchObject({ word: 'DROPPED', where: 'entry 14' });
  });

  it('with an event twice is INSERTED', async () => {
    writeExport(folder, forgeries.twice(large, 300), signing);
    expect(await verdict({ entriesPerPass: 128 })).toMatchObject({ word: 'INSERTED', where: 'entry 301' });
  });

  it('with a second event at the same revision is INSERTED', async () => {
    const again = String(large[300]).replace(/"id":"[^"]+"/, `"id":"${uuidOf('again')}"`);
    writeExport(folder, large.toSpliced(301, 0, Buffer.from(again)), signing);
    expect(await verdict({ entriesPerPass: 128 })).toMatchObject({ word: 'INSERTED', where: 'entry 301' });
  });

  it('with a stream out of order is REORDERED', async () => {
    // Entry 6 is revision 0 and entry 10 revision 1 of one subject.
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = [large[6], large[10]];
    writeExport(folder, large.with(6, second).with(10, first), signing);
    expect(await verdict()).toMatchObject({ word: 'REORDERED', where: 'entry 6' });
  });

  it('with a stream that goes back in time is TIME_BACKWARDS', async () => {
    const earlier = String(large[10]).replace('"at":"2026-11-20T09:00:04Z"', '"at":"2026-11-20T08:59:59Z"');
    writeExport(folder, large.with(10, Buffer.from(earlier)), signing);
    expect(await verdict()).toMatchObject({ word: 'TIME_BACKWARDS', where: 'entry 10' });
  });

  it.each<[string, (event: Buffer) => Buffer | string]>([
    ['white space', (event) => String(event).replace(',', ', ')],
    ['a number', (event) => String(event).replace('"v":"1"', '"v":1')],
    ['a field of no event', (event) => canonical({ ...(JSON.parse(String(event)) as object), extra: 'x' })],
    ['bytes that are no text', () => Buffer.from([0xff, 0xfe])],
    ['nothing', () => ''],
  ])('with an entry that is no event (%s) is MALFORMED_EVENT', async (_name, how) => {
    writeExport(folder, large.with(40, Buffer.from(how(large[40] ?? Buffer.alloc(0)))), signing);
    expect(await verdict()).toMatchObject({ word: 'MALFORMED_EVENT', where: 'entry 40' });
  });

  it.each<[string, object, string]>([
    ['a field that the schema does not have', { note: 'x' }, 'facts has a field that it must not have'],
    ['a field left out', { holder: undefined }, 'facts.holder is absent'],
    ['a code that is none', { purposes: ['account', 'Anna Smith'] }, 'facts.purposes[1] has not its form'],
    ['a telephone number as a code', { purposes: ['a87771234567'] }, 'facts.purposes[0] has not its form'],
    ['a text of another alphabet', { holder: 'система' }, 'facts.holder has not its form'],
    ['an object in place of a list', { categories: {} }, 'facts.categories has not its form'],
    ['an empty list', { categories: [] }, 'facts.categories has 0 items'],
  ])('with facts that break the schema of their type (%s) is BAD_FACTS', async (_name, changed, says) => {
    const event = JSON.parse(String(large[40])) as { facts: object };
    const bytes = canonical({ ...event, facts: { ...event.facts, ...changed } });
    writeExport(folder, large.with(40, Buffer.from(bytes)), signing);
    expect(await verdict()).toEqual({
      ...{ word: 'BAD_FACTS', where: 'entry 40' },
      says: `breaks the schema of DataCollected@1: ${says}`,
    });
  });

  it.each([
    ['a type', { type: 'CometSeen' }, 'CometSeen@1'],
    ['a version', { v: '7' }, 'DataCollected@7'],
  ])('with %s that no schema tells of is no fault of the log, and is noted', async (_name, changed, named) => {
    const event = JSON.parse(String(large[40])) as object;
    writeExport(folder, large.with(40, Buffer.from(canonical({ ...event, ...changed }))), signing);
    const { problems, notes } = await verify({ ...plain(), folder }, {});
    expect(problems).toEqual([]);
    expect(notes).toEqual([expect.stringContaining(`no schema of ${named} is known (entry 40 is the first)`)]);
  });

  it('with an empty tree in its checkpoint is ROLLED_BACK', async () => {
    writeExport(folder, [], signing);
    expect(await word()).toBe('OK');
    expect(await word({ checkpoints: [old] })).toBe('ROLLED_BACK');
  });
});

describe('what the ledger says of itself', () => {
  const ledger = (...told: [type: string, facts: object][]): Buffer[] =>
    told.map(([type, facts], revision) => eventOf({ type, facts, stream: 'ledger', revision }));
  const opened: [string, object] = ['LedgerOpened', { ledger: uuidOf('l'), origin, format: 'derbes.ledger/v1' }];
  const epoch = (number: string): [string, object] => [
    'EpochOpened',
    { epoch: number, custodians: [{ name: 'file', kcv: 'ABEiMw' }] },
  ];
  const closed = (of: string): [string, object] => [
    'EpochClosed',
    { epoch: of, survivors: { owners: '1', tokens: '1' }, erasures: '0', list: '0'.repeat(64) },
  ];
  const destroyed = (of: string, kcv = '00112233', custodian = 'file'): [string, object] => [
    'KeyDestroyed',
    { epoch: of, custodian, kcv, destroyed: '2026-11-20T09:00:00Z' },
  ];

  it('is OK when an epoch opens, closes and its key goes', async () => {
    writeExport(folder, ledger(opened, epoch('1'), epoch('2'), closed('1'), destroyed('1')), signing);
    expect(await word()).toBe('OK');
  });

  it.each<[string, [string, object][], Word]>([
    ['no opening', [epoch('1')], 'MALFORMED_EVENT'],
    ['two openings', [opened, opened], 'INSERTED'],
    ['another origin', [['LedgerOpened', { ...opened[1], origin: 'other.example' }]], 'OTHER_ORIGIN'],
    ['an epoch left out', [opened, epoch('2')], 'KEY_HISTORY_WRONG'],
    ['an epoch closed that was not opened', [opened, closed('1')], 'KEY_HISTORY_WRONG'],
    ['a key destroyed before the close', [opened, epoch('1'), destroyed('1')], 'KEY_HISTORY_WRONG'],
    [
      'a key of another custodian',
      [opened, epoch('1'), closed('1'), destroyed('1', '00112233', 'hsm')],
      'KEY_HISTORY_WRONG',
    ],
    ['another key', [opened, epoch('1'), closed('1'), destroyed('1', '44556677')], 'KEY_HISTORY_WRONG'],
    ['a key destroyed twice', [opened, epoch('1'), closed('1'), destroyed('1'), destroyed('1')], 'KEY_HISTORY_WRONG'],
    ['a signing key that is none', [opened, ['SigningKeyAdded', { number: '1', vkey: 'x' }]], 'KEY_HISTORY_WRONG'],
  ])('is told with %s', async (_name, told, expected) => {
    writeExport(folder, ledger(...told), signing);
    expect(await word()).toBe(expected);
  });

  describe('of a key that was destroyed', () => {
    const said = { epoch: '1', custodian: 'file', kcv: '00112233', destroyed: '2026-11-20T09:00:00Z' };
    const signed = (by = signing.log, of: object = {}): string =>
      signNote(formatKeyDestroyed({ ...said, origin, ...of }), [by]);

    it.each<[string, unknown, Word]>([
      ['a note by a key of the log', signed(), 'OK'],
      ['no note', undefined, 'KEY_HISTORY_WRONG'],
      ['a note by another key', signed(logSigner('other')), 'KEY_HISTORY_WRONG'],
      ['a note of another custodian', signed(signing.log, { custodian: 'file-copy' }), 'KEY_HISTORY_WRONG'],
      ['a note of another time', signed(signing.log, { destroyed: '2026-11-20T09:00:01Z' }), 'KEY_HISTORY_WRONG'],
      ['a note that was changed', signed().replace('\nfile\n', '\nhsm\n'), 'KEY_HISTORY_WRONG'],
      ['a note that is none', 'gone', 'KEY_HISTORY_WRONG'],
    ])('is told with %s', async (_name, note, expected) => {
      const added: [string, object] = ['SigningKeyAdded', { number: '1', vkey: formatVkey(signing.log.key) }];
      const before = ledger(opened, epoch('1'), added, closed('1'));
      const gone = { type: 'KeyDestroyed', stream: 'ledger', revision: before.length, facts: { ...said, note } };
      writeExport(folder, [...before, eventOf({ ...gone, v: '2' })], signing);
      expect(await word()).toBe(expected);
    });
  });

  it('opens older checkpoints by keys that it names and the policy does not', async () => {
    const next = { ...signing, log: logSigner('next') };
    writeExport(folder, ledgerEvents(30), next);
    const older = signedBy(signing, 20, rootOf([...ledgerEvents(20)].map(leafHash)));
    const trusted = policyOf(next.log, signing.witnesses);
    expect(await word({ policy: trusted, checkpoints: [older] })).toBe('OK');
    const stranger = signedBy(
      { ...signing, log: logSigner('stranger') },
      20,
      rootOf([...ledgerEvents(20)].map(leafHash)),
    );
    expect(await word({ policy: trusted, checkpoints: [stranger] })).toBe('UNKNOWN_KEY');
  });
});

describe('whom to believe', () => {
  it('is a key of the policy: another is UNKNOWN_KEY', async () => {
    writeExport(folder, small, { ...signing, log: logSigner('other') });
    expect(await word()).toBe('UNKNOWN_KEY');
  });

  it('is a log of the policy: another is OTHER_ORIGIN', async () => {
    const other = { ...signing, log: logSigner('log', 'other.example/log') };
    const { root } = writeTiles(folder, small);
    writeFileSync(file('checkpoint'), signedBy(other, small.length, root, 'other.example/log'));
    expect(await word()).toBe('OTHER_ORIGIN');
    // The right key under another log's name signs for nobody here.
    writeFileSync(file('checkpoint'), signedBy(signing, small.length, root, 'other.example/log'));
    expect(await word()).toBe('OTHER_ORIGIN');
  });

  it('is a quorum of witnesses: fewer are BELOW_QUORUM', async () => {
    writeExport(folder, small, { ...signing, witnesses: signing.witnesses.slice(0, 1) });
    expect(await word()).toBe('BELOW_QUORUM');
    expect(await word({ policy: policyOf(signing.log, signing.witnesses, 'any') })).toBe('OK');
  });

  it('is no witness who signs under the name of another', async () => {
    const impostor = { key: witnessSigner('b').key, sign: (text: string) => witnessSigner('impostor').sign(text) };
    writeExport(folder, small, { ...signing, witnesses: [witnessSigner('a'), impostor] });
    expect(await word()).toBe('BAD_SIGNATURE');
  });

  it('is a policy that says so: a malformed one is WRONG_POLICY', async () => {
    writeExport(folder, small, signing);
    expect(await word({ policy: policy.replaceAll('\n', '\r\n') })).toBe('WRONG_POLICY');
    expect(await word({ policy: 'quorum none\n' })).toBe('WRONG_POLICY');
  });

  it.each<[string, (note: string) => string]>([
    ['CRLF', (note) => note.replaceAll('\n', '\r\n')],
    ['no signature', (note) => note.slice(0, note.indexOf('\n\n') + 2)],
    ['no last newline', (note) => note.slice(0, -1)],
    ['10,000 signature lines', (note) => note + note.slice(note.lastIndexOf('—')).repeat(10_000)],
    ['base64 without padding', (note) => note.replaceAll(/=+\n/g, '\n')],
    // Two bits of the last character before one "=" belong to no byte.
    [
      'base64 with loose bits',
      (note) => note.replace(/(— ledger.*)(.)=\n/, (_, line: string, last: string) => `${line}${following(last)}=\n`),
    ],
    ['a byte order mark', (note) => `\ufeff${note}`.replace('ledger.example', 'ledger.example\u0001')],
    ['two megabytes', (note) => note + 'x'.repeat(2_000_000)],
    ['an extension line', (note) => note.replace('\n\n', '\nextension\n\n')],
    ['a size with a zero before it', (note) => note.replace('\n26\n', '\n026\n')],
  ])('is no checkpoint with %s', async (name, how) => {
    const note = writeExport(folder, small, signing);
    const changed = how(note);
    expect(changed).not.toBe(note);
    writeFileSync(file('checkpoint'), changed);
    // What a known key did not sign is refused before it is looked at.
    const unsigned = ['an extension line', 'a size with a zero before it'].includes(name);
    expect(await word()).toBe(unsigned ? 'BAD_SIGNATURE' : 'MALFORMED_CHECKPOINT');
  });

  it('is nothing older than --max-age, by what witnesses say', async () => {
    writeExport(folder, small, signing);
    expect(await word({ maxAgeSeconds: 3_600, nowSeconds: cosignedSeconds + 3_600 })).toBe('OK');
    expect(await word({ maxAgeSeconds: 3_600, nowSeconds: cosignedSeconds + 3_601 })).toBe('STALE');
    expect(await word({ maxAgeSeconds: 3_600, nowSeconds: cosignedSeconds - 301 })).toBe('STALE');
    // One witness that is late does not make a quorum of two.
    writeExport(folder, small, {
      ...signing,
      witnesses: [witnessSigner('a'), witnessSigner('b', cosignedSeconds - 9_000)],
    });
    expect(await word({ maxAgeSeconds: 3_600, nowSeconds: cosignedSeconds })).toBe('STALE');
  });

  it('is nothing older than --max-age, by the newest entry where nobody cosigns', async () => {
    writeExport(folder, small, { ...signing, witnesses: [] });
    const trusted = policyOf(signing.log);
    const newest = Date.UTC(2026, 10, 20, 9, 0, 19) / 1000;
    expect(await word({ policy: trusted, maxAgeSeconds: 60, nowSeconds: newest + 60 })).toBe('OK');
    expect(await word({ policy: trusted, maxAgeSeconds: 60, nowSeconds: newest + 61 })).toBe('STALE');
  });
});

describe('older checkpoints and receipts', () => {
  const note = signedBy(signing, small.length, rootOf(small.map(leafHash)));
  beforeEach(() => {
    writeExport(folder, small, signing);
  });

  it('are FORKED when another history of the same size was signed', async () => {
    const fork = signedBy(signing, small.length, rootOf(forgeries.edited(small, 8).map(leafHash)));
    expect(await verdict({ checkpoints: [note, fork] })).toMatchObject({ word: 'FORKED', where: 'old-1' });
  });

  it('are FORKED by a receipt of an entry that stands there no more', async () => {
    const others = forgeries.edited(small, 8);
    const fork = signedBy(signing, others.length, rootOf(others.map(leafHash)));
    expect(await word({ receipts: [receiptOf(others, 8, fork)] })).toBe('FORKED');
    expect(await word({ receipts: [receiptOf(others, 8, fork, false)] })).toBe('FORKED');
  });

  it('are told apart from files that are none, or that nobody signed', async () => {
    expect(await word({ checkpoints: ['derbes'] })).toBe('MALFORMED_CHECKPOINT');
    expect(await word({ receipts: [note] })).toBe('MALFORMED_RECEIPT');
    expect(await word({ checkpoints: [note.replace('\n26\n', '\n25\n')] })).toBe('BAD_SIGNATURE');
    const stranger = signedBy({ ...signing, log: logSigner('stranger') }, 26, rootOf(small.map(leafHash)));
    expect(await word({ checkpoints: [stranger] })).toBe('UNKNOWN_KEY');
    expect(await word({ receipts: [receiptOf(small, 8, stranger)] })).toBe('UNKNOWN_KEY');
  });

  it('are receipts only with a quorum, and older checkpoints without', async () => {
    const alone = signedBy({ ...signing, witnesses: [] }, small.length, rootOf(small.map(leafHash)));
    expect(await word({ checkpoints: [alone] })).toBe('OK');
    expect(await word({ receipts: [receiptOf(small, 8, alone)] })).toBe('BELOW_QUORUM');
  });

  it('are receipts only when they lead from their entry to the root', async () => {
    const receipt = receiptOf(small, 8, note);
    const other = receiptOf(small, 9, note);
    expect(await word({ receipts: [receipt, other] })).toBe('OK');
    const extra = (text: string): string => /extra .*/.exec(text)?.[0] ?? '';
    expect(await word({ receipts: [receipt.replace(extra(receipt), extra(other))] })).toBe('BAD_RECEIPT');
    expect(await word({ receipts: [receipt.replace('index 8', 'index 9')] })).toBe('BAD_RECEIPT');
    expect(await word({ receipts: [receipt.replace('index 8', 'index 26')] })).toBe('BAD_RECEIPT');
    const bare = receiptOf(small, 8, note, false);
    expect(await word({ receipts: [bare] })).toBe('OK');
    expect(await word({ receipts: [bare.replace('index 8', 'index 10')] })).toBe('BAD_RECEIPT');
    expect(await word({ receipts: [receipt.replace(extra(receipt), `extra ${'A'.repeat(90_000)}`)] })).toBe(
      'MALFORMED_RECEIPT',
    );
  });

  it('are found wrong for every bit of a receipt that its proof or signatures cover', async () => {
    const receipt = Buffer.from(receiptOf(small, 8, note));
    const step = everyBit ? 1 : 29;
    for (let bit = 0; bit < receipt.length * 8; bit += step) {
      expect({ bit, word: await word({ receipts: [flipped(receipt, bit).toString('latin1')] }) }).not.toMatchObject({
        word: 'OK',
      });
    }
  });
});

describe('a folder', () => {
  beforeEach(() => {
    writeExport(folder, large, signing);
  });

  it('that is not there, or has no checkpoint, is NOT_AN_EXPORT', async () => {
    expect(await word({ folder: join(scratch, 'nothing') })).toBe('NOT_AN_EXPORT');
    rmSync(file('checkpoint'));
    expect(await word()).toBe('NOT_AN_EXPORT');
  });

  it.each([
    ['tile/entries/001', 'DROPPED'],
    ['tile/entries/002.p/88', 'DROPPED'],
    ['tile/0/001', 'DROPPED'],
    ['tile/1/000.p/2', 'DROPPED'],
  ])('without %s is %s', async (path, expected) => {
    rmSync(file(path));
    expect(await verdict()).toMatchObject({ word: expected, where: path });
  });

  it.each(['tile/0/001', 'tile/1/000.p/2', 'tile/0/002.p/88'])('with %s of another width is EDITED', async (path) => {
    const bytes = readFileSync(file(path));
    for (const other of [
      bytes.subarray(0, -32),
      bytes.subarray(0, -1),
      Buffer.concat([bytes, bytes]),
      Buffer.alloc(20_000),
    ]) {
      writeFileSync(file(path), other);
      expect(await verdict()).toMatchObject({ word: 'EDITED', where: path });
    }
  });

  it('with a bundle cut short is MALFORMED_BUNDLE, or DROPPED where an entry ends', async () => {
    change('tile/entries/001', (bytes) => bytes.subarray(0, -5));
    expect(await verdict()).toMatchObject({ word: 'MALFORMED_BUNDLE', where: 'tile/entries/001' });
    replaceEntries(large.slice(0, -3), large.length);
    expect(await verdict()).toMatchObject({ word: 'DROPPED', where: 'entry 597' });
    change('tile/entries/002.p/88', () => '');
    expect(await verdict()).toMatchObject({ word: 'DROPPED', where: 'entry 512' });
  });

  it('with a bundle larger than any is MALFORMED_BUNDLE, and takes no memory for it', async () => {
    truncateSync(file('tile/entries/001'), 1e12);
    expect(await verdict()).toMatchObject({ word: 'MALFORMED_BUNDLE', where: 'tile/entries/001' });
  });

  it.each(['tile/entries/003', 'tile/entries/002.p/89', 'tile/entries/002', 'tile/2/000.p/1', 'tile/0/x001/000'])(
    'with %s, which no checkpoint covers, is INSERTED',
    async (path) => {
      mkdirSync(join(file(path), '..'), { recursive: true });
      writeFileSync(file(path), 'more');
      expect(await verdict()).toMatchObject({ word: 'INSERTED', where: path });
    },
  );

  it.each([
    'tile/entries/0003',
    'tile/0/01',
    'tile/64/000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'evil',
    'tile/0/.hidden',
    'CHECKPOINT2',
  ])('with %s is FOREIGN_FILE', async (path) => {
    mkdirSync(join(file(path), '..'), { recursive: true });
    writeFileSync(file(path), 'x');
    expect(await verdict()).toMatchObject({ word: 'FOREIGN_FILE', where: path });
  });

  it('with a link in the place of a file is not OK, even when the link leads to the same bytes', async () => {
    for (const path of ['tile/entries/001', 'tile/0/001', 'tile/1/000.p/2', 'checkpoint']) {
      cpSync(file(path), join(scratch, 'elsewhere'));
      rmSync(file(path));
      symlinkSync(join(scratch, 'elsewhere'), file(path));
      expect({ path, word: await word() }).not.toMatchObject({ word: 'OK' });
      rmSync(file(path));
      cpSync(join(scratch, 'elsewhere'), file(path));
    }
    expect(await word()).toBe('OK');
    symlinkSync('/', file('tile/more'));
    expect(await word()).toBe('FOREIGN_FILE');
  });

  it('with a pipe or a folder in the place of a file is not OK, and is not waited for', async () => {
    rmSync(file('tile/entries/001'));
    execFileSync('mkfifo', [file('tile/entries/001')]);
    expect(await word()).toBe('FOREIGN_FILE');
    rmSync(file('tile/entries/001'));
    mkdirSync(file('tile/entries/001'));
    expect(await word()).toBe('FOREIGN_FILE');
  });

  it('may hold what every export holds beside the log', async () => {
    for (const name of ['README.md', 'log.policy']) writeFileSync(file(name), policy);
    expect(await word()).toBe('OK');
  });

  it('with another history of keys than its entries tell is EDITED', async () => {
    const [, , added] = large.map((entry) => JSON.parse(String(entry)) as { at: string; facts: { vkey: string } });
    const keys = [{ leaf: '2', at: added?.at, number: '1', vkey: added?.facts.vkey }];
    const text = `${JSON.stringify({ format: 'derbes.keys/v1', origin, keys }, null, 2)}\n`;
    writeFileSync(file('keys.json'), text);
    expect(await word()).toBe('OK');
    writeFileSync(file('keys.json'), text.replace('"number": "1"', '"number": "2"'));
    expect(await verdict()).toMatchObject({ word: 'EDITED', where: 'keys.json' });
  });

  it('that was not exported to the end is NOT_AN_EXPORT', async () => {
    renameSync(file('checkpoint'), file('checkpoint.unfinished'));
    expect(await verdict()).toMatchObject({ word: 'NOT_AN_EXPORT', where: 'checkpoint.unfinished' });
  });
});

describe('sealed values', () => {
  /** Entry 10 is revision 1 of the subject of entry 6. */
  const streamOf = (entry: Buffer | undefined): string => (JSON.parse(String(entry)) as { stream: string }).stream;
  const pathOf = (place: number): string => blobPath((JSON.parse(String(small[place])) as { id: string }).id, 0);
  beforeEach(() => {
    writeExport(folder, small, signing);
    for (const place of [10, 11, 12]) {
      mkdirSync(join(file(pathOf(place)), '..'), { recursive: true });
      writeFileSync(file(pathOf(place)), blobOf(streamOf(small[place]), 1));
    }
  });

  it('are OK when they are what their events name, and the others are gone', async () => {
    expect(await word({ blobs: true })).toBe('OK');
    rmSync(file('blobs'), { recursive: true });
    expect(await word()).toBe('OK');
    expect(await word({ blobs: true })).toBe('NOT_AN_EXPORT');
  });

  it('are BLOB_SWAPPED when two change places, or a bit of one is flipped', async () => {
    const [ten, eleven] = [readFileSync(file(pathOf(10))), readFileSync(file(pathOf(11)))];
    writeFileSync(file(pathOf(10)), eleven);
    expect(await verdict()).toMatchObject({ word: 'BLOB_SWAPPED', where: pathOf(10) });
    for (let bit = 0; bit < ten.length * 8; bit += 5) {
      writeFileSync(file(pathOf(10)), flipped(ten, bit));
      expect(await word()).toBe('BLOB_SWAPPED');
    }
    writeFileSync(file(pathOf(10)), ten);
    expect(await word()).toBe('OK');
  });

  it('are INSERTED when no event names them', async () => {
    writeFileSync(`${file(pathOf(10))}0`, 'x');
    expect(await word()).toBe('INSERTED');
  });
});
