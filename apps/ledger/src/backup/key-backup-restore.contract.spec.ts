// Does what the service writes to KEY_BACKUP_DIR bring a ledger back, between closes and behind one, with nobody who was erased?
import { testDatabase, testServer, type TestDatabase } from '@derbes/postgres/testing.js';
import { KeyBackup, openKeep } from '@derbes/vault';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { cpSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { run } from '../cli/run.js';
import { keepPlaceOf } from '../keep-place.js';
import { openParts, type Ledger } from '../ledger.js';
import { passGate, whyRestoring } from '../restore-gate.js';
import { readSettings } from '../settings.js';
import { erasePerson, fact, publishKiberon, silent, tell, testLedger, type TestLedger } from '../testing.js';

jest.setTimeout(300_000);

/** On another file system, where this machine has one at hand: a close trusts no other backup. */
const memory = '/dev/shm';
const isApart = existsSync(memory) && statSync(memory).dev !== statSync(tmpdir()).dev;
let test: TestLedger;
let scratch: string;
let keysDir: string;
let keyBackup: KeyBackup;
const databases: TestDatabase[] = [];
const ledgers: Ledger[] = [];
const emailOf = (id: string): string => `${id}.person@example.kz`;

const collected = (id: string, told = id) =>
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
    { id: told },
  );

function environmentOf({ asApp, asOwner }: TestDatabase): Record<string, string> {
  const { host } = testServer();
  const as = ({ user = '', database = '' }: typeof asApp): string =>
    `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`;
  const { dataDir, keepDir } = test.settings;
  return { DATABASE_URL: as(asApp), DATABASE_OWNER_URL: as(asOwner), KEEP_DIR: keepDir, DATA_DIR: dataDir };
}

async function derbes(database: TestDatabase, ...words: readonly string[]): Promise<{ code: number; stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await run(words, { stdin: Readable.from([]), stdout, stderr, environment: environmentOf(database) });
  return { code, stderr: String(stderr.read() ?? '').replace(/^\w+…\n/gm, '') };
}

async function backup(name: string): Promise<string> {
  const dir = join(scratch, name);
  expect(await derbes(test.database, 'backup', dir)).toEqual({ code: 0, stderr: '' });
  return dir;
}

async function subjectOf(id: string): Promise<string> {
  const token = test.ledger.vault.token({ scheme: 'email', norm: 1, value: emailOf(id) });
  const holder = (await test.ledger.vault.holders([token])).get(token.token.toString('hex'))?.holder;
  return holder?.owner.replace('subject-', '') ?? '';
}

async function erase(id: string): Promise<void> {
  expect(await erasePerson(test.ledger, await subjectOf(id))).toMatch(/executed|nothing/);
}

/** Rounds until what was written by now is in a file. */
async function caughtUp(): Promise<void> {
  const since = performance.now();
  for (;;) {
    await keyBackup.round();
    const { lagMs } = keyBackup.status();
    if (lagMs !== undefined && performance.now() - lagMs >= since) return;
    await pause(20);
  }
}

async function restored(events: string, keys: string): Promise<Ledger> {
  const database = await testDatabase({});
  databases.push(database);
  expect(await derbes(database, 'restore', events, '--keys-dir', keys)).toEqual({ code: 0, stderr: '' });
  const ledger = await openParts(readSettings(environmentOf(database)), database.app, silent);
  ledgers.push(ledger);
  return ledger;
}

/** What becomes of a new fact about somebody, of a time before any erasure, once the gate has let the ledger through. */
async function answerOf(ledger: Ledger, id: string): Promise<string> {
  const [outcome] = await tell(ledger, collected(id, `late-${id}-${ledgers.length}`));
  return outcome?.status ?? '';
}

async function passed(ledger: Ledger): Promise<string | undefined> {
  const why = await whyRestoring(ledger);
  await passGate(ledger);
  expect(await whyRestoring(ledger)).toBeUndefined();
  return why;
}

/** Whether the identifier finds somebody whose value opens. */
async function isThere(ledger: Ledger, id: string): Promise<boolean> {
  const token = ledger.vault.token({ scheme: 'email', norm: 1, value: emailOf(id) });
  return (await ledger.vault.holders([token])).get(token.token.toString('hex'))?.holder?.state === 'live';
}

