// Does the journal of erasures hold what it acknowledged, refuse what was changed, and keep step with the database?
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { programOf, testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PoolClient } from 'pg';
import {
  makeKeep,
  openKeep,
  Vault,
  vaultMigrations,
  type Journal,
  type JournalEntry,
  type KeepPlace,
} from './index.js';
import { type JournalOrder } from './testing/journal-child.js';

// A crowded machine is no failure.
jest.setTimeout(60_000);

let db: TestDatabase;
let scratch: string;
let place: KeepPlace;
let file: string;
let journal: Journal;

beforeAll(async () => {
  db = await testDatabase(vaultMigrations);
});
afterAll(() => db.drop());
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'derbes-journal-'));
  place = { keepDir: join(scratch, 'keep'), dataDir: join(scratch, 'data') };
  file = join(place.keepDir, 'erasures.journal');
  await db.owner.query('delete from epoch');
  await db.owner.query('update erasure_journal set entries = 0');
  const keep = await makeKeep(place);
  await Vault.begin(db.app, keep);
  journal = (await Vault.open(keep, db.app)).journal;
});
afterEach(() => rm(scratch, { recursive: true }));

const entry = (more: Partial<JournalEntry> = {}): JournalEntry => ({
  erasure: randomUUID(),
  owner: `subject-${randomUUID()}`,
  scope: 'person',
  at: '2026-11-22T10:00:00Z',
  ...more,
});

async function transaction<T>(work: (tx: PoolClient) => Promise<T>, end: 'commit' | 'rollback' = 'commit'): Promise<T> {
  const tx = await db.app.connect();
  try {
    await tx.query('begin');
    const result = await work(tx);
    await tx.query(end);
    return result;
  } catch (error) {
    await tx.query('rollback');
    throw error;
  } finally {
    tx.release();
  }
}

const append = (one: JournalEntry, of = journal): Promise<JournalEntry> => transaction((tx) => of.append(tx, one));
/** As another process opens the keep, or this one after it was started anew. */
const anew = async (): Promise<Journal> => (await openKeep(place)).journal;

describe('what is appended', () => {
  it('is answered again in order, by whoever opens the keep, whole', async () => {
    expect(await journal.entries()).toEqual([]);
    const parts = [
      { eventId: randomUUID(), p: '0' },
      { eventId: randomUUID(), p: '12', scheme: 'email' },
    ];
    const written = [
      entry(),
      entry({ scope: 'category', categories: ['email', 'requisites.iban'], parts, checks: [randomUUID()] }),
      entry({ scope: 'value', parts: [], checks: [] }),
    ];
    for (const one of written) await append(one);
    expect(await journal.entries()).toEqual(written);
    expect(await (await anew()).entries()).toEqual(written);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is on the disk when it returns, before the database knows of it', async () => {
    const one = entry();
    await transaction(async (tx) => {
      await journal.append(tx, one);
      expect(await (await anew()).entries()).toEqual([one]);
      expect(await journal.standing(db.app)).toEqual({ journal: 1, database: 0 });
    });
    expect(await journal.standing(db.app)).toEqual({ journal: 1, database: 1 });
  });

  it('stays when its transaction does not, and is made good for by the next one', async () => {
    const [one, two] = [entry(), entry()];
    await transaction((tx) => journal.append(tx, one), 'rollback');
    expect(await journal.standing(db.app)).toEqual({ journal: 1, database: 0 });
    await append(two);
    expect(await journal.standing(db.app)).toEqual({ journal: 2, database: 2 });
    expect(await journal.entries()).toEqual([one, two]);
  });

  it('twice under one order is written once, and the first stands', async () => {
    const one = entry({ scope: 'value', parts: [{ eventId: randomUUID(), p: '0' }] });
    await append(one);
    expect(await append({ ...one, parts: [] })).toEqual(one);
    expect(await append(one, await anew())).toEqual(one);
    expect(await journal.entries()).toEqual([one]);
  });

  it('by several processes at once is one chain', async () => {
    const written = Array.from({ length: 12 }, () => entry());
    const writers = [journal, await anew(), await anew()];
    await Promise.all(written.map((one, i) => append(one, writers[i % writers.length])));
    const found = await journal.entries();
    expect(new Set(found.map(({ erasure }) => erasure))).toEqual(new Set(written.map(({ erasure }) => erasure)));
    expect(found).toHaveLength(written.length);
  });

  it('holds no more than a line may', async () => {
    const parts = Array.from({ length: 110_000 }, () => ({ eventId: '0'.repeat(36), p: '0' }));
    await expect(append(entry({ scope: 'value', parts }))).rejects.toMatchObject({ code: 'JOURNAL_ENTRY_TOO_LONG' });
    expect(await journal.entries()).toEqual([]);
  });
});

describe('a line that was torn off', () => {
  it('is as if it had never been begun: the next one follows what was acknowledged', async () => {
    const one = entry();
    await append(one);
    const acknowledged = (await stat(file)).size;
    await transaction((tx) => journal.append(tx, entry()), 'rollback');
    const longer = await readFile(file);
    for (const cut of [acknowledged + 1, acknowledged + 100, longer.length - 1]) {
      await writeFile(file, longer.subarray(0, cut));
      const again = await anew();
      expect(await again.entries()).toEqual([one]);
      const next = entry();
      await transaction((tx) => again.append(tx, next), 'rollback');
      expect(await again.entries()).toEqual([one, next]);
    }
  });

  it('is left alone by whoever only reads, for another may be writing it', async () => {
    await append(entry());
    const torn = Buffer.concat([await readFile(file), Buffer.from('{"at":"20')]);
    await writeFile(file, torn);
    await journal.entries();
    expect(await readFile(file)).toEqual(torn);
  });

  it('and was acknowledged is missed by the database', async () => {
    for (const one of [entry(), entry()]) await append(one);
    await truncate(file, (await stat(file)).size - 1);
    const again = await anew();
    await expect(again.standing(db.app)).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
    await expect(append(entry(), again)).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
  });
});

