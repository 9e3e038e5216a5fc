// Does every task that an event orders wait to be told, once, in order, whoever dies meanwhile?
import { inTransaction } from '@derbes/vault';
import { testDatabase } from '@derbes/postgres/testing.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type Pool } from 'pg';
import { changeOutbox, outboxChanges, outboxMigrations, withdrawFromOutbox } from './outbox-table.js';
import { Outbox } from './outbox.js';

let db: Awaited<ReturnType<typeof testDatabase>>;
let outbox: Outbox;
beforeAll(async () => {
  db = await testDatabase(outboxMigrations);
  outbox = new Outbox(db.app);
});
afterAll(() => db.drop());

const person = (n: number): string => `subject-00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const event = (type: string, facts: object, stream = person(1), id = randomUUID()) => ({
  id,
  type,
  stream,
  revision: 3,
  facts,
});
const ordered = (stream: string, holder: string, by = 'webhook') =>
  event('TaskOrdered', { kind: 'block', holder, by }, stream);
const write = (...events: ReturnType<typeof event>[]): Promise<unknown> =>
  inTransaction(db.app, (tx) => changeOutbox(tx, outboxChanges(events)));
const free = (...names: string[]) => new Map(names.map((name) => [name, 100]));
const taken = async (...names: string[]): Promise<string[]> =>
  (await outbox.take(free(...names))).map(({ task }) => task);
const dueNow = (pool: Pool): Promise<unknown> => pool.query('update outbox set try_at = now()');

describe('the outbox', () => {
  it('takes what is due of each addressee, no more than asked for, and nothing twice', async () => {
    const here = [1, 2, 3].map((n) => ordered(person(n), 'one'));
    const there = ordered(person(1), 'two');
    const letter = ordered(person(1), 'three', 'person');
    await write(...here, there, letter);
    expect(await outbox.addressees()).toEqual(['holder/one', 'holder/two']);
    const some = await outbox.take(
      new Map([
        ['holder/one', 2],
        ['holder/two', 5],
        ['holder/three', 5],
      ]),
    );
    expect(some.map(({ addressee, attempts, revision }) => [addressee, attempts, revision]).sort()).toEqual([
      ['holder/one', 1, 3],
      ['holder/one', 1, 3],
      ['holder/two', 1, 3],
    ]);
    const rest = await taken('holder/one', 'holder/two');
    expect(rest).toHaveLength(1);
    expect(new Set([...some.map(({ task }) => task), ...rest])).toEqual(new Set([...here, there].map(({ id }) => id)));
    expect(await taken('holder/one', 'holder/two')).toEqual([]);
  });

  it('gives a task that its sender died over to the next one, with the attempt counted', async () => {
    const one = ordered(person(1), 'lost');
    await write(one);
    expect(await taken('holder/lost')).toEqual([one.id]);
    await dueNow(db.app);
    expect(await outbox.take(free('holder/lost'))).toMatchObject([{ task: one.id, attempts: 2 }]);
  });

  it('sends of one person to one addressee only the first that is not settled', async () => {
    const [block, unblock, other] = [
      ordered(person(7), 'order'),
      ordered(person(7), 'order'),
      ordered(person(8), 'order'),
    ];
    await write(block, unblock, other);
    expect((await taken('holder/order')).sort()).toEqual([block.id, other.id].sort());
    await outbox.retry(block.id, 'timeout', 3_600_000);
    expect(await taken('holder/order')).toEqual([]);
    await write(event('TaskDelivered', { task: block.id, by: 'webhook' }, person(7)));
    expect(await taken('holder/order')).toEqual([unblock.id]);
  });

  it('knows by its events what was delivered, given up and answered, and never sends that again', async () => {
    const [one, two, three] = [1, 2, 3].map((n) => ordered(person(n), 'settled'));
    if (!one || !two || !three) throw new Error('three tasks');
    await write(one, two, three);
    await write(
      event('TaskDelivered', { task: one.id, by: 'webhook' }),
      event('TaskFailed', { task: two.id, reason: 'timeout', attempts: '10' }),
      event('TaskAcknowledged', { task: three.id, by: 'poll' }),
    );
    await write(event('TaskFailed', { task: one.id, reason: 'timeout', attempts: '10' }));
    await write(event('TaskDelivered', { task: three.id, by: 'poll' }));
    const states = await Promise.all([one, two, three].map(async ({ id }) => (await outbox.find(id))?.state));
    expect(states).toEqual(['delivered', 'dead', 'closed']);
    await dueNow(db.app);
    expect(await taken('holder/settled')).toEqual([]);
    await outbox.retry(one.id, 'timeout', 0);
    await outbox.postpone(two.id, 0);
    expect((await outbox.find(one.id))?.state).toBe('delivered');
    expect((await outbox.open('holder/settled', undefined, 10)).map(({ task }) => task)).toEqual([one.id, two.id]);
    expect((await outbox.open('holder/settled', one.id, 10)).map(({ task }) => task)).toEqual([two.id]);
    expect(await outbox.counts()).toMatchObject({ delivered: 2, dead: 1 });
    const again = [two.id, three.id].map((task) => event('TaskResent', { task, reason: 'receiver-mended' }));
    await write(...again);
    expect(await outbox.take(free('holder/settled'))).toMatchObject([{ task: two.id, attempts: 1 }]);
  });

  it('orders nothing for a claim that was withdrawn, and sends again what such a claim had settled', async () => {
    const [one, two] = [ordered(person(1), 'withdrawn'), ordered(person(2), 'withdrawn')];
    const answer = event('TaskAcknowledged', { task: two.id, by: 'poll' }, person(2));
    await write(one, two, answer);
    await inTransaction(db.app, (tx) => withdrawFromOutbox(tx, [one.id, answer.id]));
    expect(await outbox.find(one.id)).toBeUndefined();
    expect(await taken('holder/withdrawn')).toEqual([two.id]);
  });

  it('sends what waited by letter or for a poll as soon as an address is set, and the other way round', async () => {
    const one = ordered(person(1), 'moved', 'person');
    await write(one);
    expect(await taken('holder/moved')).toEqual([]);
    await write(event('DestinationSet', { holder: 'moved', by: 'webhook' }, 'holder-x'));
    expect(await taken('holder/moved')).toEqual([one.id]);
    await write(event('DestinationSet', { holder: 'moved', by: 'poll' }, 'holder-x'));
    await dueNow(db.app);
    expect(await taken('holder/moved')).toEqual([]);
  });

  it('is the same after the same events have come a second time', async () => {
    const one = ordered(person(1), 'again');
    const done = event('TaskAcknowledged', { task: one.id, by: 'poll' });
    await write(one, done);
    await write(one, done);
    expect(await outbox.find(one.id)).toMatchObject({ state: 'closed', attempts: 0 });
  });

  it('forgets what was closed a month ago, and nothing else', async () => {
    const [old, young, open] = [1, 2, 3].map((n) => ordered(person(n), 'old'));
    if (!old || !young || !open) throw new Error('three tasks');
    await write(old, young, open, event('TaskClosed', { task: old.id }), event('TaskClosed', { task: young.id }));
    await db.app.query(`update outbox set try_at = now() - interval '31 days' where task = any($1::uuid[])`, [
      [old.id, open.id],
    ]);
    expect(await outbox.prune()).toBe(1);
    const found = await Promise.all([old, young, open].map(({ id }) => outbox.find(id)));
    expect(found.map((one) => one?.state)).toEqual([undefined, 'closed', 'waiting']);
  });
});
