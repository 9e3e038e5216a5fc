// How does the journal of erasures stand in a file? A line an entry, each under a MAC that covers the one before it.
import { type Key } from './hmac.js';
import { readRecord, writeRecord, type Fields } from './keep-record.js';
import { asOwnerName, type DoomedPart, type OwnerName } from './rows.js';
import { VaultError } from './vault-error.js';

/** What is to be destroyed and may never come back; enough to destroy it again on restored data. */
export interface JournalEntry {
  /** Id of the event that ordered it: an order stands in the journal once. */
  readonly erasure: string;
  readonly owner: OwnerName;
  readonly scope: 'person' | 'category' | 'value';
  /** Moment of the order, whole UTC seconds: fences begin with it. */
  readonly at: string;
  readonly categories?: readonly string[];
  /** Of a category or a value. Of a person all parts go, named or not. */
  readonly parts?: readonly DoomedPart[];
  /** Events under which checks stand that hold any of the parts; of other owners too. */
  readonly checks?: readonly string[];
  /** Owners of other kinds that go with it, wholly: whoever acted for the person, or uploaded what goes. */
  readonly also?: readonly OwnerName[];
}

/** Whose lines they are. */
export interface JournalSeal {
  readonly path: string;
  readonly ledger: string;
  readonly key: Key;
}

/** How far a journal was read. */
export interface JournalRead {
  /** The first line, by which one journal is told from the one that took its place. */
  readonly head: string;
  readonly epoch: number;
  /** Number of the last entry, counted from the ledger's beginning. */
  readonly count: number;
  /** MAC of the last line, which the next one names. */
  readonly chain: string;
  /** Bytes of whole lines. */
  readonly bytes: number;
  readonly entries: ReadonlyMap<string, JournalEntry>;
}

const kind = 'erasures/v1';
const newline = 0x0a;
const listBreak = ' ';

export const journalDamaged = (path: string, how: string): VaultError =>
  new VaultError(
    'JOURNAL_DAMAGED',
    `${path} ${how}. It says what was destroyed since the epoch began: put back a copy of this very file. Where there is none, ` +
      'remove it and close the epoch: after that no backup brings anything of it back. Until then restore no older backup.',
  );

/** The first line. `count`: number of the last entry before this file. */
export function headLine({ ledger, key }: JournalSeal, { epoch, count }: { epoch: number; count: number }): string {
  return writeRecord({ kind, ledger, epoch: String(epoch), count: String(count) }, key);
}

/** Line of the entry after `read`. */
export function entryLine({ key }: JournalSeal, read: JournalRead, entry: JournalEntry): string {
  const { erasure, owner, scope, at, categories, parts, checks, also } = entry;
  const fields = {
    n: String(read.count + 1),
    prev: read.chain,
    erasure,
    owner,
    scope,
    at,
    ...(categories && { categories: categories.join(listBreak) }),
    ...(parts && { parts: parts.map(partText).join(listBreak) }),
    ...(checks && { checks: checks.join(listBreak) }),
    ...(also && { also: also.join(listBreak) }),
  };
  return writeRecord(fields, key);
}

const partText = ({ eventId, p, scheme }: DoomedPart): string =>
  scheme === undefined ? `${eventId}/${p}` : `${eventId}/${p}/${scheme}`;

/**
 * Reads on from `before`, or from the beginning. What is left behind the last line is a line that was never whole, and so was
 * never acknowledged. Throws JOURNAL_DAMAGED, and KEEP_OF_ANOTHER_LEDGER for the journal of another.
 */
export function readLines(seal: JournalSeal, content: Buffer, before?: JournalRead): JournalRead {
  let read = before;
  let from = 0;
  for (let end = content.indexOf(newline); end >= 0; end = content.indexOf(newline, from)) {
    const line = content.toString('utf8', from, end + 1);
    from = end + 1;
    read = read ? readEntry(seal, read, line) : readHead(seal, line);
  }
  if (!read) throw journalDamaged(seal.path, 'has no first line');
  const rest = content.toString('utf8', from);
  // A line is written with its end: one that is whole but for that was whole, and was changed since.
  if (rest.length > 1 && isRecord(seal, `${rest.slice(0, -1)}\n`)) {
    throw journalDamaged(seal.path, `is changed behind entry ${read.count + 1}`);
  }
  return read;
}

function readHead(seal: JournalSeal, line: string): JournalRead {
  const fields = fieldsOf(seal, line);
  if (!fields) {
    if (!namesAnother(seal, line)) throw journalDamaged(seal.path, 'is changed in its first line');
    throw new VaultError('KEEP_OF_ANOTHER_LEDGER', `${seal.path} is not the journal of ledger ${seal.ledger}`);
  }
  if (fields['kind'] !== kind || fields['ledger'] !== seal.ledger)
    throw journalDamaged(seal.path, 'begins in its middle');
  return {
    head: line,
    epoch: Number(fields['epoch']),
    count: Number(fields['count']),
    chain: fields['mac'] ?? '',
    bytes: Buffer.byteLength(line),
    entries: new Map(),
  };
}

function namesAnother({ ledger }: JournalSeal, line: string): boolean {
  const named = /"ledger":"([0-9a-f-]{36})"/.exec(line)?.[1];
  return named !== undefined && named !== ledger;
}

function readEntry(seal: JournalSeal, read: JournalRead, line: string): JournalRead {
  const fields = fieldsOf(seal, line);
  if (!fields) throw journalDamaged(seal.path, `is changed behind entry ${read.count}`);
  const count = Number(fields['n']);
  if (fields['prev'] !== read.chain || !(count > read.count))
    throw journalDamaged(seal.path, `lacks a line behind entry ${read.count}, or holds one that is not its own`);
  const entry = entryOf(fields);
  // Grown in place: a journal of many thousand entries is not copied for each.
  const entries = read.entries as Map<string, JournalEntry>;
  entries.set(entry.erasure, entry);
  return { ...read, count, chain: fields['mac'] ?? '', bytes: read.bytes + Buffer.byteLength(line), entries };
}

function entryOf(fields: Fields): JournalEntry {
  const { erasure = '', owner = '', scope, at = '', categories, parts, checks, also } = fields;
  return {
    erasure,
    owner: asOwnerName(owner),
    scope: scope as JournalEntry['scope'],
    at,
    ...(categories !== undefined && { categories: list(categories) }),
    ...(parts !== undefined && { parts: list(parts).map(partOf) }),
    ...(checks !== undefined && { checks: list(checks) }),
    ...(also !== undefined && { also: list(also).map(asOwnerName) }),
  };
}

const list = (text: string): string[] => (text === '' ? [] : text.split(listBreak));

function partOf(text: string): DoomedPart {
  const [eventId = '', p = '', scheme] = text.split('/');
  return { eventId, p, ...(scheme !== undefined && { scheme }) };
}

/** The fields of a line, its MAC among them; undefined when the line is not as it was written. */
function fieldsOf({ path, key }: JournalSeal, line: string): Fields | undefined {
  try {
    const fields = readRecord(path, line, undefined, () => key);
    return { ...fields, mac: (JSON.parse(line) as { mac: string }).mac };
  } catch (error) {
    if (error instanceof VaultError && error.code === 'KEEP_DAMAGED') return undefined;
    throw error;
  }
}

const isRecord = (seal: JournalSeal, line: string): boolean => fieldsOf(seal, line) !== undefined;
