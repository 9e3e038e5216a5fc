// What does a log say whose ledger's clock is set back, does a ledger that nobody writes to say every hour that it lives, and is a late log an alarm?
import { readEnvelope } from '@derbes/kernel';
import { type Sequencer } from '@derbes/transparency/sequencing.js';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { collected } from '../backup/testing.js';
import { Metrics } from '../http/metrics.js';
import { Readers } from '../read/readers.js';
import { askedBy, eventsIn, fact, tell, testLedger, type TestLedger } from '../testing.js';
import { logIndicator, logLagMsMax } from './log-health.js';
import { makeSequencer } from './log.js';

// A crowded machine is no failure.
jest.setTimeout(120_000);

const waitMsMax = 60_000;
const lookMs = 10;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const program = join(import.meta.dirname, '..', '..', '..', '..', 'bin', 'verify.mjs');

let test: TestLedger;
let sequencer: Sequencer;
/** Stands still until it is set. */
let now = new Date(Date.now() - minuteMs);
const set = (byMs: number): void => void (now = new Date(now.getTime() + byMs));

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + waitMsMax;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it did not come to hold within a minute');
    await pause(lookMs);
  }
}

const heartbeats = async (): Promise<number> =>
  (await eventsIn(test.ledger, 'ledger')).filter(({ type }) => type === 'LedgerHeartbeat').length;

async function bodies(): Promise<string[]> {
  const { rows } = await test.database.owner.query<{ body: string }>('select body from ledger_event order by position');
  return rows.map(({ body }) => body);
}

const allPublished = (): Promise<void> =>
  until(async () => sequencer.status().publishedSize === (await bodies()).length);

async function start(): Promise<void> {
  sequencer = await makeSequencer(test.ledger.log, () => true);
  sequencer.start();
}

/** As an inspector does it: what it says in its first word, with the time of this machine. */
function verified(...more: string[]): string {
  const folder = join(test.settings.logDir, 'public');
  const words = [program, folder, '--policy', join(folder, 'log.policy'), ...more];
  return spawnSync(process.execPath, words, { encoding: 'utf8' }).stdout.split(/[ :\n]/, 1)[0] ?? '';
}

/** Facts about somebody known and somebody new, and a question about her, which is an event too. */
async function work(readers: Readers, round: string): Promise<void> {
  const known = fact('data.collected', collected('known').data);
  expect((await tell(test.ledger, known, collected(round))).map(({ status }) => status)).toEqual([
    'recorded',
    'recorded',
  ]);
  const asked = askedBy('officer', { reason: 'test' });
  await readers.seam.ask({ question: 'receipt', asked }, () => Promise.resolve('answered'));
}

beforeAll(async () => {
  test = await testLedger({}, { time: { clock: () => now, monotonic: () => performance.now() } });
});
afterEach(() => sequencer?.stop());
afterAll(() => test?.close());

describe('a ledger whose clock is set back', () => {
  it('goes on, and nobody who verifies its log finds time running backwards', async () => {
    const readers = new Readers(test.ledger);
    await start();
    await work(readers, 'first');
    await allPublished();
    for (const [round, byMs] of [
      ['back', -2 * dayMs],
      ['further', -minuteMs],
      ['again', dayMs],
    ] as const) {
      set(byMs);
      await work(readers, round);
      await allPublished();
    }
    await readers.stop();
    await allPublished();
    const moments = (await bodies()).map((body) => readEnvelope(body).at);
    // It was set back, and whoever was written to before it does not go back with it.
    expect([...moments].sort()).not.toEqual(moments);
    expect(verified()).toBe('OK');
  });

  it('has a log as old as the newest of its events, though the last ones say that they are older', () => {
    expect(verified('--max-age', '1h')).toBe('OK');
    expect(verified('--max-age', '30s')).toBe('STALE');
  });
});

describe('a ledger that nobody writes to', () => {
  it('says that it lives when an hour has passed since its last checkpoint, once, and that is published', async () => {
    const published = (await test.database.owner.query<{ at: Date }>('select published_at as at from log_head')).rows[0]
      ?.at;
    now = new Date((published?.getTime() ?? 0) + 59 * minuteMs);
    await start();
    expect((await tell(test.ledger, collected('within-the-hour')))[0]?.status).toBe('recorded');
    await allPublished();
    expect(await heartbeats()).toBe(0);
    await sequencer.stop();

    set(62 * minuteMs);
    await start();
    await until(async () => (await heartbeats()) > 0);
    await allPublished();
    await sequencer.stop();
    // Another worker that takes over in the same minute says nothing new.
    await start();
    expect((await tell(test.ledger, collected('afterwards')))[0]?.status).toBe('recorded');
    await allPublished();
    expect(await heartbeats()).toBe(1);
    expect((await bodies()).filter((body) => body.includes('"LedgerHeartbeat"'))).toHaveLength(1);
  });
});

describe('a log that is late', () => {
  it('is an alarm after a minute, by health and by metric, and none any more when it goes on', async () => {
    const { logDir } = test.settings;
    await start();
    await allPublished();
    const indicator = logIndicator(test.ledger.app, () => sequencer);
    const metrics = new Metrics();
    metrics.watchLog(() => sequencer.status());
    const lagSeconds = async (): Promise<number> =>
      Number(/^derbes_log_lag_seconds(?:{[^}]*})? (\S+)$/m.exec(await metrics.registry.metrics())?.[1]);
    const isWorking = async (): Promise<boolean> =>
      JSON.stringify(await indicator.check()) === '{"ok":true,"state":"working"}';
    await until(isWorking);
    expect(await lagSeconds()).toBe(0);
    renameSync(logDir, `${logDir}-away`);
    expect((await tell(test.ledger, collected('late')))[0]?.status).toBe('recorded');
    await until(() => Promise.resolve(sequencer.status().state === 'troubled'));
    expect(await indicator.check()).toEqual({
      ok: true,
      state: expect.stringMatching(/^troubled: LOG_(DIR|TILE)_MISSING$/),
    });

    const real = performance.now.bind(performance);
    const hurried = jest.spyOn(performance, 'now').mockImplementation(() => real() + logLagMsMax);
    expect(await indicator.check()).toEqual({
      ok: true,
      state: expect.stringMatching(/^late: LOG_(DIR|TILE)_MISSING$/),
    });
    expect(await lagSeconds()).toBeGreaterThan(60);
    hurried.mockRestore();

    rmSync(logDir, { recursive: true, force: true });
    renameSync(`${logDir}-away`, logDir);
    await allPublished();
    // What it took in again comes first.
    await until(isWorking);
    expect(await lagSeconds()).toBe(0);
  });
});
