// Does a ledger whose database was put back to before its signed log get every event and claim again, and nothing that was not signed?
import { readEnvelope } from '@derbes/kernel';
import { quietPool, testDatabase, testServer, type TestDatabase } from '@derbes/postgres/testing.js';
import { parseCheckpoint, parseNote, RightEdge, type Checkpoint } from '@derbes/transparency';
import { LogDirectory } from '@derbes/transparency/files.js';
import { CheckpointLock, HeadTable } from '@derbes/transparency/sequencing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { collected, databaseUrls, derbesIn, type Said } from '../backup/testing.js';
import { openParts, type Ledger } from '../ledger.js';
import { haltOf } from '../sequencing/halted.js';
import { startService } from '../service.js';
import { readSettings, type Settings } from '../settings.js';
import { askedBy, publishKiberon, silent, tell, testLedger, type TestLedger } from '../testing.js';
import { EraseSubject, type Erased } from '../write/erasure-commands.js';
import { EraseSubjectHandler } from '../write/erasure-handlers.js';
import { type ReceivedEvent } from '../write/received.js';
import { Delivery } from '../delivery/delivery.js';
import { startWorker } from '../worker/worker.js';
import { recover } from './recover.js';

// A crowded machine is no failure.
jest.setTimeout(300_000);

const waitMsMax = 60_000;
const lookMs = 10;
/** More than a bundle, so that bundles full, partial and begun before the backup are put back. */
const people = 100;
const before = collected('before');
const after = Array.from({ length: people }, (_, i) => collected(`after-${i}`));
/** Names a pair that nobody has told. */
const early: ReceivedEvent = {
  ...collected('early'),
  data: {
    ...collected('early').data,
    basis: { code: 'consent', consent: { source: 'urn:example:crm', id: 'c-later' } },
  },
};

let test: TestLedger;
let scratch: string;
let backup: string;
let gone: string;
let leaving: string;
let waiting: string;
let events: string[];
let outcomes: unknown[];
let locked: Checkpoint;
const databases: TestDatabase[] = [];
const ledgers: Ledger[] = [];

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + waitMsMax;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it did not come to hold within a minute');
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

const erase = (stream: string, more: Partial<EraseSubject> = {}): Promise<Erased> =>
  new EraseSubjectHandler(test.ledger.writers).execute(
    Object.assign(new EraseSubject(), {
      subject: stream.replace('subject-', ''),
      scope: 'person',
      ground: 'subject-request',
      decide: 'erase',
      reason: 'no-document-made',
      asked: askedBy('officer', { reason: 'subject-request' }),
      ...more,
    }),
  );

async function bodiesIn({ owner }: TestDatabase): Promise<string[]> {
  const { rows } = await owner.query<{ body: string }>('select body from ledger_event order by position');
  return rows.map(({ body }) => body);
}

/** All that is known of claims, but for who wrote them when. */
async function claimsIn({ owner }: TestDatabase): Promise<unknown> {
  const { rows: claims } = await owner.query(
    `select encode(c.token, 'hex') as token, c.kind, c.state, c.outcome, encode(c."check", 'hex') as "check", c.check_event, e.id, e.place,
       e.type, e.stream_id, e.expected_revision
     from claim c join claim_event e on e.token = c.token order by e.id`,
  );
  const { rows: reserved } = await owner.query(
    `select encode(token, 'hex') as token, event_id from claim_reserved order by event_id`,
  );
  return { claims, reserved };
}

const environmentOf = (database: TestDatabase): Record<string, string> => ({
  ...databaseUrls(database),
  KEEP_DIR: test.settings.keepDir,
  DATA_DIR: test.settings.dataDir,
  PORT: '0',
  STOP_GRACE_MS: '0',
});
const settingsOf = (database: TestDatabase): Settings => readSettings(environmentOf(database));

