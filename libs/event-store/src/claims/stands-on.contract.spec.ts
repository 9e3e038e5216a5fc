// Can a unit be claimed whose place can never be reached? It was decided on the event of another, and that one was refused.
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MemoryEventStore } from '../memory.js';
import { eventStoreMigrations } from '../migrations.js';
import { type EventStore } from '../port.js';
import { PostgresEventStore } from '../postgres/store.js';
import { eventStoreUrl, openTestStore, TestStore } from '../testing/eventstoredb.js';
import { people, peopleMigrations, type PeopleRows } from '../testing/people.js';
import { read, sampleEvent, sampleStream } from '../testing/samples.js';
import { claimedEvent, registration, sampleUnit } from '../testing/units.js';
import { type Unit } from '../unit.js';
import { Claims } from './claims.js';
import { type ClaimStep, type Committed } from './committed.js';
import { type ClaimsOptions } from './options.js';

// A crowded machine is no failure.
jest.setTimeout(120_000);

const migrations = { ...eventStoreMigrations, ...peopleMigrations };
let db: TestDatabase;
let store: EventStore;

const settings = [
  ['inside', () => Promise.resolve(new PostgresEventStore(db.app))],
  ['after, in PostgreSQL', () => Promise.resolve(new PostgresEventStore(db.app))],
  ['after, in memory', () => Promise.resolve(new MemoryEventStore())],
  ...(eventStoreUrl === '' ? [] : [['after, in EventStoreDB', () => openTestStore()] as const]),
] as const;

const refused = { status: 'conflict', code: 'TOKEN_TAKEN' };
const standsOnNothing = { status: 'conflict', code: 'WRONG_REVISION' };
const openClaims = async () => (await db.app.query(`select from claim where state = 'open'`)).rowCount;

beforeEach(async () => {
  db = await testDatabase(migrations);
});
afterEach(() => db.drop());

