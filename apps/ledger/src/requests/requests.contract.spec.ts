// What becomes of a request without anybody asking, of its answer on its way, and of what it said when its time or its person is over?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Refused } from '@derbes/kernel';
import { registers, RequestQueue, Runner, type Registers } from '@derbes/read-models';
import { asOwnerName } from '@derbes/vault';
import { ConfirmTerm } from '../clocks/clock-commands.js';
import { jumpHoldMs } from '../clocks/clock-jumps.js';
import { ConfirmTermHandler } from '../clocks/clock-handlers.js';
import { type Ledger } from '../ledger.js';
import { Readers } from '../read/readers.js';
import { passGate } from '../restore-gate.js';
import {
  allProjected,
  askedBy,
  eventsIn,
  fact,
  publishKiberon,
  tell,
  testLedger,
  type TestLedger,
} from '../testing.js';
import { LiftHold, EraseSubject, PlaceHold } from '../write/erasure-commands.js';
import { LiftHoldHandler, EraseSubjectHandler, PlaceHoldHandler } from '../write/erasure-handlers.js';
import { AnswerRequestHandler } from './answer-handler.js';
import { RefuseRequestHandler, ReportDeliveryHandler } from './closing-handlers.js';
import { VerifyIdentityHandler } from './identity-handler.js';
import { ReceiveRequestHandler } from './intake-handler.js';
import { ReadAnswerHandler, ReadRefusalHandler, ReadRequestHandler } from './read-handlers.js';
import { DecideRecordsHandler, recordsPlan } from './records-handler.js';
import { RequestSweep } from './request-sweep.js';
import {
  AnswerRequest,
  DecideRecords,
  ReceiveRequest,
  RefuseRequest,
  ReportDelivery,
  VerifyIdentity,
} from './request-commands.js';
import { ReadAnswer, ReadRefusal, ReadRequest, type RefusalView, type RequestView } from './request-queries.js';

// A crowded machine is no failure.
jest.setTimeout(120_000);
const dayMs = 86_400_000;
/** Address of a server that holds no ledger. */
const empty = process.env['DERBES_EMPTY_EVENTSTORE'];

let test: TestLedger;
let ledger: Ledger;
let other: Ledger;
let runner: Runner;
let models: Registers;
beforeAll(async () => {
  test = await testLedger(empty === undefined ? {} : { EVENTSTORE_URL: empty });
  ledger = test.ledger;
  await publishKiberon(ledger);
  other = await test.again();
  models = registers(ledger.app);
  runner = new Runner({ pool: ledger.app, store: ledger.store, documents: ledger.documents });
  runner.start();
});
afterAll(async () => {
  await runner?.stop();
  await test?.close();
});

const officer = () => askedBy('officer', { reason: 'subject-request' });
const readersOf = (one: Ledger) => {
  const { store, app, vault, claims, documents, registers: known } = one;
  return new Readers({ store, app, vault, claims, documents, registers: known });
};
const moment = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const days = (count: number): string => moment(Date.now() + count * dayMs);

async function receive(more: object = {}): Promise<string> {
  const command = Object.assign(new ReceiveRequest(), {
    ...{ right: 'know', channel: 'email', language: 'ru', text: 'Что вы знаете обо мне?', asked: officer() },
    ...more,
  });
  return (await new ReceiveRequestHandler(ledger.writers, readersOf(ledger)).execute(command)).request;
}
async function refuse(request: string, more: object = {}): Promise<void> {
  const command = Object.assign(new RefuseRequest(), {
    ...{ request, reason: 'rights-of-others', how: 'post', asked: officer() },
    ...more,
  });
  await new RefuseRequestHandler(ledger.writers, readersOf(ledger)).execute(command);
}
async function report(request: string, outcome: string, more: object = {}) {
  const command = Object.assign(new ReportDelivery(), { request, outcome, asked: officer(), ...more });
  return new ReportDeliveryHandler(ledger.writers, readersOf(ledger)).execute(command);
}
async function decide(request: string, what: 'destroy' | 'keep', more: object = {}) {
  const command = Object.assign(new DecideRecords(), { request, decide: what, asked: officer(), ...more });
  return new DecideRecordsHandler(ledger.writers, readersOf(ledger)).execute(command);
}
async function refused(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
  return 'not refused';
}
const about = async (request: string): Promise<RequestView> =>
  (await new ReadRequestHandler(readersOf(ledger)).execute(
    Object.assign(new ReadRequest(), { request, asked: officer() }),
  )) as RequestView;
