// What comes of a webhook, whatever its receiver does? On a real ledger, against a real HTTP server.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { catalogue, isOfTask, type TaskEvent } from '@derbes/domain';
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { askedBy, fact, tell, testLedger, type TestLedger } from '../testing.js';
import { Delivery } from './delivery.js';
import { ResendTask } from './delivery-commands.js';
import { ResendTaskHandler } from './delivery-handlers.js';
import { type Sender } from './sender.js';
import { defaultCallLimits } from './webhook-call.js';
import { accepting, receiver, type Answering, type Received, type Receiver } from './testing/receiver.js';
import { holderReached, order, otherSecret, people, secret, type Person } from './testing/tasks.js';

const keys = generateKeyPairSync('ed25519');
const ackKey = keys.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64url');
const waitMsMax = 60_000;
/** Address of a server that holds no ledger. */
const empty = process.env['DERBES_EMPTY_EVENTSTORE'];

let test: TestLedger;
let delivery: Delivery;
let sender: Sender;
let one: Receiver;
let two: Receiver;
let persons: Person[];
const troubles: unknown[] = [];

beforeAll(async () => {
  const settings = { WEBHOOK_PRIVATE_NETWORKS: '127.0.0.0/8', PUBLIC_URL: 'https://ledger.example/' };
  test = await testLedger({ ...settings, ...(empty !== undefined && { EVENTSTORE_URL: empty }) });
  delivery = new Delivery(test.ledger, test.settings);
  [one, two] = [await receiver(), await receiver()];
  await holderReached(test.ledger, 'crm', { by: 'webhook', address: one.url, secret, ackKey });
  await holderReached(test.ledger, 'billing', { by: 'webhook', address: two.url, secret: otherSecret });
  persons = await people(test.ledger, 20);
  const limits = { ...defaultCallLimits, connectMsMax: waitMsMax, totalMsMax: waitMsMax };
  const onTrouble = (error: unknown): void => void troubles.push(error);
  sender = delivery.sender({ isActive: () => true, onTrouble, lookMs: 50 }, limits);
  sender.start();
}, waitMsMax);
afterAll(async () => {
  await sender.stop();
  await one.close();
  await two.close();
  await test.close();
});
beforeEach(() => {
  one.answers(accepting);
  two.answers(accepting);
});

let next = 0;
const somebody = (): Person => {
  const person = persons[next++];
  if (!person) throw new Error('nobody is left');
  return person;
};

/** What was said of tasks in a stream. */
async function said(stream: string): Promise<TaskEvent[]> {
  const events: TaskEvent[] = [];
  for await (const { bytes } of test.ledger.store.readStream(stream)) {
    const event = catalogue.readStored(bytes);
    if (isOfTask(event)) events.push(event);
  }
  return events;
}

const resend = (task: string) =>
  new ResendTaskHandler(delivery).execute(
    Object.assign(new ResendTask(), { task, reason: 'receiver-mended', asked: askedBy('officer') }),
  );

const rowOf = async (task: string) => {
  const { rows } = await test.database.app.query<{
    state: string;
    fault: string | null;
    attempts: number;
    in_s: number;
  }>('select state, fault, attempts, extract(epoch from try_at - now())::float8 as in_s from outbox where task = $1', [
    task,
  ]);
  return rows[0];
};

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + waitMsMax; Date.now() < end; await pause(50)) if (await holds()) return;
  throw new Error('it did not come to that in time');
}

const ofTask = (task: string) => (received: readonly Received[]) =>
  received.filter(({ headers }) => headers['webhook-id'] === task);

const signedAnswer =
  (body: object, by: string, id?: string, moment = new Date()): Answering =>
  ({ headers }, response) => {
    const text = JSON.stringify(body);
    const named = id ?? String(headers['webhook-id']);
    response.writeHead(200, {
      'content-type': 'application/json',
      'webhook-id': named,
      'webhook-timestamp': String(Math.floor(moment.getTime() / 1000)),
      'webhook-signature': new Webhook(by).sign(named, moment, text),
    });
    response.end(text);
  };

/** An attempt that is due is made now, whenever it would have been. */
const dueNow = (task: string) => test.database.app.query('update outbox set try_at = now() where task = $1', [task]);

