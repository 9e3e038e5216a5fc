// Does a backup hold one whole moment of a ledger that goes on writing, and does it become that ledger again or nothing?
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exitCodes } from '../cli/terminal.js';
import { ledgerMigrations } from '../database.js';
import { openParts, type Ledger } from '../ledger.js';
import { readSettings } from '../settings.js';
import { publishKiberon, silent, tell, testLedger, type TestLedger } from '../testing.js';
import { keyTables, ledgerTables, tablesOfTheDatabase } from './contents.js';
import { collected, databaseUrls, derbesIn, valuesOf, type Said } from './testing.js';

jest.setTimeout(120_000);

let test: TestLedger;
let scratch: string;
const databases: TestDatabase[] = [];
const ledgers: Ledger[] = [];

beforeAll(async () => {
  test = await testLedger();
  scratch = dirname(test.settings.keepDir);
  await publishKiberon(test.ledger);
  for (let i = 0; i < 5; i++) await tell(test.ledger, collected(`person-${i}`));
});
afterAll(async () => {
  for (const one of ledgers) await one.close();
  await test?.close();
  for (const database of databases) await database.drop();
});

async function emptyDatabase(migrations = {}): Promise<TestDatabase> {
  const database = await testDatabase(migrations);
  databases.push(database);
  return database;
}

const environmentOf = (database: TestDatabase): Record<string, string> => {
  const { keepDir, dataDir } = test.settings;
  return { ...databaseUrls(database), KEEP_DIR: keepDir, DATA_DIR: dataDir };
};

const derbes = (database: TestDatabase, words: readonly string[], more: Record<string, string> = {}): Promise<Said> =>
  derbesIn({ ...environmentOf(database), ...more }, words);

let made = 0;
/** A backup of the ledger as it is now; answers its folder. */
async function backup(): Promise<string> {
  const dir = join(scratch, `backup-${++made}`);
  const said = await derbes(test.database, ['backup', dir]);
  expect({ code: said.code, stderr: said.stderr.replace(/^\w+…\n/gm, '') }).toEqual({ code: 0, stderr: '' });
  return dir;
}

async function expectRefused(
  code: string,
  database: TestDatabase,
  words: readonly string[],
  more: Record<string, string> = {},
): Promise<string> {
  const said = await derbes(database, [...words, '--json'], more);
  const lines = said.stderr.split('\n').filter((line) => line.startsWith('derbes: '));
  expect({ code: said.code, lines }).toEqual({
    code: exitCodes.refused,
    lines: [expect.stringMatching(`^derbes: ${code}: .{20,}`)],
  });
  expect(JSON.parse(said.stdout.trim().split('\n').at(-1) ?? '')).toEqual({ phase: 'failed', code });
  return said.stderr;
}

const eventsOf = async ({ owner }: TestDatabase): Promise<string[]> =>
  (await owner.query<{ body: string }>('select body from ledger_event order by position')).rows.map(({ body }) => body);

async function rowsIn({ owner }: TestDatabase, tables: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const { rows } = await owner.query<{ n: number }>(`select count(*)::int as n from ${table}`);
    counts[table] = rows[0]?.n ?? 0;
  }
  return counts;
}

async function reopen(database: TestDatabase): Promise<Ledger> {
  const ledger = await openParts(readSettings(environmentOf(database)), database.app, silent);
  ledgers.push(ledger);
  return ledger;
}

const filesOf = (dir: string): string[] => readdirSync(dir).sort();

