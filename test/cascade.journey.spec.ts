// Is everybody else who has the data told of its end, and does the certificate say what each answered?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Answer } from './caller.js';
import { expectProblem } from './expected.js';
import { by, collected, fact, momentOf, settle, type Told } from './kiberon.js';
import { Journey, journeyMsMax, until } from './service-process.js';

jest.setTimeout(journeyMsMax);

const email = 'poruchenov.askar@example.kz';
const other = 'ispravleva.aigul@example.kz';
const letter = 'ПРИМЕР-ПИСЬМО-14';
const reason = 'subject-request';
let journey: Journey;
let id: string;

const officer = () => journey.as('officer');

async function tell(...events: Told[]): Promise<void> {
  const outcomes = await journey.as('emitter').tellAll(events, '?wait=projected');
  expect(outcomes.map(({ status }) => status)).toEqual(events.map(() => 'recorded'));
}

const transferred = (who: string) =>
  fact('data.transferred', {
    subject: by('email', who),
    categories: ['email'],
    purposes: ['payment'],
    basis: { code: 'kz.9.1' },
    recipient: 'primer-bank',
    country: 'KZ',
    mode: 'sent',
  });

interface TaskOfErasure {
  readonly task: string;
  readonly holder?: string;
  readonly recipient?: string;
  readonly by: string;
  readonly state: string;
  readonly waitedFor: boolean;
}
interface TaskRow {
  readonly task: string;
  readonly kind: string;
  readonly holder?: string;
  readonly status: string;
  readonly cause: string;
}
interface Certificate {
  readonly state: string;
  readonly everywhere: string;
  readonly holders: readonly { readonly code: string; readonly state: string; readonly reason?: string }[];
  readonly recipients: readonly { readonly code: string; readonly state: string }[];
}

const say = (task: string, word: string, body: object): Promise<Answer> =>
  officer().post(`/v1/tasks/${task}/${word}`, body, { reason });
const certificate = async (order: string): Promise<Certificate> =>
  (await officer().get(`/v1/erasures/${order}`, { reason })).json<Certificate>();
const paper = async (order: string, lang: string): Promise<string> =>
  (await officer().get(`/v1/erasures/${order}?lang=${lang}`, { reason, accept: 'text/plain' })).text;

beforeAll(async () => {
  journey = await Journey.begin();
  await settle(officer());
  await tell(
    collected(email),
    collected(email, { holder: 'billing' }),
    transferred(email),
    collected(other),
    collected(other, { holder: 'billing' }),
  );
  id = await officer().find('email', email);
});
afterAll(() => journey.end());

