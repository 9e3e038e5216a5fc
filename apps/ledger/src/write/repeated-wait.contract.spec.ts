// Is a thing told again with `?wait=projected` waited for as it was the first time?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Runner, type Waited } from '@derbes/read-models';
import { setTimeout as pause } from 'node:timers/promises';
import { type Asked } from '../keys/asked.js';
import { askedBy, fact, publishKiberon, testLedger, type TestLedger } from '../testing.js';
import { RegisterHolder } from './commands.js';
import { RegisterHolderHandler } from './handlers.js';
import { RecordEvents } from './record-events.js';
import { RecordEventsHandler } from './record-events-handler.js';

jest.setTimeout(60_000);

let test: TestLedger;
let runner: Runner;

beforeAll(async () => {
  test = await testLedger();
  await publishKiberon(test.ledger);
  const { app: pool, store, documents } = test.ledger;
  runner = new Runner({ pool, store, documents });
});
afterAll(async () => {
  await runner?.stop();
  await test?.close();
});

const collected = (id: string) =>
  fact(
    'data.collected',
    {
      subject: { identifiers: [{ scheme: 'email', value: `${id}@example.kz` }] },
      categories: ['email'],
      purposes: ['account'],
      holder: 'crm',
      origin: { kind: 'subject', means: 'web-form' },
      values: { email: `${id}@example.kz` },
    },
    { id },
  );

const told: Waited[] = [];
const waiting = (role: 'emitter' | 'officer', more: Partial<Asked> = {}): Asked =>
  askedBy(role, { ...more, waitProjected: true, tellWaited: (waited) => told.push(waited) });

describe('told again with wait=projected', () => {
  it('a fact, a batch and a command are answered when the read models have their first telling', async () => {
    const { writers } = test.ledger;
    const [one, ...batch] = ['once', 'in-a-batch', 'in-it-too'].map(collected);
    const record = new RecordEventsHandler(writers);
    await record.execute(new RecordEvents([...(one ? [one] : []), ...batch], false, askedBy('emitter')));
    const holder = (asked: Asked) =>
      new RegisterHolderHandler(writers).execute(
        Object.assign(new RegisterHolder(), {
          holder: 'archive',
          countries: ['KZ'],
          since: '2026-01-01T00:00:00Z',
          asked,
        }),
      );
    await holder(askedBy('officer', { idempotencyKey: 'archive-1' }));

    const again = [
      record.execute(new RecordEvents(one ? [one] : [], false, waiting('emitter'))),
      record.execute(new RecordEvents(batch, false, waiting('emitter'))),
      record.execute(new RecordEvents(batch, true, waiting('emitter'))),
    ];
    const commanded = holder(waiting('officer', { idempotencyKey: 'archive-1' }));
    let answered = 0;
    for (const answer of [...again, commanded]) void answer.then(() => answered++);
    // Nobody feeds the read models yet, so nothing can have been waited for.
    await pause(300);
    expect(answered).toBe(0);
    runner.start();
    const outcomes = (await Promise.all(again)).flat();
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'repeated'));
    expect((await commanded).status).toBe('repeated');
    expect(told).toHaveLength(4);
    // How it ended depends on how busy the machine is; without a wait nobody would have been told at all.
    expect(['projected', 'late']).toEqual(expect.arrayContaining(told.map(({ outcome }) => outcome)));
  });

  it('they are answered without a wait when nobody asked for one', async () => {
    const record = new RecordEventsHandler(test.ledger.writers);
    await record.execute(new RecordEvents([collected('once')], false, askedBy('emitter')));
    expect(told).toHaveLength(4);
  });
});
