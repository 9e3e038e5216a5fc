// Does a ledger whose events stand in an EventStoreDB come out of it into a backup and get into an empty one, whole and in order?
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { normalise } from '@derbes/vault';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openParts, type Ledger } from '../ledger.js';
import { readSettings } from '../settings.js';
import { askedBy, publishKiberon, silent, tell, testLedger, type TestLedger } from '../testing.js';
import { EraseSubject } from '../write/erasure-commands.js';
import { EraseSubjectHandler } from '../write/erasure-handlers.js';
import { collected, databaseUrls, derbesIn, valuesOf } from './testing.js';

// A crowded machine is no failure.
jest.setTimeout(300_000);

const empty = process.env['DERBES_EMPTY_EVENTSTORE'];
const people = 40;

const eventsIn = (dir: string): string[] => readFileSync(join(dir, 'events.jsonl'), 'utf8').split('\n').slice(0, -1);

async function eventsOf({ store }: Ledger): Promise<string[]> {
  const events: string[] = [];
  await new Promise<void>((resolve, reject) => {
    store.follow({ until: 'head' }).subscribe({
      next: ({ bytes }) => events.push(bytes),
      error: reject,
      complete: () => resolve(),
    });
  });
  return events;
}

// A ledger wants a server of its own, empty when it begins.
(empty === undefined ? describe.skip : describe)('a backup of a ledger with its events in EventStoreDB', () => {
  let test: TestLedger;
  let elsewhere: TestDatabase;
  let back: TestDatabase;
  let scratch: string;

  const environment = (database: TestDatabase, eventstore?: string): Record<string, string> => ({
    ...databaseUrls(database),
    KEEP_DIR: test.settings.keepDir,
    DATA_DIR: test.settings.dataDir,
    ...(eventstore !== undefined && { EVENTSTORE_URL: eventstore }),
  });
  const opened = (database: TestDatabase, eventstore?: string): Promise<Ledger> =>
    openParts(readSettings(environment(database, eventstore)), database.app, silent);
  const done = async (words: readonly string[], database: TestDatabase, eventstore?: string): Promise<void> => {
    const { code, stdout, stderr } = await derbesIn(environment(database, eventstore), [...words, '--json']);
    expect({ words, code, stderr, last: stdout.trim().split('\n').at(-1) }).toEqual({
      words,
      code: 0,
      stderr: '',
      last: expect.stringContaining('"done"'),
    });
  };

  beforeAll(async () => {
    test = await testLedger();
    scratch = dirname(test.settings.keepDir);
    elsewhere = await testDatabase({});
    back = await testDatabase({});
    await publishKiberon(test.ledger);
    for (let i = 0; i < people; i++) await tell(test.ledger, collected(`person-${i}`));
  });
  afterAll(async () => {
    await test?.close();
    await elsewhere?.drop();
    await back?.drop();
  });

  it('made on PostgreSQL is restored into an empty server, whose ledger goes on', async () => {
    const dir = join(scratch, 'of-postgres');
    await done(['backup', dir], test.database);
    await done(['restore', dir], elsewhere, empty);
    const ledger = await opened(elsewhere, empty);
    try {
      expect(ledger.storeKind).toBe('esdb');
      expect((await eventsOf(ledger)).slice(0, eventsIn(dir).length)).toEqual(eventsIn(dir));
      const values = await valuesOf(ledger, eventsIn(dir));
      expect(new Set(values).size).toBe(people);
      expect(values.every((value) => value.endsWith('@example.kz'))).toBe(true);
      const [repeated, recorded] = await tell(ledger, collected('person-3'), collected('told-there'));
      expect([repeated?.status, recorded?.status]).toEqual(['repeated', 'recorded']);
    } finally {
      await ledger.close();
    }
  });

  it('is of one moment while others write and erase there, and becomes a ledger on PostgreSQL', async () => {
    const dir = join(scratch, 'of-eventstore');
    const ledger = await opened(elsewhere, empty);
    let writing = true;
    let acknowledged = 0;
    const writers = (async () => {
      for (let i = 0; writing; i++) {
        const told = await tell(ledger, collected(`meanwhile-${i}`), collected(`beside-${i}`));
        acknowledged += told.filter(({ status }) => status === 'recorded').length;
      }
    })();
    try {
      while (acknowledged === 0) await Promise.race([writers, new Promise((again) => setTimeout(again, 50))]);
      await erase(ledger, 'person-5');
      const told = acknowledged;
      await done(['backup', dir], elsewhere, empty);
      writing = false;
      await writers;
      expect(eventsIn(dir).filter((event) => event.includes('"DataCollected"')).length).toBeGreaterThanOrEqual(told);
      expect((await eventsOf(ledger)).slice(0, eventsIn(dir).length)).toEqual(eventsIn(dir));
    } finally {
      writing = false;
      await writers;
      await ledger.close();
    }
    await done(['restore', dir], back);
    const again = await opened(back);
    try {
      expect(again.storeKind).toBe('postgres');
      expect((await eventsOf(again)).slice(0, eventsIn(dir).length)).toEqual(eventsIn(dir));
      const [repeated, gone, recorded] = await tell(
        again,
        collected('person-3'),
        { ...collected('person-5'), id: 'person-5-late' },
        collected('told-here'),
      );
      expect([repeated?.status, gone?.status, recorded?.status]).toEqual(['repeated', 'erased', 'recorded']);
      // What was claimed in the moment of the backup and had not landed lands now, once.
      const open = async () => (await back.app.query(`select from claim where state = 'open'`)).rowCount ?? 0;
      // The lease of whoever was landing it in that moment stands in the backup, too.
      for (const end = performance.now() + 60_000; (await open()) > 0 && performance.now() < end;) {
        await again.claims.rollForward(0);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const ids = (await eventsOf(again)).map((bytes) => (JSON.parse(bytes) as { id: string }).id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(await open()).toBe(0);
    } finally {
      await again.close();
    }
  });

  it('is not restored over a server that goes on behind it, nor over that of another ledger', async () => {
    const fresh = await testDatabase({});
    const other = await testLedger();
    try {
      const refused = async (words: readonly string[], settings: Record<string, string>): Promise<string> => {
        const { code, stdout } = await derbesIn(settings, [...words, '--json']);
        expect(code).not.toBe(0);
        return (JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { code: string }).code;
      };
      const dir = join(scratch, 'of-postgres');
      expect(await refused(['restore', dir], environment(fresh, empty))).toBe('RESTORE_STORE_AHEAD');
      const theirs = join(dirname(other.settings.keepDir), 'theirs');
      const keeps = { KEEP_DIR: other.settings.keepDir, DATA_DIR: other.settings.dataDir };
      const made = await derbesIn({ ...environment(other.database), ...keeps }, ['backup', theirs]);
      expect(made.code).toBe(0);
      expect(await refused(['restore', theirs], { ...environment(fresh, empty), ...keeps })).toBe(
        'RESTORE_OF_ANOTHER_LEDGER',
      );
    } finally {
      await other.close();
      await fresh.drop();
    }
  });
});

async function erase({ vault, writers }: Ledger, name: string): Promise<void> {
  const normal = normalise('email', `${name}@example.kz`);
  if ('reason' in normal) throw new Error(normal.reason);
  const token = vault.token(normal);
  const owner = (await vault.lookup([token])).get(token.token.toString('hex'))?.owner ?? '';
  const order = {
    subject: owner.slice('subject-'.length),
    scope: 'person',
    ground: 'subject-request',
    decide: 'erase',
  };
  const asked = askedBy('officer', { reason: 'test', request: randomUUID() });
  const erased = await new EraseSubjectHandler(writers).execute(
    Object.assign(new EraseSubject(), { ...order, reason: 'no-document-made', asked }),
  );
  expect(erased).toMatchObject({ outcome: 'ordered', state: 'executed' });
}
