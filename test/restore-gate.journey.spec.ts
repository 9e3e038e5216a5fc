// What does somebody outside see of a service that was started on restored data, until it has carried out every erasure again?
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type PoolClient } from 'pg';
import { Caller, type Answer } from './caller.js';
import { derbes } from './derbes.js';
import { expectProblem } from './expected.js';
import { urlOf } from './fleet.js';
import { collected, settle } from './kiberon.js';
import { firstKeys, journeyMsMax, makePlaces, ServiceProcess, until, type Keys } from './service-process.js';

jest.setTimeout(journeyMsMax);

/** Whoever writes the journal of the keep waits for this lock of its database (libs/vault/src/journal.ts). */
const journalLock = '4021990147';
const reason = 'subject-request';
const places = makePlaces();
const databases: TestDatabase[] = [];
const backup = join(places.root, 'backup');
const emailOf = (who: string): string => `${who}.gate@example.kz`;
const people = ['first', 'second', 'third'] as const;
const subjects = new Map<string, string>();
let keys: Keys;
let service: ServiceProcess;

async function freshDatabase(): Promise<TestDatabase> {
  const database = await testDatabase({});
  databases.push(database);
  return database;
}

const environmentOf = ({ asApp, asOwner, name }: TestDatabase): Record<string, string> => ({
  DATABASE_URL: urlOf(asApp, name),
  DATABASE_OWNER_URL: urlOf(asOwner, name),
  DATABASE_CONNECTIONS_MAX: '8',
  DATA_DIR: places.dataDir,
  KEEP_DIR: places.keepDir,
  STOP_GRACE_MS: '0',
});

/** Holds up whoever would write the journal, until it is let go. */
async function holdJournal({ owner }: TestDatabase): Promise<() => Promise<void>> {
  const client: PoolClient = await owner.connect();
  await client.query('select pg_advisory_lock($1)', [journalLock]);
  return async () => {
    await client.query('select pg_advisory_unlock($1)', [journalLock]);
    client.release();
  };
}

const officer = (): Caller => service.as(keys.officer);
const dossier = (who: string): Promise<Answer> =>
  officer().get(`/v1/subjects/${subjects.get(who)}/dossier`, { reason });

beforeAll(async () => {
  const database = await freshDatabase();
  service = await ServiceProcess.start(places, environmentOf(database));
  keys = firstKeys(service);
  await settle(officer());
  for (const who of people) {
    expect((await service.as(keys.emitter).tell(collected(emailOf(who)), '?wait=projected')).status).toBe(201);
    subjects.set(who, await officer().find('email', emailOf(who)));
  }
  // The worker is down from here on: a log that was signed further than the backup goes is another reason to halt.
  await service.stop();
  service = await ServiceProcess.start(places, { ...environmentOf(database), ROLE: 'http' });
  // A backup of the moment at which two orders stand and nothing of them was begun.
  const letGo = await holdJournal(database);
  const body = { scope: 'person', ground: 'subject-request', decide: 'erase', reason: 'no-document-made' };
  const orders = ['first', 'second'].map((who) =>
    officer().post(`/v1/subjects/${subjects.get(who)}/erasures`, body, { reason }),
  );
  await until('both orders stand', async () => {
    const { rowCount } = await database.owner.query(`select from ledger_event where type = 'ErasureOrdered'`);
    return rowCount === 2;
  });
  const made = await derbes(['backup', backup], { environment: environmentOf(database) });
  expect({ code: made.code, stderr: made.code === 0 ? '' : made.stderr }).toEqual({ code: 0, stderr: '' });
  await letGo();
  for (const order of await Promise.all(orders)) expect(order.json()).toMatchObject({ state: 'executed' });
  await service.stop();
});
afterAll(async () => {
  await service?.kill();
  for (const database of databases) await database.drop();
  places.remove();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a service on data from before two erasures', () => {
  it('answers 503 with the reason to whoever asks anything but health, carries out both orders, and opens', async () => {
    const database = await freshDatabase();
    const environment = environmentOf(database);
    const restored = await derbes(['restore', backup], { environment });
    expect({ code: restored.code, stderr: restored.code === 0 ? '' : restored.stderr }).toEqual({
      code: 0,
      stderr: '',
    });
    // Of the second the work list knows nothing: it was restored from before the events.
    for (const table of ['erasure_order', 'erasure_given']) {
      await database.owner.query(`delete from ${table} where subject = $1`, [subjects.get('second')]);
    }
    const letGo = await holdJournal(database);
    const port = await freePort();
    service = ServiceProcess.spawn(places, { ...environment, PORT: String(port) });
    const url = `http://127.0.0.1:${port}`;
    const as = (key?: string): Caller => new Caller(url, key);
    await until(
      'it is alive',
      async () =>
        (
          await as()
            .get('/health/live')
            .catch(() => undefined)
        )?.status === 200,
    );
    const ready = await as().get('/health/ready');
    expectProblem(ready, 503, 'NOT_READY');
    expect(ready.text).toContain('the database is from before 2 of the erasures in the journal of the keep');
    const asked: (readonly [string, () => Promise<Answer>])[] = [
      ['a dossier', () => as(keys.officer).get(`/v1/subjects/${subjects.get('third')}/dossier`, { reason })],
      ['a register', () => as(keys.auditor).get('/v1/registers/holdings')],
      ['the state of the epochs', () => as(keys.admin).get('/v1/epochs')],
      ['a fact', () => as(keys.emitter).tell(collected(emailOf('fourth')))],
      ['somebody without a key', () => as().get('/v1/registers/holdings')],
    ];
    for (const [what, ask] of asked) {
      const answer = await ask();
      expect({ what, status: answer.status, code: answer.problem.code }).toEqual({
        what,
        status: 503,
        code: 'RESTORING',
      });
      expect(answer.text).toContain('from before 2 of the erasures');
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    await letGo();
    await until('it is ready', async () => (await as().get('/health/ready')).status === 200);
    await until('it says where it is', () => service.stdout.includes('Derbes answers at'));
    for (const who of ['first', 'second']) expectProblem(await dossier(who), 410, 'SUBJECT_ERASED');
    const third = await dossier('third');
    expect(third.text).toContain(emailOf('third'));
    const rows = await until('the register knows', async () => {
      const now = await officer().register<{ status: string }>('erasures');
      return now.length === 2 && now.every(({ status }) => status === 'executed') && now;
    });
    expect(rows).toHaveLength(2);
    const { rows: left } = await database.owner.query(
      `select from part where owner = any($1::text[]) union all select from erasure_order`,
      [['first', 'second'].map((who) => `subject-${subjects.get(who)}`)],
    );
    expect(left).toEqual([]);
    await service.stop();
  });
});
