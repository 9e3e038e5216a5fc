// Does `derbes copy`, killed in the middle, go on and leave one ledger that answers in its new place and in no other?
import { comparePositions, PostgresEventStore } from '@derbes/event-store';
import { writeEnvelope } from '@derbes/kernel';
import { connectEmbedded } from '@derbes/postgres';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { collected, settle } from './kiberon.js';
import { Journey, journeyMsMax, makePlaces, ServiceProcess, type Places } from './service-process.js';

jest.setTimeout(journeyMsMax);

const program = join(import.meta.dirname, '..', 'bin', 'derbes.mjs');
/** Enough for several pages, so that there is a middle to be killed in. */
const moreEvents = 1_500;
const together = 500;

const server = process.env['DERBES_TEST_EVENTSTORE'] ?? '';
if (server === '') process.stdout.write('copy into EventStoreDB: not tried, EVENTSTORE_URL not set\n');
/** The server must hold nothing. */
const onServer: typeof it.only = server === '' ? it.skip : it;

const target = makePlaces();
/** The old keep with the new database. */
let moved: Places;
let journey: Journey;
const told = collected('moved@example.kz');

beforeAll(async () => {
  journey = await Journey.begin();
  moved = { ...target, keepDir: journey.places.keepDir };
  await settle(journey.as('officer'));
  await journey.as('emitter').tell(told);
  await journey.service.stop();
  await fill(journey.places.dataDir);
});
afterAll(async () => {
  await journey?.end();
  target.remove();
});

async function onDatabase<T>(dataDir: string, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const joined = await connectEmbedded({ dataDir });
  const pool = new pg.Pool({ ...joined.asApp, max: 4 });
  pool.on('error', () => undefined);
  try {
    return await work(pool);
  } finally {
    await pool.end();
    await joined.stop();
  }
}

/** Reads of an officer, as many as a busy year would leave. */
function fill(dataDir: string): Promise<void> {
  return onDatabase(dataDir, async (pool) => {
    const store = new PostgresEventStore(pool);
    for (let i = 0; i < moreEvents; i += together) {
      await Promise.all(Array.from({ length: together }, () => appendRead(store)));
    }
    await store.idle();
  });
}

async function appendRead(store: PostgresEventStore): Promise<void> {
  const [stream, id, type] = [`reads-2026-11-20-${randomUUID()}`, randomUUID(), 'LedgerRead'];
  const at = '2026-11-20T09:00:00Z';
  const facts = { question: 'register', role: 'officer', key: randomUUID(), filter: { register: 'holdings' } };
  const bytes = writeEnvelope({ v: '1', id, type, stream, revision: '0', at, occurred: at, actor: 'officer', facts });
  await store.append(stream, -1, [{ id, type, bytes }]);
}

const logOf = (dataDir: string) =>
  onDatabase(dataDir, async (pool) => {
    const { rows } = await pool.query<{ position: string; line: string }>(
      `select position, stream_id || ' ' || revision || ' ' || encode(leaf_hash, 'hex') as line from ledger_event`,
    );
    return rows.sort((a, b) => comparePositions(a.position, b.position)).map(({ line }) => line);
  });

interface Line {
  readonly phase: string;
  readonly events?: number;
  readonly leaves?: string;
}

interface Ran {
  readonly code: number | null;
  readonly lines: readonly Line[];
  readonly stderr: string;
}

/** Runs the copy; `until` says at which line it is killed. */
async function copy(from: string, to: string, until: (line: Line) => boolean = () => false): Promise<Ran> {
  const words = ['copy', '--from', from, '--to', to, '--json'];
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const stderr = text(child.stderr);
  const lines: Line[] = [];
  for await (const raw of createInterface({ input: child.stdout })) {
    const line = JSON.parse(raw) as Line;
    lines.push(line);
    if (until(line)) child.kill('SIGKILL');
  }
  return { code: await ended, lines, stderr: await stderr };
}

const inTheMiddle = ({ phase, events = 0 }: Line): boolean => phase === 'copying' && events > 0;
const whileComparing = ({ phase }: Line): boolean => phase === 'verifying';

/** Killed twice, then left alone; answers its last line. */
async function copyThroughKills(from: string, to: string): Promise<Line | undefined> {
  for (const until of [inTheMiddle, whileComparing]) {
    const cut = await copy(from, to, until);
    expect({ code: cut.code, reached: cut.lines.some(until) }).toEqual({ code: null, reached: true });
  }
  const { code, lines } = await copy(from, to);
  const end = lines.at(-1);
  expect({ code, end }).toMatchObject({
    code: 0,
    end: { phase: 'done', leaves: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  return end;
}

/** Answers as the ledger that it was. */
async function expectToGoOn(places: Places, environment: Readonly<Record<string, string>> = {}): Promise<void> {
  const moved = await ServiceProcess.start(places, environment);
  try {
    expect((await moved.as(journey.keys.emitter).tell(told)).json<object>()).toMatchObject({ status: 'repeated' });
  } finally {
    await moved.stop();
  }
}

describe('derbes copy into another PostgreSQL', () => {
  let leaves: string | undefined;

  it('killed while it copies and again while it compares, has the same leaves in the end and says so', async () => {
    const end = await copyThroughKills(journey.places.dataDir, target.dataDir);
    const [from, to] = [await logOf(journey.places.dataDir), await logOf(target.dataDir)];
    expect(to).toEqual(from);
    expect(end?.events).toBe(to.length);
    expect(to.length).toBeGreaterThan(moreEvents);
    leaves = end?.leaves;
  });

  it('leaves a ledger that answers in its new place and in no other', async () => {
    const refused = await ServiceProcess.refused(journey.places);
    expect(refused).toMatchObject({ code: 1, said: expect.stringMatching(/^LEDGER_MOVED: .+\n$/) });
    await expectToGoOn(moved);
  });

  onServer('goes out of it into an EventStoreDB, killed as often, and answers there alone', async () => {
    const end = await copyThroughKills(target.dataDir, server);
    // A start and a repeat write nothing.
    expect(end?.leaves).toBe(leaves);
    const refused = await ServiceProcess.refused(moved);
    expect(refused).toMatchObject({ code: 1, said: expect.stringMatching(/^STORE_ELSEWHERE: .+\n$/) });
    await expectToGoOn(moved, { EVENTSTORE_URL: server });
  });

  onServer('and by another name of that server once `--rename` has looked at it, by the old one no more', async () => {
    const other = server.includes('127.0.0.1')
      ? server.replace('127.0.0.1', 'localhost')
      : server.replace('localhost', '127.0.0.1');
    expect(other).not.toBe(server);
    const child = spawn(process.execPath, [program, 'copy', '--rename', '--from', target.dataDir, '--to', other]);
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    expect({ code, said: (await said).join('') }).toMatchObject({ code: 0 });
    await expectToGoOn(moved, { EVENTSTORE_URL: other });
    const refused = await ServiceProcess.refused(moved, { EVENTSTORE_URL: server });
    expect(refused).toMatchObject({ code: 1, said: expect.stringMatching(/^STORE_ELSEWHERE: .+\n$/) });
  });
});
