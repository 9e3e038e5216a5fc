// Does a database that was put back to an earlier moment get the keys again that the service wrote to KEY_BACKUP_DIR since?
import { PostgresEventStore } from '@derbes/event-store';
import { quietPool, testDatabase, testServer, type TestDatabase } from '@derbes/postgres/testing.js';
import { LogDirectory } from '@derbes/transparency/files.js';
import { CheckpointLock } from '@derbes/transparency/sequencing.js';
import { KeyBackup, openKeep } from '@derbes/vault';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { collected, databaseUrls, derbesIn, valuesOf, type Said } from '../backup/testing.js';
import { keepPlaceOf } from '../keep-place.js';
import { type Ledger } from '../ledger.js';
import { startService, type Service } from '../service.js';
import { readSettings } from '../settings.js';
import { erasePerson, fact, publishKiberon, silent, tell, testLedger, type TestLedger } from '../testing.js';
import { KeysBack } from './keys-back.js';
import { proveFiles } from './proven-files.js';
import { RecoveringClaims } from './recovering-claims.js';

// A crowded machine is no failure.
jest.setTimeout(300_000);

const lookMs = 10;
const waitMsMax = 60_000;

/** What belongs to one moment: the signed log, the keep, and the backup of keys. */
interface Moment {
  readonly logDir: string;
  readonly keepDir: string;
  readonly keysDir: string;
}

let test: TestLedger;
let scratch: string;
let keysDir: string;
let refs: Readonly<Record<string, string | undefined>>;
/** After facts that the database lost, of the same epoch; then behind the close of that epoch. */
let open: Moment;
let closed: Moment;
const databases: TestDatabase[] = [];

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + waitMsMax;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it did not come to hold within a minute');
    await pause(lookMs);
  }
}

async function subjectOf({ vault }: Ledger, id: string): Promise<string | undefined> {
  const token = vault.token({ scheme: 'email', norm: 1, value: `${id}@example.kz` });
  const holder = (await vault.holders([token])).get(token.token.toString('hex'))?.holder;
  return holder?.state === 'live' ? holder.owner : undefined;
}

async function erase(id: string): Promise<void> {
  const subject = (await subjectOf(test.ledger, id))?.replace('subject-', '') ?? '';
  expect(await erasePerson(test.ledger, subject)).toMatch(/executed|nothing/);
}

async function allSigned(): Promise<void> {
  const { rows } = await test.database.owner.query<{ count: number }>(
    'select count(*)::int as count from ledger_event',
  );
  const lock = new CheckpointLock(test.settings.keepDir);
  await until(async () => ((await lock.read())?.checkpoint.size ?? 0) >= (rows[0]?.count ?? 0));
}

/** Rounds until what was written by now is in a file. */
async function backedUp(keyBackup: KeyBackup): Promise<void> {
  const since = performance.now();
  await until(async () => {
    await keyBackup.round();
    const { lagMs } = keyBackup.status();
    return lagMs !== undefined && performance.now() - lagMs >= since;
  });
}

function copied(name: string): Moment {
  const { logDir, keepDir } = test.settings;
  const here = {
    logDir: join(scratch, name, 'log'),
    keepDir: join(scratch, name, 'keep'),
    keysDir: join(scratch, name, 'keys'),
  };
  cpSync(logDir, here.logDir, { recursive: true });
  cpSync(keepDir, here.keepDir, { recursive: true });
  cpSync(keysDir, here.keysDir, { recursive: true });
  return here;
}

const environmentOf = (database: TestDatabase, { logDir, keepDir, keysDir: keys }: Moment): Record<string, string> => ({
  ...databaseUrls(database),
  DATA_DIR: test.settings.dataDir,
  LOG_DIR: logDir,
  KEEP_DIR: keepDir,
  KEY_BACKUP_DIR: keys,
  EPOCH_HOURS: '0',
  PORT: '0',
  STOP_GRACE_MS: '0',
});

async function everybodyLeft({ name }: TestDatabase): Promise<void> {
  const admin = quietPool({ ...testServer(), max: 1 });
  await until(
    async () => (await admin.query('select from pg_stat_activity where datname = $1', [name])).rowCount === 0,
  );
  await admin.end();
}

