// What happens when the disk under the ledger is full: is it said clearly, is nothing acknowledged lost, and does it recover?
import { connectEmbedded } from '@derbes/postgres';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type Outcome } from './caller.js';
import { collected, settle, type Told } from './kiberon.js';
import { tellAgain } from './load.js';
import { Journey, journeyMsMax, makePlaces, until } from './service-process.js';

jest.setTimeout(journeyMsMax);

const mounted = mountSmallDisk();
if (!mounted) process.stderr.write('full disk: not tried, because a small disk of its own needs root and mount\n');
const tried = mounted ? describe : describe.skip;

function mountSmallDisk(): ReturnType<typeof makePlaces> | undefined {
  const places = makePlaces();
  mkdirSync(places.dataDir, { mode: 0o700 });
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=700', 'tmpfs', places.dataDir]);
  if (mount.status === 0) return places;
  places.remove();
  return undefined;
}

tried('a full disk', () => {
  let journey: Journey;
  const atOnce = 24;
  const categories = ['full-name', 'phone', 'email', 'company', 'position', 'plan', 'session', 'technical-logs'];
  const values = Object.fromEntries(categories.map((category) => [category, 'x'.repeat(8_000)]));
  let people = 0;
  const acknowledged: { event: Told; outcome: Outcome }[] = [];
  const filler = () => join(journey.places.dataDir, 'filler');

  beforeAll(async () => {
    if (mounted) journey = await Journey.begin({}, mounted);
    await settle(journey.as('officer'));
  });
  afterAll(async () => {
    if (!mounted) return;
    try {
      await journey?.service.kill();
    } finally {
      spawnSync('umount', ['-l', mounted.dataDir]);
      mounted.remove();
    }
  });

  /** With room left in the write-ahead log it is rows that find none; a log that cannot grow ends the whole server. */
  async function freshLog(): Promise<void> {
    const joined = await connectEmbedded({ dataDir: journey.places.dataDir });
    const superuser = new pg.Client(joined.connection);
    superuser.on('error', () => undefined);
    await superuser.connect();
    await superuser.query('select pg_switch_wal()');
    await superuser.end();
    await joined.stop();
  }

  function fill(): void {
    const file = openSync(filler(), 'a');
    try {
      for (const size of [1 << 20, 1 << 12]) {
        const chunk = Buffer.alloc(size, 1);
        try {
          while (writeSync(file, chunk) === size);
        } catch (error) {
          if ((error as { code?: string }).code !== 'ENOSPC') throw error;
        }
      }
    } finally {
      closeSync(file);
    }
  }

  /** Tells until one is not taken, several at once; why it was not, of the first one that was not. */
  async function tellSome(count: number): Promise<{ status: number; code: string } | undefined> {
    for (let told = 0; told < count; told += atOnce) {
      const events = Array.from({ length: Math.min(atOnce, count - told) }, () =>
        collected(`disk-${++people}@example.kz`, { categories, values }),
      );
      const answers = await Promise.all(events.map((event) => journey.as('emitter').tell(event)));
      answers.forEach((answer, i) => {
        const event = events[i] as Told;
        if (answer.status === 201) acknowledged.push({ event, outcome: answer.json<Outcome>() });
      });
      const failed = answers.find(({ status }) => status !== 201);
      if (failed) return { status: failed.status, code: failed.problem.code };
    }
    return undefined;
  }

  it('is told to emitters as a part that does not answer, while health names the part and life goes on', async () => {
    expect(await tellSome(20)).toBeUndefined();
    await freshLog();
    // The fresh file of the log is made, at its full size, when something is first written into it.
    expect(await tellSome(1)).toBeUndefined();
    fill();
    const failure = await tellSome(6_000);
    expect(failure).toEqual({ status: 503, code: 'DISK_FULL' });
    for (let i = 0; i < 2; i++) {
      const next = await tellSome(1);
      if (next) expect(next.status).toBe(503);
    }
    const nobody = journey.service.as();
    expect((await nobody.get('/health/live')).status).toBe(200);
    expect([200, 503]).toContain((await nobody.get('/health/ready')).status);
    const question = await journey.as('officer').get('/v1/registers/holders');
    expect([200, 503]).toContain(question.status);
  });

  it('that has room again lets the ledger go on, with everything that it acknowledged', async () => {
    rmSync(filler());
    const recovered = await until('it takes facts again', async () => (await tellSome(1)) === undefined).catch(
      () => false,
    );
    // A database that gave up needs its service started again; then it must come up whole.
    if (!recovered) {
      await journey.service.kill();
      await journey.again();
      expect(await tellSome(1)).toBeUndefined();
    }
    const again = await tellAgain(
      acknowledged.map(({ event }) => event),
      () => journey.as('emitter'),
    );
    expect(again).toEqual(acknowledged.map(({ outcome }) => ({ ...outcome, status: 'repeated' })));
    expect((await journey.as('emitter').tell(collected('after-disk@example.kz'), '?wait=projected')).status).toBe(201);
  });
});
