// Does a claim survive the death of everybody in it? Real processes killed at every step, and PostgreSQL killed under load.
import { migrate, startEmbedded, type EmbeddedPostgres } from '@derbes/postgres';
import { quietPool, spawnProgram, testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailable } from '../errors.js';
import { eventStoreMigrations } from '../migrations.js';
import { type EventStore, type StoredEvent } from '../port.js';
import { PostgresEventStore } from '../postgres/store.js';
import { type CrashOrder } from '../testing/crash-child.js';
import { eventStoreUrl, openTestStore, type TestStore } from '../testing/eventstoredb.js';
import { people, peopleMigrations, type PeopleRows } from '../testing/people.js';
import { roundsOr } from '../testing/rounds.js';
import { all, read, sampleEvent, sampleStream } from '../testing/samples.js';
import { claimedEvent, sampleUnit } from '../testing/units.js';
import { Claims } from './claims.js';
import { type ClaimStep, type Committed } from './committed.js';

/** Kills of PostgreSQL under load. */
const rounds = roundsOr(2);

// A crowded machine is no failure.
jest.setTimeout(180_000 + 10_000 * rounds);

const migrations = { ...eventStoreMigrations, ...peopleMigrations };
const leaseMs = 400;

/** What the child printed, undefined when it was killed. */
async function runChild(order: CrashOrder): Promise<Committed | undefined> {
  const child = spawnProgram('libs/event-store/src/testing/crash-child', order);
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (order.step !== undefined) {
    expect(signal).toBe('SIGKILL');
    return undefined;
  }
  expect(code).toBe(0);
  return JSON.parse(Buffer.concat(printed).toString()) as Committed;
}

/** Where the events are: with their claims, in PostgreSQL apart from them, or on a server of their own. */
type Setting = 'inside' | 'after' | 'EventStoreDB';

describe('a process killed in the middle of a claim', () => {
  let db: TestDatabase;
  let server: TestStore | undefined;
  beforeAll(async () => {
    db = await testDatabase(migrations);
  });
  afterAll(() => db.drop());
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  const landingOf = (setting: Setting) => (setting === 'inside' ? 'inside' : 'after');

  async function storeOf(setting: Setting): Promise<EventStore> {
    if (setting === 'EventStoreDB') server = await openTestStore();
    return server ?? new PostgresEventStore(db.app);
  }

  const order = (setting: Setting, unit: ReturnType<typeof sampleUnit>, step?: ClaimStep): CrashOrder => ({
    postgres: db.asApp,
    landing: landingOf(setting),
    ...(setting === 'EventStoreDB' && { eventstore: eventStoreUrl }),
    process: randomUUID(),
    leaseMs,
    ...(step && { step }),
    token: unit.claim.token.toString('hex'),
    check: unit.claim.check.toString('hex'),
    unit: { events: unit.events, rows: unit.rows, claim: { kind: unit.claim.kind, outcome: unit.claim.outcome } },
  });

  const settings: Setting[] = eventStoreUrl === '' ? ['inside', 'after'] : ['inside', 'after', 'EventStoreDB'];
  const recoveries = (steps: ClaimStep[], setting: Setting, survives: boolean) =>
    steps.flatMap((step) => (['caller', 'worker'] as const).map((by) => ({ setting, step, survives, by })));

  const cases = settings.flatMap((setting) => [
    ...recoveries(['gathered', 'written'], setting, false),
    ...recoveries(
      setting === 'inside' ? ['committed'] : ['committed', 'appended', 'displaced', 'moved', 'landing', 'landed'],
      setting,
      true,
    ),
  ]);

  it.each(cases)(
    'with events landing $setting, at "$step", leaves exactly one event and one outcome when the $by comes after it',
    async ({ setting, step, survives, by }) => {
      const store = await storeOf(setting);
      const stream = sampleStream();
      await store.append(stream, -1, [sampleEvent(stream, 0)]);
      const told = { facts: { told: 'once' } };
      const token = randomBytes(32);
      const first = sampleUnit([claimedEvent(stream, 0, told)], { token });
      const taken = step === 'displaced' || step === 'moved';
      if (taken) await store.append(stream, 0, [sampleEvent(stream, 1)]);
      await runChild(order(setting, first, step));

      const landing = landingOf(setting);
      const claims = new Claims({ pool: db.app, store, participant: people, landing, process: 'survivor', leaseMs });
      if (by === 'worker') {
        let open = 1;
        while (open > 0) {
          await claims.rollForward(0);
          open = (await db.app.query(`select from claim where state = 'open'`)).rowCount ?? 0;
        }
      }
      const again = sampleUnit([claimedEvent(stream, taken ? 1 : 0, told)], { token });
      const answer = await claims.commit(again);
      if (survives) expect(answer).toMatchObject({ status: 'repeated', outcome: first.claim.outcome });
      else expect(answer).toMatchObject({ status: 'recorded' });

      const winner = survives ? first : again;
      const events = await read(store, stream);
      expect(events.filter(({ bytes }) => bytes.includes('"told":"once"')).map(({ id }) => id)).toEqual([
        winner.events[0]?.id,
      ]);
      expect(events).toHaveLength(taken ? 3 : 2);
      expect(await claims.find([token])).toMatchObject([{ state: 'landed', outcome: winner.claim.outcome }]);
    },
  );

  it.each(settings)('with events landing %s: two at once tell one CloudEvent, one records it', async (setting) => {
    const store = await storeOf(setting);
    const token = randomBytes(32);
    const units = [0, 1].map(() => sampleUnit([claimedEvent(sampleStream(), -1)], { token }));
    const [a, b] = await Promise.all(units.map((unit) => runChild(order(setting, unit))));
    const winner = units[a?.status === 'recorded' ? 0 : 1];
    expect([a, b].map((committed) => committed?.status).sort()).toEqual(['recorded', 'repeated']);
    expect([a, b].find((committed) => committed?.status === 'repeated')).toMatchObject({
      outcome: winner?.claim.outcome,
    });
    const streams = units.flatMap(({ events }) => events.map(({ stream }) => stream));
    const events = await all(store.follow({ until: 'head' }));
    expect(events.filter(({ stream }) => streams.includes(stream)).map(({ id }) => id)).toEqual([
      winner?.events[0]?.id,
    ]);
  });
});

