// Is what was acknowledged still there after the service was killed, and after it was told to stop?
import { followPages, openEventStoreDb } from '@derbes/event-store';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { type Caller } from './caller.js';
import { by, collected, fact, settle } from './kiberon.js';
import { Books, tellAgain } from './load.js';
import { Journey, journeyMsMax, source, until } from './service-process.js';
import { Stored } from './stored.js';

jest.setTimeout(journeyMsMax);

const rounds = Number(process.env['DERBES_ROUNDS'] ?? 2);
/** A server that holds no ledger: the events go there then. */
const eventstore = process.env['DERBES_EMPTY_EVENTSTORE'];
/** Kills come at so many different moments after work began. */
const killMomentsMax = 8;
const emittersOfEach = 3;
/** All that was told under load stands before it. */
const projectedMsMax = 90_000;
let journey: Journey;
const keys = new Map<string, string>();

beforeAll(async () => {
  journey = await Journey.begin(eventstore === undefined ? {} : { EVENTSTORE_URL: eventstore });
  await settle(journey.as('officer'));
  keys.set(source, journey.keys.emitter);
  for (const other of ['urn:example:second', 'urn:example:third-source']) {
    const made = await journey.as('admin').post('/v1/keys', { role: 'emitter', source: other });
    keys.set(other, made.json<{ key: string }>().key);
  }
});
afterAll(async () => {
  await journey?.end();
});

const emitterOf = (one: string): Caller => journey.service.as(keys.get(one));

/** Works until `end` resolves, and then stops wherever it is. */
async function workUntil(books: Books, end: () => Promise<unknown>): Promise<void> {
  const before = books.acknowledged.length;
  const working = [...keys.keys()].flatMap((one) =>
    Array.from({ length: emittersOfEach }, () => books.emit(emitterOf(one), one)),
  );
  try {
    await until('work is under way', () => books.acknowledged.length > before + 60);
    await end();
  } finally {
    books.stop();
    await Promise.all(working);
  }
}

/** Each event once, each stream without a gap, in the order of its revisions. */
async function expectWholeIn(url: string): Promise<void> {
  const store = await openEventStoreDb(url);
  try {
    const ids = new Set<string>();
    const heads = new Map<string, number>();
    const wrong: string[] = [];
    for await (const page of followPages(store, { until: 'head' })) {
      for (const { id, stream, revision } of page) {
        if (ids.has(id) || revision !== (heads.get(stream) ?? -1) + 1) wrong.push(`${stream} ${revision}`);
        ids.add(id);
        heads.set(stream, revision);
      }
    }
    expect(wrong).toEqual([]);
    expect(ids.size).toBeGreaterThan(0);
  } finally {
    await store.close();
  }
}

async function expectWhole(): Promise<void> {
  if (eventstore !== undefined) return expectWholeIn(eventstore);
  const stored = await Stored.open(journey.places);
  try {
    expect(await stored.twice()).toBe(0);
    const { rows } = await stored.pool.query<{ gaps: number; torn: number }>(
      `select (select max(position) - count(*) from ledger_event)::integer as gaps,
              (select count(*) from (select stream_id from ledger_event group by stream_id
                having max(revision) - min(revision) + 1 <> count(*)) t)::integer as torn`,
    );
    expect(rows).toEqual([{ gaps: 0, torn: 0 }]);
  } finally {
    await stored.close();
  }
}

/** Every acknowledged event is a repeat with its first outcome; the others are taken now, once. */
async function expectNothingLost(books: Books): Promise<void> {
  const again = await tellAgain(
    books.acknowledged.map(({ event }) => event),
    emitterOf,
  );
  expect(again).toEqual(books.acknowledged.map(({ outcome }) => ({ ...outcome, status: 'repeated' })));
  const settled = await tellAgain(books.unknown, emitterOf);
  const odd = settled.filter(({ status }) => status !== 'recorded' && status !== 'repeated');
  expect(odd).toEqual([]);
  const once = await tellAgain(books.unknown, emitterOf);
  expect(once).toEqual(settled.map((outcome) => ({ ...outcome, status: 'repeated' })));
  await expectWhole();
}

describe('a service killed under load', () => {
  it.each(Array.from({ length: rounds }, (_, i) => i + 1))(
    'has everything that it acknowledged, each once, after kill number %i',
    async (round) => {
      const books = new Books();
      await workUntil(books, async () => {
        await pause((1 + (round % killMomentsMax)) * 150);
        await journey.service.kill();
      });
      expect([...books.refusals]).toEqual([]);
      await journey.again();
      expect(journey.service.printedKeys).toEqual({});
      await expectNothingLost(books);
    },
  );

  it('goes on to project: the registers reach what is told now', async () => {
    const event = collected('after-kills@example.kz');
    expect((await emitterOf(source).tell(event)).status).toBe(201);
    const subject = await journey.as('officer').find('email', 'after-kills@example.kz');
    await until(
      'the registers reach what was told',
      async () => (await journey.as('officer').register('holdings', { subject }, 'test')).length === 1,
      projectedMsMax,
    );
  });
});

describe('a service told to stop', () => {
  it('ends with 0, keeps all that it acknowledged, and refuses only by saying that it is stopping', async () => {
    const books = new Books();
    let ended: Awaited<ReturnType<typeof journey.service.stop>> | undefined;
    await workUntil(books, async () => {
      ended = await journey.service.stop();
    });
    expect(ended).toEqual({ code: 0, signal: null });
    expect([...books.refusals.keys()].filter((name) => name !== '503 STOPPING')).toEqual([]);
    expect(journey.service.stderr).toBe('');
    await journey.again();
    await expectNothingLost(books);
  });

  it('answers what it began, takes nothing that comes later on the same line, and says so', async () => {
    const { hostname, port } = new URL(journey.service.url);
    const body = JSON.stringify(fact('relation.started', { subject: by('account', 'last-one'), kind: 'session' }));
    const request =
      'POST /v1/events HTTP/1.1\r\nhost: ledger\r\n' +
      `authorization: Bearer ${journey.keys.emitter}\r\n` +
      `content-type: application/cloudevents+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
    const socket = connect(Number(port), hostname);
    const said = readText(socket);
    socket.write(request + body.slice(0, 20));
    const admin = journey.as('admin');
    await until('the request has begun', async () => {
      const metrics = await admin.get('/metrics');
      return /derbes_http_requests_in_flight\{role="all"\} 2\b/.test(metrics.text);
    });
    const { service } = journey;
    service.signal('SIGTERM');
    await until('it says that it goes down', () => service.stdout.includes('going down'));
    await until('it takes no new line', async () => {
      const reached = await fetch(`${service.url}/health/live`).then(
        () => true,
        () => false,
      );
      return !reached;
    });
    socket.write(body.slice(20) + request + body);
    const answers = await said;
    const [first = '', ...later] = answers.split(/(?=HTTP\/1\.1 )/);
    expect(first).toMatch(/^HTTP\/1\.1 201 /);
    if (later.length === 0) expect(first.toLowerCase()).toContain('\r\nconnection: close\r\n');
    for (const answer of later) expect(answer).toContain('"code":"STOPPING"');
    expect(await service.exited).toEqual({ code: 0, signal: null });
    await journey.again();
    const outcome = await emitterOf(source).tell(JSON.parse(body));
    expect(outcome.json()).toMatchObject({ status: 'repeated' });
  });
});
