// Does what was refused stop once and only once, and do assessments stand, whatever is rebuilt, restarted or asked twice?
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
import { PreviewWithdrawal, WithdrawConsent } from './withdrawal-commands.js';
import { PreviewWithdrawalHandler, WithdrawConsentHandler } from './withdrawal-handlers.js';

/** An EventStoreDB that holds nothing: the whole suite then runs with its events there (CONTRIBUTING.md). */
const eventstore = process.env['DERBES_EMPTY_EVENTSTORE'];
// A crowded machine is no failure.
jest.setTimeout(120_000);
const stepsMax = 600;

let test: TestLedger;
let ledger: Ledger;
let readers: Readers;
let models: Registers;
let runner: Runner;
let staff: string;
beforeAll(async () => {
  test = await testLedger(eventstore === undefined ? {} : { EVENTSTORE_URL: eventstore });
  ledger = test.ledger;
  await publishKiberon(ledger);
  const { vault, store, app, claims, documents } = ledger;
  readers = new Readers({ store, app, vault, claims, documents, registers: ledger.registers });
  models = registers(app);
  runner = new Runner({ pool: app, store, documents });
  runner.start();
  const appoint = Object.assign(new AppointOfficer(), {
    name: 'Example Officer',
    from: '2026-01-01T00:00:00Z',
    asked: askedBy('admin'),
  });
  staff = (await new AppointOfficerHandler(ledger.writers).execute(appoint)).staff;
});
afterAll(async () => {
  await runner?.stop();
  await test?.close();
});

const by = (name: string) => ({
  subject: { identifiers: [{ scheme: 'email', value: `${name}@withdrawn.example.kz` }] },
});
const subjectOf = (name: string): Promise<string> => subjectOfEmail(ledger, `${name}@withdrawn.example.kz`);
const eventsOf = (subject: string) => eventsIn(ledger, `subject-${subject}`);
/** Everything recorded until now stands in the registers. */
const projected = () => allProjected(ledger);
const rebuilt = () => allRebuilt(ledger);

const nowSecond = (): string => `${new Date().toISOString().slice(0, 19)}Z`;
/** Who is judged anew is worked off in small steps, after the register has come up to what made them so. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let step = 0; step < stepsMax; step++) {
    if (await holds()) return;
    await pause(100);
  }
  throw new Error('it never came to be');
}

const officer = () => askedBy('officer', { reason: 'subject-request' });
const withdraw = (subject: string, more: Partial<WithdrawConsent> = {}) =>
  new WithdrawConsentHandler(ledger.writers).execute(
    Object.assign(new WithdrawConsent(), { subject, asked: officer(), staff, ...more }),
  );

/** Somebody who agreed, whose e-mail is held for the account, whose requisites for a contract, and who owes something. */
async function owing(name: string): Promise<string> {
  const consent = { source: 'urn:example:crm', id: `${name}-consent` };
  const held = { holder: 'crm', origin: { kind: 'subject', means: 'web-form' } };
  const outcomes = await tell(
    ledger,
    fact(
      'consent.given',
      {
        ...by(name),
        purposes: ['account', 'contract'],
        items: { operator: true, data: ['email', 'phone'] },
        channel: 'web-form',
      },
      { id: consent.id },
    ),
    fact('data.collected', {
      ...by(name),
      categories: ['email'],
      purposes: ['account'],
      basis: { code: 'consent', consent },
      ...held,
    }),
    fact('data.collected', {
      ...by(name),
      categories: ['phone'],
      purposes: ['contract'],
      basis: { code: 'contract', consent },
      ...held,
    }),
    fact('obligation.opened', { ...by(name), kind: 'debt' }, { id: `${name}-owed` }),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['recorded', 'recorded', 'recorded', 'recorded']);
  return subjectOf(name);
}
const close = (name: string) =>
  tell(
    ledger,
    fact(
      'obligation.closed',
      { ...by(name), obligation: { source: 'urn:example:crm', id: `${name}-owed` } },
      { time: new Date().toISOString() },
    ),
  );

