// Is one thing told one thing recorded, for ever? The claims on real PostgreSQL, with events inside and in another store.
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { readEnvelope } from '@derbes/kernel';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { ClaimBusy } from '../errors.js';
import { MemoryEventStore } from '../memory.js';
import { eventStoreMigrations } from '../migrations.js';
import { type EventStore } from '../port.js';
import { PostgresEventStore } from '../postgres/store.js';
import { eventStoreUrl, openTestStore, TestStore } from '../testing/eventstoredb.js';
import { people, peopleMigrations, type PeopleRows } from '../testing/people.js';
import { all, read, sampleEvent, sampleStream } from '../testing/samples.js';
import { claimedEvent, registration, sampleUnit } from '../testing/units.js';
import { Claims } from './claims.js';
import { type ClaimsOptions } from './options.js';

// A crowded machine is no failure.
jest.setTimeout(180_000);

const migrations = { ...eventStoreMigrations, ...peopleMigrations };
let db: TestDatabase;
let store: EventStore;

function claimsOf(landing: 'inside' | 'after', options: Partial<ClaimsOptions<PeopleRows>> = {}): Claims<PeopleRows> {
  return new Claims({ pool: db.app, store, participant: people, landing, process: randomUUID(), ...options });
}

const log = () => all(store.follow({ until: 'head' }));
const openClaims = async () => (await db.app.query(`select from claim where state = 'open'`)).rowCount;
const bodies = async () => (await db.app.query('select from claim_event where body is not null')).rowCount;

beforeEach(async () => {
  db = await testDatabase(migrations);
});
afterEach(() => db.drop());

/** Where events land apart from their claims; the server when there is one. */
const elsewhere = [
  ['after, in memory', () => Promise.resolve(new MemoryEventStore())],
  ...(eventStoreUrl === '' ? [] : [['after, in EventStoreDB', () => openTestStore()] as const]),
] as const;

const closeStore = async () => {
  if (store instanceof TestStore) await store.close();
};