const refusalOf = async (request: string): Promise<RefusalView> =>
  (await new ReadRefusalHandler(readersOf(ledger)).execute(
    Object.assign(new ReadRefusal(), { request, asked: officer() }),
  )) as RefusalView;
const answerOf = (request: string, more: object = {}) =>
  new ReadAnswerHandler(readersOf(ledger)).execute(
    Object.assign(new ReadAnswer(), { request, asked: officer(), ...more }),
  );

const eventsOf = (stream: string) => eventsIn(ledger, stream);
const count = async (request: string, type: string): Promise<number> =>
  (await eventsOf(`request-${request}`)).filter((event) => event.type === type).length;
/** Everything recorded until now stands in the registers. */
const projected = () => allProjected(ledger);
async function rowOf(request: string) {
  const { rows } = await models.requests.page({ limit: 500 });
  return rows.find((row) => row.request === request);
}
const found = async (code: string, request: string) =>
  (await models.findings.page({ filter: { code } })).rows.filter(({ params }) => params['request'] === request);

/** A clock that a spec sets, and the seconds of a machine that only grow. */
function sweepOf(one: Ledger, time: { now: number; ticks: number } = { now: Date.now(), ticks: 0 }): RequestSweep {
  const troubles: unknown[] = [];
  return new RequestSweep({
    queue: new RequestQueue(one.app),
    writers: one.writers,
    app: one.app,
    sweepSeconds: 60,
    clock: () => new Date(time.now),
    monotonic: () => time.ticks,
    onTrouble: (error) => {
      troubles.push(error);
      throw error;
    },
  });
}
const stateOf = async (owner: string) =>
  (await ledger.vault.ownersOf([asOwnerName(owner)])).get(asOwnerName(owner))?.state;
const partsOf = async (owner: string) =>
  (await ledger.vault.partsOfOwner(asOwnerName(owner))).map((one) => one.category);

describe('a request of which nobody knows who asks', () => {
  it('is refused once on its last day, by two processes at once and by whoever comes after a crash, in its own words', async () => {
    const late = await receive({ received: days(-12), language: 'kk' });
    const open = await receive();
    const proved = await receive({ received: days(-12) });
    await new VerifyIdentityHandler(ledger.writers, readersOf(ledger)).execute(
      Object.assign(new VerifyIdentity(), { request: proved, proofs: [{ method: 'presence' }], asked: officer() }),
    );
    await projected();
    const [one, two] = await Promise.all([sweepOf(ledger).sweep(), sweepOf(other).sweep()]);
    expect(one.refused + two.refused).toBe(1);
    // Whoever died behind the event has told nobody: the next one finds that it stands.
    expect((await sweepOf(await test.again()).sweep()).refused).toBe(0);
    expect([await count(late, 'RequestRefused'), await count(open, 'RequestRefused')]).toEqual([1, 0]);
    expect(await count(proved, 'RequestRefused')).toBe(0);

    const refusal = await refusalOf(late);
    expect(refusal).toMatchObject({ reason: 'identity-not-proved', act: '94-V', article: '25(2)(7)', language: 'kk' });
    expect(refusal.text).toContain('құжатпен өзіңіз келіңіз');
    expect(refusal.text).toContain('25(2)(7)');
    expect((await about(late)).refused?.facts).toMatchObject({ unsent: 'yes', hash: refusal.hash });
  });

  it('has been answered when somebody says that the refusal was sent; until then its clock runs', async () => {
    const request = await receive({ received: days(-12) });
    await projected();
    expect((await sweepOf(ledger).sweep()).refused).toBe(1);
    await projected();
    expect(await rowOf(request)).toMatchObject({ state: 'refused', delivery: 'unsent', overdue: 'yes' });
    expect((await rowOf(request))?.actual).toBeUndefined();
    const running = () => models.clocks.page({ filter: { status: 'overdue' }, limit: 500 });
    expect((await running()).rows.filter((row) => row.request === request)).toHaveLength(1);

    await report(request, 'sent');
    await projected();
    expect(await rowOf(request)).toMatchObject({ delivery: 'sent', actual: expect.any(String) });
    expect((await running()).rows.filter((row) => row.request === request)).toHaveLength(0);
  });

  it('is left alone while the clock of the machine jumps', async () => {
    const request = await receive({ received: days(-12) });
    await projected();
    const time = { now: Date.now() - 30 * dayMs, ticks: 0 };
    const sweep = sweepOf(ledger, time);
    await sweep.sweep();
    time.now = Date.now();
    expect(await sweep.sweep()).toEqual({ refused: 0, destroyed: 0 });
    expect(await count(request, 'RequestRefused')).toBe(0);
    time.now += jumpHoldMs;
    time.ticks += jumpHoldMs;
    expect((await sweep.sweep()).refused).toBe(1);
  });
});