async function recovering(database: TestDatabase, moment: Moment, more: Record<string, string> = {}): Promise<Said> {
  await everybodyLeft(database);
  return derbesIn({ ...environmentOf(database, moment), ...more }, ['recover', '--from-tiles', '--json']);
}
const lastOf = ({ stdout }: Said): unknown => JSON.parse(stdout.trim().split('\n').at(-1) ?? '');

/** A database as it was at the backup, with nobody connected. */
async function putBack(backup: string): Promise<TestDatabase> {
  const made = await testDatabase({});
  const { code, stderr } = await derbesIn(environmentOf(made, { ...test.settings, keysDir }), ['restore', backup]);
  expect({ code, stderr: stderr.replace(/^\w+…\n/gm, '') }).toEqual({ code: 0, stderr: '' });
  await made.app.end();
  await made.owner.end();
  const database = {
    ...made,
    app: quietPool({ ...made.asApp, idleTimeoutMillis: 1 }),
    owner: quietPool({ ...made.asOwner, idleTimeoutMillis: 1 }),
  };
  databases.push(database);
  return database;
}

async function bodiesIn({ owner }: TestDatabase): Promise<string[]> {
  const { rows } = await owner.query<{ body: string }>('select body from ledger_event order by position');
  return rows.map(({ body }) => body);
}

async function served(
  database: TestDatabase,
  moment: Moment,
  work: (service: Service) => Promise<void>,
): Promise<void> {
  const service = await startService(readSettings(environmentOf(database, moment)), silent, 'test');
  try {
    await work(service);
  } finally {
    await service.stop();
  }
}

/** Another fact about somebody, with a value of its own. */
const heard = (id: string) =>
  fact('data.collected', { ...collected(id).data, values: { email: `${id}-again@example.kz` } });

let lost: TestDatabase;
let lostLong: TestDatabase;
let lostElsewhere: TestDatabase;

