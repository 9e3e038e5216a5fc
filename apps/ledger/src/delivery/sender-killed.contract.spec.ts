// What is left undone, or done twice, when whoever sends dies in the middle of it? Real processes, killed, and a real HTTP receiver.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogue, isOfTask } from '@derbes/domain';
import { spawnProgram, type Child } from '@derbes/postgres/testing.js';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { testLedger, type TestLedger } from '../testing.js';
import { Delivery } from './delivery.js';
import { accepting, receiver, type Answering, type Receiver } from './testing/receiver.js';
import { type SendingOrder } from './testing/sending-child.js';
import { holderReached, order, people, secret, type Person } from './testing/tasks.js';

const networks = { WEBHOOK_PRIVATE_NETWORKS: '127.0.0.0/8' };
const waitMsMax = 120_000;
const testMsMax = 240_000;
const tasksOfKilled = 80;
/** Webhooks that have arrived in all when each of the first senders is killed. */
const killedAt = [20, 50];
const tasksOfTwo = 20;

let test: TestLedger;
let crm: Receiver;
const children: Child[] = [];

beforeAll(async () => {
  test = await testLedger(networks);
  crm = await receiver();
  await holderReached(test.ledger, 'crm', { by: 'webhook', address: crm.url, secret });
}, waitMsMax);
afterAll(async () => {
  // What a failed test left running.
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await crm.close();
  await test.close();
});

/** Kills a sender of its own process once so many webhooks have arrived in all. */
async function killedWhile(arrived: number): Promise<void> {
  const { dataDir, keepDir } = test.settings;
  const settings = { DATA_DIR: dataDir, KEEP_DIR: keepDir, ...networks };
  const asked: SendingOrder = { postgres: test.database.asApp, settings };
  const child = spawnProgram('apps/ledger/src/delivery/testing/sending-child', asked);
  children.push(child);
  const gone = once(child, 'close');
  await Promise.race([crm.until((received) => received.length >= arrived), gone]);
  child.kill('SIGKILL');
  expect((await gone)[1]).toBe('SIGKILL');
}

const leasesEnd = () => test.database.app.query(`update outbox set try_at = now() where state = 'sending'`);

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + waitMsMax; Date.now() < end; await pause(20)) if (await holds()) return;
  throw new Error('it did not come to that in time');
}

const countOf = async (condition: string): Promise<number> => {
  const { rows } = await test.database.app.query<{ n: number }>(
    `select count(*)::int as n from outbox where ${condition}`,
  );
  return rows[0]?.n ?? 0;
};

/** What was said of each task, by its id. */
async function saidOf(persons: readonly Person[]): Promise<Map<string, string[]>> {
  const said = new Map<string, string[]>();
  for (const { stream } of persons) {
    for await (const { bytes } of test.ledger.store.readStream(stream)) {
      const event = catalogue.readStored(bytes);
      if (!isOfTask(event) || event.type === 'TaskOrdered') continue;
      said.set(event.facts.task, [...(said.get(event.facts.task) ?? []), event.type]);
    }
  }
  return said;
}

const arrivedIds = () => crm.received.map(({ headers }) => String(headers['webhook-id']));

describe('a sender', () => {
  it(
    'that is killed while it sends loses no task, and none is recorded twice by whoever goes on',
    async () => {
      const persons = await people(test.ledger, tasksOfKilled);
      const tasks = await Promise.all(persons.map((person) => order(test.ledger, person, 'block', { holder: 'crm' })));
      const answered = new Set(tasks.filter((_, n) => n % 2 === 1));
      const answering: Answering = (received, response) => {
        const id = String(received.headers['webhook-id']);
        if (!answered.has(id)) return accepting(received, response);
        const [body, now] = ['{"result":"done"}', new Date()];
        response.writeHead(200, {
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
          'webhook-signature': new Webhook(secret).sign(id, now, body),
        });
        response.end(body);
      };
      crm.answers(answering);
      for (const arrived of killedAt) {
        await killedWhile(arrived);
        await leasesEnd();
      }
      expect(await countOf(`state in ('waiting', 'sending')`)).toBeGreaterThan(0);
      const sender = new Delivery(test.ledger, test.settings).sender({
        isActive: () => true,
        onTrouble: () => undefined,
        lookMs: 50,
      });
      sender.start();
      await until(async () => (await countOf(`state in ('waiting', 'sending')`)) === 0);
      await sender.stop();
      expect(new Set(arrivedIds())).toEqual(new Set(tasks));
      expect(await saidOf(persons)).toEqual(
        new Map(tasks.map((task) => [task, [answered.has(task) ? 'TaskAcknowledged' : 'TaskDelivered']])),
      );
      expect(await countOf(`state = 'closed'`)).toBe(answered.size);
    },
    testMsMax,
  );

  it(
    'that was taken for dead and another one that sends the same record each task once',
    async () => {
      const persons = await people(test.ledger, tasksOfTwo);
      const tasks = await Promise.all(persons.map((person) => order(test.ledger, person, 'block', { holder: 'crm' })));
      const arrivedOf = () => arrivedIds().filter((id) => tasks.includes(id)).length;
      const held: (() => void)[] = [];
      crm.answers((_, response) => void held.push(() => response.writeHead(204).end()));
      const other = await test.again();
      let active = 0;
      const senders = [test.ledger, other].map((ledger, i) =>
        new Delivery(ledger, test.settings).sender({
          isActive: () => active === i,
          onTrouble: () => undefined,
          lookMs: 50,
        }),
      );
      for (const [i, sender] of senders.entries()) {
        active = i;
        sender.start();
        await crm.until(() => arrivedOf() >= tasksOfTwo * (i + 1));
        if (i === 0) await leasesEnd();
      }
      crm.answers(accepting);
      for (const answer of held) answer();
      await until(async () => (await countOf(`state in ('waiting', 'sending')`)) === 0);
      for (const sender of senders) await sender.stop();
      expect(await saidOf(persons)).toEqual(new Map(tasks.map((task) => [task, ['TaskDelivered']])));
    },
    testMsMax,
  );
});
