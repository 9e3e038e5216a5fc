// A full disk under the backup of keys: is it said, is nothing half-written taken for whole, and does it go on when there is room?
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTransaction } from './in-transaction.js';
import { KeyBackup } from './key-backup.js';
import { restoreKeys } from './key-restore.js';
import { makeKeep, openKeep, type Keep, type KeepPlace } from './keep.js';
import { vaultMigrations } from './migrations.js';
import { everything, somebody, whatOpens, type Person } from './testing/people.js';
import { Vault } from './vault.js';

jest.setTimeout(120_000);

const scratch = mkdtempSync(join(tmpdir(), 'derbes-keys-full-'));
const disk = join(scratch, 'disk');
mkdirSync(disk, { mode: 0o700 });
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=700', 'tmpfs', disk]).status === 0;
if (!mounted) process.stderr.write('full disk under keys: not tried, because a small disk needs root and mount\n');
const tried = mounted ? describe : describe.skip;
const filler = join(disk, 'filler');

let db: TestDatabase;
let keep: Keep;
let place: KeepPlace;
let vault: Vault;
let backup: KeyBackup;
const people: Person[] = [];

/** Leaves no room at all. */
function fill(): void {
  const { bavail, bsize } = statfsSync(disk);
  try {
    writeFileSync(filler, Buffer.alloc(bavail * bsize, 1));
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOSPC') throw error;
  }
}

async function caughtUp(): Promise<void> {
  const since = performance.now();
  for (;;) {
    await backup.round();
    const { lagMs } = backup.status();
    if (lagMs !== undefined && performance.now() - lagMs >= since) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const files = (): string[] => readdirSync(disk).filter((name) => name !== 'filler');

beforeAll(async () => {
  if (!mounted) return;
  db = await testDatabase(vaultMigrations);
  place = { keepDir: join(scratch, 'keep'), dataDir: join(scratch, 'data') };
  keep = await makeKeep(place);
  mkdirSync(place.dataDir);
  await Vault.begin(db.app, keep);
  vault = await Vault.open(keep, db.app);
  backup = await KeyBackup.open(db.app, keep, { dir: disk, keepDir: place.keepDir, dataDir: place.dataDir });
  for (let i = 0; i < 3; i++) people.push(await somebody(db.app, vault));
  await caughtUp();
});
afterAll(async () => {
  await db?.drop();
  if (mounted) spawnSync('umount', ['-l', disk]);
  rmSync(scratch, { recursive: true, force: true });
});

tried('a disk without room under the backup of keys', () => {
  it('fails each round by name, and leaves the files of before as they were', async () => {
    const before = files();
    people.push(await somebody(db.app, vault));
    fill();
    const failed = await caughtUp().catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'DISK_FULL' });
    expect(files()).toEqual(before);
    const { lagMs } = backup.status();
    expect(lagMs).toBeGreaterThan(0);
  });

  it('is left behind by the next round that has room, and everybody is in what is restored', async () => {
    rmSync(filler);
    await caughtUp();
    expect(files().every((name) => /^keys-1-\d{8}\.tsv$/.test(name))).toBe(true);
    await db.owner.query(
      'truncate epoch, key_owner, part_key, lookup, lookup_past, token_fence, epoch_close, key_gone',
    );
    await inTransaction(db.app, async (tx) => restoreKeys(tx, disk, await openKeep(place, keep.ledger)));
    const again = await Vault.open(keep, db.app);
    for (const person of people) expect(await whatOpens(again, person)).toEqual(everything(person));
  });
});
