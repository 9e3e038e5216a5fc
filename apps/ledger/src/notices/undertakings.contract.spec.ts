// Is an undertaking warned of before it ends, and until it is renewed or its recipient suspended?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Runner, UndertakingQueue } from '@derbes/read-models';
import { Registry } from 'prom-client';
import { allProjected, askedBy, testLedger, type TestLedger } from '../testing.js';
import { RegisterRecipient, SuspendRecipient } from '../write/commands.js';
import { RegisterRecipientHandler, SuspendRecipientHandler } from '../write/handlers.js';
import { undertakingWatch } from './undertaking-watch.js';

const time = { now: '2026-01-10T09:00:00Z' };
const asked = askedBy('officer');
let test: TestLedger;
let runner: Runner;

beforeAll(async () => {
  test = await testLedger({}, { time: { clock: () => new Date(time.now), monotonic: () => performance.now() } });
  const { app, store, documents } = test.ledger;
  runner = new Runner({ pool: app, store, documents });
  runner.start();
});
afterAll(async () => {
  await runner?.stop();
  await test?.close();
});

async function registered(
  recipient: string,
  undertaking?: { readonly from: string; readonly until?: string },
): Promise<void> {
  const more = {
    class: 'payment-and-banks',
    name: `Invented ${recipient}`,
    country: 'KZ',
    since: '2026-01-01T00:00:00Z',
  };
  const stated = undertaking && { undertaking: { ...undertaking, number: '14' } };
  const told = { recipient, ...more, categories: ['provided'], purposes: ['payments'], ...stated, asked };
  await new RegisterRecipientHandler(test.ledger.writers).execute(Object.assign(new RegisterRecipient(), told));
}

/** What a process says that asks now: the state for anybody, and the numbers. */
async function said(): Promise<readonly (string | undefined)[]> {
  await allProjected(test.ledger);
  const watch = undertakingWatch(new UndertakingQueue(test.ledger.app), () => time.now);
  const registry = new Registry();
  watch.register(registry);
  const numbers = (await registry.metrics()).match(/^derbes_undertakings_\w+ \S+$/gm) ?? [];
  const health = await watch.indicator().check();
  return [health.ok ? health.state : undefined, ...numbers.map((line) => line.slice('derbes_undertakings_'.length))];
}

describe('an undertaking', () => {
  it('is nothing to warn of while it stands for longer than thirty days, or has no end', async () => {
    await registered('first-bank', { from: '2026-01-01', until: '2026-03-01' });
    await registered('second-bank', { from: '2026-01-01' });
    expect(await said()).toEqual(['in-time', 'ends_soon 0', 'over 0', 'missing 0']);
    time.now = '2026-01-29T23:59:59Z';
    expect(await said()).toEqual(['in-time', 'ends_soon 0', 'over 0', 'missing 0']);
  });

  it('ends soon from thirty days before its last day on, stands on that day, and is over behind it', async () => {
    time.now = '2026-01-30T00:00:00Z';
    expect(await said()).toEqual(['ends-soon', 'ends_soon 1', 'over 0', 'missing 0']);
    time.now = '2026-03-01T23:59:59Z';
    expect(await said()).toEqual(['ends-soon', 'ends_soon 1', 'over 0', 'missing 0']);
    time.now = '2026-03-02T00:00:00Z';
    expect(await said()).toEqual(['over', 'ends_soon 0', 'over 1', 'missing 0']);
  });

  it('is warned of no more when another was given', async () => {
    await registered('first-bank', { from: '2026-03-02', until: '2027-03-01' });
    expect(await said()).toEqual(['in-time', 'ends_soon 0', 'over 0', 'missing 0']);
  });

  it('is missed of whoever gave none, until that recipient is suspended', async () => {
    await registered('third-bank');
    expect(await said()).toEqual(['in-time', 'ends_soon 0', 'over 0', 'missing 1']);
    const suspend = { recipient: 'third-bank', ground: 'no-undertaking', asked };
    await new SuspendRecipientHandler(test.ledger.writers).execute(Object.assign(new SuspendRecipient(), suspend));
    expect(await said()).toEqual(['in-time', 'ends_soon 0', 'over 0', 'missing 0']);
  });
});
