// Three processes answer, two work, and any of them is killed at any moment: is anything acknowledged missing, twice, or out of order?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { followPages, openEventStoreDb, type EventStore } from '@derbes/event-store';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, type Outcome } from './caller.js';
import { Fleet, workerState, type Member } from './fleet.js';
import { by, collected, fact, momentOf, settle, type Told } from './kiberon.js';
import { anyFact, tellAgain } from './load.js';
import { source, until, type ServiceProcess } from './service-process.js';

const isLong = process.env['DERBES_JOURNEYS'] === 'long';
const kills = isLong ? 50 : 4;
const pauseMsMax = isLong ? 3_000 : 800;
const clients = 4;
const retryMs = 25;
/** An event is told until it is acknowledged; the machine may be busy, and processes are killed. */
const acknowledgedMsMax = 120_000;
const projectedMsMax = 120_000;
/** What is promised is 5 s; a busy machine may be late, and then it says how late. */
const takeOverMsMax = 90_000;
const seed = Number(process.env['DERBES_SEED'] ?? Date.now() % 1_000_000);

jest.setTimeout(isLong ? 3_600_000 : 400_000);

/** Mulberry32: small, and the same for the same seed everywhere. */
function random(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const say = (line: string) => process.stdout.write(`several processes: ${line}\n`);

interface Acknowledged {
  readonly event: Told;
  readonly outcome: Outcome;
}

/** Tells through any of the processes, and again through another until one has acknowledged it. */
async function tellUntilTaken(fleet: Fleet, event: Told, dice: () => number): Promise<Acknowledged> {
  const outcome = await until(
    'an event is acknowledged',
    async () => {
      const { service } = fleet.of('http')[Math.floor(dice() * fleet.of('http').length)] as Member;
      try {
        const answer = await service.as(fleet.keys.emitter).tell(event);
        if (answer.status === 200 || answer.status === 201) return answer.json<Outcome>();
        if (answer.status !== 503 && answer.status !== 429)
          throw new Refused(`${answer.text}\n${await logged(service, answer)}`);
      } catch (error) {
        if (error instanceof Refused) throw error;
        await pause(retryMs);
      }
      return undefined;
    },
    acknowledgedMsMax,
  );
  return { event, outcome };
}

class Refused extends Error {}

/** What the service says of a fault of its own, under the id of the request. */
async function logged(service: ServiceProcess, { text }: Answer): Promise<string> {
  const [, request = '-'] = /"instance":"([^"]+)"/.exec(text) ?? [];
  const line = () => service.stdout.split('\n').find((one) => one.includes(request) && one.includes('"failed"'));
  // The answer may be here before what was logged of it.
  return (await until('the fault is logged', line).catch(() => 'nothing was logged')).slice(0, 2_000);
}

const ownOf = (client: number) => `own-${client}@fleet.example.kz`;

/** Tells about people that all clients share, and in turn about one of its own, whose facts occurred one second after another. */
async function work(fleet: Fleet, client: number, isOver: () => boolean): Promise<Acknowledged[]> {
  const dice = random(seed + client + 1);
  const began = Date.now() - 3_600_000;
  const acknowledged: Acknowledged[] = [];
  for (let n = 0; !isOver(); n++) {
    const own = () => collected(ownOf(client), {}, { time: momentOf(began + n * 1_000) });
    acknowledged.push(await tellUntilTaken(fleet, n % 3 === 0 ? own() : anyFact(source, client * 7 + n), dice));
  }
  return acknowledged;
}

/** Kills one after another at moments that the seed gives, and starts each again; at most two are down at a time. */
async function killAtRandom(fleet: Fleet): Promise<void> {
  const dice = random(seed);
  const down = new Map<Member, Promise<void>>();
  for (let kill = 0; kill < kills; kill++) {
    await pause(dice() * pauseMsMax);
    while (down.size > 1) await Promise.race(down.values());
    const standing = fleet.members.filter((member) => !down.has(member));
    const member = standing[Math.floor(dice() * standing.length)] as Member;
    await member.service.kill();
    down.set(
      member,
      fleet.restart(member).then(() => void down.delete(member)),
    );
  }
  await Promise.all(down.values());
}

interface Written {
  readonly id: string;
  readonly stream: string;
  readonly revision: string;
  readonly type: string;
  readonly source?: string;
  readonly occurred: string;
}

