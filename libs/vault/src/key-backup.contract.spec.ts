// Does the backup of keys bring back everybody after the database is lost, and nobody of an epoch that is closed?
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeEpoch, type CloseProgress } from './epoch-close.js';
import { inTransaction } from './in-transaction.js';
import { KeyBackup } from './key-backup.js';
import { restoreKeys } from './key-restore.js';
import { makeKeep, openKeep, type Keep, type KeepPlace } from './keep.js';
import { vaultMigrations } from './migrations.js';
import { noRows } from './rows.js';
import { emailOf, everything, somebody, whatOpens, write, type Person } from './testing/people.js';
import { TableLedger } from './testing/table-ledger.js';
import { Vault } from './vault.js';

const at = '2026-11-20T09:00:00Z';
let db: TestDatabase;
let scratch: string;
/** On another file system than the rest, if this machine has one at hand. */
let apart: string;
let place: KeepPlace;
let keep: Keep;
let vault: Vault;
let ledger: TableLedger;
let backup: KeyBackup;
let dir: string;
let count = 0;

const memory = '/dev/shm';
const isApart = async (): Promise<boolean> =>
  (await stat(memory).catch(() => undefined))?.dev !== undefined &&
  (await stat(memory)).dev !== (await stat(tmpdir())).dev;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'derbes-keys-'));
  apart = (await isApart()) ? await mkdtemp(join(memory, 'derbes-keys-')) : join(scratch, 'apart');
  await mkdir(apart, { recursive: true });
});
afterAll(async () => {
  await db?.drop();
  await rm(scratch, { recursive: true });
  await rm(apart, { recursive: true, force: true });
});
beforeEach(async () => {
  await db?.drop();
  db = await testDatabase(vaultMigrations);
  await TableLedger.make(db.owner);
  const own = join(scratch, String(count));
  dir = join(apart, String(count++));
  place = { keepDir: join(own, 'keep'), dataDir: join(own, 'data') };
  keep = await makeKeep(place);
  await mkdir(place.dataDir);
  await Vault.begin(db.app, keep);
  vault = await Vault.open(keep, db.app);
  ledger = new TableLedger(db.app, vault);
  backup = await KeyBackup.open(db.app, keep, { dir, keepDir: place.keepDir, dataDir: place.dataDir });
});

const code = (wanted: string): object => expect.objectContaining({ code: wanted });
const crowd = async (size: number): Promise<Person[]> => {
  const people: Person[] = [];
  for (let i = 0; i < size; i++) people.push(await somebody(db.app, vault));
  return people;
};

async function close(more: { acceptSingleCopy?: boolean } = {}): Promise<CloseProgress | undefined> {
  let last: CloseProgress | undefined;
  const parts = { app: db.app, keep, vault, ledger, backup, clock: () => new Date() };
  for await (const progress of closeEpoch(parts, { by: 'admin', ...more })) last = progress;
  return last;
}