describe('a withdrawal with an open obligation', () => {
  let subject: string;
  beforeAll(async () => {
    subject = await owing('one');
  });

  it('is previewed without anything being written', async () => {
    const before = (await eventsOf(subject)).length;
    const order = Object.assign(new WithdrawConsent(), { subject });
    const preview = await new PreviewWithdrawalHandler(readers, ledger.writers).execute(
      Object.assign(new PreviewWithdrawal(), { asked: officer(), order }),
    );
    expect(preview).toMatchObject({ preview: true, outcome: 'partly-refused', undecided: [] });
    expect((await eventsOf(subject)).length).toBe(before);
  });

  it('is refused in part, the rest stops, and the register says until what', async () => {
    const decided = await withdraw(subject);
    expect(decided).toMatchObject({
      status: 'recorded',
      outcome: 'partly-refused',
      stopped: [{ purposes: ['account'], categories: ['email'] }],
      refused: [{ extent: 'use', why: 'OBLIGATION_OPEN', purposes: ['contract'], categories: ['phone'] }],
    });
    expect(decided.withdrawals[0]?.clock).toMatchObject({ term: 'withdrawal', profile: 'kz' });
    await projected();
    // The registers of the first person may still be built for the first time.
    for (let step = 0; step < stepsMax; step++) {
      if ((await models.withdrawals.page({ limit: 1 })).reach.state === 'live') break;
      await pause(100);
    }
    await projected();
    const { rows } = await models.withdrawals.page({ filter: { subject } });
    expect(rows.map(({ status, extent, due }) => [status, extent, due !== undefined])).toEqual(
      expect.arrayContaining([
        ['decided', undefined, true],
        ['refused', 'use', false],
      ]),
    );
    expect(await ledger.withdrawals.workOff()).toBe(0);
  });

  // Of two stores in one process one alone may append to an EventStoreDB.
  const there = eventstore === undefined ? it : it.skip;
  there(
    'stops by itself once the obligation is closed: exactly once, by two workers, a rebuild and another process',
    async () => {
      await close('one');
      await projected();
      const again = await test.again();
      // Both see the same row as due; the claim lets one of them decide.
      const done = await Promise.all([ledger.withdrawals.workOff(), again.withdrawals.workOff()]);
      expect(done.reduce((sum, one) => sum + one, 0)).toBe(1);
      // Behind, as after a crash before the projection: the row is due still, and nothing is decided anew.
      expect(await ledger.withdrawals.workOff()).toBe(0);
      await rebuilt();
      expect(await ledger.withdrawals.workOff()).toBe(0);
      expect(await again.withdrawals.workOff()).toBe(0);
      const stops = (await eventsOf(subject)).filter(
        ({ type, facts }) => type === 'ProcessingStopped' && facts['reopens'],
      );
      expect(stops.map(({ facts, actor }) => [actor, facts['stopped']])).toEqual([
        ['ledger', [{ purposes: ['contract'], categories: ['phone'] }]],
      ]);
      const { rows } = await models.withdrawals.page({ filter: { subject } });
      expect(rows.map(({ status }) => status).sort()).toEqual(['decided', 'reopened']);
    },
  );

  it('told twice under one Idempotency-Key is decided once', async () => {
    const other = await owing('two');
    const asked = askedBy('officer', { reason: 'subject-request', idempotencyKey: 'withdraw-two' });
    const [first, second] = [await withdraw(other, { asked }), await withdraw(other, { asked })];
    expect([first.status, second.status]).toEqual(['recorded', 'repeated']);
    expect(second.refused).toEqual(first.refused);
  });
});

describe('findings', () => {
  const assess = (more: Partial<AssessFindings>) =>
    new AssessFindingsHandler(ledger.writers, readers).execute(
      Object.assign(new AssessFindings(), { asked: officer(), staff, verdict: 'confirmed', ...more }),
    );
  const suspicious = async (name: string) => {
    await tell(
      ledger,
      fact('data.collected', {
        ...by(name),
        categories: ['phone'],
        purposes: ['account'],
        holder: 'crm',
        origin: { kind: 'subject', means: 'web-form' },
      }),
    );
    await projected();
    const subject = await subjectOf(name);
    const { rows } = await models.findings.page({ filter: { subject, code: 'NO_BASIS' } });
    const [row] = rows;
    if (!row) throw new Error('no finding');
    return { subject, row, id: [row.event, row.code, row.category, row.purpose].join(':') };
  };

  it('have a clock of blocking while nobody has assessed them, and of destruction once one is confirmed', async () => {
    const { subject, row, id } = await suspicious('three');
    expect(row).toMatchObject({ assessment: 'open', term: 'blocking' });
    const { assessed, clocks } = await assess({ findings: [id], measure: 'to-be-destroyed' });
    expect([assessed, clocks.map(({ term }) => term)]).toEqual([1, ['destruction']]);
    expect(await assess({ findings: [id], measure: 'to-be-destroyed' })).toMatchObject({ assessed: 0 });
    await projected();
    const standing = async () => (await models.findings.page({ filter: { subject, assessment: 'confirmed' } })).rows;
    const live = await standing();
    expect(live).toMatchObject([{ code: 'NO_BASIS', term: 'destruction', due: clocks[0]?.due }]);
    await rebuilt();
    expect(await standing()).toEqual(live);
  });

  it('are assessed as a class, which covers what stood then and nothing that comes later', async () => {
    const { row } = await suspicious('four');
    const { code, clause, source, basis, period } = row;
    const of = { code: 'NO_BASIS' as const, clause, source, basis, period };
    expect(code).toBe(of.code);
    const { assessed } = await assess({ class: of, verdict: 'not-confirmed' });
    expect(assessed).toBeGreaterThanOrEqual(2);
    const covered = nowSecond();
    const page = async () =>
      (await models.findings.page({ filter: of })).rows.map(({ assessment, recorded }) => [assessment, recorded]);
    // The single one that was confirmed before gives way to the later word on its class.
    await until(async () => (await page()).every(([assessment]) => assessment === 'not-confirmed'));
    await until(() => Promise.resolve(nowSecond() > covered));
    await suspicious('five');
    const live = await page();
    expect(live.filter(([assessment]) => assessment === 'open')).toHaveLength(1);
    await rebuilt();
    expect(await page()).toEqual(live);
  });

  it('that do not stand are not assessed', async () => {
    const id = '00000000-0000-4000-8000-00000000aaaa:NO_BASIS:-:-';
    await expect(assess({ findings: [id] })).rejects.toMatchObject({ code: 'FINDING_UNKNOWN' });
    await expect(assess({})).rejects.toMatchObject({ code: 'ASSESSMENT_MALFORMED' });
  });
});