describe('how somebody is reached', () => {
  it('is said once with a secret that no repeat tells', async () => {
    const headers = { 'idempotency-key': 'crm-is-polled' };
    const path = '/v1/holders/crm/destination';
    const set = await officer().post(path, { by: 'poll' }, { headers });
    expect(set.status).toBe(201);
    expect(set.json<{ secret: string }>().secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const again = await officer().post(path, { by: 'poll' }, { headers });
    expect(again.json()).toEqual({ status: 'repeated' });
    const byLetter = await officer().post('/v1/holders/billing/destination', { by: 'person' });
    expect(byLetter.json()).toEqual({ status: 'recorded' });
  });
  it('is refused for whom nobody registered, and for an address that cannot be called', async () => {
    expectProblem(await officer().post('/v1/holders/nobody/destination', { by: 'poll' }), 404, 'HOLDER_UNKNOWN');
    const recipient = '/v1/recipients/primer-bank/destination';
    expectProblem(await officer().post(recipient, { by: 'webhook' }), 400, 'ADDRESS_MISSING');
    const url = 'https://bank.example.kz/derbes';
    expectProblem(await officer().post(recipient, { by: 'poll', url }), 400, 'ADDRESS_NOT_NEEDED');
    const ftp = 'ftp://bank.example.kz/';
    expectProblem(await officer().post(recipient, { by: 'webhook', url: ftp }), 400, 'ADDRESS_MALFORMED');
  });
});

describe('an erasure', () => {
  let order: string;
  let tasks: ReadonlyMap<string, TaskOfErasure>;
  const taskOf = (code: string): string => tasks.get(code)?.task ?? '';

  it('waits for the systems that can be told, and is not readable meanwhile', async () => {
    const body = { scope: 'person', ground: 'subject-request', decide: 'erase', reason: 'no-document-made' };
    const answer = await officer().post(`/v1/subjects/${id}/erasures?wait=projected`, body, { reason });
    const erased = answer.json<{ order: string; state: string; tasks: readonly TaskOfErasure[] }>();
    expect(erased.state).toBe('ordered');
    ({ order } = erased);
    tasks = new Map(erased.tasks.map((task) => [task.holder ?? task.recipient ?? '', task]));
    expect([...tasks].map(([code, { by: how, waitedFor }]) => [code, how, waitedFor]).sort()).toEqual([
      ['billing', 'person', true],
      ['crm', 'poll', true],
      ['primer-bank', 'person', false],
    ]);
    const { text } = await officer().get(`/v1/subjects/${id}/dossier`, { reason });
    expect(text).toContain('"state":"ordered"');
    expect(text).not.toContain(email);
    const said = await certificate(order);
    expect(said).toMatchObject({ state: 'ordered', everywhere: 'not-yet' });
    expect([...said.holders, ...said.recipients].map(({ state }) => state)).toEqual(Array(3).fill('not-yet-asked'));
    expect(await officer().register<TaskRow>('tasks', { status: 'open' })).toHaveLength(3);
  });

  it('is executed once a letter was sent to one and nothing is waited for of the other', async () => {
    const sent = await say(taskOf('billing'), 'delivery', { reference: letter });
    expect(sent.json()).toEqual({ status: 'recorded' });
    expect((await certificate(order)).state).toBe('ordered');
    const closed = await say(taskOf('crm'), 'closing', { reason: 'system-switched-off' });
    expect(closed.json()).toEqual({ status: 'recorded' });
    const { state, everywhere, holders } = await certificate(order);
    expect({ state, everywhere }).toEqual({ state: 'executed', everywhere: 'not-yet' });
    expect(holders).toMatchObject([
      { code: 'crm', state: 'closed', reason: 'system-switched-off' },
      { code: 'billing', state: 'told-by-letter' },
    ]);
    expect(await paper(order, 'kk')).toContain('хатпен хабарланды');
  });

  it('is confirmed everywhere when the last has answered, which is possible after it is executed', async () => {
    const answers = [
      ['crm', { result: 'done' }],
      ['billing', { result: 'done', reference: letter }],
      ['primer-bank', { result: 'nothing-held' }],
    ] as const;
    for (const [code, body] of answers) {
      expect((await certificate(order)).everywhere).toBe('not-yet');
      expect((await say(taskOf(code), 'answer', body)).json()).toEqual({ status: 'recorded' });
    }
    const said = await certificate(order);
    expect(said.everywhere).toBe('confirmed');
    expect([...said.holders, ...said.recipients].map(({ state }) => state)).toEqual(Array(3).fill('confirmed'));
    const text = await paper(order, 'ru');
    expect(text).toContain('все, у кого были эти данные, подтвердили');
    expect(text).not.toContain(letter);
    const [row] = await officer().register<{ elsewhere: number; confirmed: number }>(
      'erasures',
      { subject: id },
      reason,
    );
    expect(row).toMatchObject({ elsewhere: 3, confirmed: 3 });
  });

  it('takes an answer once', async () => {
    expect((await say(taskOf('crm'), 'answer', { result: 'done' })).json()).toEqual({ status: 'repeated' });
    expectProblem(await say(taskOf('crm'), 'answer', { result: 'nothing-held' }), 409, 'TASK_DECIDED');
    expectProblem(await say(order, 'answer', { result: 'done' }), 404, 'TASK_UNKNOWN');
  });
});

describe('a correction that a service tells', () => {
  const corrected = (holder: string) =>
    fact(
      'data.corrected',
      {
        subject: by('email', other),
        categories: ['email'],
        holder,
        ground: 'subject-request',
        values: { email: other },
      },
      { time: momentOf(Date.now()) },
    );

  it('is told to the other system, once; what that one corrects because of it is told to nobody', async () => {
    await tell(corrected('crm'));
    const told = () => officer().register<TaskRow>('tasks', { status: 'open' });
    await until('the other system is told', async () => (await told()).length === 1);
    expect(await told()).toMatchObject([{ kind: 'correct', holder: 'billing' }]);
    await tell(corrected('billing'));
    // What is ordered last is ordered after what came before.
    await tell(fact('data.blocked', { subject: by('email', other), categories: ['email'], ground: 'breach-reported' }));
    await until('the block is told', async () => (await told()).length >= 3);
    expect((await told()).map(({ kind, holder }) => `${kind} ${holder ?? ''}`).sort()).toEqual([
      'block billing',
      'block crm',
      'correct billing',
    ]);
  });
});
