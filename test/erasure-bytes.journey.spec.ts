// When an erasure is final, does any byte that is left anywhere bring a value back: an old backup, the log of the database, its files?
import { connectEmbedded } from '@derbes/postgres';
import { openKeep } from '@derbes/vault';
import { Adversary } from '@derbes/vault/testing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { derbes, type Ran } from './derbes.js';
import { expectProblem } from './expected.js';
import { collected, settle } from './kiberon.js';
import { Journey, journeyMsMax, makePlaces, until } from './service-process.js';

jest.setTimeout(journeyMsMax);

const her = {
  email: 'baitova.sholpan@primer.example.kz',
  name: 'Байтова Шолпан Примеровна',
  iban: 'KZ00BAIT000000000815',
} as const;
const living = { email: 'zhivoi.arman@primer.example.kz', name: 'Живой Арман Примерович' } as const;
const reason = 'subject-request';
/** On another file system, where this machine has one at hand: a close trusts no other backup of keys. */
const memory = '/dev/shm';
const isApart = existsSync(memory) && statSync(memory).dev !== statSync(tmpdir()).dev;

const places = makePlaces();
const keysDir = mkdtempSync(join(isApart ? memory : places.root, 'derbes-bytes-'));
const copyDir = join(places.root, 'copy');
const backup = join(places.root, 'before');
const searched = [places.dataDir, places.keepDir, copyDir, keysDir, backup, `${backup}-keys`];
const adversary = new Adversary();
let journey: Journey;
let id: string;
/** As it lay in the database and in the backup, hex. */
let wrappedKey: string;

const officer = () => journey.as('officer');
const dossier = (subject: string) => officer().get(`/v1/subjects/${subject}/dossier`, { reason });
const run = (args: readonly string[], input = ''): Promise<Ran> =>
  derbes(args, { input, environment: { DATA_DIR: places.dataDir, KEEP_DIR: places.keepDir, KEY_COPY_DIR: copyDir } });

/** As the owner of the tables of the embedded database. */
async function asOwner<T>(work: (db: pg.Pool) => Promise<T>): Promise<T> {
  const joined = await connectEmbedded({ dataDir: places.dataDir });
  const db = new pg.Pool({ ...joined.asOwner, max: 2 });
  db.on('error', () => undefined);
  try {
    return await work(db);
  } finally {
    await db.end();
    await joined.stop();
  }
}

/** Whatever may be a key: 32 bytes in base64, in any file of the keep, of its copy and of the backup of keys. */
function keysLeft(): Buffer[] {
  const keys = new Map<string, Buffer>();
  for (const dir of [places.keepDir, copyDir, keysDir]) {
    for (const name of readdirSync(dir)) {
      if (!statSync(join(dir, name)).isFile()) continue;
      for (const [run] of readFileSync(join(dir, name), 'latin1').matchAll(/[A-Za-z0-9+/_-]{43}(?![A-Za-z0-9+/_-])/g)) {
        const key = Buffer.from(run, 'base64');
        if (key.length === 32) keys.set(key.toString('hex'), key);
      }
    }
  }
  return [...keys.values()];
}

async function reached(epochs: number): Promise<{ readonly values: string; knows(email: string): boolean }> {
  const keep = await openKeep({ keepDir: places.keepDir, dataDir: places.dataDir, copyDir });
  const found = await adversary.reach(keep, epochs, keysLeft());
  return {
    values: JSON.stringify([...found.values.values()]),
    knows: (email) => found.knows({ scheme: 'email', norm: 1, value: email }),
  };
}

const audit = (args: readonly string[], input: string): Promise<Ran> =>
  run(['erasure', 'audit', ...searched.flatMap((dir) => ['--dir', dir]), ...args], input);

/** The same in the old backup alone. */
const auditBackup = (args: readonly string[], input: string): Promise<Ran> => {
  const nowhere = join(places.root, 'nowhere');
  return derbes(['erasure', 'audit', '--dir', backup, '--dir', `${backup}-keys`, ...args], {
    input,
    environment: { DATA_DIR: nowhere, KEEP_DIR: nowhere },
  });
};

