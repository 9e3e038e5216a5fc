// What does a restore leave on a disk that has no room for it: one clear word, no ledger, and a place where it can be tried again?
import { connectEmbedded, type JoinedPostgres } from '@derbes/postgres';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { openParts } from '../ledger.js';
import { type Progress } from '../progress.js';
import { readSettings, type Settings } from '../settings.js';
import { publishKiberon, silent, tell, testLedger, type TestLedger } from '../testing.js';
import { foldersOf } from './places.js';
import { restore } from './restore.js';
import { collected, databaseUrls, derbesIn } from './testing.js';

// A crowded machine is no failure.
jest.setTimeout(180_000);

const people = 5;
const roomForRows = 4 * 1024 * 1024;
let test: TestLedger;
let scratch: string;
let backup: string;
const mounted: string[] = [];

/** A small disk of its own; undefined where this user may not mount one. */
function smallDisk(name: string, megabytes: number): string | undefined {
  const dir = join(scratch, name);
  mkdirSync(dir, { mode: 0o700 });
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', dir]);
  if (mount.status !== 0) return undefined;
  mounted.push(dir);
  return dir;
}

const isMountable = ((): boolean => process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0)();
if (!isMountable)
  process.stderr.write('full disk of a restore: not tried, because a disk of its own needs root and mount\n');
const tried = isMountable ? describe : describe.skip;

beforeAll(async () => {
  test = await testLedger();
  scratch = dirname(test.settings.keepDir);
  await publishKiberon(test.ledger);
  for (let i = 0; i < people; i++) await tell(test.ledger, collected(`person-${i}`));
  backup = join(scratch, 'backup');
  const { keepDir, dataDir } = test.settings;
  const environment = { ...databaseUrls(test.database), KEEP_DIR: keepDir, DATA_DIR: dataDir };
  expect((await derbesIn(environment, ['backup', backup])).code).toBe(0);
});
afterAll(async () => {
  for (const dir of mounted) spawnSync('umount', ['-l', dir]);
  await test?.close();
});

function fill(file: string): void {
  const descriptor = openSync(file, 'a');
  try {
    for (const size of [1 << 20, 1 << 12]) {
      const chunk = Buffer.alloc(size, 1);
      try {
        while (writeSync(descriptor, chunk) === size);
      } catch (error) {
        if ((error as { code?: string }).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The write-ahead log needs a new file for whatever is written next. In a process of its own, because the restore waits for nobody. */
function endSegment(connection: JoinedPostgres['connection']): void {
  const script = `import pg from 'pg';
    const client = new pg.Client(JSON.parse(process.argv[1]));
    await client.connect();
    await client.query('select pg_switch_wal()');
    await client.end();`;
  const words = ['--input-type=module', '-e', script, JSON.stringify(connection)];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', cwd: import.meta.dirname });
  if (status !== 0) throw new Error(stderr);
}

const settingsAt = (dataDir: string): Settings =>
  readSettings({ DATA_DIR: dataDir, KEEP_DIR: test.settings.keepDir, LOG_DIR: join(scratch, 'log') });

/** Fills the disk when the restore comes to this phase. */
const fillingAt = (phase: string, full: () => void): Progress => ({
  phase: (name) => {
    if (name === phase) full();
  },
  at: () => undefined,
  end: () => undefined,
});
const quiet = fillingAt('', () => undefined);

const restoring = (dataDir: string, progress = quiet) =>
  restore(foldersOf(backup), settingsAt(dataDir), progress, () => undefined);

/** What a service finds that starts there; nothing may be begun in it. */
async function started(dataDir: string): Promise<unknown> {
  const joined = await connectEmbedded({ dataDir });
  const pool = new pg.Pool({ ...joined.asApp, max: 4 });
  pool.on('error', () => undefined);
  try {
    const ledger = await openParts(settingsAt(dataDir), pool, silent);
    await ledger.close();
    return 'a ledger';
  } catch (error) {
    return (error as { code?: unknown }).code;
  } finally {
    await pool.end();
    await joined.stop();
  }
}

tried('a restore onto a full disk', () => {
  it('that has no room for a database says DISK_FULL, and restores once there is some', async () => {
    const dir = smallDisk('tiny', 20);
    if (dir === undefined) throw new Error('no disk could be mounted');
    await expect(restoring(dir)).rejects.toMatchObject({ code: 'DISK_FULL' });
    spawnSync('mount', ['-o', 'remount,size=400m', dir]);
    expect(await restoring(dir)).toMatchObject({ ledger: test.ledger.id });
    expect(await started(dir)).toBe('a ledger');
  });

  it('whose write-ahead log cannot grow either, so that the server itself ends, says so too', async () => {
    const dir = smallDisk('log-full', 160);
    if (dir === undefined) throw new Error('no disk could be mounted');
    const filler = join(dir, 'filler');
    const server = await connectEmbedded({ dataDir: dir });
    const full = fillingAt('tables', () => {
      fill(filler);
      // Rows find room, a new file of the log (16 MiB) does not.
      truncateSync(filler, statSync(filler).size - roomForRows);
      endSegment(server.connection);
    });
    await expect(restoring(dir, full)).rejects.toMatchObject({ code: 'DISK_FULL' });
    await server.stop();
    rmSync(filler);
    expect(await started(dir)).toBe('KEEP_WITHOUT_LEDGER');
    expect(await restoring(dir)).toMatchObject({ ledger: test.ledger.id });
    expect(await started(dir)).toBe('a ledger');
  });

  it.each(['events', 'tables'])('that fills up while %s are put back keeps none of them', async (phase) => {
    const dir = smallDisk(`full-${phase}`, 160);
    if (dir === undefined) throw new Error('no disk could be mounted');
    const filler = join(dir, 'filler');
    await expect(
      restoring(
        dir,
        fillingAt(phase, () => fill(filler)),
      ),
    ).rejects.toMatchObject({ code: 'DISK_FULL' });
    rmSync(filler);
    expect(await started(dir)).toBe('KEEP_WITHOUT_LEDGER');
    expect(await restoring(dir)).toMatchObject({ ledger: test.ledger.id });
    expect(await started(dir)).toBe('a ledger');
  });
});