describe('a webhook', () => {
  it('tells whose data it is, what is to be done and where to acknowledge, signed so that the library verifies it', async () => {
    const person = somebody();
    const task = await order(test.ledger, person, 'block', { holder: 'crm' });
    await until(async () => (await rowOf(task))?.state === 'delivered');
    const [got, ...more] = ofTask(task)(one.received);
    expect(more).toEqual([]);
    expect(new Webhook(secret).verify(got?.body ?? '', got?.headers as Record<string, string>)).toEqual({
      type: 'derbes.task.ordered',
      timestamp: expect.stringMatching(/Z$/),
      data: {
        task,
        kind: 'block',
        holder: 'crm',
        ordered: expect.stringMatching(/Z$/),
        categories: ['email'],
        person: [{ category: 'email', scheme: 'email', value: person.email }],
        acknowledge: `https://ledger.example/v1/tasks/${task}/ack`,
      },
    });
    expect((await said(person.stream)).map(({ type }) => type)).toEqual(['TaskOrdered', 'TaskDelivered']);
    const { rows } = await test.database.owner.query<{ all: string }>(
      'select string_agg(o::text, $1) as all from outbox o',
      [' '],
    );
    expect(rows[0]?.all).not.toContain(person.email);
    expect(rows[0]?.all).not.toContain('127.0.0.1');
  });

  it('is acknowledged by a signed answer at once', async () => {
    one.answers(signedAnswer({ result: 'done' }, secret));
    const person = somebody();
    const task = await order(test.ledger, person, 'block', { holder: 'crm' });
    await until(async () => (await rowOf(task))?.state === 'closed');
    const [, answered, ...more] = await said(person.stream);
    expect(more).toEqual([]);
    expect(answered).toMatchObject({
      type: 'TaskAcknowledged',
      actor: 'holder',
      facts: { task, result: 'done', by: 'webhook', proof: 'hmac' },
    });
  });

  it('is acknowledged by an answer under the key of the receiver', async () => {
    one.answers(({ headers }, response) => {
      const text = JSON.stringify({ result: 'nothing-held' });
      const timestamp = String(Math.floor(Date.now() / 1000));
      const signed = sign(
        null,
        Buffer.from(`${String(headers['webhook-id'])}.${timestamp}.${text}`),
        createPrivateKey(keys.privateKey.export({ format: 'pem', type: 'pkcs8' })),
      );
      response.writeHead(200, {
        'webhook-id': headers['webhook-id'],
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1a,${signed.toString('base64')}`,
      });
      response.end(text);
    });
    const person = somebody();
    const task = await order(test.ledger, person, 'destroy', { holder: 'crm' });
    await until(async () => (await rowOf(task))?.state === 'closed');
    expect((await said(person.stream)).at(-1)?.facts).toMatchObject({ result: 'nothing-held', proof: 'ed25519' });
  });

  it.each<[string, Answering]>([
    ['is not signed', (_, response) => void response.writeHead(200).end('{"result":"done"}')],
    ['is signed with the secret of another', signedAnswer({ result: 'done' }, otherSecret)],
    ['is signed for another task', signedAnswer({ result: 'done' }, secret, '00000000-0000-4000-8000-000000000001')],
    ['is an hour old', signedAnswer({ result: 'done' }, secret, undefined, new Date(Date.now() - 3_600_000))],
    ['has another form', signedAnswer({ result: 'destroyed' }, secret)],
    ['reports where nothing was asked', signedAnswer({ result: 'reported', held: ['email'] }, secret)],
    [
      'is what was sent, sent back',
      ({ headers, body }, response) => {
        const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': by } = headers;
        response.writeHead(200, { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': by });
        response.end(body);
      },
    ],
    [
      'has 10 MB',
      (_, response) => {
        response.writeHead(200);
        const send = (left: number): void => {
          if (left === 0) return void response.end();
          if (response.write(Buffer.alloc(65_536, 'x'))) setImmediate(send, left - 1);
          else response.once('drain', () => send(left - 1));
        };
        send(160);
      },
    ],
  ])('is delivered and not acknowledged by an answer that %s', async (_, answering) => {
    one.answers(answering);
    const person = somebody();
    const task = await order(test.ledger, person, 'block', { holder: 'crm' });
    await until(async () => (await rowOf(task))?.state === 'delivered');
    // On a server of events of its own the event lands behind the claim that moved the row.
    await until(async () => (await said(person.stream)).length > 1);
    expect((await said(person.stream)).map(({ type }) => type)).toEqual(['TaskOrdered', 'TaskDelivered']);
  });

  it.each<[string, string, Answering]>([
    ['fails', 'http-500', (_, response) => void response.writeHead(500).end()],
    ['redirects', 'http-302', (_, response) => void response.writeHead(302, { location: two.url }).end()],
    ['hangs up', 'connection-broken', (_, response) => void response.destroy()],
    [
      'ends in the middle of its answer',
      'cut-off',
      (_, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{"result":', () => response.destroy());
      },
    ],
  ])('is tried again when the receiver %s, under the same id, until it is taken', async (_, fault, answering) => {
    one.answers(answering);
    const person = somebody();
    const task = await order(test.ledger, person, 'block', { holder: 'crm' });
    await until(async () => (await rowOf(task))?.fault === fault);
    expect(await rowOf(task)).toMatchObject({ state: 'waiting', attempts: 1 });
    one.answers(accepting);
    await dueNow(task);
    await until(async () => (await rowOf(task))?.state === 'delivered');
    const sent = ofTask(task)(one.received);
    // A line that was open before and breaks is tried once more within the attempt.
    expect(sent.length).toBeGreaterThanOrEqual(2);
    expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
    expect(ofTask(task)(two.received)).toEqual([]);
  });

  it('comes again only when the receiver said that it may', async () => {
    one.answers((_, response) => void response.writeHead(503, { 'retry-after': '7200' }).end());
    const task = await order(test.ledger, somebody(), 'block', { holder: 'crm' });
    await until(async () => (await rowOf(task))?.fault === 'http-503');
    expect((await rowOf(task))?.in_s).toBeGreaterThan(7_000);
  });

  it('is given up after the last attempt, and at once where nobody is there any more; resent, it is delivered', async () => {
    one.answers((_, response) => void response.writeHead(503).end());
    const [late, gone] = [somebody(), somebody()];
    const lateTask = await order(test.ledger, late, 'block', { holder: 'crm' });
    await until(async () => (await rowOf(lateTask))?.fault === 'http-503');
    await test.database.app.query('update outbox set attempts = 9, try_at = now() where task = $1', [lateTask]);
    await until(async () => (await rowOf(lateTask))?.state === 'dead');
    expect((await said(late.stream)).at(-1)).toMatchObject({
      type: 'TaskFailed',
      facts: { task: lateTask, reason: 'http-503', attempts: '10' },
    });
    one.answers((_, response) => void response.writeHead(410).end());
    const goneTask = await order(test.ledger, gone, 'block', { holder: 'crm' });
    await until(async () => (await rowOf(goneTask))?.state === 'dead');
    expect((await said(gone.stream)).at(-1)?.facts).toMatchObject({ reason: 'http-410', attempts: '1' });
    one.answers(accepting);
    await resend(goneTask);
    await until(async () => (await rowOf(goneTask))?.state === 'delivered');
  });

  it('that was delivered arrives once more when it is resent, and leaves no second event', async () => {
    const person = somebody();
    const task = await order(test.ledger, person, 'block', { holder: 'crm' });
    await until(async () => (await rowOf(task))?.state === 'delivered');
    await resend(task);
    await one.until((received) => ofTask(task)(received).length === 2);
    await until(async () => (await rowOf(task))?.state === 'delivered');
    expect((await said(person.stream)).map(({ type }) => type)).toEqual(['TaskOrdered', 'TaskDelivered', 'TaskResent']);
  });

  it('is recorded once each while services tell of the same persons all the while', async () => {
    const told = await people(test.ledger, 8);
    let over = false;
    const telling = told.map(async ({ email }) => {
      while (!over) {
        const subject = { identifiers: [{ scheme: 'email', value: email }] };
        await tell(
          test.ledger,
          fact('data.used', { subject, categories: ['email'], purposes: ['account'], holder: 'crm' }),
        );
      }
    });
    try {
      const tasks = await Promise.all(told.map((person) => order(test.ledger, person, 'block', { holder: 'crm' })));
      for (const task of tasks) await until(async () => (await rowOf(task))?.state === 'delivered');
    } finally {
      over = true;
      await Promise.all(telling);
    }
    for (const { stream } of told) {
      expect((await said(stream)).map(({ type }) => type)).toEqual(['TaskOrdered', 'TaskDelivered']);
    }
  });

  it('goes to others while one receiver hangs, and its own person waits for the first task', async () => {
    const held: (() => void)[] = [];
    one.answers((_, response) => void held.push(() => response.writeHead(204).end()));
    const person = somebody();
    const block = await order(test.ledger, person, 'block', { holder: 'crm' });
    const unblock = await order(test.ledger, person, 'unblock', { holder: 'crm' });
    const elsewhere = await order(test.ledger, person, 'block', { holder: 'billing' });
    await one.until(() => held.length > 0);
    await until(async () => (await rowOf(elsewhere))?.state === 'delivered');
    expect(await rowOf(block)).toMatchObject({ state: 'sending' });
    expect(ofTask(unblock)(one.received)).toEqual([]);
    one.answers(accepting);
    for (const answer of held) answer();
    await until(async () => (await rowOf(unblock))?.state === 'delivered');
    const ids = one.received.map(({ headers }) => headers['webhook-id']);
    expect(ids.indexOf(unblock)).toBeGreaterThan(ids.lastIndexOf(block));
  });

  it('never got into trouble meanwhile', () => {
    expect(troubles).toEqual([]);
  });
});