async function allOf(store: EventStore): Promise<Written[]> {
  const written: Written[] = [];
  for await (const page of followPages(store, { until: 'head' })) {
    for (const { id, stream, revision, bytes } of page) {
      const envelope = JSON.parse(bytes) as Written;
      expect({ id, stream, revision: String(revision) }).toEqual({
        id: envelope.id,
        stream: envelope.stream,
        revision: envelope.revision,
      });
      written.push(envelope);
    }
  }
  return written;
}

const registers = ['holdings', 'consents', 'findings', 'recipients', 'holders'] as const;

async function readAll(fleet: Fleet): Promise<Record<string, unknown[]>> {
  const officer = (fleet.of('http')[0] as Member).service.as(fleet.keys.officer);
  const read: Record<string, unknown[]> = {};
  for (const name of registers) read[name] = await officer.register(name, {}, 'test');
  return read;
}

async function projected(fleet: Fleet): Promise<void> {
  const { service } = fleet.of('http')[0] as Member;
  await until(
    'the registers have seen all',
    async () => {
      const answer = await service
        .as(fleet.keys.emitter)
        .tell(collected(`last-${Date.now()}@fleet.example.kz`), '?wait=projected');
      return answer.headers.get('derbes-projected') === 'projected';
    },
    projectedMsMax,
  );
}

const eventstore = process.env['DERBES_TEST_EVENTSTORE'];
const isEmpty = eventstore !== undefined && (await holdsNothing(eventstore));
if (eventstore === undefined) say('not tried with EventStoreDB: EVENTSTORE_URL not set');
else if (!isEmpty) say('not tried with EventStoreDB: the server of EVENTSTORE_URL holds events already');

async function holdsNothing(url: string): Promise<boolean> {
  try {
    const store = await openEventStoreDb(url);
    try {
      for await (const page of followPages(store, { until: 'head' })) if (page.length > 0) return false;
      return true;
    } finally {
      await store.close();
    }
  } catch {
    return false;
  }
}

const stores = [['PostgreSQL', undefined] as const, ...(isEmpty ? [['EventStoreDB', eventstore] as const] : [])];