describe.each([['inside', () => Promise.resolve(new PostgresEventStore(db.app))], ...elsewhere] as const)(
  'a claim with events landing %s',
  (place, makeStore) => {
    const landing = place === 'inside' ? 'inside' : 'after';
    let claims: Claims<PeopleRows>;
    beforeEach(async () => {
      store = await makeStore();
      claims = claimsOf(landing);
    });
    afterEach(async () => {
      await claims.idle();
      await closeStore();
    });

    it('is durable with its events, its rows and its outcome', async () => {
      const unit = registration('a');
      const committed = await claims.commit(unit);
      expect(committed).toMatchObject({ status: 'recorded', moved: false, position: (await log()).at(-1)?.position });
      expect((await read(store, unit.subject)).map(({ id, bytes }) => ({ id, bytes }))).toEqual(
        unit.events.map(({ id, bytes }) => ({ id, bytes })),
      );
      const { rows } = await db.app.query<{ subject: string; claim: string | null }>(
        'select subject, claim from person',
      );
      expect(rows).toEqual([
        { subject: unit.subject, claim: landing === 'after' ? null : unit.claim.token.toString('hex') },
      ]);
      expect(await claims.find([unit.claim.token])).toEqual([
        {
          state: 'landed',
          outcome: unit.claim.outcome,
          check: unit.claim.check,
          checkEvent: unit.claim.checkEvent,
          events: unit.events.map(({ id, type, stream, expectedRevision }) => ({
            id,
            type,
            stream,
            revision: expectedRevision + 1,
          })),
        },
      ]);
      expect(await bodies()).toBe(0);
    });

    it('answers the same pair with its first outcome and writes nothing more', async () => {
      const unit = registration('a');
      await claims.commit(unit);
      const again = sampleUnit([claimedEvent(unit.subject, 1)], { token: unit.claim.token });
      const { outcome, check, checkEvent } = unit.claim;
      expect(await claims.commit(again)).toEqual({ status: 'repeated', outcome, check, checkEvent });
      expect(await log()).toHaveLength(2);
    });

    it('records one of many callers with the same pair and repeats it to the rest', async () => {
      const token = randomBytes(32);
      const units = Array.from({ length: 12 }, () => sampleUnit([claimedEvent(sampleStream(), -1)], { token }));
      const results = await Promise.all(units.map((unit) => claims.commit(unit)));
      expect(results.filter(({ status }) => status === 'recorded')).toHaveLength(1);
      const winner = units[results.findIndex(({ status }) => status === 'recorded')];
      for (const result of results) {
        if (result.status !== 'recorded')
          expect(result).toMatchObject({ status: 'repeated', outcome: winner?.claim.outcome });
      }
      expect(await log()).toHaveLength(1);
    });

    it('may make no event at all and still keeps its outcome', async () => {
      const unit = sampleUnit([], { kind: 'command' });
      expect(await claims.commit(unit)).toEqual({ status: 'recorded', moved: false });
      expect(await claims.commit(unit)).toMatchObject({ status: 'repeated', outcome: unit.claim.outcome });
    });

    it('lands in several streams', async () => {
      const [a, b] = [sampleStream(), sampleStream()];
      const unit = sampleUnit([claimedEvent(a, -1), claimedEvent(b, -1), claimedEvent(a, 0)]);
      expect(await claims.commit(unit)).toMatchObject({ status: 'recorded' });
      expect((await log()).map(({ stream, revision }) => [stream, revision])).toEqual([
        [a, 0],
        [b, 0],
        [a, 1],
      ]);
    });

    it('lets one of two first events about one unknown person win; the other decides anew', async () => {
      const [first, second] = await Promise.all(
        [registration('a'), registration('a')].map((unit) => claims.commit(unit)),
      );
      const codes = [first, second].map((committed) =>
        committed?.status === 'conflict' ? committed.code : committed?.status,
      );
      expect(codes.sort()).toEqual(['TOKEN_TAKEN', 'recorded']);
      expect(await log()).toHaveLength(2);
      expect((await db.app.query('select from person')).rowCount).toBe(1);
    });

    it('leaves a conflicting unit out alone and writes the rest of its flush', async () => {
      await claims.commit(registration('taken'));
      const units = [registration('b'), registration('taken'), registration('c')];
      const results = await Promise.all(units.map((unit) => claims.commit(unit)));
      expect(results.map(({ status }) => status)).toEqual(['recorded', 'conflict', 'recorded']);
      expect(await log()).toHaveLength(6);
      expect(await claims.find(units.map(({ claim }) => claim.token))).toMatchObject(
        [{ state: 'landed' }, {}, { state: 'landed' }].map((expected, i) => (i === 1 ? undefined : expected)),
      );
    });

    it('tells a command whose stream went on that its revision is wrong, and keeps nothing of it', async () => {
      const stream = sampleStream();
      await claims.commit(sampleUnit([claimedEvent(stream, -1)]));
      const token = randomBytes(32);
      const rows = { register: { identifier: 'x', subject: stream, claim: token } };
      const late = sampleUnit([claimedEvent(stream, -1)], { kind: 'command', token, rows });
      expect(await claims.commit(late)).toEqual({ status: 'conflict', code: 'WRONG_REVISION', stream, actual: 0 });
      expect(await claims.find([token])).toEqual([undefined]);
      expect((await db.app.query('select from person')).rowCount).toBe(0);
      const anew = sampleUnit([claimedEvent(stream, 0)], { kind: 'command', token, rows });
      expect(await claims.commit(anew)).toMatchObject({ status: 'recorded', moved: false });
      expect(await read(store, stream)).toHaveLength(2);
    });

    it('refuses a unit that could never land before anything is written', async () => {
      const stream = sampleStream();
      const event = claimedEvent(stream, -1);
      const malformed = { code: 'MALFORMED_EVENT' };
      await expect(claims.commit(sampleUnit([{ ...event, expectedRevision: 4 }]))).rejects.toMatchObject(malformed);
      await expect(claims.commit(sampleUnit([event, claimedEvent(stream, 3)]))).rejects.toMatchObject(malformed);
      await expect(claims.commit(sampleUnit([event], { token: randomBytes(16) }))).rejects.toMatchObject(malformed);
      await expect(claims.commit(sampleUnit([event, claimedEvent(stream, 0, { id: event.id })]))).rejects.toMatchObject(
        {
          code: 'EVENT_ID_TAKEN',
        },
      );
      expect(await log()).toEqual([]);
    });

    it('refuses an event id of another claim', async () => {
      const first = sampleUnit([claimedEvent(sampleStream(), -1)]);
      await claims.commit(first);
      const thief = sampleUnit([claimedEvent(sampleStream(), -1, { id: first.events[0]?.id ?? '' })]);
      expect(await claims.commit(thief)).toEqual({ status: 'conflict', code: 'EVENT_ID_TAKEN' });
    });

    it('gives a reference the event of a pair that came, and keeps an id for one that did not', async () => {
      const unit = registration('a');
      await claims.commit(unit);
      expect(await claims.eventOf(unit.claim.token, 'DataCollected')).toBe(unit.events[1]?.id);
      expect(await claims.reserve(unit.claim.token, 'DataCollected')).toBe(unit.events[1]?.id);
      expect(await claims.reserve(unit.claim.token, 'ConsentGiven')).toBeUndefined();

      const token = randomBytes(32);
      expect(await claims.eventOf(token, 'ConsentGiven')).toBeUndefined();
      const [reserved, same] = await Promise.all([
        claims.reserve(token, 'ConsentGiven'),
        claims.reserve(token, 'ConsentGiven'),
      ]);
      expect(same).toBe(reserved);
      expect(await claims.find([token])).toEqual([{ state: 'reserved', eventId: reserved }]);

      const stream = sampleStream();
      const careless = sampleUnit([claimedEvent(stream, -1, { type: 'ConsentGiven' })], { token });
      expect(await claims.commit(careless)).toEqual({ status: 'conflict', code: 'RESERVED_ID' });
      const event = claimedEvent(stream, -1, { type: 'ConsentGiven', id: reserved ?? '' });
      expect(await claims.commit(sampleUnit([event], { token }))).toMatchObject({ status: 'recorded' });
      expect(await claims.eventOf(token, 'ConsentGiven')).toBe(reserved);
      expect((await db.app.query('select from claim_reserved')).rowCount).toBe(0);
    });

    it('answers an erased pair as erased', async () => {
      const unit = registration('a');
      await claims.commit(unit);
      await db.app.query(`update claim set state = 'erased'`);
      expect(await claims.commit(unit)).toEqual({ status: 'erased' });
    });

    it('in a batch is written with all others, which may stand on one another', async () => {
      const stream = sampleStream();
      const units = [0, 1, 2].map((n) => sampleUnit([claimedEvent(stream, n - 1), claimedEvent(sampleStream(), -1)]));
      const committed = await claims.commitAtomic(units);
      expect(committed).toMatchObject({
        status: 'recorded',
        units: [{ moved: false }, { moved: false }, { moved: false }],
      });
      expect((await read(store, stream)).map(({ id }) => id)).toEqual(units.map(({ events }) => events[0]?.id));
      expect(await log()).toHaveLength(6);
      expect(await openClaims()).toBe(0);
    });

    it('in a batch with a conflict is not written, nor is any other', async () => {
      const known = registration('known');
      await claims.commit(known);
      const units = [
        registration('b'),
        registration('known'),
        sampleUnit([], { token: known.claim.token }),
        registration('c'),
      ];
      const committed = await claims.commitAtomic(units);
      expect(committed).toEqual({
        status: 'conflict',
        conflicts: new Map<number, object>([
          [1, { status: 'conflict', code: 'TOKEN_TAKEN' }],
          [2, expect.objectContaining({ status: 'repeated', outcome: known.claim.outcome })],
        ]),
      });
      expect(await log()).toHaveLength(2);
      expect((await db.app.query('select from claim')).rowCount).toBe(1);
      expect((await db.app.query('select from person')).rowCount).toBe(1);
    });

    it('in a batch is refused twice, as a command, and beyond 1,000 events', async () => {
      const unit = sampleUnit([claimedEvent(sampleStream(), -1)]);
      const twice = await claims.commitAtomic([unit, sampleUnit([], { token: unit.claim.token })]);
      expect(twice).toEqual({
        status: 'conflict',
        conflicts: new Map([[1, { status: 'conflict', code: 'PAIR_TWICE' }]]),
      });
      await expect(claims.commitAtomic([sampleUnit([], { kind: 'command' })])).rejects.toMatchObject({
        code: 'MALFORMED_EVENT',
      });
      const many = Array.from({ length: 1_001 }, () => sampleUnit([claimedEvent(sampleStream(), -1)]));
      await expect(claims.commitAtomic(many)).rejects.toMatchObject({ code: 'APPEND_TOO_LARGE' });
      expect(await log()).toEqual([]);
    });

    it('in a batch cut off after its commit point lands whole and in order when it is rolled forward', async () => {
      const stream = sampleStream();
      const units = [0, 1, 2, 3].map((n) =>
        sampleUnit([claimedEvent(stream, n - 1), claimedEvent(sampleStream(), -1)]),
      );
      const dying = claimsOf(landing, {
        leaseMs: 100,
        at(step) {
          if (step === 'committed') throw new Error('cut off');
        },
      });
      await expect(dying.commitAtomic(units)).rejects.toThrow('cut off');
      expect(await log()).toEqual([]);
      expect(await claims.rollForward(60_000)).toEqual({ landed: 0, withdrawn: 0, erased: 0, failed: [] });
      while ((await openClaims()) !== 0) await claims.rollForward(0);
      expect((await read(store, stream)).map(({ id }) => id)).toEqual(units.map(({ events }) => events[0]?.id));
      expect(await log()).toHaveLength(8);
    });

    it('lands a batch of 1,000 events, and nobody who comes meanwhile gets in between or loses', async () => {
      const stream = sampleStream();
      const units = Array.from({ length: 1_000 }, (_, n) =>
        sampleUnit([n % 10 === 0 ? claimedEvent(stream, n / 10 - 1) : claimedEvent(sampleStream(), -1)]),
      );
      let reach: () => void = () => undefined;
      const committedAll = new Promise<void>((resolve) => (reach = resolve));
      const batch = claimsOf(landing, { at: (step) => (step === 'committed' ? reach() : undefined) }).commitAtomic(
        units,
      );
      await committedAll;
      let expected = -1;
      for (;;) {
        const unit = sampleUnit([claimedEvent(stream, expected)], { kind: 'command' });
        const committed = await claims.commit(unit).catch((error: unknown) => {
          // A batch may take longer to land than anybody waits; whoever is told so comes again.
          if (error instanceof ClaimBusy) return undefined;
          throw error;
        });
        if (committed === undefined) continue;
        if (committed.status === 'recorded') break;
        expect(committed).toMatchObject({ code: 'WRONG_REVISION' });
        expected = committed.status === 'conflict' ? (committed.actual ?? -1) : -1;
      }
      expect(await batch).toMatchObject({ status: 'recorded' });
      const events = await read(store, stream);
      expect(events).toHaveLength(101);
      const own = units.flatMap((unit) => unit.events).filter((event) => event.stream === stream);
      expect(events.map(({ id }) => id).filter((id) => own.some((event) => event.id === id))).toEqual(
        own.map(({ id }) => id),
      );
      expect(await openClaims()).toBe(0);
    });
  },
);

