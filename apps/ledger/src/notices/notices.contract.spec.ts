// Is each person told once of all that was passed on, whoever dies, looks twice or is rebuilt, and is that proved?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { tasksAmong } from '@derbes/domain';
import { NoticeQueue, registers, Runner, type Registers } from '@derbes/read-models';
import { Registry } from 'prom-client';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssessFindings } from '../assessment/assessment-commands.js';
import { AssessFindingsHandler } from '../assessment/assessment-handlers.js';
import { Delivery } from '../delivery/delivery.js';
import { type Ledger } from '../ledger.js';
import { ChangeStatus } from '../people/people-commands.js';
import { ChangeStatusHandler } from '../people/people-handlers.js';
import { Readers } from '../read/readers.js';
import {
  allProjected,
  allRebuilt,
  askedBy,
  eventsIn,
  fact,
  orderErasure,
  subjectOfEmail,
  tell,
  testLedger,
  type TestLedger,
} from '../testing.js';
import { AppointOfficer, PublishPolicy, RegisterHolder, RegisterRecipient } from '../write/commands.js';
import {
  AppointOfficerHandler,
  PublishPolicyHandler,
  RegisterHolderHandler,
  RegisterRecipientHandler,
} from '../write/handlers.js';
import { MakeNotice, PreviewNotice, ReadNotice, RecordNotice, type NoticeView } from './notice-commands.js';
import { MakeNoticeHandler, PreviewNoticeHandler, ReadNoticeHandler, RecordNoticeHandler } from './notice-handlers.js';
import { noticeWatch } from './watch.js';

// A crowded machine is no failure.
jest.setTimeout(120_000);
const dayMs = 24 * 60 * 60_000;

const examples = join(import.meta.dirname, '../../../../examples/kiberon');
const byItself = `transfer_notices:
  declared: controller
  tell: always
  made: by-itself
  through: mailer

`;
/** Far enough back to be overdue, and near enough that nothing is due within days. */
const ago = (days: number): string => new Date(Date.now() - days * dayMs).toISOString();
const bank = 'Invented Bank LLP';

let test: TestLedger;
let ledger: Ledger;
let readers: Readers;
let models: Registers;
let runner: Runner;
beforeAll(async () => {
  test = await testLedger();
  ledger = test.ledger;
  const yaml = readFileSync(join(examples, 'policy.yaml'), 'utf8').replace(
    '\nretention:\n',
    () => `\n${byItself}retention:\n`,
  );
  await new PublishPolicyHandler(ledger.writers).execute(
    Object.assign(new PublishPolicy(), {
      yaml,
      texts: { ru: readFileSync(join(examples, 'policy.ru.txt'), 'utf8') },
      inForce: '2026-01-01T00:00:00Z',
      assertedBy: 'director',
      asked: askedBy('admin'),
    }),
  );
  await new RegisterHolderHandler(ledger.writers).execute(
    Object.assign(new RegisterHolder(), { holder: 'mailer', countries: ['KZ'], asked: askedBy('officer') }),
  );
  await new RegisterRecipientHandler(ledger.writers).execute(
    Object.assign(new RegisterRecipient(), {
      recipient: 'invented-bank',
      class: 'payment-and-banks',
      name: bank,
      country: 'KZ',
      categories: ['provided'],
      purposes: ['payments'],
      since: '2026-01-01T00:00:00Z',
      asked: askedBy('officer'),
    }),
  );
  const { vault, store, app, claims, documents } = ledger;
  readers = new Readers({ store, app, vault, claims, documents, registers: ledger.registers });
  models = registers(app);
  runner = new Runner({ pool: app, store, documents });
  runner.start();
});
afterAll(async () => {
  await runner?.stop();
  await test?.close();
});

const email = (name: string) => `${name}@told.example.kz`;
const by = (name: string) => ({ subject: { identifiers: [{ scheme: 'email', value: email(name) }] } });
const subjectOf = (name: string): Promise<string> => subjectOfEmail(ledger, email(name));
const eventsOf = (subject: string) => eventsIn(ledger, `subject-${subject}`);
const typesOf = async (subject: string, type: string) => (await eventsOf(subject)).filter((one) => one.type === type);