/** A database as it was at the backup, with nobody connected. */
async function putBackDatabase(): Promise<TestDatabase> {
  const database = await testDatabase({});
  databases.push(database);
  const { code, stderr } = await derbesIn(environmentOf(database), ['restore', backup, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return database;
}

/** A pool's `end` comes back before the server has let its connections go. */
async function everybodyLeft({ name }: TestDatabase): Promise<void> {
  const admin = quietPool({ ...testServer(), max: 1 });
  await until(
    async () => (await admin.query('select from pg_stat_activity where datname = $1', [name])).rowCount === 0,
  );
  await admin.end();
}

const recoveringAmongOthers = (database: TestDatabase, ...words: string[]): Promise<Said> =>
  derbesIn({ ...environmentOf(database), LOG_DIR: test.settings.logDir }, [
    'recover',
    '--from-tiles',
    ...words,
    '--json',
  ]);
async function recovering(database: TestDatabase, ...words: string[]): Promise<Said> {
  await everybodyLeft(database);
  return recoveringAmongOthers(database, ...words);
}
const lastOf = ({ stdout }: Said): unknown => JSON.parse(stdout.trim().split('\n').at(-1) ?? '');

/** Pools of a test keep connections; a recovery wants to be alone. */
async function alone(database: TestDatabase): Promise<TestDatabase> {
  await database.app.end();
  await database.owner.end();
  const idleTimeoutMillis = 1;
  return {
    ...database,
    app: quietPool({ ...database.asApp, idleTimeoutMillis }),
    owner: quietPool({ ...database.asOwner, idleTimeoutMillis }),
  };
}

/** A copy of the log's files that may be spoilt. */
function copyOfLog(name: string): string {
  const dir = join(scratch, name);
  cpSync(test.settings.logDir, dir, { recursive: true });
  return dir;
}

beforeAll(async () => {
  test = await testLedger();
  scratch = dirname(test.settings.keepDir);
  await publishKiberon(test.ledger);
  const worker = await startWorker(test.ledger, new Delivery(test.ledger, test.settings), silent);
  const published = async (): Promise<boolean> =>
    worker.sequencer.status().publishedSize === (await bodiesIn(test.database)).length;
  await tell(test.ledger, before, collected('leaving'));
  await until(published);
  backup = join(scratch, 'backup');
  const { code, stderr } = await derbesIn(environmentOf(test.database), ['backup', backup, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  outcomes = await tell(test.ledger, ...after, early);
  gone =
    (await bodiesIn(test.database)).map(readEnvelope).find(({ type }) => type === 'SubjectRegistered')?.stream ?? '';
  await until(published);
  const registered = (await bodiesIn(test.database))
    .map(readEnvelope)
    .filter(({ type }) => type === 'SubjectRegistered');
  leaving = registered[1]?.stream ?? '';
  expect(await test.ledger.erasures.execute((await erase(gone)).order ?? '')).toMatch(/executed|nothing/);
  // Another one waits for the holder to be told, and so stands in no journal.
  waiting = (await erase(leaving, { untold: 'wait' })).order ?? '';
  expect(await test.ledger.erasures.execute(waiting)).toBe('ordered');
  expect((await test.ledger.vault.journal.entries()).map(({ erasure }) => erasure)).not.toContain(waiting);
  await until(published);
  await worker.stop();
  await test.ledger.close();
  events = await bodiesIn(test.database);
  locked = (await new CheckpointLock(test.settings.keepDir).read())!.checkpoint;
});
afterAll(async () => {
  for (const one of ledgers) await one.close();
  for (const database of databases) await database.drop();
  await test?.close();
});

describe('the sidecars of a log', () => {
  const claims = (): string => join(test.settings.logDir, 'private/claims/tile/entries');

  it('stand beside each bundle, for the service’s own user alone, in the place of narrower ones', () => {
    expect(Math.floor(locked.size / 256)).toBe(1);
    const width = locked.size % 256;
    expect(readdirSync(claims(), { recursive: true }).sort()).toEqual(['000', '001.p', `001.p/${width}`]);
    for (const name of ['000', `001.p/${width}`]) expect(statSync(join(claims(), name)).mode & 0o777).toBe(0o600);
    expect(statSync(claims()).mode & 0o777).toBe(0o700);
  });

  it('hold no value and no id of a service', () => {
    const text = readFileSync(join(claims(), '000'), 'latin1');
    expect(text).toContain('"claims":[{"token":"');
    expect(text).not.toMatch(/example|after-|before|@/);
  });
});

describe('a ledger whose database was put back', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await putBackDatabase();
  });

  it('halts, takes nothing, and names the way out', async () => {
    const ledger = await openParts(settingsOf(database), database.app, silent);
    const halt = await new HeadTable(database.app).halted();
    expect(halt?.code).toBe('LOG_LOCK_AHEAD');
    expect(halt?.message).toContain('derbes recover --from-tiles');
    const refused = await tell(ledger, collected('too-early')).catch((error: unknown) => error);
    expect(haltOf(refused)).toBe('LOG_LOCK_AHEAD');
    await ledger.close();
    // An erasure came after the backup: the journal of the keep tells the service first, and names the same way.
    await expect(startService(settingsOf(database), silent, 'test')).rejects.toThrow(/recover --from-tiles/);
    database = await alone(database);
  });

  it.each([
    [
      'a bundle that does not match',
      'LOG_TILE_DAMAGED',
      (dir: string) => flip(join(dir, 'public/tile/entries/000'), 1_000),
    ],
    ['a tile that does not match', 'LOG_TILE_DAMAGED', (dir: string) => flip(join(dir, 'public/tile/0/000'), 40)],
    ['a missing bundle', 'LOG_TILE_MISSING', (dir: string) => rmSync(join(dir, 'public/tile/entries/000'))],
    [
      'a checkpoint that no key of the log signed',
      'RECOVER_FILES_WRONG',
      (dir: string) => {
        const path = join(dir, 'public/checkpoint');
        const [text, line = ''] = readFileSync(path, 'utf8').split('\n\n');
        const at = line.length - 20;
        writeFileSync(path, `${text}\n\n${line.slice(0, at)}${line[at] === 'A' ? 'B' : 'A'}${line.slice(at + 1)}`);
      },
    ],
    ['no checkpoint', 'RECOVER_FILES_WRONG', (dir: string) => rmSync(join(dir, 'public/checkpoint'))],
    ['the files of another ledger', 'LOG_DIR_MISSING', (dir: string) => writeFileSync(join(dir, 'ledger'), 'other\n')],
    ['missing sidecars', 'RECOVER_CLAIMS_MISSING', (dir: string) => rmSync(join(dir, 'private'), { recursive: true })],
    [
      'a damaged sidecar',
      'RECOVER_CLAIMS_MISSING',
      (dir: string) => flip(join(dir, 'private/claims/tile/entries/000'), 5),
    ],
  ])('is not recovered from %s: %s', async (name, code, spoil) => {
    const dir = copyOfLog(name.replaceAll(' ', '-'));
    spoil(dir);
    const said = await recovering(database, dir);
    expect({ code: said.code, last: lastOf(said) }).toEqual({ code: 1, last: { phase: 'failed', code } });
    expect(said.stderr).toContain(code);
    expect((await bodiesIn(database)).length).toBeLessThan(256);
  });

  it('is not recovered without the lock, nor with the events in another store', async () => {
    for (const [settings, code] of [
      [{ KEEP_DIR: join(scratch, 'another-keep') }, 'RECOVER_NO_LOCK'],
      [{ EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false' }, 'RECOVER_UNSUPPORTED'],
    ] as const) {
      const said = await derbesIn({ ...environmentOf(database), ...settings }, ['recover', '--from-tiles', '--json']);
      expect({ code: said.code, last: lastOf(said) }).toEqual({ code: 1, last: { phase: 'failed', code } });
    }
  });

  it('is not recovered while somebody works on it', async () => {
    const other = await database.app.connect();
    try {
      const said = await recoveringAmongOthers(database);
      expect({ code: said.code, last: lastOf(said) }).toEqual({
        code: 1,
        last: { phase: 'failed', code: 'RECOVER_SERVICE_RUNNING' },
      });
    } finally {
      other.release(true);
    }
  });

  it('stays halted when the recovery is cut off, and gets all when it is started again', async () => {
    let phase = '';
    const cut = {
      phase: (name: string) => void (phase = name),
      at: () => {
        if (phase === 'events') throw new Error('cut off');
      },
      end: () => undefined,
    };
    const asked = { dir: test.settings.logDir, withoutClaims: false };
    await everybodyLeft(database);
    await expect(recover(asked, settingsOf(database), cut, () => undefined)).rejects.toThrow('cut off');
    expect(await bodiesIn(database)).toEqual(events.slice(0, 256));
    expect((await new HeadTable(database.owner).halted())?.message).toContain('start it again');
    const said = await recovering(database);
    expect({ code: said.code, stderr: said.stderr }).toEqual({ code: 0, stderr: '' });
    expect(lastOf(said)).toMatchObject({
      phase: 'done',
      size: events.length,
      root: locked.root.toString('base64'),
      events: events.length - 256,
      unfinished: 0,
      // An e-mail and what it is known by, of each.
      lost: { values: 2 * (people + 1), people: people + 1, documents: [] },
    });
    expect(await bodiesIn(database)).toEqual(events);
    expect(await new HeadTable(database.owner).halted()).toBeUndefined();
  });

  it('has nothing to be put back any more', async () => {
    const said = await recovering(database);
    expect({ code: said.code, last: lastOf(said) }).toEqual({
      code: 0,
      last: expect.objectContaining({ events: 0, claims: 0, root: locked.root.toString('base64') }) as unknown,
    });
  });

  it('has every claim again, and answers what is repeated with its first outcome', async () => {
    const service = await startService(settingsOf(database), silent, 'test');
    try {
      // The gate of the restore has carried out again what the journal of the keep holds.
      const claims = await claimsIn(database);
      expect(claims).toEqual(await claimsIn(test.database));
      expect(claims).toMatchObject({ reserved: [expect.anything()] });
      const again = await tell(service.ledger, ...after, early);
      const findings = (outcome: unknown): unknown => (outcome as { findings?: unknown }).findings;
      expect(again.map(({ status }) => status)).toEqual(again.map(() => 'repeated'));
      expect(again.map(findings)).toEqual(outcomes.map(findings));
      expect((await tell(service.ledger, before)).map(({ status }) => status)).toEqual(['erased']);
      // The order that waits stands and waits again, with its task; nothing of her is taken meanwhile.
      expect(await service.ledger.erasures.execute(waiting)).toBe('ordered');
      const { outbox } = new Delivery(service.ledger, settingsOf(database));
      const open = await outbox.open('holder/crm', undefined, 10);
      expect(open.filter(({ stream }) => stream === leaving)).toMatchObject([{ state: 'waiting' }]);
      const heard = { ...collected('leaving'), id: 'heard-later' };
      expect((await tell(service.ledger, heard)).map(({ status }) => status)).toEqual(['erased']);
      expect(await bodiesIn(database)).toEqual(expect.arrayContaining(events));
      // What is new goes on behind it.
      expect((await tell(service.ledger, collected('new'))).map(({ status }) => status)).toEqual(['recorded']);
      const directory = new LogDirectory(test.settings.logDir);
      await until(async () => {
        const note = (await directory.readCheckpoint()) ?? '';
        return parseCheckpoint(parseNote(note).text).size === (await bodiesIn(database)).length;
      });
      const { size, root } = parseCheckpoint(parseNote((await directory.readCheckpoint()) ?? '').text);
      const edge = new RightEdge();
      for (const body of await bodiesIn(database)) {
        edge.appendEntry(Buffer.from(body));
        if (edge.size === locked.size) expect(edge.root()).toEqual(locked.root);
      }
      expect({ size: edge.size, root: edge.root() }).toEqual({ size, root });
      await serveNothingPrivate(service.url, service.firstKeys.find(({ role }) => role === 'auditor')?.key ?? '');
    } finally {
      await service.stop();
    }
  });

  it('goes on without claims when it is told to, and says so in its numbers', async () => {
    const dir = copyOfLog('without-claims');
    rmSync(join(dir, 'private'), { recursive: true });
    const bare = await alone(await putBackDatabase());
    await everybodyLeft(bare);
    const { code, stdout } = await derbesIn({ ...environmentOf(bare), LOG_DIR: test.settings.logDir }, [
      'recover',
      '--from-tiles',
      dir,
      '--without-claims',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/events and 0 claims are back/);
    expect(stdout).toMatch(/\d+ sealed values are lost/);
    expect((await bodiesIn(bare)).slice(0, events.length)).toEqual(events);
    await bare.owner.end();
    await bare.app.end();
  });

  it('is not recovered when it took other events meanwhile', async () => {
    const forked = await putBackDatabase();
    // Only where the lock was away is anything written to a database that is behind it.
    const lock = join(test.settings.keepDir, 'log');
    renameSync(lock, `${lock}-away`);
    const ledger = await openParts(settingsOf(forked), forked.app, silent);
    await tell(ledger, collected('another'));
    await ledger.close();
    renameSync(`${lock}-away`, lock);
    const database = await alone(forked);
    const said = await recovering(database);
    expect({ code: said.code, last: lastOf(said) }).toEqual({
      code: 1,
      last: { phase: 'failed', code: 'RECOVER_FORKED' },
    });
    await database.owner.end();
    await database.app.end();
  });
});

describe('a ledger whose LOG_DIR is lost for good', () => {
  const republishing = async (database: TestDatabase, logDir: string): Promise<Said> => {
    await everybodyLeft(database);
    return derbesIn({ ...environmentOf(database), LOG_DIR: logDir }, ['log', 'republish', '--json']);
  };
  const headsOf = async ({ owner }: TestDatabase): Promise<number> =>
    (await owner.query('select from log_head')).rowCount ?? 0;

  it('may have its log made anew only in an empty folder, and from the events that were signed', async () => {
    const database = await alone(await putBackDatabase());
    const there = await republishing(database, test.settings.logDir);
    expect({ code: there.code, last: lastOf(there) }).toEqual({
      code: 1,
      last: { phase: 'failed', code: 'RECOVER_FILES_THERE' },
    });
    const empty = join(scratch, 'nothing-yet');
    const older = await republishing(database, empty);
    expect({ code: older.code, last: lastOf(older) }).toEqual({
      code: 1,
      last: { phase: 'failed', code: 'RECOVER_FORKED' },
    });
    const back = await recovering(database);
    expect(back.code).toBe(0);
    const done = await republishing(database, empty);
    // What was signed meanwhile counts, too.
    const { size, root } = (await new CheckpointLock(test.settings.keepDir).read())!.checkpoint;
    expect({ code: done.code, last: lastOf(done) }).toMatchObject({
      code: 0,
      last: { phase: 'done', size, root: root.toString('base64') },
    });
    expect(await headsOf(database)).toBe(0);
    await database.owner.end();
    await database.app.end();
  });
});

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

async function serveNothingPrivate(url: string, key: string): Promise<void> {
  const paths = [
    '/log/private/claims/tile/entries/000',
    '/log/claims/tile/entries/000',
    '/log/tile/../../private/claims/tile/entries/000',
    '/log/tile/..%2f..%2fprivate/claims/tile/entries/000',
    '/log/tile/entries/%2e%2e/%2e%2e/%2e%2e/private/claims/tile/entries/000',
    '/log/..%2fprivate%2fclaims%2ftile%2fentries%2f000',
  ];
  expect(await answered(url, '/log/tile/entries/000', key)).toMatchObject({ status: 200 });
  for (const path of paths) {
    const { status, text } = await answered(url, path, key);
    expect({ path, refused: status >= 400 && status < 500, tells: text.includes('"token"') }).toEqual({
      path,
      refused: true,
      tells: false,
    });
  }
}

/** As the path stands: `fetch` would take the dots out of it. */
function answered(url: string, path: string, key: string): Promise<{ readonly status: number; readonly text: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asking = request(
      { host: hostname, port, path, headers: { authorization: `Bearer ${key}`, 'derbes-reason': 'audit' } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('latin1') }),
        );
      },
    );
    asking.on('error', reject);
    asking.end();
  });
}