describe.each(elsewhere)('a claim whose events follow, %s', (_, makeStore) => {
  beforeEach(async () => {
    store = await makeStore();
  });
  afterEach(closeStore);

  it('is moved as a fact when its place is taken: same id, facts and parts, a new revision, `at` never backwards', async () => {
    const stream = sampleStream();
    const unit = sampleUnit([claimedEvent(stream, -1, { facts: { kept: 'yes' } }), claimedEvent(stream, 0)]);
    const claims = claimsOf('after', {
      clock: () => new Date('2026-11-20T08:00:00Z'),
      async at(step) {
        if (step === 'committed') await store.append(stream, -1, [sampleEvent(stream, 0), sampleEvent(stream, 1)]);
      },
    });
    expect(await claims.commit(unit)).toMatchObject({ status: 'recorded', moved: true });
    const events = await read(store, stream);
    expect(events.map(({ id }) => id).slice(2)).toEqual(unit.events.map(({ id }) => id));
    const [before, after] = [readEnvelope(unit.events[0]?.bytes ?? ''), readEnvelope(events[2]?.bytes ?? '')];
    expect(after).toEqual({ ...before, revision: '2', at: '2026-11-20T09:00:00Z' });
    expect(await claims.find([unit.claim.token])).toMatchObject([{ state: 'landed', events: [{ id: before.id }, {}] }]);
  });

  it('renews `at` by the clock when the stream is older than it', async () => {
    const stream = sampleStream();
    const unit = sampleUnit([claimedEvent(stream, -1)]);
    const claims = claimsOf('after', {
      clock: () => new Date('2026-11-21T10:11:12.999Z'),
      async at(step) {
        if (step === 'committed') await store.append(stream, -1, [sampleEvent(stream, 0)]);
      },
    });
    await claims.commit(unit);
    expect(readEnvelope((await read(store, stream))[1]?.bytes ?? '').at).toBe('2026-11-21T10:11:12Z');
  });

  it('is moved as a command too once its first event has landed', async () => {
    const [a, b] = [sampleStream(), sampleStream()];
    const unit = sampleUnit([claimedEvent(a, -1), claimedEvent(b, -1)], { kind: 'command' });
    const claims = claimsOf('after', {
      async at(step) {
        if (step === 'appended') await store.append(b, -1, [sampleEvent(b, 0)]).catch(() => undefined);
      },
    });
    expect(await claims.commit(unit)).toMatchObject({ status: 'recorded', moved: true });
    expect((await read(store, b))[1]?.id).toBe(unit.events[1]?.id);
  });

  it('is closed as erased, with its rows, when the person is erased before it could be moved', async () => {
    const first = registration('a');
    await claimsOf('after').commit(first);
    const unit = sampleUnit([claimedEvent(first.subject, 1)]);
    const claims = claimsOf('after', {
      async at(step) {
        if (step !== 'committed') return;
        await store.append(first.subject, 1, [sampleEvent(first.subject, 2, { type: 'ErasureExecuted' })]);
        await db.app.query('update person set erased = true');
      },
    });
    expect(await claims.commit(unit)).toEqual({ status: 'erased' });
    expect(await claimsOf('after').commit(unit)).toEqual({ status: 'erased' });
    expect(await read(store, first.subject)).toHaveLength(3);
    expect(await bodies()).toBe(0);
  });

  it('lands what it says of others when a place of it is found erased', async () => {
    const other = sampleStream();
    await claimsOf('after').commit(registration('b'));
    const { rows } = await db.app.query<{ subject: string }>('select subject from person');
    const gone = rows[0]?.subject ?? '';
    const first = registration('a');
    const unit = { ...first, events: [...first.events, claimedEvent(gone, 1), claimedEvent(other, -1)] };
    const claims = claimsOf('after', {
      async at(step) {
        if (step !== 'committed') return;
        await store.append(gone, 1, [sampleEvent(gone, 2, { type: 'ErasureExecuted' })]);
        await db.app.query('update person set erased = true where subject = $1', [gone]);
      },
    });
    expect(await claims.commit(unit)).toMatchObject({ status: 'recorded', moved: true });
    expect(await read(store, first.subject)).toHaveLength(2);
    expect(await read(store, gone)).toHaveLength(3);
    expect((await read(store, other)).map(({ id }) => id)).toEqual([unit.events.at(-1)?.id]);
    const again = await claimsOf('after').commit(unit);
    expect(again).toMatchObject({ status: 'repeated', outcome: unit.claim.outcome });
    expect((await db.app.query('select from person where subject = $1', [first.subject])).rowCount).toBe(1);
  });

  it('is reported as stuck when the store lacks what it stands on, and goes on when that is back', async () => {
    const stream = sampleStream();
    const unit = sampleUnit([claimedEvent(stream, 0)]);
    const below = sampleEvent(stream, 0);
    const newer = new MemoryEventStore();
    await newer.append(stream, -1, [below]);
    const dying = claimsOf('after', {
      store: newer,
      process: 'dying',
      at(step) {
        if (step === 'committed') throw new Error('cut off, and the store restored from an older backup');
      },
    });
    await expect(dying.commit(unit)).rejects.toThrow('cut off');
    const claims = claimsOf('after', { process: 'dying' });
    await expect(claims.commit(unit)).rejects.toMatchObject({ code: 'CLAIM_STUCK', stream, revision: 1 });
    expect(await claims.rollForward(0)).toEqual({ landed: 0, withdrawn: 0, erased: 0, failed: ['CLAIM_STUCK'] });
    await store.append(stream, -1, [below]);
    expect(await claims.rollForward(0)).toEqual({ landed: 1, withdrawn: 0, erased: 0, failed: [] });
    expect(await claims.commit(unit)).toMatchObject({ status: 'repeated', outcome: unit.claim.outcome });
  });

  it('keeps others waiting while it is leased, answers them its outcome when it lands, and CLAIM_BUSY when it does not', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let reach: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const slow = claimsOf('after', {
      async at(step) {
        if (step !== 'landing') return;
        reach();
        await held;
      },
    });
    const unit = registration('a');
    const first = slow.commit(unit);
    await reached;
    await expect(claimsOf('after', { waitMs: 100 }).commit(unit)).rejects.toMatchObject({
      code: 'CLAIM_BUSY',
      retryAfterMs: 10_000,
    });
    const patient = claimsOf('after').commit(unit);
    release();
    expect(await patient).toMatchObject({ status: 'repeated', outcome: unit.claim.outcome });
    expect(await first).toMatchObject({ status: 'recorded' });
    expect(await log()).toHaveLength(2);
  });

  it('lands before anything else in its stream: an identifier that moves between claim and append leaves the fact where it was told', async () => {
    const device = registration('cookie');
    await claimsOf('after').commit(device);
    const person = registration('account');
    await claimsOf('after').commit(person);

    const fact = sampleUnit([claimedEvent(device.subject, 1, { type: 'DataUsed' })], {
      rows: { found: { identifier: 'cookie', subject: device.subject } },
    });
    const dying = claimsOf('after', {
      leaseMs: 200,
      at(step) {
        if (step === 'committed') throw new Error('cut off before the append');
      },
    });
    await expect(dying.commit(fact)).rejects.toThrow('cut off');

    const identified = (expected: number) =>
      sampleUnit(
        [
          claimedEvent(device.subject, expected, { type: 'IdentifierUnlinked' }),
          claimedEvent(person.subject, 1, { type: 'IdentifierLinked' }),
        ],
        { rows: { move: { identifier: 'cookie', to: person.subject } } },
      );
    const mover = claimsOf('after');
    expect(await mover.commit(identified(1))).toEqual({
      status: 'conflict',
      code: 'WRONG_REVISION',
      stream: device.subject,
      actual: 2,
    });
    expect(await mover.commit(identified(2))).toMatchObject({ status: 'recorded', moved: false });
    expect((await read(store, device.subject)).map(({ type }) => type)).toEqual([
      'SubjectRegistered',
      'DataCollected',
      'DataUsed',
      'IdentifierUnlinked',
    ]);
    const late = sampleUnit([claimedEvent(device.subject, 3)], {
      rows: { found: { identifier: 'cookie', subject: device.subject } },
    });
    expect(await mover.commit(late)).toEqual({ status: 'conflict', code: 'TOKEN_MOVED' });
    expect(await mover.commit(fact)).toMatchObject({ status: 'repeated', outcome: fact.claim.outcome });
  });
});