beforeAll(async () => {
  test = await testLedger();
  scratch = dirname(test.settings.keepDir);
  keysDir = mkdtempSync(join(tmpdir(), 'derbes-recover-keys-'));
  const keep = await openKeep(keepPlaceOf(test.settings), test.ledger.id);
  const { keepDir, dataDir } = test.settings;
  const keyBackup = await KeyBackup.open(test.database.app, keep, { dir: keysDir, keepDir, dataDir });
  const publishing = await test.publish();
  await publishKiberon(test.ledger);
  await tell(test.ledger, collected('before'), collected('gone'), collected('early'));
  await erase('early');
  const backup = join(scratch, 'backup');
  const { code, stderr } = await derbesIn(environmentOf(test.database, { ...test.settings, keysDir }), [
    'backup',
    backup,
    '--json',
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  [lost, lostLong, lostElsewhere] = [await putBack(backup), await putBack(backup), await putBack(backup)];

  const outcomes = await tell(test.ledger, collected('after'), collected('later'));
  refs = { after: outcomes[0]?.ref, later: outcomes[1]?.ref };
  await backedUp(keyBackup);
  await erase('gone');
  await allSigned();
  // Her keys are in this backup: only the journal of the keep knows that they must not come back.
  open = copied('open');

  await backedUp(keyBackup);
  await test.ledger.epochs.close({ by: 'admin', acceptSingleCopy: true });
  await until(async () => {
    const { closing } = await test.ledger.epochs.state();
    expect(closing?.failure).toBeUndefined();
    return !closing;
  });
  await tell(test.ledger, collected('newest'));
  await backedUp(keyBackup);
  await allSigned();
  await publishing.stop();
  closed = copied('closed');
});
afterAll(async () => {
  for (const one of databases) await one.drop();
  await test?.close();
  rmSync(keysDir, { recursive: true, force: true });
});

describe('derbes recover with KEY_BACKUP_DIR', () => {
  it('puts nothing back from a backup of keys that is damaged', async () => {
    const standing = await bodiesIn(lost);
    const dir = join(scratch, 'damaged');
    cpSync(open.keysDir, dir, { recursive: true });
    const file = join(dir, readdirSync(dir).sort()[0] ?? '');
    writeFileSync(file, readFileSync(file, 'utf8').replace('live', 'lost'));
    const said = await recovering(lost, open, { KEY_BACKUP_DIR: dir });
    expect({ code: said.code, last: lastOf(said) }).toEqual({
      code: 1,
      last: { phase: 'failed', code: 'RECOVER_KEYS_WRONG' },
    });
    expect(await bodiesIn(lost)).toEqual(standing);
  });

  it('loses nobody whom the backup of keys knows, and says which values have no ciphertext', async () => {
    const said = await recovering(lost, open);
    expect({ code: said.code, stderr: said.stderr }).toEqual({ code: 0, stderr: '' });
    expect(lastOf(said)).toMatchObject({
      phase: 'done',
      keys: 'replaced',
      lost: { people: 0, values: 4, documents: [] },
    });
    // So the start looks at the whole journal: single values that were destroyed leave their keys in the files of before.
    expect((await lost.owner.query('select entries from erasure_journal')).rows).toEqual([{ entries: '0' }]);
    expect(lastOf(await recovering(lost, open))).toMatchObject({ phase: 'done', keys: 'older', events: 0 });
  });

  it('lets the service go on with the same people, and destroys again who was erased', async () => {
    await served(lost, open, async ({ ledger }) => {
      expect(await subjectOf(ledger, 'after')).toBe(await subjectOf(test.ledger, 'after'));
      const told = await tell(ledger, heard('after'), heard('gone'));
      expect(told.map(({ status }) => status)).toEqual(['recorded', 'erased']);
      expect(told[0]?.ref).toBe(refs['after']);
      const values = await valuesOf(ledger, await bodiesIn(lost));
      // What the database had, and what is sealed now under the keys that came back.
      expect(values).toEqual(expect.arrayContaining(['before@example.kz', 'after-again@example.kz']));
      expect(values.join()).not.toContain('gone@');
    });
  });

  it('opens values whose epoch was closed since', async () => {
    const said = await recovering(lostLong, closed);
    expect({ code: said.code, stderr: said.stderr }).toEqual({ code: 0, stderr: '' });
    expect(lastOf(said)).toMatchObject({ phase: 'done', keys: 'replaced', lost: { people: 0 } });
    await served(lostLong, closed, async ({ ledger }) => {
      const told = await tell(ledger, heard('later'), heard('newest'));
      expect(told.map(({ status }) => status)).toEqual(['recorded', 'recorded']);
      expect(told[0]?.ref).toBe(refs['later']);
      const values = await valuesOf(ledger, await bodiesIn(lostLong));
      expect(values).toEqual(expect.arrayContaining(['before@example.kz', 'later-again@example.kz']));
      expect(values.join()).not.toContain('gone@');
      expect(await subjectOf(ledger, 'gone')).toBeUndefined();
    });
  });

  it('brings them beside claims, too, where the events are in a store of their own', async () => {
    // As over EventStoreDB: the events of the ledger that was not lost, in the order of their store.
    const store = new PostgresEventStore(test.database.app);
    const settings = readSettings(environmentOf(lostElsewhere, open));
    const directory = new LogDirectory(open.logDir);
    const quiet = { phase: () => undefined, at: () => undefined, end: () => undefined };
    const proven = await proveFiles(directory, new CheckpointLock(open.keepDir), quiet);
    const keys = await KeysBack.open(settings, proven.ledger);
    const session = await lostElsewhere.owner.connect();
    try {
      const recovering = new RecoveringClaims(session, directory, proven, quiet, keys, store, '');
      // What came after that moment of the log was never signed for there.
      expect(await recovering.run(true)).toMatchObject({ side: 'claims', keys: 'replaced', lost: { people: 0 } });
      const { rows } = await session.query('select owner from key_owner where owner = $1', [
        await subjectOf(test.ledger, 'after'),
      ]);
      expect(rows).toHaveLength(1);
      // Whom only events behind the backup of keys know is not made up.
      const { rows: newest } = await session.query('select owner from key_owner where owner = $1', [
        await subjectOf(test.ledger, 'newest'),
      ]);
      expect(newest).toHaveLength(0);
    } finally {
      session.release(true);
    }
  });
});