describe.each(stores)('a ledger of several processes with its events in %s', (kind, url) => {
  let fleet: Fleet;
  const acknowledged: Acknowledged[] = [];

  beforeAll(async () => {
    fleet = await Fleet.begin(['http', 'http', 'http', 'worker', 'worker'], url);
    await settle((fleet.of('http')[1] as Member).service.as(fleet.keys.officer));
  });
  afterAll(() => fleet?.end());

  it('is begun once by whoever is first, and each says what it does', async () => {
    const migrated = fleet.members.filter(({ service }) => service.stdout.includes('migrations applied'));
    expect(migrated).toHaveLength(1);
    const opened = await fleet.store();
    const written = await allOf(opened.store);
    await opened.close();
    expect(written.filter(({ type }) => type === 'LedgerOpened' || type === 'EpochOpened')).toHaveLength(2);
    expect(written.filter(({ type }) => type === 'ProfilePublished')).toHaveLength(2);
    const said = await Promise.all(
      fleet.members.map(async ({ service }) =>
        (await service.as().get('/health/ready')).json<{ role: string; parts: string[] }>(),
      ),
    );
    const stores = url === undefined ? [] : ['event-store'];
    for (const [i, { role, parts }] of said.entries()) {
      expect(role).toBe(fleet.members[i]?.kind);
      expect(parts).toEqual([
        'database',
        ...stores,
        ...(role === 'worker' ? ['custodians', 'read-models'] : []),
        'log',
        ...(role === 'worker' ? ['clocks', 'retention', 'notices', 'undertakings', 'practice', 'size', 'outbox'] : []),
      ]);
    }
    const states = await Promise.all(fleet.of('worker').map(workerState));
    expect(states.sort()).toEqual(['active', 'standby']);
    const metrics = await (fleet.of('worker')[0] as Member).service.as(fleet.keys.auditor).get('/metrics');
    expect(metrics.text).toMatch(/process_cpu_seconds_total\{role="worker"\}/);
    expect(
      (await (fleet.of('worker')[0] as Member).service.as(fleet.keys.officer).get('/v1/registers/holders')).status,
    ).toBe(404);
  });

  it('loses nothing and doubles nothing while its processes are killed', async () => {
    say(`${kind}, seed ${seed}, ${kills} kills`);
    let over = false;
    const working = Array.from({ length: clients }, (_, client) => work(fleet, client, () => over));
    try {
      await killAtRandom(fleet);
    } finally {
      over = true;
      acknowledged.push(...(await Promise.all(working)).flat());
    }
    say(`${acknowledged.length} facts acknowledged`);
    const again = await tellAgain(
      acknowledged.map(({ event }) => event),
      () => (fleet.of('http')[2] as Member).service.as(fleet.keys.emitter),
    );
    expect(again).toEqual(acknowledged.map(({ outcome }) => ({ ...outcome, status: 'repeated' })));
  });

  it('has each fact once, in the order of its stream and of its teller', async () => {
    const opened = await fleet.store();
    const written = await allOf(opened.store);
    await opened.close();
    expect(new Set(written.map(({ id }) => id)).size).toBe(written.length);
    const streams = new Map<string, Written[]>();
    for (const event of written) {
      const events = streams.get(event.stream) ?? [];
      streams.set(event.stream, [...events, event]);
    }
    for (const [stream, events] of streams) {
      expect([stream, events.map(({ revision }) => revision)]).toEqual([stream, events.map((_, i) => String(i))]);
    }
    const facts = new Set(['DataCollected', 'RelationStarted', 'ConsentGiven']);
    const told = written.filter((event) => event.source === source && facts.has(event.type));
    expect(told).toHaveLength(acknowledged.length);
    for (let client = 0; client < clients; client++) {
      const subject = await (fleet.of('http')[0] as Member).service.as(fleet.keys.officer).find('email', ownOf(client));
      const own = (streams.get(`subject-${subject}`) ?? []).filter(({ type }) => type === 'DataCollected');
      expect(own.map(({ occurred }) => occurred)).toEqual(own.map(({ occurred }) => occurred).sort());
      expect(own).toHaveLength(
        acknowledged.filter(({ event }) => JSON.stringify(event.data).includes(ownOf(client))).length,
      );
    }
  });

  it('has read models equal to ones made anew', async () => {
    await projected(fleet);
    const live = await readAll(fleet);
    expect(live['holdings']?.length).toBeGreaterThan(0);
    const admin = (fleet.of('http')[1] as Member).service.as(fleet.keys.admin);
    expect((await admin.post('/v1/rebuilds', {})).status).toBe(202);
    await until(
      'all is rebuilt',
      async () => {
        const jobs = (await admin.get('/v1/rebuilds')).json<{ state: string }[]>();
        return jobs.every(({ state }) => state === 'done');
      },
      projectedMsMax,
    );
    expect(await readAll(fleet)).toEqual(live);
  });

  it('has another worker take over from one that is killed', async () => {
    const active = await until('a worker is active', () => fleet.active(), takeOverMsMax);
    const killedAt = performance.now();
    await active.service.kill();
    const next = await until('another worker is active', () => fleet.active(), takeOverMsMax);
    const took = Math.round(performance.now() - killedAt);
    say(`${kind}: ${next.name} took over from ${active.name} after ${took} ms`);
    expect(next.name).not.toBe(active.name);
    await fleet.restart(active);
  });

  it('says so when a wait for the registers was given up, and takes the fact all the same', async () => {
    await Promise.all(fleet.of('worker').map(({ service }) => service.kill()));
    const { service } = fleet.of('http')[1] as Member;
    const event = fact('relation.started', { subject: by('account', 'no-worker'), kind: 'session' });
    const late = await service.as(fleet.keys.emitter).tell(event, '?wait=projected');
    expect(late.status).toBe(201);
    expect(late.headers.get('derbes-projected')).toMatch(/^late;behind="[a-z -]+"$/);
    expect((await service.as().get('/health/ready')).status).toBe(200);
    await Promise.all(fleet.of('worker').map((member) => fleet.restart(member)));
    await projected(fleet);
  });

  it('stops taking a key that another process revoked', async () => {
    const [first, second] = fleet.of('http').map(({ service }) => service);
    if (!first || !second) throw new Error('too few processes');
    const made = (await first.as(fleet.keys.admin).post('/v1/keys', { role: 'auditor' })).json<{
      id: string;
      key: string;
    }>();
    expect((await second.as(made.key).get('/v1/registers/holders')).status).toBe(200);
    const revokedAt = performance.now();
    expect((await first.as(fleet.keys.admin).send('DELETE', `/v1/keys/${made.id}`)).status).toBe(200);
    await until('it is refused', async () => (await second.as(made.key).get('/v1/registers/holders')).status === 401);
    say(`a key revoked by another process was refused after ${Math.round(performance.now() - revokedAt)} ms`);
  });
});