describe.each(settings)('units decided on one another, with events landing %s', (place, makeStore) => {
  const landing = place === 'inside' ? 'inside' : 'after';
  let claims: Claims<PeopleRows>;
  const claimsOf = (options: Partial<ClaimsOptions<PeopleRows>> = {}) =>
    new Claims({ pool: db.app, store, participant: people, landing, process: randomUUID(), ...options });

  beforeEach(async () => {
    store = await makeStore();
    claims = claimsOf();
    await claims.commit(registration('taken'));
  });
  afterEach(async () => {
    await claims.idle();
    if (store instanceof TestStore) await store.close();
  });

  /** A registration that will be refused, and units that stand on its events. */
  function onRefused(deep: number) {
    const first = registration('taken');
    const others = Array.from({ length: deep }, (_, n) => sampleUnit([claimedEvent(first.subject, 1 + n)]));
    return { first, others, subject: first.subject };
  }

  async function nothingStands(subject: string): Promise<void> {
    expect(await openClaims()).toBe(0);
    expect(await read(store, subject)).toEqual([]);
    expect((await db.app.query('select from claim')).rowCount).toBe(1);
  }

  it('are refused with the one that they stand on when all come in one flush', async () => {
    const { first, others, subject } = onRefused(3);
    expect(await Promise.all([first, ...others].map((unit) => claims.commit(unit)))).toMatchObject([
      refused,
      ...others.map(() => standsOnNothing),
    ]);
    await nothingStands(subject);
  });

  it('are refused in the next flush, and by another process', async () => {
    const { first, others, subject } = onRefused(2);
    expect(await claims.commit(first)).toEqual(refused);
    expect(await claims.commit(others[0] as Unit<PeopleRows>)).toMatchObject(standsOnNothing);
    expect(await claimsOf().commit(others[1] as Unit<PeopleRows>)).toMatchObject(standsOnNothing);
    await nothingStands(subject);
  });

  it('are refused in an atomic batch', async () => {
    const { others, subject } = onRefused(1);
    expect(await claims.commitAtomic(others)).toMatchObject({ status: 'conflict' });
    await nothingStands(subject);
  });

  it('are refused when the other was cut off before it was claimed', async () => {
    const first = registration('new');
    const dying = claimsOf({
      at(step) {
        if (step === 'written') throw new Error('cut off');
      },
    });
    await expect(dying.commit(first)).rejects.toThrow('cut off');
    expect(await claims.commit(sampleUnit([claimedEvent(first.subject, 1)]))).toMatchObject(standsOnNothing);
    await nothingStands(first.subject);
  });

  it('are all recorded in their order, however many come at once, as they were decided', async () => {
    const first = registration('new');
    const others = Array.from({ length: 40 }, (_, n) => sampleUnit([claimedEvent(first.subject, 1 + n)]));
    const committed = await Promise.all([first, ...others].map((unit) => claims.commit(unit)));
    expect(committed).toMatchObject(committed.map(() => ({ status: 'recorded', moved: false })));
    const ids = [first, ...others].flatMap(({ events }) => events.map(({ id }) => id));
    expect((await read(store, first.subject)).map(({ id }) => id)).toEqual(ids);
  });

  it('are recorded by one process on what another has recorded', async () => {
    const first = registration('new');
    await claimsOf().commit(first);
    for (const [n, process] of [claims, claimsOf(), claims].entries()) {
      const unit = sampleUnit([claimedEvent(first.subject, 1 + n)]);
      expect(await process.commit(unit)).toMatchObject({ status: 'recorded', moved: false });
    }
  });

  it('land in their order when the process dies that claimed them', async () => {
    const first = registration('new');
    const units = [first, ...[1, 2].map((n) => sampleUnit([claimedEvent(first.subject, n)]))];
    const dying = claimsOf({
      leaseMs: 100,
      at(step) {
        if (step === 'committed') throw new Error('cut off');
      },
    });
    const ends = await Promise.allSettled(units.map((unit) => dying.commit(unit)));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    while ((await openClaims()) !== 0) expect((await claims.rollForward(0)).failed).toEqual([]);
    expect((await read(store, first.subject)).map(({ id }) => id)).toEqual(
      units.flatMap(({ events }) => events.map(({ id }) => id)),
    );
    expect(await claims.commit(sampleUnit([claimedEvent(first.subject, 3)]))).toMatchObject({ status: 'recorded' });
  });

  it('never stand on a command that may yet be withdrawn', async () => {
    const stream = sampleStream();
    await claims.commit(sampleUnit([claimedEvent(stream, -1)]));
    const stranger = claimsOf({
      async at(step) {
        if (step === 'committed') await store.append(stream, 0, [sampleEvent(stream, 1)]).catch(() => undefined);
      },
    });
    const command = sampleUnit([claimedEvent(stream, 0), claimedEvent(stream, 1)], { kind: 'command' });
    const fact = sampleUnit([claimedEvent(stream, 2)]);
    const committed = await Promise.all([command, fact].map((unit) => stranger.commit(unit)));
    expect(committed).toMatchObject(
      landing === 'inside' ? [{ status: 'recorded' }, { status: 'recorded' }] : [standsOnNothing, standsOnNothing],
    );
    expect(await openClaims()).toBe(0);
  });

  it('are closed with the one that they stand on when the person is erased before they land', async () => {
    if (landing === 'inside') return;
    const person = registration('gone');
    await claims.commit(person);
    const late = claimsOf({
      async at(step) {
        if (step !== 'committed') return;
        await db.app.query(`update person set erased = true where subject = $1`, [person.subject]);
        await store.append(person.subject, 1, [sampleEvent(person.subject, 2, { type: 'ErasureExecuted' })]);
      },
    });
    const units = [1, 2, 3].map((n) => sampleUnit([claimedEvent(person.subject, n)]));
    const committed = await Promise.all(units.map((unit) => late.commit(unit)));
    expect(committed).toEqual(units.map(() => ({ status: 'erased' })));
    expect(await openClaims()).toBe(0);
    expect(await read(store, person.subject)).toHaveLength(3);
  });

  const told = fc.record({
    process: fc.nat(1),
    person: fc.nat(3),
    identifier: fc.option(fc.nat(4), { nil: undefined }),
    command: fc.boolean(),
    events: fc.integer({ min: 1, max: 3 }),
    then: fc.constantFrom('at once', 'at once', 'a turn later', 'answered'),
  });
  const cutOff: ClaimStep[] = ['gathered', 'written', 'committed', 'appended', 'landing', 'landed'];

  it('leave no claim stuck, stand once when acknowledged and nowhere when refused, whatever is refused and cut off', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(told, { minLength: 1, maxLength: 24 }),
        fc.option(fc.record({ step: fc.constantFrom(...cutOff), after: fc.nat(12) }), { nil: undefined }),
        async (tellings, cut) => {
          await db.app.query('delete from person');
          let steps = 0;
          const at = (step: ClaimStep) => {
            if (cut?.step === step && steps++ === cut.after) throw new Error('cut off');
          };
          const processes = [claimsOf({ at, leaseMs: 100 }), claimsOf({ leaseMs: 100 })] as const;
          const streams = Array.from({ length: 4 }, sampleStream);
          // Each process decides ahead of what it was answered, as decision 0007 has it.
          const heads = processes.map(() => new Map<string, number>());
          const sent: { readonly unit: Unit<PeopleRows>; readonly end: Promise<Committed | Error> }[] = [];
          for (const telling of tellings) {
            const stream = streams[telling.person] as string;
            const ahead = heads[telling.process] as Map<string, number>;
            const head = ahead.get(stream) ?? (await read(store, stream)).length - 1;
            const token = randomBytes(32);
            const rows = {
              register: { identifier: String(telling.identifier), subject: stream, claim: token },
            };
            const unit = sampleUnit(
              Array.from({ length: telling.events }, (_, n) => claimedEvent(stream, head + n)),
              {
                token,
                kind: telling.command ? 'command' : 'fact',
                ...(telling.identifier !== undefined && { rows }),
              },
            );
            ahead.set(stream, head + telling.events);
            const claimed = processes[telling.process] as Claims<PeopleRows>;
            sent.push({ unit, end: claimed.commit(unit).catch((error: unknown) => error as Error) });
            if (telling.then === 'a turn later') await nextTurn();
            if (telling.then !== 'answered') continue;
            await Promise.all(sent.map(({ end }) => end));
            for (const known of heads) known.clear();
          }
          for (const { end } of sent) {
            const ended = await end;
            if (ended instanceof Error) expect(ended.message).toBe('cut off');
          }
          while ((await openClaims()) !== 0) expect((await claims.rollForward(0)).failed).toEqual([]);
          for (const { unit, end } of sent) {
            const ended = await end;
            const ids = unit.events.map(({ id }) => id);
            const standing = (await read(store, unit.events[0]?.stream ?? '')).map(({ id }) => id);
            const once = standing.filter((id) => ids.includes(id));
            if (ended instanceof Error) expect([[], ids]).toContainEqual(once);
            else expect(once).toEqual(ended.status === 'recorded' ? ids : []);
          }
          await Promise.all(processes.map((one) => one.idle()));
        },
      ),
      { numRuns: Number(process.env['DERBES_ROUNDS'] ?? 12) },
    );
  });
});
