// Does the key of an epoch outlast its close until the log says so, and does the log sign what became of the key?
import { catalogue, type LedgerEvent } from '@derbes/domain';
import { readEnvelope } from '@derbes/kernel';
import { ed25519Verifier, formatKeyDestroyed, openNote, parseVkey } from '@derbes/transparency';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { CloseEpochHandler } from './epoch-handlers.js';
import { EpochLog } from './epoch-log.js';
import { type EpochState } from './epochs.js';
import { CloseEpoch } from '../write/commands.js';
import { askedBy, publishKiberon, testLedger, type TestLedger } from '../testing.js';

// A crowded machine is no failure.
jest.setTimeout(600_000);
const looksMax = 10_000;

let test: TestLedger;
beforeAll(async () => {
  test = await testLedger();
  await publishKiberon(test.ledger);
});
afterAll(() => test?.close());

const close = (): Promise<EpochState> =>
  new CloseEpochHandler(test.ledger.epochs).execute(
    Object.assign(new CloseEpoch(), { acceptSingleCopy: true, asked: askedBy('admin') }),
  );

async function when(holds: (state: EpochState) => boolean): Promise<EpochState> {
  for (let look = 0; ; look++) {
    const state = await test.ledger.epochs.state();
    if (holds(state)) return state;
    if (look > looksMax) throw new Error(`still ${JSON.stringify(state)}`);
    await pause(20);
  }
}

const keys = (): string[] => readdirSync(test.settings.keepDir).filter((name) => name.startsWith('hk-'));

async function destroyed(epoch: string) {
  for await (const { bytes } of test.ledger.store.readStream('ledger')) {
    const event = catalogue.read(readEnvelope(bytes)) as LedgerEvent;
    if (event.type === 'KeyDestroyed' && event.facts.epoch === epoch) return event.facts;
  }
  return undefined;
}

describe('a log that was halted before it had a key', () => {
  it('is said to be halted, and has its key when it goes on', async () => {
    const { ledger, database } = test;
    const log = new EpochLog(database.app, ledger.log.keys, () => new Date());
    await database.owner.query(`insert into log_halt (code, detail) values ('LOG_FORKED', 'test')`);
    expect(await log.published(randomUUID())).toMatchObject({ size: 0, halted: 'LOG_FORKED' });
    expect(await ledger.log.keys.added()).toEqual([]);
    await database.owner.query('delete from log_halt');
    expect(await log.published(randomUUID())).toEqual({ size: 0, witnesses: 'none' });
    expect(await ledger.log.keys.added()).toHaveLength(1);
  });
});

describe('the close of an epoch', () => {
  it('waits while nothing is published, keeps the old key, and says what it waits for', async () => {
    await close();
    const { closing } = await when((state) => state.closing?.log !== undefined && state.closing.step === 'publishing');
    expect(closing).toMatchObject({ step: 'publishing', log: { published: 0 } });
    expect(keys()).toEqual(['hk-1.key', 'hk-2.key']);
  });

  it('stands still where the log is halted, and goes on when the worker looks after that', async () => {
    const { ledger, database } = test;
    await database.owner.query(`insert into log_halt (code, detail) values ('LOG_FORKED', 'test')`);
    const { closing } = await when((state) => state.closing?.held !== undefined);
    expect(closing).toMatchObject({ step: 'publishing', held: { code: 'LOG_HALTED' } });
    expect(keys()).toEqual(['hk-1.key', 'hk-2.key']);
    await database.owner.query('delete from log_halt');
    await test.publish();
    for (let look = 0; (await ledger.epochs.state()).closing; look++) {
      if (look > looksMax) throw new Error('not gone on with');
      await ledger.epochs.tend();
      await pause(20);
    }
    expect(keys()).toEqual(['hk-2.key']);
  });

  it('leaves a note that the log signed, with the checkpoint that came first', async () => {
    const facts = await destroyed('1');
    if (!facts?.note || !facts.log) throw new Error('no note, or no checkpoint');
    const [added] = await test.ledger.log.keys.added();
    const { text, verified } = openNote(facts.note, [ed25519Verifier(parseVkey(added?.vkey ?? ''))]);
    const origin = await test.ledger.log.keys.origin();
    expect([text, verified.length]).toEqual([formatKeyDestroyed({ ...facts, origin }), 1]);
    expect(facts.log).toEqual({ size: expect.stringMatching(/^[1-9]/), witnesses: 'none' });
    const { rows } = await test.database.app.query<{ type: string }>(
      'select e.type from log_leaf l join ledger_event e on e.event_id = l.id where l.index < $1',
      [facts.log.size],
    );
    expect(rows.map(({ type }) => type)).toContain('EpochClosed');
  });
});