beforeAll(async () => {
  keysDir = mkdtempSync(join(isApart ? memory : tmpdir(), 'derbes-key-backup-'));
  test = await testLedger();
  scratch = dirname(test.settings.keepDir);
  const keep = await openKeep(keepPlaceOf(test.settings), test.ledger.id);
  const { keepDir, dataDir } = test.settings;
  keyBackup = await KeyBackup.open(test.database.app, keep, { dir: keysDir, keepDir, dataDir });
  await publishKiberon(test.ledger);
  for (const id of ['first', 'second', 'third']) await tell(test.ledger, collected(id));
});
afterAll(async () => {
  for (const one of ledgers) await one.close();
  await test?.close();
  for (const database of databases) await database.drop();
  rmSync(keysDir, { recursive: true, force: true });
});

describe('the backup that the service keeps of its keys', () => {
  let before: string;
  let dir: string;

  it('is the key store of a restore: whoever lives is there, and an erased one is fenced as she was', async () => {
    await caughtUp();
    before = join(scratch, 'keys-before');
    cpSync(keysDir, before, { recursive: true });
    await erase('first');
    dir = await backup('events-1');
    await caughtUp();
    const ledger = await restored(dir, keysDir);
    expect(await passed(ledger)).toContain('the database is from before 1 of the erasures');
    expect(await Promise.all(['first', 'second', 'third'].map((id) => isThere(ledger, id)))).toEqual([
      false,
      true,
      true,
    ]);
    expect([await answerOf(ledger, 'first'), await answerOf(ledger, 'second')]).toEqual(['erased', 'recorded']);
  });

  it('of before the erasure has her key again, which the journal destroys before anybody is answered', async () => {
    const ledger = await restored(dir, before);
    expect(await isThere(ledger, 'first')).toBe(true);
    await passed(ledger);
    expect(await isThere(ledger, 'first')).toBe(false);
    expect(await answerOf(ledger, 'first')).toBe('erased');
  });

  it('lacks whom only later events know, and says so', async () => {
    await tell(test.ledger, collected('fourth'));
    const later = await backup('events-2');
    const database = await testDatabase({});
    databases.push(database);
    const { code, stderr } = await derbes(database, 'restore', later, '--keys-dir', before);
    expect(code).toBe(1);
    expect(stderr).toMatch(/KEY_STORE_OLD: .*1 people/);
    expect((await derbes(database, 'restore', later, '--keys-dir', dirname(keysDir))).stderr).toMatch(/BACKUP_MISSING/);
  });

  it('is what opens old events behind a close, whose own keys open nothing any more', async () => {
    await erase('second');
    const last = await backup('events-3');
    await caughtUp();
    const publishing = await test.publish();
    await test.ledger.epochs.close({ by: 'admin', acceptSingleCopy: true });
    for (;;) {
      const { closing } = await test.ledger.epochs.state();
      expect(closing?.failure).toBeUndefined();
      if (!closing) break;
      await pause(50);
    }
    await publishing.stop();
    // Events behind the signed log are put back by `derbes recover` first; what is asked here is which keys open.
    rmSync(join(test.settings.keepDir, 'log'), { recursive: true });
    const database = await testDatabase({});
    databases.push(database);
    for (const keys of [`${last}-keys`, before]) {
      expect((await derbes(database, 'restore', last, '--keys-dir', keys)).stderr).toMatch(/KEY_STORE_OLD/);
    }
    await caughtUp();
    const ledger = await restored(last, keysDir);
    await passed(ledger);
    expect(await Promise.all(['first', 'second', 'third', 'fourth'].map((id) => isThere(ledger, id)))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    // Her fact of old would be gone, too, with the fence of the closed epoch: by the identifier she is nobody.
    expect(await answerOf(ledger, 'third')).toBe('recorded');
  });

  it('refuses events from before an erasure that is final, which they would deny', async () => {
    const database = await testDatabase({});
    databases.push(database);
    const { code, stderr } = await derbes(database, 'restore', dir, '--keys-dir', keysDir);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/LEDGER_BEHIND/) });
  });
});
