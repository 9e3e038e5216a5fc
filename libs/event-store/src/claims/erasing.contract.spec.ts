// How do the claims of somebody who is being erased end? Open ones land first, then none of them tells its outcome any more.
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { MemoryEventStore } from '../memory.js';
import { eventStoreMigrations } from '../migrations.js';
import { type EventStore } from '../port.js';
import { PostgresEventStore } from '../postgres/store.js';
import { eventStoreUrl, openTestStore, TestStore } from '../testing/eventstoredb.js';
import { people, peopleMigrations, type PeopleRows } from '../testing/people.js';
import { read, sampleEvent, sampleStream } from '../testing/samples.js';
import { claimedEvent, registration, sampleUnit } from '../testing/units.js';
import { Claims } from './claims.js';
import { checkEventsOf, markErased } from './erasing.js';
import { type ClaimsOptions } from './options.js';

// A crowded machine is no failure.
jest.setTimeout(60_000);

let db: TestDatabase;
let store: EventStore;
beforeAll(async () => {
  db = await testDatabase({ ...eventStoreMigrations, ...peopleMigrations });
});
afterAll(() => db.drop());

const places = [
  ['inside', () => Promise.resolve(new PostgresEventStore(db.app))],
  ['after, in memory', () => Promise.resolve(new MemoryEventStore())],
  ...(eventStoreUrl === '' ? [] : [['after, in EventStoreDB', () => openTestStore()] as const]),
] as const;

