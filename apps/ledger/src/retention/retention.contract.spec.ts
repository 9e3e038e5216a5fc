// Does data go by itself when its last term is over, from the holder concerned, exactly once, whatever is rebuilt, restarted or swept twice?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { registers, Runner, type Registers } from '@derbes/read-models';
import { setTimeout as pause } from 'node:timers/promises';
import { AssessFindings } from '../assessment/assessment-commands.js';
import { AssessFindingsHandler } from '../assessment/assessment-handlers.js';
import { type Ledger } from '../ledger.js';
import { Readers } from '../read/readers.js';
import {
  allProjected,
  allRebuilt,
  askedBy,
  eventsIn,
  fact,
  publishKiberon,
  subjectOfEmail,
  tell,
  testLedger,
  type TestLedger,
} from '../testing.js';
import { AppointOfficer } from '../write/commands.js';
import { AppointOfficerHandler } from '../write/handlers.js';
import { LiftHold, PlaceHold } from '../write/erasure-commands.js';
import { LiftHoldHandler, PlaceHoldHandler } from '../write/erasure-handlers.js';
import { DecideRetention, DecideRetentionClass } from './retention-commands.js';
import { DecideRetentionClassHandler, DecideRetentionHandler } from './retention-handlers.js';

// A crowded machine is no failure.
jest.setTimeout(120_000);
const stepsMax = 600;

let test: TestLedger;
let ledger: Ledger;
let models: Registers;
let runner: Runner;
beforeAll(async () => {
  test = await testLedger();
  ledger = test.ledger;
  await publishKiberon(ledger);
  models = registers(ledger.app);
  runner = new Runner({ pool: ledger.app, store: ledger.store, documents: ledger.documents });
  runner.start();
});
afterAll(async () => {
  await runner?.stop();
  await test?.close();
});

const by = (name: string) => ({
  subject: { identifiers: [{ scheme: 'email', value: `${name}@kept.example.kz` }] },
});
const subjectOf = (name: string): Promise<string> => subjectOfEmail(ledger, `${name}@kept.example.kz`);
const eventsOf = (subject: string) => eventsIn(ledger, `subject-${subject}`);
const count = async (subject: string, type: string): Promise<number> =>
  (await eventsOf(subject)).filter((event) => event.type === type).length;
/** Everything recorded until now stands in the registers. */
const projected = () => allProjected(ledger);
const rebuilt = () => allRebuilt(ledger);
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let step = 0; step < stepsMax; step++) {
    if (await holds()) return;
    await pause(100);
  }
  throw new Error('it never came to be');
}
const rowsAbout = async (subject: string) => (await models.retention.page({ filter: { subject } })).rows;
const states = async (subject: string) =>
  (await rowsAbout(subject)).map(({ holder, category, state }) => [holder, category, state]);

const held = { origin: { kind: 'automatic' } };
const [began, ended] = ['2026-02-01T09:00:00Z', '2026-02-02T09:00:00Z'];

/** Somebody whose session was measured, and is over; `more` is what else is told of her. */
async function visited(name: string, more: readonly Parameters<typeof fact>[] = []): Promise<string> {
  const session = { source: 'urn:example:crm', id: `${name}-session` };
  const outcomes = await tell(
    ledger,
    fact('relation.started', { ...by(name), kind: 'session' }, { id: session.id, time: began }),
    fact(
      'data.collected',
      {
        ...by(name),
        categories: ['browser'],
        purposes: ['analytics'],
        holder: 'crm',
        values: { browser: 'sample' },
        ...held,
      },
      { time: began },
    ),
    ...more.map((one) => fact(...one)),
    fact('relation.ended', { ...by(name), relation: session, kind: 'session' }, { time: ended }),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'recorded'));
  return subjectOf(name);
}
const officer = () => askedBy('officer', { reason: 'subject-request' });