describe('an answer on its way', () => {
  it('that came back is a finding until it arrives, and the register says by what that is known', async () => {
    const request = await receive();
    await refuse(request);
    await report(request, 'failed', { fault: 'returned', reference: 'RR000000001KZ' });
    await projected();
    expect(await rowOf(request)).toMatchObject({ delivery: 'failed', proof: 'returned', arrived: expect.any(String) });
    expect(await found('ANSWER_NOT_DELIVERED', request)).toMatchObject([
      { article: '94-V:25(2)(6)', assessment: 'open' },
    ]);

    await report(request, 'delivered', { proof: 'signed-for', reference: 'RR000000002KZ' });
    await projected();
    expect(await rowOf(request)).toMatchObject({ delivery: 'delivered', proof: 'signed-for' });
    expect(await found('ANSWER_NOT_DELIVERED', request)).toEqual([]);
    expect((await about(request)).deliveries.map(({ facts }) => facts)).toMatchObject([
      { outcome: 'failed' },
      { outcome: 'delivered' },
    ]);
    const stored = JSON.stringify(await eventsOf(`request-${request}`));
    expect(stored).not.toContain('RR000000001KZ');
  });
});

describe('what a request said', () => {
  const old = { received: '2023-06-01T05:00:00Z', profiles: ['gdpr'] };
  const left = { delivered: '2023-06-10T05:00:00Z' };

  it('waits for an officer where the row of its term is from memory, and goes by his word with what was sealed; proof stays', async () => {
    const request = await receive(old);
    expect(await refused(decide(request, 'destroy'))).toBe('RECORDS_NOT_DUE');
    await refuse(request, left);
    await projected();
    expect((await about(request)).records).toMatchObject({ standing: 'waiting', due: '2026-06-10T05:00:00Z' });
    const sweep = sweepOf(ledger, { now: Date.now() + 40 * dayMs, ticks: 0 });
    expect((await sweep.sweep()).destroyed).toBe(0);

    await decide(request, 'destroy');
    const view = await about(request);
    expect(view.records).toMatchObject({ standing: 'gone', purpose: 'request-handling' });
    expect(view.parts).toMatchObject([{ state: 'erased' }]);
    expect((await refusalOf(request)).text).toBeUndefined();
    expect((await refusalOf(request)).hash).toMatch(/^[0-9a-f]{64}$/);
    expect([await stateOf(`request-${request}`), await partsOf(`request-${request}`)]).toEqual(['erased', []]);
    await report(request, 'delivered', { proof: 'courier-receipt' });
    await projected();
    expect(await rowOf(request)).toMatchObject({ records: 'destroyed', delivery: 'delivered' });
  });

  it('goes by itself once a lawyer confirmed the term, once for two processes; what one left half done another ends', async () => {
    const confirm = Object.assign(new ConfirmTerm(), {
      ...{ profile: 'gdpr', term: 'request-records', version: '5', lawyer: 'Invented Person', asked: officer() },
    });
    await new ConfirmTermHandler(ledger.writers).execute(confirm);
    const [request, cut] = [await receive(old), await receive(old)];
    for (const one of [request, cut]) await refuse(one, left);
    // The one that decided died before anything was destroyed.
    await ledger.writers.commands.write({
      asked: officer(),
      content: {},
      decide: (at) => recordsPlan(ledger.writers, { type: 'DecideRecords', decide: 'destroy', by: 'officer' }, cut, at),
      result: {},
    });
    await projected();
    const time = () => ({ now: Date.now() + 40 * dayMs, ticks: 0 });
    await Promise.all([sweepOf(ledger, time()).sweep(), sweepOf(other, time()).sweep()]);
    expect(await count(request, 'RequestRecordsDecided')).toBe(1);
    expect(await count(cut, 'RequestRecordsDecided')).toBe(1);
    expect([await stateOf(`request-${request}`), await stateOf(`request-${cut}`)]).toEqual(['erased', 'erased']);
    // What the journal holds of it is no order that the events lack.
    const { app, store, vault, erasures } = ledger;
    await passGate({ app, store, vault, erasures });
  });
});