describe.each(places)('claims about a person being erased, with events landing %s', (place, makeStore) => {
  const landing = place === 'inside' ? 'inside' : 'after';
  const opened: Claims<PeopleRows>[] = [];
  const claimsOf = (options: Partial<ClaimsOptions<PeopleRows>> = {}): Claims<PeopleRows> => {
    const claims = new Claims<PeopleRows>({
      pool: db.app,
      store,
      participant: people,
      landing,
      process: randomUUID(),
      ...options,
    });
    opened.push(claims);
    return claims;
  };
  beforeEach(async () => {
    store = await makeStore();
  });
  afterEach(async () => {
    for (const claims of opened.splice(0)) await claims.idle();
    if (store instanceof TestStore) await store.close();
  });

  /** Commits a claim whose process dies before it lands. */
  async function leaveOpen(unit: ReturnType<typeof sampleUnit>): Promise<void> {
    const dying = claimsOf({
      leaseMs: 1,
      at(step) {
        if (step === 'committed') throw new Error('cut off');
      },
    });
    await expect(dying.commit(unit)).rejects.toThrow('cut off');
  }

  const idsOf = (...units: ReturnType<typeof sampleUnit>[]) =>
    units.flatMap(({ events }) => events.map(({ id }) => id));
  const mark = async (...about: Parameters<typeof markErased> extends [unknown, ...infer Rest] ? Rest : never) => {
    const tx = await db.app.connect();
    try {
      return await markErased(tx, ...about);
    } finally {
      tx.release();
    }
  };

  it('are answered as erased from then on, a command’s claim too, and say nothing of the first outcome', async () => {
    const claims = claimsOf();
    const first = registration(randomUUID());
    const streams = [first.subject];
    const command = sampleUnit([claimedEvent(first.subject, 1)], { kind: 'command' });
    const order = sampleUnit([claimedEvent(first.subject, 2)], { kind: 'command' });
    const stranger = registration(randomUUID());
    for (const unit of [first, command, order, stranger]) await claims.commit(unit);
    const events = idsOf(first, command, order);
    expect((await checkEventsOf(db.app, events)).sort()).toEqual(
      [first, command, order].map(({ claim }) => claim.checkEvent).sort(),
    );
    expect(await mark({ streams, events }, idsOf(order))).toBe(2);
    expect(await mark({ streams, events }, idsOf(order))).toBe(0);
    for (const unit of [first, command]) expect(await claims.commit(unit)).toEqual({ status: 'erased' });
    expect(await claims.find([first.claim.token])).toMatchObject([
      { state: 'erased', outcome: '{"status":"erased"}', events: first.events.map(({ id }) => ({ id })) },
    ]);
    for (const unit of [order, stranger]) {
      expect(await claims.commit(unit)).toMatchObject({ status: 'repeated', outcome: unit.claim.outcome });
    }
    expect(await checkEventsOf(db.app, events)).toEqual([order.claim.checkEvent]);
  });

  it('keep their outcome when they tell of somebody else, too', async () => {
    const claims = claimsOf();
    const [hers, others] = [`subject-${randomUUID()}`, `subject-${randomUUID()}`];
    const unit = sampleUnit([claimedEvent(others, -1), claimedEvent(hers, -1)]);
    const hersAlone = sampleUnit([claimedEvent(hers, 0), claimedEvent(`source-${randomUUID()}`, -1)]);
    await claims.commit(unit);
    await claims.commit(hersAlone);
    expect(await mark({ streams: [hers], events: idsOf(unit, hersAlone) })).toBe(1);
    expect(await claims.commit(hersAlone)).toEqual({ status: 'erased' });
    expect(await claims.commit(unit)).toMatchObject({ status: 'repeated', outcome: unit.claim.outcome });
  });

  if (landing === 'after') {
    it('that are open are landed, by whichever process, whether a stream or only a value of hers is in them', async () => {
      const first = registration(randomUUID());
      await claimsOf().commit(first);
      const next = sampleUnit([claimedEvent(first.subject, 1)]);
      const later = sampleUnit([claimedEvent(first.subject, 2)]);
      const elsewhere = sampleUnit([claimedEvent(sampleStream(), -1)]);
      const stranger = sampleUnit([claimedEvent(sampleStream(), -1)]);
      await leaveOpen(next);
      // The next one stands on it, and lands it first.
      await claimsOf().commit(later);
      await leaveOpen(elsewhere);
      await leaveOpen(stranger);
      await claimsOf().settleAbout({ streams: [first.subject], events: idsOf(elsewhere) });
      expect((await read(store, first.subject)).map(({ id }) => id)).toEqual(idsOf(first, next, later));
      expect(await read(store, elsewhere.events[0]?.stream ?? '')).toHaveLength(1);
      const [landed, open] = await claimsOf().find([elsewhere.claim.token, stranger.claim.token]);
      expect([landed, open]).toMatchObject([{ state: 'landed' }, { state: 'open' }]);
      await claimsOf().rollForward(0);
    });

    it('that are open and lost their place are closed with her, and what they tell of others lands', async () => {
      const first = registration(randomUUID());
      await claimsOf().commit(first);
      const other = `subject-${randomUUID()}`;
      const about = { streams: [first.subject], events: [] };
      const alone = sampleUnit([claimedEvent(first.subject, 1)]);
      await leaveOpen(alone);
      const taken = [sampleEvent(first.subject, 2), sampleEvent(first.subject, 3)] as const;
      await store.append(first.subject, 1, [taken[0]]);
      await db.app.query('update person set erased = true where subject = $1', [first.subject]);
      await claimsOf().settleAbout(about);
      expect(await claimsOf().find([alone.claim.token])).toMatchObject([{ state: 'erased' }]);
      const shared = sampleUnit([claimedEvent(first.subject, 2), claimedEvent(other, -1)]);
      await leaveOpen(shared);
      await store.append(first.subject, 2, [taken[1]]);
      await claimsOf().settleAbout(about);
      expect((await read(store, first.subject)).map(({ id }) => id)).toEqual([
        ...idsOf(first),
        ...taken.map(({ id }) => id),
      ]);
      expect((await read(store, other)).map(({ id }) => id)).toEqual(idsOf(shared).slice(1));
      expect(await claimsOf().find([shared.claim.token])).toMatchObject([{ state: 'landed' }]);
    });
  }
});