describe('a disk that is full', () => {
  /** No file may grow beyond so many blocks: a write stops in the middle, as on a full disk. */
  function appendWithin(blocks: string, order: JournalOrder): string {
    const words = [
      '-c',
      'ulimit -f "$1"; shift; exec "$@"',
      'sh',
      blocks,
      process.execPath,
      programOf('libs/vault/src/testing/journal-child'),
      JSON.stringify(order),
    ];
    return spawnSync('sh', words, { encoding: 'utf8' }).stdout;
  }

  it('leaves what was acknowledged, nothing of what was not, and a journal that goes on when there is room', async () => {
    const one = entry();
    await append(one);
    const { size } = await stat(file);
    const order = { postgres: db.asApp, place, entry: entry(), parts: 5_000 };
    expect(appendWithin('100', order)).toBe('JOURNAL_NOT_WRITTEN');
    expect(await journal.entries()).toEqual([one]);
    expect((await stat(file)).size).toBe(size);
    expect(await journal.standing(db.app)).toEqual({ journal: 1, database: 1 });
    expect(appendWithin('unlimited', order)).toBe('written');
    expect((await journal.entries()).map(({ erasure }) => erasure)).toEqual([one.erasure, order.entry.erasure]);
  });
});

describe('a journal that was changed is refused', () => {
  it('with a line taken out, put elsewhere, or said twice', async () => {
    for (let i = 0; i < 3; i++) await append(entry());
    const [head = '', a = '', b = '', c = ''] = (await readFile(file, 'utf8')).split(/(?<=\n)/);
    for (const lines of [
      [head, b, c],
      [head, a, c],
      [head, b, a, c],
      [head, a, a, b, c],
      [a, b, c],
      [head, head, a],
    ]) {
      await writeFile(file, lines.join(''));
      await expect((await anew()).entries()).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
    }
  });

  it('of another ledger, or with the lines of another', async () => {
    await append(entry());
    const other = { keepDir: join(scratch, 'other'), dataDir: join(scratch, 'data') };
    const theirs = (await makeKeep(other)).journal;
    await db.owner.query('update erasure_journal set entries = 0');
    await append(entry(), theirs);
    const own = await readFile(file, 'utf8');
    await copyFile(join(other.keepDir, 'erasures.journal'), file);
    await expect((await anew()).entries()).rejects.toMatchObject({ code: 'KEEP_OF_ANOTHER_LEDGER' });
    const foreign = (await readFile(file, 'utf8')).split(/(?<=\n)/)[1] ?? '';
    await writeFile(file, own + foreign);
    await expect((await anew()).entries()).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
  });

  it('when it is gone, empty or cut short, although the database knows of entries', async () => {
    for (const one of [entry(), entry()]) await append(one);
    const [head = '', first = ''] = (await readFile(file, 'utf8')).split(/(?<=\n)/);
    for (const put of [
      () => rm(file),
      () => writeFile(file, head + first, { mode: 0o600 }),
      () => writeFile(file, ''),
    ]) {
      await put();
      const again = await anew();
      await expect(again.standing(db.app)).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
      await expect(append(entry(), again)).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
    }
  });

  it('when others may read it, or it is a link', async () => {
    await append(entry());
    await chmod(file, 0o640);
    await expect((await anew()).entries()).rejects.toMatchObject({ code: 'KEEP_RIGHTS_TOO_WIDE' });
    await chmod(file, 0o600);
    await copyFile(file, join(scratch, 'elsewhere'));
    await rm(file);
    await symlink(join(scratch, 'elsewhere'), file);
    await expect((await anew()).entries()).rejects.toMatchObject({ code: 'KEEP_DAMAGED' });
  });
});

describe('the journal of the next epoch', () => {
  it('holds what is not final yet, goes on with the numbers, and is met by those who had the last one open', async () => {
    const written = [entry(), entry(), entry()];
    for (const one of written) await append(one);
    const other = await anew();
    await other.entries();
    await transaction((tx) => journal.restart(tx, 2, ({ erasure }) => erasure === written[1]?.erasure));
    expect(await journal.entries()).toEqual([written[1]]);
    expect(await journal.standing(db.app)).toEqual({ journal: 4, database: 4 });
    const next = entry();
    await append(next, other);
    expect(await journal.entries()).toEqual([written[1], next]);
    expect(await journal.standing(db.app)).toEqual({ journal: 5, database: 5 });
  });

  it('does not take a database of before for one that knows all', async () => {
    await append(entry());
    await append(entry());
    await transaction((tx) => journal.restart(tx, 2, () => false));
    await append(entry());
    await db.owner.query('update erasure_journal set entries = 1');
    expect(await journal.standing(db.app)).toEqual({ journal: 3, database: 1 });
  });

  it('begins where one was lost: with the close of the epoch nothing of it can come back', async () => {
    await append(entry());
    await rm(file);
    await transaction((tx) => journal.restart(tx, 2, () => true));
    const next = entry();
    await append(next);
    expect(await journal.entries()).toEqual([next]);
    expect(await journal.standing(db.app)).toEqual({ journal: 2, database: 2 });
  });
});
