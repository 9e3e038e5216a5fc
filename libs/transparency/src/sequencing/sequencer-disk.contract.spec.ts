// What does a log do on a disk that is really full, read-only or gone, and does it go on by itself when that has passed?
import { eventStoreMigrations, noStream, PostgresEventStore } from '@derbes/event-store';
import { sampleEvent, sampleStream } from '@derbes/event-store/testing.js';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transparencyMigrations } from './migrations.js';
import { type Sequencer } from './sequencer.js';
import { TestLog, until } from './testing/test-log.js';

// A crowded machine is no failure.
jest.setTimeout(180_000);

const isRoot = process.getuid?.() === 0;
const mounts = isRoot && spawnSync('mount', ['--version']).status === 0;
if (!mounts)
  process.stderr.write(
    'disks of the log: full and read-only ones need root and mount; folders without rights are tried\n',
  );

let db: TestDatabase;
let store: PostgresEventStore;
let log: TestLog;
let sequencer: Sequencer;
let events: number;
const mounted: string[] = [];

beforeAll(async () => {
  db = await testDatabase({ ...eventStoreMigrations, ...transparencyMigrations });
  store = new PostgresEventStore(db.app);
});
afterAll(() => db?.drop());
beforeEach(async () => {
  await db.owner.query('truncate log_leaf, log_head');
  log = await TestLog.make(db.app, store);
  events = Number((await db.owner.query<{ n: string }>('select count(*) as n from ledger_event')).rows[0]?.n);
});
afterEach(async () => {
  await sequencer.stop();
  for (const dir of mounted.splice(0)) spawnSync('umount', ['-l', dir]);
  await log.remove();
});

async function append(count: number): Promise<void> {
  const stream = sampleStream();
  await store.append(
    stream,
    noStream,
    Array.from({ length: count }, (_, i) => sampleEvent(stream, i)),
  );
  events += count;
}

async function begin(): Promise<void> {
  sequencer = log.sequencer();
  sequencer.start();
  await append(3);
  await log.published(events);
}

function run(...words: readonly string[]): void {
  const [command = '', ...rest] = words;
  const { status, stderr } = spawnSync(command, rest, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

function mountDisk(): void {
  const { dir } = log.directory;
  mkdirSync(dir, { mode: 0o700 });
  run('mount', '-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', dir);
  mounted.push(dir);
}

/** What was appended meanwhile is under no signature; then all of it is, and none contradicts another. */
async function goesOn(trouble: RegExp, mend: () => void): Promise<void> {
  const signed = log.signed.length;
  await append(5);
  await until(() => trouble.test(sequencer.status().code ?? ''));
  expect(log.signed).toHaveLength(signed);
  mend();
  await log.published(events);
  await until(() => sequencer.status().code === undefined);
  expect(await log.verify()).toBe(events);
}

(mounts ? describe : describe.skip)('a log on a disk of its own', () => {
  it('that is full signs nothing, and goes on when there is room', async () => {
    mountDisk();
    await begin();
    const filler = join(log.directory.dir, 'filler');
    spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4096']);
    await goesOn(/^ENOSPC$/, () => rmSync(filler));
  });

  it('that became read-only signs nothing, and goes on when it can be written', async () => {
    mountDisk();
    await begin();
    const { dir } = log.directory;
    run('mount', '-o', 'remount,ro', dir);
    await goesOn(/^EROFS$/, () => run('mount', '-o', 'remount,rw', dir));
  });

  it('that is unmounted signs nothing and begins no second log on the disk below, and goes on when it is back', async () => {
    const { dir } = log.directory;
    const disk = `${dir}-disk`;
    mkdirSync(disk);
    mkdirSync(dir);
    run('mount', '--bind', disk, dir);
    mounted.push(dir);
    await begin();
    run('umount', dir);
    await goesOn(/^LOG_(DIR|TILE)_MISSING$/, () => run('mount', '--bind', disk, dir));
    run('umount', dir);
    expect(existsSync(join(dir, 'public', 'checkpoint'))).toBe(false);
  });
});

describe('a folder of the log', () => {
  it('that vanished is not begun anew, and goes on when it is back', async () => {
    await begin();
    const { dir } = log.directory;
    renameSync(dir, `${dir}-away`);
    await goesOn(/^LOG_(DIR|TILE)_MISSING$/, () => {
      rmSync(dir, { recursive: true, force: true });
      renameSync(`${dir}-away`, dir);
    });
  });

  it('in which a file stands that is none of the log is not disturbed by it', async () => {
    await begin();
    writeFileSync(join(log.directory.publicDir, 'robots.txt'), 'x');
    await append(1);
    await log.published(events);
    expect(readdirSync(log.directory.publicDir)).toContain('robots.txt');
  });

  (isRoot ? it.skip : it)('without the right to write signs nothing, and goes on when it has it', async () => {
    await begin();
    const entries = join(log.directory.publicDir, 'tile', 'entries');
    const folders = [entries, ...readdirSync(entries).map((name) => join(entries, name))];
    for (const folder of folders) chmodSync(folder, 0o500);
    await goesOn(/^EACCES$/, () => folders.forEach((folder) => chmodSync(folder, 0o750)));
  });
});