describe('a person', () => {
  const email = 'primerova.dana@requests.example.kz';
  const uploader = { bin: '230340021377', name: 'ТОО «Загрузчик Примеров»' };
  let request: string;
  let subject: string;

  it('whom an organisation uploaded is answered by us; it gets a task with its own upload, and stands in the answer by name', async () => {
    const both = { identifiers: [{ scheme: 'email', value: email }] };
    const collected = { subject: both, categories: ['full-name'], purposes: ['account'], holder: 'crm' };
    await tell(
      ledger,
      fact('data.collected', {
        ...collected,
        ...{ capacity: 'operator', for: uploader, values: { 'full-name': 'Дана Примерова' } },
        origin: { kind: 'uploaded', uploader, declaredBasis: 'consent', acceptance: true, means: 'file-upload' },
      }),
      fact('data.collected', {
        ...{ ...collected, categories: ['phone'], values: { phone: '+7 700 000 33 44' } },
        origin: { kind: 'subject', means: 'web-form' },
      }),
    );
    request = await receive({ claimed: [{ scheme: 'email', value: email }] });
    const told = await new VerifyIdentityHandler(ledger.writers, readersOf(ledger)).execute(
      Object.assign(new VerifyIdentity(), {
        ...{ request, asked: officer() },
        proofs: [{ method: 'mailbox', identifier: { scheme: 'email', value: email } }],
      }),
    );
    expect(told).toMatchObject({ outcome: 'proved' });
    subject = told.subject ?? '';
    const [task] = (await eventsOf(`request-${request}`)).filter(
      ({ type, facts }) => type === 'TaskOrdered' && facts['kind'] === 'answer',
    );
    expect(task?.facts).toMatchObject({ uploader: expect.stringMatching(/^organisation-/), categories: ['full-name'] });
    // The one part is the name that it told; neither her mailbox nor her telephone is named to it.
    const named = (await ledger.vault.partsOfOwner(asOwnerName(`subject-${subject}`))).filter(({ eventId, p }) =>
      (task?.facts['parts'] as readonly string[]).includes(`${eventId}/${p}`),
    );
    expect(named.map(({ category }) => category)).toEqual(['full-name']);

    await new AnswerRequestHandler(ledger.writers, readersOf(ledger)).execute(
      Object.assign(new AnswerRequest(), { request, how: 'email', asked: officer(), reason: 'term-ends' }),
    );
    const text = await answerOf(request, { as: 'text' });
    expect(text).toContain('ТОО «Загрузчик Примеров», БИН 230340021377: full-name');
    expect(text).not.toContain('organisation-');
    expect(await answerOf(request)).toMatchObject({ same: 'yes' });
  });

  it('under a hold keeps her requests and answers when she is to be erased; without it they go, and hash and proof stay', async () => {
    const erase = (key: string) =>
      new EraseSubjectHandler(ledger.writers).execute(
        Object.assign(new EraseSubject(), {
          ...{ subject, scope: 'person', ground: 'subject-request', decide: 'erase', reason: 'officer-decided' },
          asked: { ...officer(), idempotencyKey: key },
        }),
      );
    const { hold } = await new PlaceHoldHandler(ledger.writers).execute(
      Object.assign(new PlaceHold(), { subject, ground: 'legal-claim', asked: officer() }),
    );
    expect(await erase('held')).toMatchObject({ outcome: 'refused' });
    expect(await stateOf(`request-${request}`)).toBe('live');
    expect(await answerOf(request)).toMatchObject({ same: 'yes' });

    await new LiftHoldHandler(ledger.writers).execute(
      Object.assign(new LiftHold(), { subject, hold, ground: 'claim-settled', asked: officer() }),
    );
    expect(await erase('free')).toMatchObject({ outcome: 'ordered' });
    await ledger.erasures.executeAbout(subject);
    expect([await stateOf(`request-${request}`), await partsOf(`request-${request}`)]).toEqual(['erased', []]);
    expect(await partsOf(`subject-${subject}`)).toEqual([]);
    expect(await answerOf(request)).toBeUndefined();
    const view = await about(request);
    expect(view.parts.map(({ state }) => state)).toEqual(view.parts.map(() => 'erased'));
    expect(view.answered?.facts).toMatchObject({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), how: 'email' });
    expect(await report(request, 'delivered', { proof: 'mail-receipt' })).toMatchObject({ status: 'recorded' });
  });
});