describe('what the policy lets go by itself', () => {
  it('goes once, with what is sealed here, by two processes at once; a rebuild says the same and does nothing', async () => {
    const subject = await visited('one');
    await projected();
    // The registers of the first person may still be built for the first time.
    await until(async () => (await rowsAbout(subject)).length > 0);
    expect(await states(subject)).toEqual([['crm', 'browser', 'overdue']]);
    expect(await rowsAbout(subject)).toMatchObject([
      { waitsFor: 'itself', act: 'destroy', due: ended, ground: 'relation-ended' },
    ]);
    const found = { subject, code: 'RETENTION_OVERDUE' };
    expect((await models.findings.page({ filter: found })).rows).toMatchObject([
      { category: 'browser', assessment: 'open' },
    ]);
    const { vault, store, app, claims, documents } = ledger;
    const readers = new Readers({ store, app, vault, claims, documents, registers: ledger.registers });
    const appoint = { name: 'Example Officer', from: '2026-01-01T00:00:00Z', asked: askedBy('admin') };
    const { staff } = await new AppointOfficerHandler(ledger.writers).execute(
      Object.assign(new AppointOfficer(), appoint),
    );
    const assess = (category: string) =>
      new AssessFindingsHandler(ledger.writers, readers).execute(
        Object.assign(new AssessFindings(), {
          ...{ asked: officer(), staff, verdict: 'remedied', measure: 'data-destroyed', act: '94-V', article: '12(2)' },
          findings: [`${eventOfHolding}:RETENTION_OVERDUE:${category}:-`],
        }),
      );
    const [eventOfHolding = ''] = (await models.findings.page({ filter: found })).rows.map(({ event }) => event);
    await expect(assess('email')).rejects.toMatchObject({ code: 'FINDING_UNKNOWN' });
    expect(await assess('browser')).toMatchObject({ assessed: 1, clocks: [] });
    expect(await assess('browser')).toMatchObject({ assessed: 0 });
    await projected();
    expect((await models.findings.page({ filter: found })).rows).toMatchObject([
      { category: 'browser', assessment: 'remedied', measure: 'data-destroyed' },
    ]);
    const again = await test.again();
    await Promise.all([ledger.retention.sweep(), again.retention.sweep()]);
    await until(async () => (await count(subject, 'ErasureExecuted')) > 0);
    await projected();
    await Promise.all([ledger.retention.sweep(), again.retention.sweep()]);
    const types = (await eventsOf(subject)).map(({ type }) => type);
    expect(types.slice(types.indexOf('RetentionDecided'))).toEqual([
      'RetentionDecided',
      'ErasureOrdered',
      'TaskOrdered',
      'ErasureExecuted',
    ]);
    await rebuilt();
    await ledger.retention.sweep();
    expect(await count(subject, 'RetentionDecided')).toBe(1);
  });

  it('goes from one holder alone while another holds the same for a purpose that goes on', async () => {
    const subject = await visited('two', [
      ['relation.started', { ...by('two'), kind: 'account' }, { time: began }],
      [
        'data.collected',
        {
          ...by('two'),
          categories: ['browser'],
          purposes: ['account'],
          holder: 'helpdesk',
          values: { browser: 'sample' },
          ...held,
        },
        { time: began },
      ],
    ]);
    await projected();
    await ledger.retention.sweep();
    const told = (await eventsOf(subject)).filter(({ type }) => type === 'TaskOrdered');
    expect(told.map(({ facts }) => [facts['kind'], facts['holder'], facts['categories']])).toEqual([
      ['destroy', 'crm', ['browser']],
    ]);
    expect(await count(subject, 'ErasureOrdered')).toBe(0);
    await projected();
    expect(await states(subject)).toEqual([
      ['crm', 'browser', 'ordered'],
      ['helpdesk', 'browser', 'open'],
    ]);
    const rows = await rowsAbout(subject);
    await rebuilt();
    expect(await rowsAbout(subject)).toEqual(rows);
  });

  it('waits while a hold stands, and goes when that is lifted', async () => {
    const subject = await visited('three');
    const place = Object.assign(new PlaceHold(), { subject, ground: 'legal-claim', asked: officer() });
    const { hold } = await new PlaceHoldHandler(ledger.writers).execute(place);
    await projected();
    expect(await states(subject)).toEqual([['crm', 'browser', 'stopped']]);
    expect((await models.findings.page({ filter: { subject, code: 'RETENTION_OVERDUE' } })).rows).toEqual([]);
    await ledger.retention.sweep();
    expect(await count(subject, 'RetentionDecided')).toBe(0);
    const lift = Object.assign(new LiftHold(), { subject, hold, ground: 'claim-settled', asked: officer() });
    await new LiftHoldHandler(ledger.writers).execute(lift);
    await projected();
    await ledger.retention.sweep();
    expect(await count(subject, 'RetentionDecided')).toBe(1);
  });

  it('is said of a consent that is over, once', async () => {
    const consent = {
      ...by('four'),
      purposes: ['service-notices'],
      items: { operator: true, term: { until: ended }, data: ['email'] },
      channel: 'web-form',
    };
    await tell(ledger, fact('consent.given', consent, { time: began }));
    const subject = await subjectOf('four');
    await projected();
    await ledger.retention.sweep();
    await projected();
    await ledger.retention.sweep();
    expect(await count(subject, 'ConsentExpired')).toBe(1);
    expect((await rowsAbout(subject)).map(({ kind, state }) => [kind, state])).toEqual([['consent', 'ended']]);
  });
});

describe('what waits for an officer', () => {
  const asked = async (name: string): Promise<string> => {
    const ticket = { source: 'urn:example:crm', id: `${name}-ticket` };
    const data = {
      ...by(name),
      categories: ['phone'],
      purposes: ['support'],
      holder: 'helpdesk',
      values: { phone: '+77000000000' },
    };
    await tell(
      ledger,
      fact('relation.started', { ...by(name), kind: 'ticket' }, { id: ticket.id, time: began }),
      fact('data.collected', { ...data, origin: { kind: 'subject', means: 'web-form' } }, { time: began }),
      fact('relation.ended', { ...by(name), relation: ticket, kind: 'ticket' }, { time: ended }),
    );
    return subjectOf(name);
  };

  it('is listed, is not touched by a sweep, and goes by an officer’s word, singly or as a class', async () => {
    const people = [await asked('five'), await asked('six'), await asked('seven')];
    await projected();
    await ledger.retention.sweep();
    const waiting = async () =>
      (await models.retention.page({ filter: { status: 'waiting', category: 'phone' } })).rows.map(
        ({ subject }) => subject,
      );
    expect((await waiting()).sort()).toEqual([...people].sort());
    const [first = ''] = people;
    const one = Object.assign(new DecideRetention(), {
      subject: first,
      decide: 'destroy',
      reason: 'term-over',
      asked: officer(),
    });
    expect(await new DecideRetentionHandler(ledger.writers).execute(one)).toMatchObject({ decided: 1, kept: [] });
    await projected();
    expect((await waiting()).sort()).toEqual(people.slice(1).sort());
    const { vault, store, app, claims, documents } = ledger;
    const readers = new Readers({ store, app, vault, claims, documents, registers: ledger.registers });
    const rest = Object.assign(new DecideRetentionClass(), {
      category: 'phone',
      decide: 'destroy',
      reason: 'term-over',
      asked: officer(),
    });
    const decided = await new DecideRetentionClassHandler(ledger.writers, readers).execute(rest);
    expect(decided).toMatchObject({ people: 2, decided: 2, kept: 0, more: false });
    await projected();
    expect(await waiting()).toEqual([]);
    await readers.stop();
  });
});