describe('a backup', () => {
  it('has a place for every table of this build', async () => {
    const database = await emptyDatabase(ledgerMigrations);
    const { rows } = await database.owner.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
    );
    const named = [...keyTables, ...ledgerTables, ...tablesOfTheDatabase];
    expect(new Set(named).size).toBe(named.length);
    expect(rows.map(({ name }) => name).sort()).toEqual([...named].sort());
  });

  it('stands under its names when it is whole, for its owner alone, keys apart from what they open', async () => {
    const dir = await backup();
    for (const folder of [dir, `${dir}-keys`]) {
      expect(statSync(folder).mode & 0o077).toBe(0);
      for (const name of filesOf(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    }
    expect(filesOf(dir).filter((name) => filesOf(`${dir}-keys`).includes(name))).toEqual(['manifest.json']);
    expect(filesOf(dir)).toContain('part.jsonl');
    expect(filesOf(`${dir}-keys`)).toEqual(
      expect.arrayContaining(['epoch.jsonl', 'key_owner.jsonl', 'part_key.jsonl']),
    );
    const text = readFileSync(join(dir, 'events.jsonl'), 'utf8');
    expect(text).toBe((await eventsOf(test.database)).map((body) => `${body}\n`).join(''));
    for (const folder of [dir, `${dir}-keys`])
      for (const name of filesOf(folder)) expect(readFileSync(join(folder, name), 'latin1')).not.toContain('person-0@');
  });

  it('is of one moment while others write, and becomes a ledger that knows every outcome and opens every value', async () => {
    let writing = true;
    const writers = (async () => {
      for (let i = 0; writing; i++) await tell(test.ledger, collected(`meanwhile-${i}`), collected(`beside-${i}`));
    })();
    const dir = await backup();
    writing = false;
    await writers;
    const target = await emptyDatabase();
    const said = await derbes(target, ['restore', dir, '--json']);
    expect({ code: said.code, failed: said.stderr }).toEqual({ code: 0, failed: '' });
    const events = await eventsOf(target);
    expect((await eventsOf(test.database)).slice(0, events.length)).toEqual(events);
    const again = await reopen(target);
    expect(again.id).toBe(test.ledger.id);
    const values = await valuesOf(again, events);
    expect(values).toEqual(expect.arrayContaining(['person-0@example.kz', 'person-4@example.kz']));
    expect(values.every((value) => value.endsWith('@example.kz'))).toBe(true);
    const [first] = await tell(test.ledger, collected('person-3'));
    const [repeated] = await tell(again, collected('person-3'));
    expect(repeated).toEqual(first);
    expect(repeated?.status).toBe('repeated');
    const [recorded] = await tell(again, collected('after-the-restore'));
    expect(recorded?.status).toBe('recorded');
  });

  it('is never written over, nor into the places of data and keys', async () => {
    const dir = await backup();
    await expectRefused('BACKUP_EXISTS', test.database, ['backup', dir]);
    await expectRefused('BACKUP_EXISTS', test.database, ['backup', `${dir}-2`, '--keys-dir', dir]);
    for (const inside of [test.settings.dataDir, test.settings.keepDir]) {
      await expectRefused('BACKUP_PLACE_WRONG', test.database, ['backup', join(inside, 'backup')]);
    }
    await expectRefused('BACKUP_PLACE_WRONG', test.database, ['backup', `${dir}-2`, '--keys-dir', `${dir}-2/keys`]);
    expect(existsSync(`${dir}-2`)).toBe(false);
  });

  it('is refused of events that were changed by hand, and leaves nothing', async () => {
    const forged = await emptyDatabase();
    await derbes(forged, ['restore', await backup()]);
    await forged.owner.query('alter table ledger_event disable trigger all');
    await forged.owner.query(`update ledger_event set body = replace(body, 'person', 'nobody') where position = 3`);
    await forged.owner.query(`update ledger_event set leaf_hash = sha256('x') where position = 4`);
    const dir = join(scratch, 'forged');
    expect(await expectRefused('SOURCE_FORGED', forged, ['backup', dir])).toMatch(/position [34]/);
    expect([dir, `${dir}.partial`, `${dir}-keys`, `${dir}-keys.partial`].filter(existsSync)).toEqual([]);
    await expectRefused('LEDGER_MISSING', await emptyDatabase(), ['backup', dir]);
    await expectRefused('LEDGER_MISSING', await emptyDatabase(ledgerMigrations), ['backup', dir]);
  });
});

describe('a disk without room', () => {
  const disk = mkdtempSync(join(tmpdir(), 'derbes-backup-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96k,mode=700', 'tmpfs', disk]).status === 0;
  if (!mounted)
    process.stderr.write('full disk under a backup: not tried, because a small disk needs root and mount\n');
  afterAll(() => {
    if (mounted) spawnSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  (mounted ? it : it.skip)('under either side of a backup is said, and nothing half-written is left', async () => {
    const roomy = join(scratch, 'roomy');
    for (const words of [
      ['backup', join(disk, 'all')],
      ['backup', join(disk, 'ledger'), '--keys-dir', `${roomy}-keys`],
    ]) {
      await expectRefused('DISK_FULL', test.database, words);
      expect(readdirSync(disk)).toEqual([]);
      expect(readdirSync(scratch).filter((name) => name.startsWith('roomy'))).toEqual([]);
    }
    spawnSync('mount', ['-o', 'remount,size=16m', disk]);
    const said = await derbes(test.database, ['backup', join(disk, 'all')]);
    expect({ code: said.code, left: readdirSync(disk).sort() }).toEqual({ code: 0, left: ['all', 'all-keys'] });
    expect((await derbes(await emptyDatabase(), ['restore', join(disk, 'all')])).code).toBe(0);
  });
});

describe('a restore', () => {
  it('finds every file that is not what the manifest says, and writes nothing', async () => {
    const dir = await backup();
    const target = await emptyDatabase();
    for (const folder of [dir, `${dir}-keys`]) {
      for (const name of filesOf(folder)) {
        const path = join(folder, name);
        const right = readFileSync(path);
        if (right.length === 0) continue;
        const wrong = Buffer.from(right);
        const at = right.length >> 1;
        wrong[at] = (wrong[at] ?? 0) ^ 1;
        writeFileSync(path, wrong);
        const said = await derbes(target, ['restore', dir]);
        expect({ name, code: said.code, said: /RESTORE_HASH_WRONG|BACKUP_MALFORMED/.test(said.stderr) }).toEqual({
          name,
          code: exitCodes.refused,
          said: true,
        });
        writeFileSync(path, right.subarray(0, right.length - 1));
        expect((await derbes(target, ['restore', dir])).stderr).toMatch(/RESTORE_HASH_WRONG|BACKUP_MALFORMED/);
        writeFileSync(path, right);
      }
    }
    const { rows } = await target.owner.query(
      `select relname from pg_class where relnamespace = 'public'::regnamespace and relname not like 'schema_migration%'`,
    );
    expect(rows).toEqual([]);
    expect((await derbes(target, ['restore', dir])).code).toBe(0);
  });

  it('goes into an empty place alone, and only of its own ledger, keys and keep', async () => {
    const dir = await backup();
    await expectRefused('RESTORE_NOT_EMPTY', test.database, ['restore', dir]);
    await expectRefused('BACKUP_MISSING', test.database, ['restore', join(scratch, 'nowhere')]);
    await expectRefused('BACKUP_MALFORMED', test.database, ['restore', `${dir}-keys`, '--keys-dir', dir]);
    const target = await emptyDatabase();
    const other = await testLedger();
    try {
      const foreign = { KEEP_DIR: other.settings.keepDir };
      await expectRefused('RESTORE_OF_ANOTHER_LEDGER', target, ['restore', dir], foreign);
      const theirs = join(scratch, 'theirs');
      await derbes(other.database, ['backup', theirs], foreign);
      await expectRefused('RESTORE_OF_ANOTHER_LEDGER', target, ['restore', dir, '--keys-dir', `${theirs}-keys`]);
    } finally {
      await other.close();
    }
    await expectRefused('KEEP_MISSING', target, ['restore', dir], { KEEP_DIR: join(scratch, 'no-keep') });
    expect((await derbes(target, ['restore', dir])).code).toBe(0);
    await expectRefused('RESTORE_NOT_EMPTY', target, ['restore', dir]);
  });

  it('refuses keys older than the events, says how many people they lack, and takes newer ones without the people they add', async () => {
    await tell(test.ledger, collected('known-to-both'));
    const older = await backup();
    await tell(test.ledger, collected('known-later-1'), collected('known-later-2'));
    const newer = await backup();
    const said = await expectRefused('KEY_STORE_OLD', await emptyDatabase(), [
      'restore',
      newer,
      '--keys-dir',
      `${older}-keys`,
    ]);
    expect(said).toContain('2 people');
    expect(said).toContain('KEY_BACKUP_DIR');
    const target = await emptyDatabase();
    const done = await derbes(target, ['restore', older, '--keys-dir', `${newer}-keys`]);
    expect({ code: done.code, stdout: done.stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('2 key owners'),
    });
    const again = await reopen(target);
    const [lost, kept] = await tell(again, collected('known-later-1'), collected('known-to-both'));
    expect([lost?.status, kept?.status]).toEqual(['recorded', 'repeated']);
    expect(await valuesOf(again, await eventsOf(target))).toContain('known-later-1@example.kz');
  });

  it('says so of keys whose epoch is closed', async () => {
    const dir = await backup();
    const keep = join(scratch, 'later-keep');
    cpSync(test.settings.keepDir, keep, { recursive: true });
    rmSync(join(keep, 'hk-1.key'));
    const said = await derbes(await emptyDatabase(), ['restore', dir], { KEEP_DIR: keep });
    expect(said).toMatchObject({
      code: exitCodes.refused,
      stderr: expect.stringMatching(/KEY_STORE_OLD|KEEP_MISSING/),
    });
  });

  it('has every row again', async () => {
    const dir = await backup();
    const target = await emptyDatabase();
    expect((await derbes(target, ['restore', dir])).code).toBe(0);
    const { rows } = await target.owner.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
    );
    const there = new Set(rows.map(({ name }) => name));
    const tables = [...keyTables, ...ledgerTables, 'ledger_event'].filter((name) => there.has(name));
    expect(await rowsIn(target, tables)).toEqual(await rowsIn(test.database, tables));
    const claimed = `select (select max(seq) from claim) as last, pg_get_serial_sequence('claim', 'seq') as counter`;
    const [{ last, counter } = { last: '', counter: '' }] = (
      await target.owner.query<{ last: string; counter: string }>(claimed)
    ).rows;
    expect((await target.owner.query<{ next: string }>(`select nextval('${counter}') as next`)).rows[0]?.next).toBe(
      String(Number(last) + 1),
    );
  });
});