/** Everything recorded until now stands in the registers. */
const projected = () => allProjected(ledger);
const rebuilt = (model: string) => allRebuilt(ledger, model);

let told = 0;
/** Somebody known by a mailbox, with a transfer to the bank at each of these moments. */
async function passedOn(name: string, ...moments: readonly string[]): Promise<string> {
  const facts = moments.map((time) =>
    fact(
      'data.transferred',
      {
        ...by(name),
        categories: ['email'],
        purposes: ['payments'],
        basis: { code: 'consent' },
        recipient: 'invented-bank',
        country: 'KZ',
        mode: 'sent',
      },
      { id: `passed-on-${++told}`, time },
    ),
  );
  for (const { status } of await tell(ledger, ...facts)) expect(status).toBe('recorded');
  return subjectOf(name);
}

const officer = () => askedBy('officer', { reason: 'finding' });
const make = (subject: string, more: Partial<MakeNotice> = {}) =>
  new MakeNoticeHandler(ledger.writers, readers).execute(
    Object.assign(new MakeNotice(), { subject, asked: officer(), byHand: true, ...more }),
  );
const record = (notice: string, more: Partial<RecordNotice> = {}) =>
  new RecordNoticeHandler(ledger.writers, readers).execute(
    Object.assign(new RecordNotice(), { notice, channel: 'post', asked: officer(), ...more }),
  );
const read = (notice: string, as: 'json' | 'text' = 'json') =>
  new ReadNoticeHandler(readers, ledger.writers).execute(
    Object.assign(new ReadNotice(), { notice, as, asked: officer() }),
  );
const statusesOf = async (subject: string) =>
  (await models.notices.page({ filter: { subject } })).rows.map(({ status }) => status);
const overdueOf = async (subject: string) =>
  (await models.findings.page({ filter: { subject, code: 'TRANSFER_NOT_NOTIFIED' } })).rows;

