// Which erasures must never be undone by a backup? Those of the journal in the keep, which no backup of the database holds.
import { constants } from 'node:fs';
import { type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { type Pool, type PoolClient } from 'pg';
import { expand } from './formulas.js';
import { MacKey, type Key } from './hmac.js';
import {
  entryLine,
  headLine,
  journalDamaged,
  readLines,
  type JournalEntry,
  type JournalRead,
  type JournalSeal,
} from './journal-lines.js';
import { createPrivate, openPrivate, replacePrivate } from './private-files.js';
import { VaultError } from './vault-error.js';

/** Whoever writes the journal holds this advisory lock to the end of its transaction: several processes share one file. */
const journalLock = 4_021_990_147;
/** An order that names more is split by whoever gives it. */
const entryBytesMax = 4 * 1024 * 1024;
const fileName = 'erasures.journal';
const firstEpoch = 1;

export class Journal {
  readonly #seal: JournalSeal;
  /** What was read before: the next entry is read on from there. */
  #met: JournalRead | undefined;

  constructor(keepDir: string, ledger: string, kStatic: Key) {
    this.#seal = { path: join(keepDir, fileName), ledger, key: new MacKey(expand(kStatic, 'derbes/journal/v1')) };
  }

  /**
   * Writes an order down, durable when it returns; nothing of it may be acknowledged or destroyed before. An order that stands
   * already is not written twice: the entry that stands is answered, and it says what is to be destroyed. The transaction should
   * hold nothing else, for other writers of the journal wait for its end. Throws JOURNAL_DAMAGED, JOURNAL_NOT_WRITTEN (a full or
   * broken disk; nothing was written), JOURNAL_ENTRY_TOO_LONG, KEEP_OF_ANOTHER_LEDGER, KEEP_RIGHTS_TOO_WIDE.
   */
  async append(tx: PoolClient, entry: JournalEntry): Promise<JournalEntry> {
    const read = await this.#lock(tx);
    const standing = read.entries.get(entry.erasure);
    if (!standing) await this.#write(read, entry);
    await this.#count(tx, standing ? read.count : read.count + 1);
    return standing ?? entry;
  }

  /** All entries, the oldest first, each line verified. Throws as `append`. */
  async entries(): Promise<JournalEntry[]> {
    const found = await this.#readAll();
    return [...(found?.read.entries.values() ?? [])];
  }

  /**
   * How many entries were ever written, and of how many the database knows. Fewer in the database: it was restored from an older
   * copy, and what the journal holds is to be destroyed in it again. Throws JOURNAL_DAMAGED when it is the journal that lags behind.
   */
  async standing(db: Pool | PoolClient): Promise<{ readonly journal: number; readonly database: number }> {
    const database = await countOf(db);
    const found = await this.#readAll();
    const journal = found?.read.count ?? 0;
    if (journal < database) throw this.#lags(journal, database);
    return { journal, database };
  }

  /** Begins the journal of an epoch, with those entries of the last one that are not final with its close. */
  async restart(tx: PoolClient, epoch: number, stays: (entry: JournalEntry) => boolean): Promise<void> {
    await tx.query('select pg_advisory_xact_lock($1)', [journalLock]);
    const before = await this.#readAll();
    const kept = [...(before?.read.entries.values() ?? [])].filter(stays);
    const count = Math.max(before?.read.count ?? 0, await countOf(tx));
    // Numbers go on, so that no database of before is taken for one that knows all.
    const lines = [headLine(this.#seal, { epoch, count })];
    let read = readLines(this.#seal, Buffer.from(lines.join('')));
    for (const entry of kept) {
      const line = entryLine(this.#seal, read, entry);
      read = readLines(this.#seal, Buffer.from(line), read);
      lines.push(line);
    }
    await replacePrivate(this.#seal.path, lines.join(''));
    await this.#count(tx, count + kept.length);
  }

  async #lock(tx: PoolClient): Promise<JournalRead> {
    await tx.query('select pg_advisory_xact_lock($1)', [journalLock]);
    const database = await countOf(tx);
    const found = await this.#readOn();
    const read = found ?? (await this.#begin(tx, database));
    if (read.count < database) throw this.#lags(read.count, database);
    return read;
  }

  async #begin(tx: PoolClient, database: number): Promise<JournalRead> {
    if (database > 0) throw this.#lags(0, database);
    const { rows } = await tx.query<{ epoch: number | null }>(
      'select max(epoch) as epoch from epoch where wrapped_kek is not null',
    );
    await createPrivate(this.#seal.path, headLine(this.#seal, { epoch: rows[0]?.epoch ?? firstEpoch, count: 0 }));
    const read = await this.#readOn();
    if (!read) throw journalDamaged(this.#seal.path, 'was removed as soon as it was made');
    return read;
  }

  #lags(journal: number, database: number): VaultError {
    const { path } = this.#seal;
    return journalDamaged(
      path,
      `ends with entry ${journal}, the database knows of ${database}: it was cut short or removed`,
    );
  }

  /** Reads what was written since, by whomever, and cuts off a line that was torn; under the lock, so that nobody is writing it. */
  async #readOn(): Promise<JournalRead | undefined> {
    const file = await openPrivate(this.#seal.path, constants.O_RDWR);
    if (!file) return undefined;
    try {
      const { size } = await file.stat();
      const met = this.#met && (await begins(file, size, this.#met)) ? this.#met : undefined;
      const from = met?.bytes ?? 0;
      this.#met = undefined;
      const read = readLines(this.#seal, await bytesOf(file, from, size), met);
      if (read.bytes < size) {
        await file.truncate(read.bytes);
        await file.sync();
      }
      this.#met = read;
      return read;
    } finally {
      await file.close();
    }
  }

  /** Without the lock: what another is just writing is not there yet. */
  async #readAll(): Promise<{ readonly read: JournalRead } | undefined> {
    const file = await openPrivate(this.#seal.path);
    if (!file) return undefined;
    try {
      return { read: readLines(this.#seal, await file.readFile()) };
    } finally {
      await file.close();
    }
  }

  async #write(read: JournalRead, entry: JournalEntry): Promise<void> {
    const line = Buffer.from(entryLine(this.#seal, read, entry));
    if (line.length > entryBytesMax)
      throw new VaultError(
        'JOURNAL_ENTRY_TOO_LONG',
        `${entry.erasure} fills ${line.length} bytes, ${entryBytesMax} is the most`,
      );
    const file = await openPrivate(this.#seal.path, constants.O_WRONLY | constants.O_APPEND);
    if (!file) throw journalDamaged(this.#seal.path, 'was removed');
    try {
      await file.writeFile(line);
      await file.sync();
    } catch (error) {
      // What was written of it is torn off by the next one, were it not to succeed here.
      await file.truncate(read.bytes).catch(() => undefined);
      throw new VaultError('JOURNAL_NOT_WRITTEN', `${this.#seal.path}: ${String(error)}; nothing was destroyed`);
    } finally {
      await file.close();
    }
  }

  async #count(tx: PoolClient, count: number): Promise<void> {
    await tx.query('update erasure_journal set entries = $1 where entries <> $1', [count]);
  }
}

/** Whether it is the file that was read, or has taken its place since. */
async function begins(file: FileHandle, size: number, { head, bytes }: JournalRead): Promise<boolean> {
  const expected = Buffer.from(head);
  return bytes <= size && (await bytesOf(file, 0, expected.length)).equals(expected);
}

async function bytesOf(file: FileHandle, from: number, end: number): Promise<Buffer> {
  const content = Buffer.alloc(end - from);
  for (let at = 0; at < content.length;) {
    const { bytesRead } = await file.read(content, at, content.length - at, from + at);
    // A line that was not read must not pass for one that was torn off.
    if (bytesRead === 0) throw new VaultError('JOURNAL_DAMAGED', 'the journal became shorter while it was read');
    at += bytesRead;
  }
  return content;
}

async function countOf(db: Pool | PoolClient): Promise<number> {
  const { rows } = await db.query<{ entries: string }>('select entries from erasure_journal');
  return Number(rows[0]?.entries ?? 0);
}
