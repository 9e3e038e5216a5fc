// Given a running service, are terms counted by what is published, corrected calendars taken, and a lawyer's word kept?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { testDatabase } from '@derbes/postgres/testing.js';
import { builtInCalendars, type Calendar } from '@derbes/policy';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import request from 'supertest';
import { run } from '../cli/run.js';
import { ledgerMigrations } from '../database.js';
import { JsonLogger } from '../logger.js';
import { startService, type Service } from '../service.js';
import { readSettings } from '../settings.js';

jest.setTimeout(120_000);

const scratch = mkdtempSync(join(tmpdir(), 'derbes-clocks-'));
const keyOf = new Map<string, string>();
let db: Awaited<ReturnType<typeof testDatabase>>;
let service: Service;

function settings() {
  const { host = '', port = 0, database: name = '' } = db.asApp;
  const as = (user: string | undefined) =>
    `postgres://${user ?? ''}@localhost/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  return readSettings({
    DATA_DIR: join(scratch, 'data'),
    KEEP_DIR: join(scratch, 'keep'),
    PORT: '0',
    STOP_GRACE_MS: '0',
    DATABASE_URL: as(db.asApp.user),
    DATABASE_OWNER_URL: as(db.asOwner.user),
  });
}
const start = () => startService(settings(), new JsonLogger('silent'), '0');

beforeAll(async () => {
  db = await testDatabase(ledgerMigrations);
  service = await start();
  for (const { role, key } of service.firstKeys) keyOf.set(role, key);
});
afterAll(async () => {
  await service.stop();
  await db.drop();
  rmSync(scratch, { recursive: true, force: true });
});

async function ask(method: string, path: string, body?: object, role = 'officer') {
  const asking = new request.Test(service.url, method, path).set({
    authorization: `Bearer ${keyOf.get(role) ?? ''}`,
    'content-type': 'application/json',
  });
  const answer = await (body === undefined ? asking : asking.send(JSON.stringify(body)));
  return { status: answer.status, body: answer.body as Record<string, unknown> };
}
const clock = (term: string, query = '') => ask('GET', `/v1/clocks/${term}${query}`);

async function derbes(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const environment = { DERBES_URL: service.url, DERBES_KEY: keyOf.get('officer') };
  const code = await run(args, { stdin: Readable.from([]), stdout, stderr, environment });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

const [builtIn] = builtInCalendars;
if (!builtIn) throw new Error('the program brings a calendar');
const friday = '2026-11-20T07:00:00Z';
/** Monday 23 November 2026 is off. */
const corrected: Calendar = {
  ...builtIn,
  version: '1-monday',
  days: builtIn.days.concat({
    date: '2026-11-23',
    kind: 'off',
    why: 'moved',
    article: '414-V:85(3)',
    confidence: 'M',
    source: 'an invention',
    label: { ru: 'день', kk: 'күн', en: 'day' },
  }),
};

describe('a term of the law', () => {
  it('is counted by what the ledger published at its start', async () => {
    const { status, body } = await clock('access', `?from=${friday}`);
    expect(status).toBe(200);
    // Monday 23, Tuesday 24, Wednesday 25 November.
    expect(body).toMatchObject({
      term: 'access',
      profile: 'kz',
      version: '5',
      calendar: { version: '1' },
      due: '2026-11-25T18:59:59Z',
      outgoing: true,
      confidence: 'S2',
    });
  });

  it('that the profile does not have, or past the calendar, is refused with a code', async () => {
    expect(await clock('acess')).toMatchObject({ status: 404, body: { code: 'TERM_UNKNOWN' } });
    expect(await clock('access', '?from=2029-01-05T00:00:00Z')).toMatchObject({
      status: 409,
      body: { code: 'CALENDAR_ENDS' },
    });
    expect(await clock('access', '?profile=kz&extended=yes')).toMatchObject({
      status: 409,
      body: { code: 'TERM_NOT_EXTENDABLE' },
    });
    const near = await derbes('clock', 'acess', '--from', friday);
    expect({ code: near.code, stderr: near.stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('did you mean access?'),
    });
  });

  it('stands in outgoing documents once a named lawyer confirmed it, and not before', async () => {
    const outgoing = async () => (await clock('deletion', `?from=${friday}`)).body['outgoing'];
    expect(await outgoing()).toBe(false);
    const lawyer = { version: '5', lawyer: 'Invented Person' };
    const wrong = await ask('POST', '/v1/profiles/kz/terms/nothing/confirmation', lawyer);
    expect(wrong).toMatchObject({ status: 404, body: { code: 'TERM_UNKNOWN' } });
    const old = await ask('POST', '/v1/profiles/kz/terms/deletion/confirmation', { ...lawyer, version: '99' });
    expect(old).toMatchObject({ status: 404, body: { code: 'PROFILE_UNKNOWN' } });
    const done = await ask('POST', '/v1/profiles/kz/terms/deletion/confirmation', lawyer);
    expect(done).toMatchObject({ status: 201, body: { status: 'recorded' } });
    expect(await outgoing()).toBe(true);
    const { rows } = await db.app.query<{ body: string }>("select body from ledger_event where type = 'TermConfirmed'");
    expect(rows).toHaveLength(1);
    expect(rows[0]?.body).not.toContain('Invented');
  });
});

describe('a corrected calendar', () => {
  const file = join(scratch, 'kz.json');

  it('is refused with the line of what is wrong', async () => {
    const days = corrected.days.filter(({ date }) => date !== '2026-05-11');
    const { status, body } = await ask('POST', '/v1/calendars', {
      text: JSON.stringify({ ...corrected, days }, null, 1),
    });
    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'CALENDAR_MALFORMED' });
    expect(body['errors']).toMatchObject([{ pointer: expect.stringMatching(/^\/text#\/days\/\d+\/date$/) }]);
    const taken = await ask('POST', '/v1/calendars', { text: JSON.stringify({ ...corrected, version: '1' }) });
    expect(taken).toMatchObject({ status: 409, body: { code: 'CALENDAR_VERSION_TAKEN' } });
    expect((await clock('access', `?from=${friday}`)).body['due']).toBe('2026-11-25T18:59:59Z');
  });

  it('counts from then on, for whoever asks by the command line too', async () => {
    writeFileSync(file, JSON.stringify(corrected));
    const published = await derbes('calendar', 'publish', file);
    expect(published).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^recorded: calendar kz 1-monday, [0-9a-f]{64}\n$/),
    });
    const { stdout, stderr } = await derbes('clock', 'access', '--from', friday);
    // Tuesday 24, Wednesday 25, Thursday 26: Monday is off now.
    expect(stdout).toContain('due         2026-11-26T18:59:59Z');
    expect(stdout).toContain('skipped     2026-11-23 moved (414-V:85(3), M)');
    expect(stderr).toBe('');
    expect((await derbes('calendar', 'show', '--year', '2026')).stdout).toContain('Calendar kz, version 1-monday');
  });

  it('stands after the next start: what came with the program does not correct it back', async () => {
    await service.stop();
    service = await start();
    expect((await ask('GET', '/v1/calendars/kz')).body).toMatchObject({
      builtIn: false,
      calendar: { version: '1-monday' },
    });
    expect((await ask('GET', '/v1/calendars/mars')).status).toBe(404);
  });

  it('gives way to an older one that is published again', async () => {
    await ask('POST', '/v1/calendars', { text: JSON.stringify(builtIn) });
    expect((await clock('access', `?from=${friday}`)).body['due']).toBe('2026-11-25T18:59:59Z');
  });
});
