// Does whoever is told of tasks see its own alone, and is its word taken only when it is proved? Over HTTP, on a real ledger.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogue, isOfTask, type TaskEvent } from '@derbes/domain';
import { randomUUID } from 'node:crypto';
import { type AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { createApp, type LedgerApp } from '../http/app.js';
import { Metrics } from '../http/metrics.js';
import { AnswerCheck } from '../http/answers/testing/answer-check.js';
import { ApiKeys } from '../keys/api-keys.js';
import { defaultLimits } from '../settings.js';
import { silent, testLedger, type TestLedger } from '../testing.js';
import { Writers } from '../write/writers.js';
import { deliveryHandlers } from './delivery-handlers.js';
import { Delivery } from './delivery.js';
import { holderReached, order, otherSecret, people, secret, type Person } from './testing/tasks.js';

let test: TestLedger;
let service: LedgerApp;
let base: string;
let check: AnswerCheck;
let persons: Person[];
const keyOf: Record<string, string> = {};

/** Address of a server that holds no ledger. */
const empty = process.env['DERBES_EMPTY_EVENTSTORE'];

beforeAll(async () => {
  test = await testLedger(empty === undefined ? {} : { EVENTSTORE_URL: empty });
  const keys = new ApiKeys(test.database.app);
  for (const { role, key } of await keys.makeFirst('urn:example:crm')) keyOf[role] = key;
  for (const code of ['crm', 'billing']) keyOf[code] = (await keys.add('holder', { code })).key;
  keyOf['bank'] = (await keys.add('recipient', { code: 'crm' })).key;
  await holderReached(test.ledger, 'crm', { by: 'poll', secret });
  await holderReached(test.ledger, 'billing', {
    by: 'webhook',
    address: 'https://billing.example',
    secret: otherSecret,
  });
  persons = await people(test.ledger, 12);
  const { ledger, settings } = test;
  service = await createApp(
    {
      keys,
      logger: silent,
      metrics: new Metrics(),
      indicators: [],
      providers: [
        { provide: Writers, useValue: ledger.writers },
        { provide: Delivery, useValue: new Delivery(ledger, settings) },
        ...deliveryHandlers,
      ],
    },
    defaultLimits,
    '0.0.0',
  );
  check = new AnswerCheck(service.describe());
  await service.app.listen(0, '127.0.0.1');
  base = `http://127.0.0.1:${(service.app.getHttpServer().address() as AddressInfo).port}`;
}, 60_000);
afterAll(async () => {
  await service.app.close();
  await test.close();
});

let next = 0;
const somebody = (): Person => {
  const person = persons[next++];
  if (!person) throw new Error('nobody is left');
  return person;
};

interface Sent {
  readonly by?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function send(method: string, path: string, { by, headers, body }: Sent = {}) {
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(by !== undefined && { authorization: `Bearer ${keyOf[by] ?? by}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  const { status } = response;
  expect(check.faults({ method, path, status, type: response.headers.get('content-type'), text })).toEqual([]);
  return { status, body: JSON.parse(text) as Record<string, unknown> };
}

const signedBy = (by: string, body: string, { id = 'm-1', at = new Date() } = {}): Sent => ({
  body,
  headers: {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(by).sign(id, at, body),
  },
});
const ack = (task: string, sent: Sent) => send('POST', `/v1/tasks/${task}/ack`, sent);
const done = JSON.stringify({ result: 'done' });

async function said({ stream }: Person): Promise<TaskEvent[]> {
  const events: TaskEvent[] = [];
  for await (const { bytes } of test.ledger.store.readStream(stream)) {
    const event = catalogue.readStored(bytes);
    if (isOfTask(event)) events.push(event);
  }
  return events;
}
const typesOf = async (person: Person): Promise<string[]> => (await said(person)).map(({ type }) => type);

describe('whoever asks for its tasks', () => {
  it('is told its own alone, in order, page by page, each recorded as delivered once', async () => {
    const [one, two, three, others] = [somebody(), somebody(), somebody(), somebody()];
    const tasks: string[] = [];
    for (const person of [one, two, three])
      tasks.push(await order(test.ledger, person, 'block', { holder: 'crm' }, 'poll'));
    await order(test.ledger, others, 'block', { holder: 'billing' });
    const first = await send('GET', '/v1/tasks?limit=2', { by: 'crm' });
    expect(first.body).toMatchObject({
      tasks: [
        {
          task: tasks[0],
          kind: 'block',
          holder: 'crm',
          person: [{ category: 'email', scheme: 'email', value: one.email }],
        },
        { task: tasks[1], person: [{ value: two.email }] },
      ],
      next: tasks[1],
    });
    expect(await typesOf(one)).toEqual(['TaskOrdered', 'TaskDelivered']);
    expect(await typesOf(three)).toEqual(['TaskOrdered']);
    const second = await send('GET', `/v1/tasks?limit=2&after=${String(tasks[1])}`, { by: 'crm' });
    expect(second.body).toMatchObject({ tasks: [{ task: tasks[2] }] });
    expect(second.body['next']).toBeUndefined();
    // Told again until it is answered; recorded once.
    expect((await send('GET', '/v1/tasks', { by: 'crm' })).body['tasks']).toHaveLength(3);
    expect(await typesOf(one)).toEqual(['TaskOrdered', 'TaskDelivered']);
    for (const task of tasks) expect((await ack(task, { by: 'crm', body: done })).body).toEqual({ status: 'recorded' });
    expect((await send('GET', '/v1/tasks', { by: 'crm' })).body).toEqual({ tasks: [] });
    expect((await send('GET', '/v1/tasks', { by: 'bank' })).body).toEqual({ tasks: [] });
    expect((await send('GET', '/v1/tasks', { by: 'billing' })).body['tasks']).toHaveLength(1);
    expect(await typesOf(one)).toEqual(['TaskOrdered', 'TaskDelivered', 'TaskAcknowledged']);
  });

  it('has a key of a holder or recipient', async () => {
    for (const by of ['officer', 'auditor', 'admin', 'emitter']) {
      expect((await send('GET', '/v1/tasks', { by })).body['code']).toBe('ROLE_NOT_ALLOWED');
    }
    expect((await send('GET', '/v1/tasks')).body['code']).toBe('KEY_MISSING');
    expect((await send('GET', '/v1/tasks?limit=101', { by: 'crm' })).body['code']).toBe('MALFORMED_QUERY');
  });
});

describe('an acknowledgement', () => {
  it('is taken by key, repeated as often as it comes, and not changed by another answer', async () => {
    const person = somebody();
    const task = await order(test.ledger, person, 'destroy', { holder: 'crm' }, 'poll');
    const refused = JSON.stringify({ result: 'refused', reason: 'statute' });
    expect((await ack(task, { by: 'crm', body: done })).body).toEqual({ status: 'recorded' });
    expect((await ack(task, { by: 'crm', body: done })).body).toEqual({ status: 'repeated' });
    expect((await ack(task, { by: 'crm', body: refused })).body['code']).toBe('TASK_DECIDED');
    expect((await said(person)).slice(1)).toMatchObject([
      { type: 'TaskAcknowledged', actor: 'holder', facts: { task, result: 'done', by: 'poll', proof: 'key' } },
    ]);
  });

  it('is taken without a key under the signature of whoever the task is for, once for an id', async () => {
    const person = somebody();
    const task = await order(test.ledger, person, 'block', { holder: 'crm' }, 'poll');
    const sent = signedBy(secret, done, { id: 'ack-7' });
    expect((await ack(task, sent)).body).toEqual({ status: 'recorded' });
    expect((await ack(task, sent)).body).toEqual({ status: 'repeated' });
    const other = JSON.stringify({ result: 'nothing-held' });
    const reused = (await ack(task, signedBy(secret, other, { id: 'ack-7' }))).body['code'];
    expect(['IDEMPOTENCY_KEY_REUSED', 'TASK_DECIDED']).toContain(reused);
    expect((await said(person)).at(-1)?.facts).toMatchObject({ proof: 'hmac' });
    // The same signed message does nothing to another task of the same holder but what it says, and the id is spent.
    const another = somebody();
    const second = await order(test.ledger, another, 'block', { holder: 'crm' }, 'poll');
    expect((await ack(second, sent)).body['code']).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await typesOf(another)).toEqual(['TaskOrdered']);
  });

  it('changes nothing when it is forged, stale, unsigned, of another, or of another form', async () => {
    const person = somebody();
    const task = await order(test.ledger, person, 'block', { holder: 'crm' }, 'poll');
    const hourAgo = new Date(Date.now() - 3_600_000);
    const tampered = { ...signedBy(secret, done), body: JSON.stringify({ result: 'nothing-held' }) };
    const attempts: [string, Sent][] = [
      ['ACK_FORGED', signedBy(otherSecret, done)],
      ['ACK_FORGED', tampered],
      ['ACK_FORGED', { body: done, headers: { ...signedBy(secret, done).headers, 'webhook-signature': 'v1,AAAA' } }],
      ['ACK_STALE', signedBy(secret, done, { at: hourAgo })],
      ['ACK_UNSIGNED', { body: done, headers: { 'webhook-signature': 'v1,AAAA' } }],
      ['ACK_UNSIGNED', signedBy(secret, done, { id: 'aigerim@example.kz' })],
      ['KEY_MISSING', { body: done }],
      ['KEY_REFUSED', { by: 'derbes_holder_unknown', ...signedBy(secret, done) }],
      ['TASK_UNKNOWN', { by: 'billing', body: done }],
      // The code of this recipient is that of the holder.
      ['TASK_UNKNOWN', { by: 'bank', body: done }],
      ['ROLE_NOT_ALLOWED', { by: 'officer', body: done }],
      ['ACK_FORGED', { by: 'crm', ...signedBy(otherSecret, done) }],
      ['MALFORMED_BODY', signedBy(secret, JSON.stringify({ result: 'gone' }))],
      ['RESULT_MALFORMED', { by: 'crm', body: JSON.stringify({ result: 'refused' }) }],
      ['RESULT_MALFORMED', { by: 'crm', body: JSON.stringify({ result: 'reported', held: ['email'] }) }],
      [
        'HAPPENED_BEFORE_TASK',
        { by: 'crm', body: JSON.stringify({ result: 'done', happened: '2020-01-01T00:00:00Z' }) },
      ],
    ];
    for (const [code, sent] of attempts) expect([code, (await ack(task, sent)).body['code']]).toEqual([code, code]);
    const nowhere = '00000000-0000-4000-8000-00000000000f';
    expect((await ack(nowhere, { by: 'crm', body: done })).body['code']).toBe('TASK_UNKNOWN');
    expect((await ack(nowhere, signedBy(secret, done))).body['code']).toBe('TASK_UNKNOWN');
    expect(await typesOf(person)).toEqual(['TaskOrdered']);
  });

  it('of an inquiry seals what is held, and no event, claim or outbox has it in clear', async () => {
    const person = somebody();
    const task = await order(test.ledger, person, 'report', { holder: 'crm' }, 'poll');
    const body = JSON.stringify({ result: 'reported', held: ['phone'], values: { email: 'hidden-value@example.kz' } });
    expect((await ack(task, { by: 'crm', body })).body).toEqual({ status: 'recorded' });
    const answer = (await said(person)).at(-1);
    expect(answer).toMatchObject({ type: 'TaskAcknowledged', facts: { result: 'reported', held: ['email', 'phone'] } });
    expect(answer?.parts).toHaveLength(1);
    const { rows } = await test.database.owner.query<{ found: string }>(
      `select (select count(*) from ledger_event where body like $1) + (select count(*) from outbox o where o::text like $1)
         + (select count(*) from claim where outcome like $1) as found`,
      ['%hidden-value%'],
    );
    expect(rows[0]?.found).toBe('0');
  });
});

describe('a task that is sent again', () => {
  it('is one that goes by webhook and is not answered', async () => {
    const [sent, polled] = [somebody(), somebody()];
    const task = await order(test.ledger, sent, 'block', { holder: 'billing' });
    const other = await order(test.ledger, polled, 'block', { holder: 'crm' }, 'poll');
    const staff = randomUUID();
    const body = JSON.stringify({ reason: 'receiver-mended', staff });
    const resend = (id: string, by = 'officer') => send('POST', `/v1/tasks/${id}/resend`, { by, body });
    expect((await resend(task)).body).toEqual({ status: 'recorded' });
    expect((await said(sent)).at(-1)).toMatchObject({
      type: 'TaskResent',
      actor: 'officer',
      facts: { task, reason: 'receiver-mended', staff },
    });
    expect((await resend(other)).body['code']).toBe('TASK_NOT_RESENDABLE');
    expect((await resend('00000000-0000-4000-8000-00000000000f')).body['code']).toBe('TASK_UNKNOWN');
    expect((await resend(task, 'crm')).body['code']).toBe('ROLE_NOT_ALLOWED');
    await ack(task, { by: 'billing', body: done });
    expect((await resend(task)).body['code']).toBe('TASK_NOT_RESENDABLE');
  });
});
