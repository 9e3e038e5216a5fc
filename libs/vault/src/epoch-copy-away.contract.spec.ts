// Keys in two places, one of which is not mounted at some point of a close: is nothing lost, and all that was destroyed recorded?
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeEpoch, epochStanding, epochStatus } from './epoch-close.js';
import { makeKeep, openKeep, type Keep, type KeepPlace } from './keep.js';
import { vaultMigrations } from './migrations.js';
import { everything, somebody, whatOpens, type Person } from './testing/people.js';
import { TableLedger } from './testing/table-ledger.js';
import { Vault } from './vault.js';

jest.setTimeout(120_000);

/** In the order in which a close comes to them. */
const points = ['begun', 'key-written', 'key-proved', 'flipped', 'verified', 'recorded', 'forgotten', 'key-destroyed'];

let db: TestDatabase;
let scratch: string;
let place: KeepPlace & { readonly copyDir: string };
let keep: Keep;
let vault: Vault;
let ledger: TableLedger;
const living: Person[] = [];

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'derbes-copy-away-'));
  place = { keepDir: join(scratch, 'keep'), dataDir: join(scratch, 'data'), copyDir: join(scratch, 'copy') };
  db = await testDatabase(vaultMigrations);
  await TableLedger.make(db.owner);
  keep = await makeKeep(place);
  await Vault.begin(db.app, keep);
  vault = await Vault.open(keep, db.app);
  ledger = new TableLedger(db.app, vault);
  for (let i = 0; i < 3; i++) living.push(await somebody(db.app, vault));
});
afterAll(async () => {
  await db?.drop();
  await rm(scratch, { recursive: true });
});

const away = (): string => `${place.copyDir}-unmounted`;
/** What it was mounted on may be left, empty: nothing must be written there. */
function unmount(isLeft: boolean): void {
  renameSync(place.copyDir, away());
  if (isLeft) mkdirSync(place.copyDir, { mode: 0o700 });
}
function mount(): void {
  if (existsSync(place.copyDir)) rmdirSync(place.copyDir);
  renameSync(away(), place.copyDir);
}

/** Closes until it ends or fails; answers the code of what it failed with. */
async function close(at: (point: string) => void): Promise<string | undefined> {
  const parts = { app: db.app, keep, vault, ledger, clock: () => new Date(), at };
  try {
    at('begun');
    for await (const { held } of closeEpoch(parts, { by: 'admin', acceptSingleCopy: true }))
      expect(held).toBeUndefined();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

const keysOf = (epoch: number): boolean[] =>
  [place.keepDir, place.copyDir, away()].map((dir) => existsSync(join(dir, `hk-${epoch}.key`)));

async function destroyedOf(epoch: number): Promise<unknown[]> {
  const events = await ledger.events();
  return events
    .filter(({ type, facts }) => type === 'KeyDestroyed' && facts['epoch'] === String(epoch))
    .map(({ facts }) => facts['custodian']);
}

it.each(points.flatMap((point) => [[point, 'gone', false] as const, [point, 'empty', true] as const]))(
  'the copy is away from `%s` on, its place %s: a code, nobody lost, and the close ends when it is back',
  async (point, _, isLeft) => {
    const gone = await somebody(db.app, vault);
    await ledger.erase({ erasure: randomUUID(), owner: gone.owner, scope: 'person', at: '2026-11-20T09:00:00Z' });
    const { epoch: old } = await epochStanding(db.app);
    let met = false;
    const failed = await close((now) => {
      if (now !== point || met) return;
      met = true;
      unmount(isLeft);
    });
    expect([met, failed]).toEqual([true, expect.stringMatching(/^(CUSTODIAN_DOWN|KEEP_MISSING)$/)]);
    const { closing, custodians } = await epochStatus({ app: db.app, keep });
    expect(closing).toMatchObject({ epoch: old });
    expect(custodians.find(({ kind }) => kind === 'file-copy')?.fault?.code).toMatch(/^(CUSTODIAN_DOWN|KEEP_MISSING)$/);
    // A key that is gone is gone by a record that says where; the copy that is away still has it, and nobody says otherwise.
    const recorded = await destroyedOf(old);
    expect(recorded).not.toContain('file-copy');
    expect(keysOf(old)).toEqual([!recorded.includes('file'), false, true]);
    for (const person of living) expect(await whatOpens(vault, person)).toEqual(everything(person));
    living.push(await somebody(db.app, vault));
    mount();
    expect(await close(() => undefined)).toBeUndefined();
    expect(await epochStanding(db.app)).toMatchObject({ epoch: old + 1 });
    expect(keysOf(old)).toEqual([false, false, false]);
    expect(keysOf(old + 1)).toEqual([true, true, false]);
    expect(await destroyedOf(old)).toEqual(['file', 'file-copy']);
    const again = await Vault.open(await openKeep(place, keep.ledger), db.app);
    for (const person of living) expect(await whatOpens(again, person)).toEqual(everything(person));
    expect(await whatOpens(again, gone)).toEqual(['OWNER_MISSING', 'OWNER_MISSING']);
  },
);
