// Is a database older than the events in an EventStoreDB noticed, and does it learn again what those were made of? Wants a server without a ledger.
import { quietPool, testDatabase, testServer, type TestDatabase } from '@derbes/postgres/testing.js';
import { CheckpointLock } from '@derbes/transparency/sequencing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { collected, databaseUrls, derbesIn, type Said } from '../backup/testing.js';
import { openParts, type Ledger } from '../ledger.js';
import { haltOf } from '../sequencing/halted.js';
import { makeSequencer } from '../sequencing/log.js';
import { readSettings } from '../settings.js';
import { askedBy, publishKiberon, silent, tell, testLedger, type TestLedger } from '../testing.js';
import { EraseSubject } from '../write/erasure-commands.js';
import { EraseSubjectHandler } from '../write/erasure-handlers.js';

// A crowded machine is no failure.
jest.setTimeout(300_000);

const empty = process.env['DERBES_EMPTY_EVENTSTORE'];
const waitMsMax = 60_000;
const lookMs = 10;
const before = collected('before');
const after = Array.from({ length: 30 }, (_, i) => collected(`after-${i}`));

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + waitMsMax;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it did not come to hold within a minute');
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

(empty === undefined ? describe.skip : describe)('a database older than its events in EventStoreDB', () => {
  let test: TestLedger;
  let old: TestDatabase;
  let claims: unknown;
  let root: string;
  const admin = quietPool({ ...testServer(), max: 1 });

  const environment = (database: TestDatabase): Record<string, string> => ({
    ...databaseUrls(database),
    EVENTSTORE_URL: empty ?? '',
    KEEP_DIR: test.settings.keepDir,
    DATA_DIR: test.settings.dataDir,
    LOG_DIR: test.settings.logDir,
  });
  async function left(name: string): Promise<void> {
    const connected = 'select from pg_stat_activity where datname = $1';
    await until(async () => (await admin.query(connected, [name])).rowCount === 0);
  }
  /** All that is known of claims, but for who wrote them when. */
  async function claimsIn({ asOwner }: TestDatabase): Promise<unknown> {
    const pool = quietPool({ ...asOwner, max: 1 });
    const { rows } = await pool.query(
      `select encode(c.token, 'hex') as token, c.kind, c.state, c.outcome, encode(c."check", 'hex') as "check", c.check_event, e.id, e.place,
         e.type, e.stream_id, e.expected_revision
       from claim c join claim_event e on e.token = c.token order by e.id`,
    );
    await pool.end();
    return rows;
  }
  async function worked(work: (ledger: Ledger) => Promise<void>, database: TestDatabase): Promise<void> {
    const pool = quietPool({ ...database.asApp, max: 10 });
    const opened = await openParts(readSettings(environment(database)), pool, silent);
    const sequencer = await makeSequencer(opened.log, () => true);
    sequencer.start();
    try {
      await work(opened);
      await until(async () => {
        const { size, publishedSize } = sequencer.status();
        let events = 0;
        await new Promise<void>((resolve, reject) =>
          opened.store
            .follow({ until: 'head' })
            .subscribe({ next: () => events++, error: reject, complete: () => resolve() }),
        );
        return size === events && publishedSize === events;
      });
    } finally {
      await sequencer.stop();
      await opened.close();
      await pool.end();
      await left(database.name);
    }
  }
  const recovering = (...words: string[]): Promise<Said> =>
    derbesIn(environment(old), ['recover', '--from-tiles', ...words, '--json']);
  const lastOf = ({ stdout }: Said): unknown => JSON.parse(stdout.trim().split('\n').at(-1) ?? '');

  beforeAll(async () => {
    test = await testLedger({ EVENTSTORE_URL: empty ?? '' });
    const { database } = test;
    await publishKiberon(test.ledger);
    await test.ledger.close();
    await database.app.end();
    await worked(async (opened) => void (await tell(opened, before, collected('leaving'))), database);
    await database.owner.end();
    await left(database.name);
    old = await testDatabase({});
    await old.app.end();
    await old.owner.end();
    await left(old.name);
    await admin.query(`drop database ${old.name}`);
    await admin.query(`create database ${old.name} template ${database.name} owner ${String(database.asOwner.user)}`);
    await worked(async (opened) => {
      await tell(opened, ...after);
      const { rows } = await opened.app.query<{ owner: string }>(
        `select owner from key_owner where owner like 'subject-%' limit 1`,
      );
      await new EraseSubjectHandler(opened.writers).execute(
        Object.assign(new EraseSubject(), {
          subject: rows[0]?.owner.slice('subject-'.length),
          scope: 'person',
          ground: 'subject-request',
          decide: 'erase',
          reason: 'no-document-made',
          asked: askedBy('officer', { reason: 'subject-request' }),
        }),
      );
    }, database);
    claims = await claimsIn(database);
    root = (await new CheckpointLock(test.settings.keepDir).read())?.checkpoint.root.toString('base64') ?? '';
  });
  afterAll(async () => {
    await admin.query(`drop database if exists ${old.name} with (force)`);
    await admin.query(`drop database if exists ${test.database.name} with (force)`);
    await admin.end();
  });

  it('is told so at the start, and takes nothing', async () => {
    const pool = quietPool({ ...old.asApp, max: 10 });
    const opened = await openParts(readSettings(environment(old)), pool, silent);
    const refused = await tell(opened, after[0] ?? before).catch((error: unknown) => error);
    expect(haltOf(refused)).toBe('CLAIMS_BEHIND');
    await opened.close();
    await pool.end();
    await left(old.name);
  });

  it('gets every claim back from the sidecars, and answers what is repeated as before', async () => {
    const said = await recovering();
    expect({ code: said.code, stderr: said.stderr }).toEqual({ code: 0, stderr: '' });
    expect(lastOf(said)).toMatchObject({ phase: 'done', side: 'claims', root, unfinished: 0 });
    const again = await recovering();
    expect(lastOf(again)).toMatchObject({ phase: 'done', root });
    await worked(async (opened) => {
      const repeated = await tell(opened, ...after.slice(0, 5));
      expect(repeated.map(({ status }) => status)).toEqual(Array(5).fill('repeated'));
      const [gone, anew] = await tell(opened, before, collected('told-after'));
      expect([gone?.status, anew?.status]).toEqual([expect.stringMatching(/^(erased|repeated)$/), 'recorded']);
    }, old);
    const known = new Set((claims as { id: string }[]).map(({ id }) => id));
    expect(((await claimsIn(old)) as { id: string }[]).filter(({ id }) => known.has(id))).toEqual(claims);
  });
});