describe('a person whose data was passed on', () => {
  let subject: string;
  beforeAll(async () => {
    subject = await passedOn('aigerim', ago(40), ago(39), ago(1));
    await tell(
      ledger,
      fact(
        'data.transferred',
        {
          ...by('aigerim'),
          categories: ['email'],
          purposes: ['payments'],
          basis: { code: 'kz.9.1' },
          recipient: 'unnamed-court',
          country: 'KZ',
          mode: 'sent',
        },
        { id: 'to-a-court', time: ago(38) },
      ),
    );
    await projected();
  });

  it('is counted for whoever watches the service as the register has it', async () => {
    const { rows } = await models.notices.page({ limit: 500 });
    const of = (status: string) => rows.filter((row) => row.status === status).length;
    const watch = noticeWatch(new NoticeQueue(ledger.app), () => readers.now());
    const registry = new Registry();
    watch.register(registry);
    const told = await registry.metrics();
    expect(of('overdue')).toBeGreaterThan(0);
    for (const status of ['owed', 'prepared', 'overdue']) {
      expect(told).toContain(`\nderbes_notices_${status} ${of(status)}\n`);
    }
    expect(await watch.indicator().check()).toEqual({ ok: true, state: 'overdue' });
  });

  it('stands in the registers with what is owed, overdue and spared, and is found where it is late', async () => {
    expect(await statusesOf(subject)).toEqual(['overdue', 'overdue', 'spared', 'owed']);
    const { rows } = await models.notices.page({ filter: { subject, status: 'spared' } });
    expect(rows).toMatchObject([{ spared: 'state-body', article: '94-V:19(2)(1)' }]);
    expect((await models['notice-people'].page({ filter: { subject } })).rows).toMatchObject([
      { owed: 3, overdue: 2, prepared: 0, done: 0, notTold: 1 },
    ]);
    const late = await overdueOf(subject);
    expect(late).toHaveLength(2);
    expect(late[0]).toMatchObject({ article: '94-V:19(1)', clause: '-', assessment: 'open' });
    const classes = await models['finding-classes'].page({ filter: { code: 'TRANSFER_NOT_NOTIFIED' } });
    expect(classes.rows.reduce((sum, { findings }) => sum + findings, 0)).toBe(2);
    const rowsBefore = (await models.notices.page({ filter: { subject } })).rows;
    await rebuilt('notices');
    expect((await models.notices.page({ filter: { subject } })).rows).toEqual(rowsBefore);
  });

  it('may be assessed by the responsible person before she is told', async () => {
    const appoint = { name: 'Example Officer', from: '2026-01-01T00:00:00Z', asked: askedBy('admin') };
    const { staff } = await new AppointOfficerHandler(ledger.writers).execute(
      Object.assign(new AppointOfficer(), appoint),
    );
    const [first] = await overdueOf(subject);
    const assess = (event: string | undefined) =>
      new AssessFindingsHandler(ledger.writers, readers).execute(
        Object.assign(new AssessFindings(), {
          asked: officer(),
          staff,
          verdict: 'confirmed',
          findings: [`${event ?? ''}:TRANSFER_NOT_NOTIFIED:-:-`],
        }),
      );
    expect(await assess(first?.event)).toMatchObject({ assessed: 1, clocks: [] });
    const { rows } = await models.notices.page({ filter: { subject, status: 'owed' } });
    await expect(assess(rows[0]?.event)).rejects.toMatchObject({ code: 'FINDING_UNKNOWN' });
  });

  it('is previewed without anything being written', async () => {
    const before = await eventsOf(subject);
    const preview = await new PreviewNoticeHandler(readers, ledger.writers).execute(
      Object.assign(new PreviewNotice(), {
        asked: officer(),
        order: Object.assign(new MakeNotice(), { subject, language: 'kk' }),
      }),
    );
    expect(preview).toMatchObject({ preview: true, transfers: 3, language: 'kk', through: 'mailer' });
    expect(preview.text).toContain(bank);
    expect(await eventsOf(subject)).toEqual(before);
  });

  it('gets one notice of all of it, made by itself, by whichever of two workers, and none by a rebuild', async () => {
    const child = await passedOn('child', ago(40));
    await new ChangeStatusHandler(ledger.writers).execute(
      Object.assign(new ChangeStatus(), {
        subject: child,
        status: 'minor',
        turns: { age: '14', on: '2035-05-01' },
        asked: officer(),
      }),
    );
    await projected();
    const second = await test.again();
    const rounds = [ledger.noticeRounds, second.noticeRounds];
    // Whoever loses is told so, or finds nothing left; a child without a representative holds nobody up.
    const made = await Promise.all(rounds.map((one) => one.workOff()));
    expect(made.reduce((sum, one) => sum + one.made, 0)).toBe(1);
    await projected();
    for (const one of rounds) expect(await one.workOff()).toEqual({ made: 0, told: 0 });
    await rebuilt('notices');
    for (const one of rounds) expect(await one.workOff()).toEqual({ made: 0, told: 0 });
    expect(await typesOf(child, 'NoticePrepared')).toEqual([]);
    const [notice, ...others] = await typesOf(subject, 'NoticePrepared');
    expect(others).toEqual([]);
    expect(notice?.facts['transfers']).toHaveLength(3);
    expect(notice).toMatchObject({ actor: 'ledger', facts: { made: 'by-itself', through: 'mailer', language: 'ru' } });
    expect(await statusesOf(subject)).toEqual(['overdue', 'overdue', 'spared', 'prepared']);
  });

  it('is written to by the holder that sends, who gets the text and her address', async () => {
    const [task] = [...tasksAmong(await eventsOf(subject)).values()];
    if (!task) throw new Error('nobody is to send it');
    const [row] = await new Delivery(ledger, test.settings).outbox.open('holder/mailer', undefined, 10);
    if (!row) throw new Error('nothing waits');
    const [letter] = await new Delivery(ledger, test.settings).letters.write([row]);
    if (!letter || typeof letter === 'string') throw new Error('the letter cannot be written');
    expect(letter).toMatchObject({
      kind: 'notify',
      holder: 'mailer',
      person: [{ scheme: 'email', value: email('aigerim') }],
    });
    const text = (letter.values ?? []).map(({ value }) => (typeof value === 'string' ? value : '')).join('');
    expect(text).toContain(bank);
    expect(text).not.toContain('aigerim');
    expect(await read(task.cause, 'text')).toBe(text);
    expect(await read(task.cause)).toMatchObject({ same: 'yes', subject, by: 'by-itself' });
  });

  it('is told once its sender says so, exactly once, also when whoever heard it died before writing it down', async () => {
    const [task] = [...tasksAmong(await eventsOf(subject)).values()];
    if (!task) throw new Error('nobody is to send it');
    const delivery = new Delivery(ledger, test.settings);
    const [row] = await delivery.outbox.open('holder/mailer', undefined, 10);
    if (!row) throw new Error('nothing waits');
    const said = { type: 'AcknowledgeTask', task: task.event, speaker: { holder: 'mailer' }, result: 'done' } as const;
    await delivery.words.say(row, { command: { ...said, by: 'poll', proof: 'key' } }, askedBy('admin'), {
      said: task.event,
    });
    await projected();
    // The process that took the answer is gone: two others find it in the events.
    const others = [await test.again(), await test.again()];
    const rounds = await Promise.all(others.map(({ noticeRounds }) => noticeRounds.workOff()));
    expect(rounds.reduce((sum, one) => sum + one.told, 0)).toBe(1);
    await projected();
    await rebuilt('notices');
    expect(await others[0]?.noticeRounds.workOff()).toEqual({ made: 0, told: 0 });
    const told = await typesOf(subject, 'SubjectNotified');
    expect(told).toHaveLength(1);
    const { hash } = (await read(task.cause)) as NoticeView;
    expect(told[0]?.facts).toMatchObject({ about: 'transfer', channel: 'mailer', notice: task.cause, hash });
    expect(await statusesOf(subject)).toEqual(['done-late', 'done-late', 'spared', 'done']);
    expect(await overdueOf(subject)).toEqual([]);
    expect((await models['finding-classes'].page({ filter: { code: 'TRANSFER_NOT_NOTIFIED' } })).rows).toHaveLength(1);
  });

  it('is told anew of what was passed on since, and of nothing else', async () => {
    await passedOn('aigerim', ago(30));
    await projected();
    expect(await ledger.noticeRounds.workOff()).toMatchObject({ made: 1 });
    const notices = await typesOf(subject, 'NoticePrepared');
    expect(notices.map(({ facts }) => (facts['transfers'] as readonly string[]).length)).toEqual([3, 1]);
  });
});