/** Rounds until what was written by now is in a file: transactions of other tests on this server hold the snapshot back. */
async function caughtUp(by = backup): Promise<void> {
  const since = performance.now();
  for (;;) {
    await by.round();
    const { lagMs } = by.status();
    if (lagMs !== undefined && performance.now() - lagMs >= since) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The tables of keys are lost; values, events and claims are not. */
async function lose(): Promise<void> {
  await db.owner.query('truncate epoch, key_owner, part_key, lookup, lookup_past, token_fence, epoch_close, key_gone');
}

const restore = (from = dir) =>
  inTransaction(db.app, async (tx) => restoreKeys(tx, from, await openKeep(place, keep.ledger)));

describe('rounds', () => {
  it('bring back everybody, with what changed between them', async () => {
    const [gone, moved, to, ...others] = (await crowd(6)) as [Person, Person, Person, ...Person[]];
    await caughtUp();
    const late = await somebody(db.app, vault);
    const [first = '', second = ''] = moved.emails;
    const held = (email: string) => ({
      from: moved.owner,
      since: at,
      until: '2026-11-21T09:00:00Z',
      claim: null,
      email,
    });
    const { email, ...one } = held(first);
    const token = vault.token(emailOf(email));
    const unlinked = vault.tokenMove(vault.token(emailOf(second)), {
      from: moved.owner,
      since: at,
      until: one.until,
      claim: null,
    });
    expect(
      await write(db.app, {
        ...noRows,
        moves: [vault.tokenMove(token, { ...one, to: vault.tokenRow(token, to.owner, null) }), unlinked],
      }),
    ).toBeUndefined();
    await inTransaction(db.app, (tx) =>
      vault.destroyParts(tx, moved.owner, { parts: [{ eventId: moved.eventId, p: '1' }], checks: [] }),
    );
    await ledger.erase({ erasure: randomUUID(), owner: gone.owner, scope: 'person', at });
    await caughtUp();
    expect((await readdir(dir)).length).toBeGreaterThan(1);
    await lose();
    expect((await restore()).epoch).toBe(1);
    const again = await Vault.open(keep, db.app);
    for (const person of [late, ...others]) expect(await whatOpens(again, person)).toEqual(everything(person));
    const kept = { ...moved, parts: moved.parts.slice(0, 1) };
    expect(await whatOpens(again, kept)).toEqual([moved.name, `live ${to.owner}`]);
    expect((await again.ownersOf([gone.owner])).get(gone.owner)?.state).toBe('erased');
    expect(await again.holders([vault.token(emailOf(second))])).toMatchObject({ size: 1 });
    const fenced = gone.emails.map((one) => vault.token(emailOf(one)));
    for (const { token: bytes } of fenced) {
      expect((await again.fencesOf(fenced)).get(bytes.toString('hex'))).toEqual([{ since: at }]);
    }
  });

  it('tell how old a change may be that is in no file, and never leave out one that ended late', async () => {
    expect(backup.status()).toMatchObject({ lagMs: undefined });
    await crowd(1);
    await caughtUp();
    const slow = await db.app.connect();
    try {
      await slow.query('begin');
      await slow.query(`update key_owner set generation = 1`);
      const began = performance.now();
      await crowd(1);
      for (let n = 0; n < 3; n++) {
        await backup.round();
        // What was committed behind a change that is still open is in no file yet, and does not count as covered.
        const lagMs = backup.status().lagMs ?? 0;
        expect(performance.now() - lagMs).toBeLessThanOrEqual(began);
      }
      await slow.query('commit');
    } finally {
      slow.release();
    }
    await caughtUp();
    await lose();
    await restore();
    const { rows } = await db.app.query<{ generation: number }>('select generation from key_owner');
    expect(rows.map(({ generation }) => generation).sort()).toEqual([0, 1]);
  });

  it('know an identifier that was unlinked and linked again between two of them', async () => {
    const [from, to] = (await crowd(2)) as [Person, Person];
    await caughtUp();
    const token = vault.token(emailOf(from.emails[0] ?? ''));
    const interval = { from: from.owner, since: at, until: '2026-11-21T09:00:00Z', claim: null };
    expect(await write(db.app, { ...noRows, moves: [vault.tokenMove(token, interval)] })).toBeUndefined();
    expect(await write(db.app, { ...noRows, tokens: [vault.tokenRow(token, to.owner, null)] })).toBeUndefined();
    await caughtUp();
    await lose();
    await restore();
    const found = (await (await Vault.open(keep, db.app)).holders([token])).get(token.token.toString('hex'));
    expect(found?.holder?.owner).toBe(to.owner);
  });

  it('go on from where another process, or a start before, ended', async () => {
    const people = await crowd(2);
    await backup.round();
    const other = await KeyBackup.open(db.app, keep, { dir, keepDir: place.keepDir, dataDir: place.dataDir });
    people.push(...(await crowd(1)));
    await caughtUp(other);
    people.push(...(await crowd(1)));
    await caughtUp();
    await lose();
    await restore();
    const again = await Vault.open(keep, db.app);
    for (const person of people) expect(await whatOpens(again, person)).toEqual(everything(person));
  });

  it('run by themselves until they are stopped', async () => {
    const [person] = (await crowd(1)) as [Person];
    const faults: unknown[] = [];
    backup.start((error) => faults.push(error));
    while (backup.status().lagMs === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    await backup.stop();
    await caughtUp();
    expect(faults).toEqual([]);
    await lose();
    await restore();
    expect(await whatOpens(await Vault.open(keep, db.app), person)).toEqual(everything(person));
  });
});

describe('a backup that is not whole', () => {
  let files: string[];
  beforeEach(async () => {
    for (let n = 0; n < 3; n++) {
      await crowd(1);
      await caughtUp();
    }
    await lose();
    files = (await readdir(dir)).sort();
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      'changed',
      async () =>
        writeFile(
          join(dir, files[1] ?? ''),
          (await readFile(join(dir, files[1] ?? ''), 'utf8')).replace('subject', 'Subject'),
        ),
    ],
    [
      'cut short',
      async () => writeFile(join(dir, files[2] ?? ''), (await readFile(join(dir, files[2] ?? ''))).subarray(0, -9)),
    ],
    ['dropped', () => rm(join(dir, files[1] ?? ''))],
    ['under another name', () => rename(join(dir, files[2] ?? ''), join(dir, 'keys-1-00000077.tsv'))],
  ])('because a file is %s is refused, and nothing is restored', async (_, spoil) => {
    await spoil();
    await expect(restore()).rejects.toEqual(code('KEY_BACKUP_DAMAGED'));
    expect((await db.app.query('select from key_owner')).rowCount).toBe(0);
  });

  it('or of another ledger, or not there, or wanted where keys stand, is refused', async () => {
    const other = await makeKeep({ keepDir: join(scratch, `other-${count}`), dataDir: place.dataDir });
    await expect(inTransaction(db.app, (tx) => restoreKeys(tx, dir, other))).rejects.toEqual(
      code('KEEP_OF_ANOTHER_LEDGER'),
    );
    await expect(restore(place.dataDir)).rejects.toEqual(code('KEY_BACKUP_MISSING'));
    await restore();
    await expect(restore()).rejects.toEqual(code('KEY_TABLES_NOT_EMPTY'));
  });
});

describe('a close', () => {
  it('tries a backup on another file system out before the old key goes, and keeps no backup of before', async () => {
    if (!(await isApart())) return;
    const [gone, ...live] = (await crowd(5)) as [Person, ...Person[]];
    await caughtUp();
    await cp(dir, join(scratch, `before-${count}`), { recursive: true });
    await ledger.erase({ erasure: randomUUID(), owner: gone.owner, scope: 'person', at });
    expect(await close()).toMatchObject({ step: 'done' });
    const closed = (await ledger.events()).find(({ type }) => type === 'EpochClosed');
    expect(closed?.facts).toMatchObject({ backup: 'restored' });
    expect((await readdir(dir)).every((file) => file.startsWith('keys-2-'))).toBe(true);
    await lose();
    await expect(restore(join(scratch, `before-${count}`))).rejects.toEqual(code('KEY_STORE_OLD'));
    await restore();
    const again = await Vault.open(await openKeep(place, keep.ledger), db.app);
    for (const person of live) expect(await whatOpens(again, person)).toEqual(everything(person));
    expect(await whatOpens(again, gone)).toEqual(['OWNER_MISSING', 'OWNER_MISSING']);
  });

  it('keeps everybody whom it wrapped anew in the backup, however old a transaction is that stands open meanwhile', async () => {
    if (!(await isApart())) return;
    const people = await crowd(3);
    const old = await db.owner.connect();
    try {
      await old.query('begin');
      await old.query('select pg_current_xact_id()');
      expect(await close()).toMatchObject({ step: 'done' });
    } finally {
      await old.query('rollback');
      old.release();
    }
    await lose();
    await restore();
    const again = await Vault.open(await openKeep(place, keep.ledger), db.app);
    for (const person of people) expect(await whatOpens(again, person)).toEqual(everything(person));
  });

  it('is held where the backup lies on the same file system', async () => {
    await crowd(1);
    const here = join(scratch, `same-${count}`);
    backup = await KeyBackup.open(db.app, keep, { dir: here, keepDir: place.keepDir, dataDir: place.dataDir });
    expect(await close()).toMatchObject({ held: { code: 'KEY_BACKUP_NOT_PROVED' } });
    expect(await keep.hk(1)).toBeDefined();
    expect(await close({ acceptSingleCopy: true })).toMatchObject({ step: 'done' });
  });
});
