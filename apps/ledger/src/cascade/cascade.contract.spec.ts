// Is everybody told once, whoever dies or looks twice, and does a destruction wait exactly as long as it has to?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { addresseeOf, catalogue, decideTask, tasksAmong, type TaskCommand } from '@derbes/domain';
import { readEnvelope, Refused, type Recorded } from '@derbes/kernel';
import { randomUUID } from 'node:crypto';
import { Delivery } from '../delivery/delivery.js';
import { type Ledger } from '../ledger.js';
import {
  askedBy,
  fact,
  orderErasure,
  publishKiberon,
  subjectOfEmail,
  tell,
  testLedger,
  type TestLedger,
} from '../testing.js';
import { RegisterHolder } from '../write/commands.js';
import { type EraseSubject, type Erased } from '../write/erasure-commands.js';
import { RegisterHolderHandler } from '../write/handlers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { SetDestination } from './task-commands.js';
import { SetDestinationHandler } from './task-handlers.js';

// A crowded machine is no failure.
jest.setTimeout(60_000);

const pollMs = 20;
const officer = () => askedBy('officer', { reason: 'test' });

const suite = (eventstore?: string) => () => {
  let test: TestLedger;
  let ledger: Ledger;
  beforeAll(async () => {
    test = await testLedger(eventstore === undefined ? {} : { EVENTSTORE_URL: eventstore });
    ledger = test.ledger;
    await publishKiberon(ledger);
    for (const holder of ['crm', 'billing']) {
      const register = Object.assign(new RegisterHolder(), { holder, countries: ['KZ'], asked: officer() });
      await new RegisterHolderHandler(ledger.writers).execute(register);
    }
    const set = Object.assign(new SetDestination(), { holder: 'crm', by: 'poll', asked: officer() });
    await new SetDestinationHandler(ledger.writers, new Delivery(ledger, test.settings)).execute(set);
  });
  afterAll(() => test?.close());

  const email = (name: string) => `${name}@cascade.example.kz`;
  const of = (name: string) => ({ subject: { identifiers: [{ scheme: 'email', value: email(name) }] } });
  const collected = (name: string, holder: string) =>
    fact('data.collected', {
      ...of(name),
      categories: ['email', 'phone'],
      purposes: ['account'],
      holder,
      origin: { kind: 'subject', means: 'web-form' },
      values: { email: email(name), phone: '+77010000000' },
    });
  const consentOf = (name: string) => ({
    ...of(name),
    purposes: ['account'],
    items: { operator: true, data: ['email'] },
    channel: 'web-form',
  });
  const corrected = (name: string) =>
    fact('data.corrected', {
      ...of(name),
      categories: ['phone'],
      holder: 'crm',
      ground: 'subject-request',
      values: { phone: '+77020000000' },
    });

  const subjectOf = (name: string): Promise<string> => subjectOfEmail(ledger, email(name));
  async function streamOf(subject: string): Promise<Recorded[]> {
    const events: Recorded[] = [];
    for await (const { bytes } of ledger.store.readStream(`subject-${subject}`)) {
      events.push(catalogue.read(readEnvelope(bytes)));
    }
    return events;
  }
  const tasksOf = async (subject: string) => [...tasksAmong(await streamOf(subject)).values()];
  async function known(name: string): Promise<string> {
    for (const event of [collected(name, 'crm'), collected(name, 'billing')]) {
      for (const { status } of await tell(ledger, event)) expect(status).toBe('recorded');
    }
    return subjectOf(name);
  }
  async function until(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const rowsOf = async (table: string, where: string, value: string): Promise<number> =>
    Number(
      (await test.database.owner.query<{ n: string }>(`select count(*) as n from ${table} where ${where}`, [value]))
        .rows[0]?.n,
    );
  const erase = (subject: string, more: Partial<EraseSubject> = {}): Promise<Erased> =>
    orderErasure(ledger, subject, { asked: officer(), ...more });
  /** As a holder's own answer is recorded. */
  async function say(subject: string, command: TaskCommand): Promise<void> {
    await ledger.writers.commands.write({
      asked: askedBy('admin', {}),
      content: { said: randomUUID() },
      decide: async (at) => {
        const events = await streamOf(subject);
        const head = { revision: events.length - 1, at: events.at(-1)?.at ?? at };
        const heads = new Map([[`subject-${subject}`, head]]);
        return { drafts: decideTask(command, tasksAmong(events), at).drafts, heads };
      },
      result: {},
    });
  }
  const done = (task: string, holder: string): TaskCommand => {
    const said = { result: 'done', by: 'poll', proof: 'key' } as const;
    return { type: 'AcknowledgeTask', task, speaker: { holder }, ...said };
  };

  describe('a destruction', () => {
    it('waits for who can be reached, is due as soon as that one answered, and then the worker carries it out', async () => {
      const subject = await known('waiting');
      const { order = '', state, tasks = [] } = await erase(subject);
      expect(state).toBe('ordered');
      expect(tasks.map(({ waitedFor, by, holder }) => [holder, by, waitedFor]).sort()).toEqual([
        ['billing', 'person', false],
        ['crm', 'poll', true],
      ]);
      await ledger.erasures.executeAbout(subject);
      expect((await streamOf(subject)).map(({ type }) => type)).not.toContain('ErasureExecuted');
      await test.database.owner.query(`update erasure_order set try_at = now() + interval '1 hour', failures = 9`);
      await say(subject, done(tasks.find(({ holder }) => holder === 'crm')?.task ?? '', 'crm'));
      expect(await rowsOf('erasure_order', 'try_at <= now() and order_id = $1', order)).toBe(1);
      expect(await ledger.erasures.workOff()).toBe(1);
      const types = (await streamOf(subject)).map(({ type }) => type);
      expect(types.slice(-2)).toEqual(['TaskAcknowledged', 'ErasureExecuted']);
      // Whoever answers late is heard all the same, and confirms it.
      await say(subject, done(tasks.find(({ holder }) => holder === 'billing')?.task ?? '', 'billing'));
      expect((await streamOf(subject)).at(-1)?.type).toBe('TaskAcknowledged');
    });

    it('of a category waits, too, and what is told meanwhile stays', async () => {
      const subject = await known('phoned');
      const { state, tasks = [] } = await erase(subject, { scope: 'category', categories: ['phone'] });
      expect(state).toBe('ordered');
      await tell(
        ledger,
        fact('data.used', { ...of('phoned'), categories: ['email'], purposes: ['account'], holder: 'crm' }),
      );
      await say(subject, {
        type: 'CloseTask',
        task: tasks.find(({ waitedFor }) => waitedFor)?.task ?? '',
        reason: 'test',
      });
      await ledger.erasures.workOff();
      await until(async () => (await streamOf(subject)).some(({ type }) => type === 'ErasureExecuted'));
      expect((await streamOf(subject)).map(({ type }) => type)).toContain('DataUsed');
    });

    it('that waits is a fence: who consents anew under the same address is somebody new at once, and all else is 410', async () => {
      const subject = await known('returning');
      const { tasks = [] } = await erase(subject);
      const ordered = (await streamOf(subject)).find(({ type }) => type === 'ErasureOrdered')?.occurred ?? '';
      const later = (seconds: number) => ({
        time: wholeSeconds(new Date(Date.parse(ordered) + seconds * 1_000).toISOString()),
      });
      const used = { ...of('returning'), categories: ['email'], purposes: ['account'], holder: 'crm' };
      const status = async (event: ReturnType<typeof fact>) => (await tell(ledger, event)).map((one) => one.status);
      expect(await status(fact('data.used', used, later(2)))).toEqual(['erased']);
      expect(await status(fact('data.used', used))).toEqual(['erased']);
      const before = await streamOf(subject);
      expect(await status(fact('consent.given', consentOf('returning'), later(1)))).toEqual(['recorded']);
      const anew = await subjectOf('returning');
      expect(anew).not.toBe(subject);
      expect(await streamOf(subject)).toEqual(before);
      // She is found from the second after the order on; what occurred until then was told of whom it meant before.
      expect(await status(fact('data.used', used, later(2)))).toEqual(['recorded']);
      expect(await status(fact('data.used', used, later(0)))).toEqual(['erased']);
      const crm = tasks.find(({ holder }) => holder === 'crm')?.task ?? '';
      const { outbox, letters } = new Delivery(ledger, test.settings);
      const row = await outbox.find(crm);
      const [letter] = row ? await letters.write([row]) : [];
      expect(letter).toMatchObject({
        kind: 'destroy',
        ordered,
        person: [{ scheme: 'email', value: email('returning') }],
      });
      await say(subject, done(crm, 'crm'));
      await ledger.erasures.executeAbout(subject);
      expect((await streamOf(subject)).map(({ type }) => type)).toContain('ErasureExecuted');
      expect(await subjectOf('returning')).toBe(anew);
      expect(await status(fact('data.used', used, later(3)))).toEqual(['recorded']);
      expect(await status(fact('data.used', used, later(0)))).toEqual(['erased']);
    });

    it('that waits keeps out what is told of her, and nothing of who lives under a stronger identifier', async () => {
      const subject = await known('sharing');
      await erase(subject);
      const subjectBoth = {
        identifiers: [...of('sharing').subject.identifiers, { scheme: 'account', value: 'living-1' }],
      };
      const living = { subject: { identifiers: [{ scheme: 'account', value: 'living-1' }] } };
      const used = { categories: ['email'], purposes: ['account'], holder: 'crm' };
      expect((await tell(ledger, fact('data.used', { ...living, ...used })))[0]?.status).toBe('recorded');
      const before = await streamOf(subject);
      expect((await tell(ledger, fact('data.used', { subject: subjectBoth, ...used })))[0]?.status).toBe('recorded');
      expect(await streamOf(subject)).toEqual(before);
    });

    it('takes no answer from another holder, and changes nothing then', async () => {
      const subject = await known('guarded');
      const { tasks = [] } = await erase(subject);
      const before = (await streamOf(subject)).length;
      const crm = tasks.find(({ holder }) => holder === 'crm')?.task ?? '';
      await expect(say(subject, done(crm, 'billing'))).rejects.toThrow(Refused);
      expect(await streamOf(subject)).toHaveLength(before);
    });
  });

  describe('a told correction', () => {
    it('is told to the other holder once, however often it is looked at, by whichever process', async () => {
      const subject = await known('corrected');
      await tell(ledger, corrected('corrected'));
      await until(async () => (await tasksOf(subject)).length === 1);
      const [task] = await tasksOf(subject);
      expect(task).toMatchObject({ kind: 'correct', holder: 'billing', categories: ['phone'], by: 'person' });
      expect(task?.values).toHaveLength(1);
      await until(async () => (await rowsOf('spreading_fact', 'event_id = $1', task?.cause ?? '')) === 0);
      // As after a table that was put back, or a worker that died before it could say so.
      await test.database.owner.query(`insert into spreading_fact (event_id, subject, try_at) values ($1, $2, now())`, [
        task?.cause,
        subject,
      ]);
      const other = await test.again();
      await other.tasks.workOff();
      await ledger.tasks.workOff();
      expect(await tasksOf(subject)).toHaveLength(1);
      expect(await rowsOf('spreading_fact', 'event_id = $1', task?.cause ?? '')).toBe(0);
    });

    // Of two stores in one process one alone may append to an EventStoreDB.
    const there = eventstore === undefined ? it : it.skip;
    there('is told by the worker when whoever recorded it died before it could', async () => {
      const subject = await known('orphaned');
      const dying = await test.again();
      // It begins nothing more, as if it were gone; the row stays.
      await dying.tasks.stop();
      for (const { status } of await tell(dying, corrected('orphaned'))) expect(status).toBe('recorded');
      expect(await tasksOf(subject)).toEqual([]);
      await test.database.owner.query(`update spreading_fact set try_at = now() where subject = $1`, [subject]);
      await ledger.tasks.workOff();
      expect((await tasksOf(subject)).map(addresseeOf)).toEqual(['holder/billing']);
    });
  });

  it('has a clock of the law, counted when the task was ordered', async () => {
    const subject = await known('timed');
    await erase(subject);
    const [task] = await tasksOf(subject);
    expect(task?.clock).toMatchObject({ term: 'destruction', profile: 'kz', from: task?.ordered });
    expect((task?.clock?.due ?? '') > wholeSeconds(new Date().toISOString())).toBe(true);
  });
};

describe('tasks on PostgreSQL', suite());
const eventstore = process.env['DERBES_EMPTY_EVENTSTORE'];
(eventstore === undefined ? describe.skip : describe)('tasks on EventStoreDB', suite(eventstore));
