// A full disk under the backup of keys: is it said, is nothing half-written taken for whole, and does it go on when there is room?
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTransaction } from './in-transaction.js';
import { KeyBackup } from './key-backup.js';
import { restoreKeys } from './key-restore.js';
import { makeKeep, openKeep, type Keep, type KeepPlace } from './keep.js';
import { vaultMigrations } from './migrations.js';
import { everything, somebody, whatOpens, type Person } from './testing/people.js';
import { smallDisk } from './testing/small-disk.js';
import { Vault } from './vault.js';

jest.setTimeout(120_000);

const scratch = mkdtempSync(join(tmpdir(), 'derbes-keys-full-'));
const dir = join(scratch, 'disk');
const disk = smallDisk(dir, 256, 'full disk under keys');
const tried = disk.mounted ? describe : describe.skip;

let db: TestDatabase;
let keep: Keep;
let place: KeepPlace;
let vault: Vault;
let backup: KeyBackup;
const people: Person[] = [];

async function caughtUp(): Promise<void> {
  const since = performance.now();
  for (;;) {
    await backup.round();
    const { lagMs } = backup.status();
    if (lagMs !== undefined && performance.now() - lagMs >= since) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const files = (): string[] => readdirSync(dir).filter((name) => name !== 'filler');

beforeAll(async () => {
  if (!disk.mounted) return;
  db = await testDatabase(vaultMigrations);
  place = { keepDir: join(scratch, 'keep'), dataDir: join(scratch, 'data') };
  keep = await makeKeep(place);
  mkdirSync(place.dataDir);
  await Vault.begin(db.app, keep);
  vault = await Vault.open(keep, db.app);
  backup = await KeyBackup.open(db.app, keep, { dir, keepDir: place.keepDir, dataDir: place.dataDir });
  for (let i = 0; i < 3; i++) people.push(await somebody(db.app, vault));
  await caughtUp();
});
afterAll(async () => {
  await db?.drop();
  disk.unmount();
  rmSync(scratch, { recursive: true, force: true });
});

tried('a disk without room under the backup of keys', () => {
  it('fails each round by name, and leaves the files of before as they were', async () => {
    const before = files();
    people.push(await somebody(db.app, vault));
    disk.fill();
    const failed = await caughtUp().catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'DISK_FULL' });
    expect(files()).toEqual(before);
    const { lagMs } = backup.status();
    expect(lagMs).toBeGreaterThan(0);
  });

  it('is left behind by the next round that has room, and everybody is in what is restored', async () => {
    disk.clear();
    await caughtUp();
    expect(files().every((name) => /^keys-1-\d{8}\.tsv$/.test(name))).toBe(true);
    await db.owner.query(
      'truncate epoch, key_owner, part_key, lookup, lookup_past, token_fence, epoch_close, key_gone',
    );
    await inTransaction(db.app, async (tx) => restoreKeys(tx, dir, await openKeep(place, keep.ledger)));
    const again = await Vault.open(keep, db.app);
    for (const person of people) expect(await whatOpens(again, person)).toEqual(everything(person));
  });
});