beforeAll(async () => {
  journey = await Journey.begin({ KEY_COPY_DIR: copyDir, KEY_BACKUP_DIR: keysDir, EPOCH_HOURS: '0' }, places);
  await settle(officer());
  const told = [
    collected(her.email, {
      categories: ['email', 'full-name', 'requisites.iban'],
      purposes: ['contract'],
      values: { email: her.email, 'full-name': her.name, 'requisites.iban': her.iban },
    }),
    collected(living.email, {
      categories: ['email', 'full-name'],
      values: { email: living.email, 'full-name': living.name },
    }),
  ];
  for (const { status } of await journey.as('emitter').tellAll(told, '?wait=projected'))
    expect(status).toBe('recorded');
  id = await officer().find('email', her.email);
  expect((await dossier(id)).text).toContain(her.name);
});
afterAll(async () => {
  await journey?.end();
  rmSync(keysDir, { recursive: true, force: true });
});

describe('a person of whom a backup was made', () => {
  it('can be read from its bytes with the keys of that day, so that what is tried later is known to work', async () => {
    const made = await run(['backup', backup]);
    expect({ code: made.code, stderr: made.code === 0 ? '' : made.stderr }).toEqual({ code: 0, stderr: '' });
    await asOwner(async (db) => {
      await adversary.look(db);
      const { rows } = await db.query<{ key: string }>(
        `select encode(wrapped_sk, 'hex') as key from key_owner where owner = $1`,
        [`subject-${id}`],
      );
      wrappedKey = rows[0]?.key ?? '';
    });
    const now = await reached(1);
    for (const value of [...Object.values(her), ...Object.values(living)]) expect(now.values).toContain(value);
    expect(now.knows(her.email)).toBe(true);
    expect(readFileSync(join(`${backup}-keys`, 'key_owner.jsonl'), 'utf8')).toContain(wrappedKey);
  });

  it('is erased, vacuumed away, and final with the end of the epoch; the service goes on after a restart', async () => {
    const body = { scope: 'person', ground: 'subject-request', decide: 'erase', reason: 'no-document-made' };
    const erased = await officer().post(`/v1/subjects/${id}/erasures?wait=projected`, body, { reason });
    expect(erased.json()).toMatchObject({ state: 'executed' });
    await asOwner(async (db) => {
      await adversary.look(db);
      await db.query('vacuum');
    });
    const asked = await journey.as('admin').post('/v1/epochs/close', isApart ? {} : { acceptSingleCopy: true });
    expect(asked.status).toBe(202);
    await until('the epoch is closed', async () => {
      const { closing } = (await journey.as('admin').get('/v1/epochs')).json<{ closing?: { failure?: string } }>();
      expect(closing?.failure).toBeUndefined();
      return closing === undefined;
    });
    await asOwner((db) => adversary.look(db));
    await journey.service.stop();
    await journey.again();
    expectProblem(await dossier(id), 410, 'SUBJECT_ERASED');
    expect((await dossier(await officer().find('email', living.email))).text).toContain(living.name);
  });

  it('is reached by nobody who has every byte that ever stood in tables and backups, and every key that is left', async () => {
    expect(keysLeft().length).toBeGreaterThanOrEqual(3);
    const now = await reached(2);
    for (const value of Object.values(living)) expect(now.values).toContain(value);
    for (const value of Object.values(her)) expect(now.values).not.toContain(value);
    expect(now.knows(her.email)).toBe(false);
    expect(now.knows(living.email)).toBe(true);
  });

  it('is not restored from that backup, with its own keys or with those that are kept now', async () => {
    const elsewhere = { DATA_DIR: join(places.root, 'elsewhere'), KEEP_DIR: places.keepDir, KEY_COPY_DIR: copyDir };
    const own = await derbes(['restore', backup], { environment: elsewhere });
    expect({ code: own.code, stderr: own.stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/KEY_STORE_OLD/) });
    const later = await derbes(['restore', backup, '--keys-dir', keysDir], { environment: elsewhere });
    expect({ code: later.code, stderr: later.stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/LEDGER_BEHIND/),
    });
  });

  it('stands in no file in any form; her wrapped key still lies in the old backup, and opens nothing', async () => {
    const none = await audit([], `${Object.values(her).join('\n')}\n`);
    expect({ code: none.code, stdout: none.stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^None of 3 /) });
    const keyFile = join(places.root, 'keys.txt');
    writeFileSync(keyFile, wrappedKey);
    const key = await auditBackup(['--keys-file', keyFile], '');
    expect(key.code).toBe(1);
    expect(key.stdout).toContain('key_owner.jsonl');
    // What is looked for is found where it stands, in the forms that it may have.
    writeFileSync(join(backup, 'planted'), `x${Buffer.from(her.name, 'utf16le').toString('latin1')}`, 'latin1');
    const planted = await auditBackup([], `${her.name}\n`);
    expect({ code: planted.code, stdout: planted.stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining('planted at byte 1'),
    });
  });
});