describe('a notice sent by hand', () => {
  it('is made once, read again, and recorded as told once with the number of the letter sealed', async () => {
    const subject = await passedOn('bolat', ago(1));
    const asked = askedBy('officer', { reason: 'finding', idempotencyKey: 'notice-bolat' });
    const first = await make(subject, { asked, language: 'en' });
    expect(first).toMatchObject({ status: 'recorded', transfers: 1, language: 'en' });
    expect(first).not.toHaveProperty('through');
    expect(await make(subject, { asked, language: 'en' })).toEqual({ ...first, status: 'repeated' });
    await expect(make(subject)).rejects.toMatchObject({ code: 'NOTHING_TO_TELL' });
    expect(await read(first.notice, 'text')).toContain('Notice that personal data was passed on'.toUpperCase());
    expect(await record(first.notice, { reference: '14/2026' })).toEqual({ status: 'recorded' });
    await expect(record(first.notice)).rejects.toMatchObject({ code: 'NOTICE_TOLD' });
    const [told] = await typesOf(subject, 'SubjectNotified');
    expect(told?.parts).toMatchObject([{ owner: expect.stringMatching(/^organisation-/) as unknown }]);
    expect(JSON.stringify(told)).not.toContain('14/2026');
    await projected();
    expect(await statusesOf(subject)).toEqual(['done']);
  });

  it('can still be said to have reached somebody who was erased since, whose text went with her', async () => {
    const subject = await passedOn('dana', ago(1));
    const { notice } = await make(subject);
    await orderErasure(ledger, subject, { asked: officer() });
    await ledger.erasures.workOff();
    expect(await typesOf(subject, 'ErasureExecuted')).toHaveLength(1);
    await expect(make(subject, { anew: true })).rejects.toMatchObject({ code: 'SUBJECT_ERASED' });
    expect(await record(notice)).toEqual({ status: 'recorded' });
    const view = (await read(notice)) as NoticeView;
    expect(view).toMatchObject({ told: { channel: 'post' } });
    expect(view).not.toHaveProperty('text');
  });
});
