// Does every restored database forget again whom the journal of the keep names, or halt, before anybody is answered?
import { type Part, readEnvelope } from '@derbes/kernel';
import { testDatabase, testServer, type TestDatabase } from '@derbes/postgres/testing.js';
import { asOwnerName } from '@derbes/vault';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { valuesIn } from './audit/named.js';
import { audit } from './audit/audit.js';
import { run } from './cli/run.js';
import { openParts, type Ledger } from './ledger.js';
import { passGate, whyRestoring } from './restore-gate.js';
import { startService } from './service.js';
import { readSettings } from './settings.js';
import { erasePerson, fact, publishKiberon, silent, tell, testLedger, type TestLedger } from './testing.js';

jest.setTimeout(120_000);

let test: TestLedger;
const databases: TestDatabase[] = [];
const ledgers: Ledger[] = [];
const people = ['first', 'second', 'third'] as const;
const emailOf = (id: string): string => `${id}.person@example.kz`;
/** Subjects by person. */
const subjects = new Map<string, string>();
/** Backups by when they were made: before any erasure, behind the first, behind the second. */
const backups: string[] = [];

const collected = (id: string) =>
  fact(
    'data.collected',
    {
      subject: { identifiers: [{ scheme: 'email', value: emailOf(id) }] },
      categories: ['email'],
      purposes: ['account'],
      holder: 'crm',
      origin: { kind: 'subject', means: 'web-form' },
      values: { email: emailOf(id) },
    },
    { id },
  );

function environmentOf({ asApp, asOwner }: TestDatabase): Record<string, string> {
  const { host } = testServer();
  const as = ({ user = '', database = '' }: typeof asApp): string =>
    `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`;
  const { dataDir, keepDir } = test.settings;
  return { DATABASE_URL: as(asApp), DATABASE_OWNER_URL: as(asOwner), KEEP_DIR: keepDir, DATA_DIR: dataDir, PORT: '0' };
}

async function derbes(database: TestDatabase, ...words: readonly string[]): Promise<void> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await run(words, { stdin: Readable.from([]), stdout, stderr, environment: environmentOf(database) });
  expect({ code, stderr: String(stderr.read() ?? '').replace(/^\w+…\n/gm, '') }).toEqual({ code: 0, stderr: '' });
}

async function backup(): Promise<void> {
  const dir = join(dirname(test.settings.keepDir), `backup-${backups.length}`);
  await derbes(test.database, 'backup', dir);
  backups.push(dir);
}

async function erase(id: string): Promise<void> {
  const subject = subjects.get(id) ?? '';
  expect(await erasePerson(test.ledger, subject)).toMatch(/executed|nothing/);
}

beforeAll(async () => {
  test = await testLedger();
  await publishKiberon(test.ledger);
  for (const id of people) {
    await tell(test.ledger, collected(id));
    const { rows } = await test.database.owner.query<{ stream: string }>(
      `select stream_id as stream from ledger_event where type = 'SubjectRegistered' order by position desc limit 1`,
    );
    subjects.set(id, (rows[0]?.stream ?? '').replace('subject-', ''));
  }
  await backup();
  await erase('first');
  await backup();
  await erase('second');
  await backup();
});
afterAll(async () => {
  for (const one of ledgers) await one.close();
  await test?.close();
  for (const database of databases) await database.drop();
});

async function restored(events: number, keys: number): Promise<TestDatabase> {
  const database = await testDatabase({});
  databases.push(database);
  await derbes(database, 'restore', backups[events] ?? '', '--keys-dir', `${backups[keys] ?? ''}-keys`);
  return database;
}

async function reopen(database: TestDatabase): Promise<Ledger> {
  const ledger = await openParts(readSettings(environmentOf(database)), database.app, silent);
  ledgers.push(ledger);
  return ledger;
}

/** Whose e-mails the vault still opens, of all events that the database has. */
async function readable(database: TestDatabase, ledger: Ledger): Promise<string[]> {
  const { rows } = await database.owner.query<{ body: string }>(
    `select body from ledger_event where stream_id like 'subject-%'`,
  );
  const wanted = rows
    .map(({ body }) => readEnvelope(body))
    .flatMap(({ id, stream, parts = [] }) =>
      parts.map((part: Part) => ({ eventId: id, owner: asOwnerName(part.owner ?? stream), part })),
    );
  const opened = await ledger.vault.open(wanted);
  const values = new Set(opened.map((one) => ('code' in one ? '' : JSON.stringify(one.value))));
  return people.filter((id) => values.has(JSON.stringify(emailOf(id))));
}

const gate = async (ledger: Ledger): Promise<{ readonly code: unknown; readonly why: string | undefined }> => {
  const why = await whyRestoring(ledger);
  const code = await passGate(ledger).then(
    () => 'passed',
    (error: unknown) => (error as { code?: unknown }).code,
  );
  return { code, why };
};

describe('a restored database', () => {
  it('is let through when it knows every erasure of the journal', async () => {
    expect(await gate(test.ledger)).toEqual({ code: 'passed', why: undefined });
    const database = await restored(2, 2);
    const ledger = await reopen(database);
    expect(await gate(ledger)).toEqual({ code: 'passed', why: undefined });
    expect(await readable(database, ledger)).toEqual(['third']);
  });

  it.each([
    [0, 0, people],
    [1, 1, ['second', 'third']],
    [0, 2, ['third']],
  ])(
    'with the events of backup %i and the keys of backup %i destroys again and halts, at every start',
    async (events, keys, before) => {
      const database = await restored(events, keys);
      const ledger = await reopen(database);
      expect(await readable(database, ledger)).toEqual(before);
      for (let start = 0; start < 2; start++) {
        expect(await gate(ledger)).toEqual({
          code: 'LEDGER_BEHIND',
          why: expect.stringMatching(/^the database is from before \d of the erasures/),
        });
        expect(await readable(database, ledger)).toEqual(['third']);
      }
    },
  );

  it.each([
    [1, 0],
    [2, 0],
    [2, 1],
  ])('with the events of backup %i and the older keys of backup %i heals or halts', async (events, keys) => {
    const database = await restored(events, keys);
    const ledger = await reopen(database);
    const { code } = await gate(ledger);
    expect(code).toBe(events === 2 ? 'passed' : 'LEDGER_BEHIND');
    expect(await readable(database, ledger)).toEqual(['third']);
    expect((await gate(ledger)).code).toBe(code);
  });

  it('starts no service that denies an erasure, and one that heals answers only when it has', async () => {
    const behind = readSettings(environmentOf(await restored(0, 0)));
    await expect(startService(behind, silent, '0')).rejects.toMatchObject({ code: 'LEDGER_BEHIND' });
    const healing = await restored(2, 0);
    const service = await startService(readSettings(environmentOf(healing)), silent, '0');
    try {
      expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
      expect((await fetch(`${service.url}/v1/registers/findings`)).status).toBe(401);
      expect(await readable(healing, service.ledger)).toEqual(['third']);
    } finally {
      await service.stop();
    }
  });

  it('keeps nothing of anybody in the clear in its backups, erased or not', async () => {
    const wanted = valuesIn(people.map(emailOf).join('\n'));
    const places = [...backups.flatMap((dir) => [dir, `${dir}-keys`]), test.settings.keepDir];
    const quiet = { phase: () => undefined, at: () => undefined, end: () => undefined };
    const { found, files, unread } = await audit({ wanted, places }, quiet, () => undefined);
    expect({ found, unread }).toEqual({ found: 0, unread: [] });
    expect(files).toBeGreaterThan(40);
  });
});