describe.each(['inside', 'after'] as const)('PostgreSQL killed under load with events landing %s', (landing) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'derbes-crash-'));
  let server: EmbeddedPostgres;
  beforeAll(async () => {
    server = await startEmbedded({ dataDir });
    const owner = quietPool(server.asOwner);
    await migrate(owner, migrations);
    await owner.end();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('loses nothing that was acknowledged and keeps nothing twice', async () => {
    const pool = quietPool(server.asApp);
    const store = new PostgresEventStore(pool);
    const claims = new Claims<PeopleRows>({ pool, store, participant: people, landing, process: 'one' });
    const followed: StoredEvent[] = [];
    const following = store.follow().subscribe((event) => followed.push(event));
    const acknowledged: string[] = [];
    const callers = 16;
    const perCallerMin = 30;
    const kills = Array.from({ length: rounds }, (_, round) => 150 * (round + 1));

    const call = async () => {
      for (let i = 0; i < perCallerMin || kills.length > 0; i++) {
        const unit = sampleUnit([claimedEvent(sampleStream(), -1), claimedEvent(sampleStream(), -1)]);
        for (;;) {
          try {
            const { status } = await claims.commit(unit);
            expect(['recorded', 'repeated']).toContain(status);
            break;
          } catch (error) {
            if (!(error instanceof StoreUnavailable)) throw error;
          }
        }
        acknowledged.push(...unit.events.map(({ id }) => id));
        if (acknowledged.length >= (kills[0] ?? Infinity)) {
          kills.shift();
          process.kill(server.pid, 'SIGKILL');
          await server.exited;
          await server.stop();
          server = await startEmbedded({ dataDir });
        }
      }
    };
    await Promise.all(Array.from({ length: callers }, call));
    await claims.idle();
    expect(kills).toEqual([]);

    const events = await all(store.follow({ until: 'head' }));
    expect(events.map(({ id }) => id).sort()).toEqual([...acknowledged].sort());
    expect(events.map(({ position }) => Number(position))).toEqual(events.map((_, i) => i + 1));
    const { rows } = await pool.query<{ open: string }>(`select count(*) as open from claim where state <> 'landed'`);
    expect(rows).toEqual([{ open: '0' }]);
    while (followed.length < events.length) await new Promise((resolve) => setImmediate(resolve));
    expect(followed).toEqual(events);
    following.unsubscribe();
    await store.idle();
    await pool.end();
    process.stdout.write(
      `PostgreSQL, landing ${landing}: ${events.length} events acknowledged through ${rounds} kills\n`,
    );
  });
});
