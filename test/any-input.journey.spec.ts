// Whatever arrives, on any route: is it answered as it should be, repeated nowhere, and is nothing half of it written?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchType, structuredType, type Outcome } from './caller.js';
import { ago, collected, dayMs, hourMs, minuteMs, policyYaml, settle } from './kiberon.js';
import {
  contentTypes,
  extraHeaders,
  framings,
  type Framing,
  garbled,
  type Json,
  mark,
  mutated,
  strangePart,
  type Wire,
} from './mutations.js';
import { type RawAnswer, sendRaw } from './raw-http.js';
import { Journey, journeyMsMax, type Role, source } from './service-process.js';
import { Stored } from './stored.js';

jest.setTimeout(journeyMsMax);
/** Another seed finds other things: FUZZ_SEED says which, FUZZ_MS for how long. A failure prints its own seed and path. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_123);
const sendingMsMax = Number(process.env['FUZZ_MS'] ?? 6_000);
const requestsMax = Number(process.env['FUZZ_RUNS'] ?? 900);
const eventsInBatchMax = 4;

let journey: Journey;
let stored: Stored;
let published: ReadonlySet<string>;

beforeAll(async () => {
  journey = await Journey.begin();
  stored = await Stored.open(journey.places);
  await settle(journey.as('officer'));
  const index = await journey.service.as().get('/docs/problems');
  published = new Set([...index.text.matchAll(/^\| \[([A-Z_]+)\]/gm)].map(([, code]) => code ?? ''));
});
afterAll(async () => {
  await stored?.close();
  await journey?.end();
});

/** A fact of every type, as the example day tells it. */
function factsOfTheDay(): Json[] {
  const file = join(import.meta.dirname, '..', 'examples', 'kiberon', 'day.ndjson');
  const told = readFileSync(file, 'utf8')
    .replace(/date\(base[^)]*\)/g, ago(dayMs).slice(0, 'YYYY-MM-DD'.length))
    .replace(/base[+-]P\w+/g, ago(dayMs))
    .replace(/urn:kiberon:[\w-]+/g, source)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { event: { type: string } }).event);
  const time = ago(hourMs);
  return [...new Map(told.map((event) => [event.type, { ...event, time }])).values()];
}

interface Way {
  readonly method: string;
  readonly path: string;
  readonly role: Role;
  readonly type?: string;
  /** What a client that knows the route would send. */
  readonly bodies?: readonly Json[];
  readonly query?: readonly string[];
}

const someId = '00000000-0000-4000-8000-000000000000';
const moment = ago(hourMs);
const facts = factsOfTheDay();
const subject = { identifiers: [{ scheme: 'email', value: `${mark}@example.kz` }] };
const json = 'application/json';

const ways: readonly Way[] = [
  { method: 'POST', path: '/v1/events', role: 'emitter', type: structuredType, bodies: facts },
  { method: 'POST', path: '/v1/events', role: 'emitter', type: structuredType, bodies: facts },
  {
    method: 'POST',
    path: '/v1/events',
    role: 'emitter',
    type: batchType,
    bodies: batches(facts),
    query: ['atomic=true'],
  },
  {
    method: 'POST',
    path: '/v1/events',
    role: 'emitter',
    type: batchType,
    bodies: batches(facts),
    query: ['wait=projected'],
  },
  {
    method: 'POST',
    path: '/v1/checks',
    role: 'emitter',
    type: json,
    bodies: [
      { action: 'use', subject, categories: ['email'], purposes: ['account'], consent: { source, id: 'c-1' } },
      {
        action: 'transfer',
        subject: { ref: 'A'.repeat(22) },
        categories: ['email'],
        purposes: ['account'],
        recipient: 'primer-bank',
        country: 'DE',
        at: moment,
      },
    ],
  },
  {
    method: 'POST',
    path: '/v1/subjects/search',
    role: 'officer',
    type: json,
    bodies: [{ identifier: { scheme: 'iin', value: '000000000010' } }, { source, ref: 'A'.repeat(22) }],
  },
  {
    method: 'POST',
    path: '/v1/policies',
    role: 'officer',
    type: json,
    bodies: [{ yaml: policyYaml.slice(0, 1_500), texts: { ru: mark }, inForce: moment, assertedBy: 'director' }],
  },
  {
    method: 'POST',
    path: '/v1/recipients',
    role: 'officer',
    type: json,
    bodies: [
      {
        recipient: 'bank',
        class: 'payment-and-banks',
        name: mark,
        bin: '230340021377',
        country: 'KZ',
        categories: ['email'],
        purposes: ['account'],
        undertaking: { number: mark, from: '2026-01-01', until: '2027-01-01' },
        since: moment,
      },
    ],
  },
  {
    method: 'POST',
    path: '/v1/recipients/bank/suspension',
    role: 'officer',
    type: json,
    bodies: [{ ground: 'breach', from: moment }],
  },
  {
    method: 'POST',
    path: '/v1/holders',
    role: 'officer',
    type: json,
    bodies: [{ holder: 'crm', countries: ['KZ'], since: moment }],
  },
  { method: 'POST', path: '/v1/officers', role: 'officer', type: json, bodies: [{ name: mark, from: moment }] },
  {
    method: 'POST',
    path: `/v1/subjects/${someId}/merge`,
    role: 'officer',
    type: json,
    bodies: [{ other: someId, ground: 'same' }],
  },
  {
    method: 'POST',
    path: `/v1/subjects/${someId}/unmerge`,
    role: 'officer',
    type: json,
    bodies: [{ other: someId, ground: 'same' }],
  },
  {
    method: 'POST',
    path: `/v1/subjects/${someId}/identifiers/${someId}/unlink`,
    role: 'officer',
    type: json,
    bodies: [{ ground: 'reissued', until: moment }],
  },
  { method: 'POST', path: '/v1/rebuilds', role: 'admin', type: json, bodies: [{ model: 'holders' }] },
  {
    method: 'POST',
    path: '/v1/keys',
    role: 'admin',
    type: json,
    bodies: [{ role: 'emitter', source: 'urn:example:other' }],
  },
  { method: 'DELETE', path: `/v1/keys/${someId}`, role: 'admin' },
  { method: 'GET', path: '/v1/keys', role: 'admin' },
  { method: 'GET', path: '/v1/rebuilds', role: 'officer' },
  {
    method: 'GET',
    path: `/v1/subjects/${someId}/dossier`,
    role: 'officer',
    query: [`asOf=${moment}`, `asKnownAt=${moment}`, 'lang=kk'],
  },
  { method: 'GET', path: `/v1/subjects/${someId}/timeline`, role: 'officer', query: [`asOf=${moment}`, 'lang=en'] },
  ...['holdings', 'consents', 'transfers', 'recipients', 'holders', 'findings', 'policies', 'access'].map(
    (register): Way => ({
      method: 'GET',
      path: `/v1/registers/${register}`,
      role: 'auditor',
      query: ['limit=2', 'cursor=e30', 'category=email', `from=${moment}`, 'lang=ru'],
    }),
  ),
  { method: 'GET', path: '/v1/policies/in-force', role: 'auditor', query: [`at=${moment}`, 'lang=ru'] },
  { method: 'GET', path: `/v1/policies/${'0'.repeat(64)}`, role: 'auditor' },
  { method: 'GET', path: '/v1/schemas/derbes.data.used', role: 'auditor' },
  { method: 'GET', path: '/docs/problems/internal', role: 'auditor' },
  { method: 'GET', path: '/docs', role: 'auditor' },
  { method: 'GET', path: '/metrics', role: 'admin' },
];

function batches(events: readonly Json[]): Json[] {
  return events.map((_, i) => [...events, ...events].slice(i, i + eventsInBatchMax));
}

let sent = 0;
/** Each run tells events of its own; a repeat would write nothing, whatever it is. */
const renamed = (body: Json): Json => {
  if (Array.isArray(body)) return body.map(renamed);
  return typeof body === 'object' && body !== null && 'specversion' in body ? { ...body, id: `any-${++sent}` } : body;
};

const bodyOf = ({ bodies }: Way): fc.Arbitrary<Buffer> =>
  bodies === undefined
    ? fc.oneof(
        { weight: 5, arbitrary: fc.constant(Buffer.alloc(0)) },
        { weight: 1, arbitrary: fc.constant(Buffer.from(mark)) },
      )
    : fc
        .constantFrom(...bodies)
        .chain((body) => mutated(renamed(body)))
        .map((body) => Buffer.from(JSON.stringify(body)))
        .chain(garbled);

const framingOf = ({ bodies }: Way): fc.Arbitrary<Framing> =>
  fc.oneof(
    { weight: 10, arbitrary: fc.constant<Framing>(bodies ? 'length' : 'none') },
    { weight: 2, arbitrary: fc.constantFrom(...framings) },
  );

/** `key` is filled in when it is sent, so that no counterexample prints one. */
interface Request extends Omit<Wire, 'headers'> {
  readonly headers: Wire['headers'];
  readonly role: Role | 'nobody';
}

const requests: fc.Arbitrary<Request> = fc.constantFrom(...ways).chain((way) =>
  fc.record({
    method: fc.oneof(
      { weight: 20, arbitrary: fc.constant(way.method) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'PUT',
          'PATCH',
          'OPTIONS',
          'HEAD',
          'TRACE',
          'PROPFIND',
          'GET',
          'POST',
          'DELETE',
          'get',
          'X',
        ),
      },
    ),
    target: fc
      .tuple(
        fc.oneof(
          { weight: 10, arbitrary: fc.constant(way.path) },
          { weight: 1, arbitrary: strangePart.map((part) => `${way.path}/${part}`) },
          {
            weight: 1,
            arbitrary: strangePart.map((part) => way.path.replace(/[^/]+$/, part)),
          },
          {
            weight: 1,
            arbitrary: fc.constantFrom(
              `/${way.path}`,
              `${way.path}/`,
              `http://example.kz${way.path}`,
              '*',
              '/',
              way.path.toUpperCase(),
            ),
          },
        ),
        fc.array(
          fc.oneof(
            { weight: 3, arbitrary: fc.constantFrom(...(way.query ?? ['x=1'])) },
            { weight: 1, arbitrary: strangePart.map((part) => `x=${part}`) },
            {
              weight: 1,
              arbitrary: fc
                .tuple(fc.constantFrom(...(way.query ?? ['x=1'])), strangePart)
                .map(([known, part]) => `${known.split('=')[0] ?? ''}=${part}`),
            },
          ),
          { maxLength: 3 },
        ),
      )
      .map(([path, query]) =>
        (query.length > 0 ? `${path}?${query.join('&')}` : path).replace(/[\s\u0080-\uffff]/g, ''),
      ),
    headers: fc
      .tuple(contentTypes(way.type ?? json), extraHeaders, fc.boolean())
      .map(([type, extra]) => [
        ...(type !== undefined && way.bodies ? [['content-type', type] as const] : []),
        ...(way.role === 'officer' ? [['derbes-reason', 'test'] as const] : []),
        ...extra,
      ]),
    body: bodyOf(way),
    framing: framingOf(way),
    role: fc.oneof(
      { weight: 20, arbitrary: fc.constant<Request['role']>(way.role) },
      { weight: 1, arbitrary: fc.constantFrom<Request['role']>('nobody', 'auditor', 'admin') },
    ),
  }),
);

const send = (request: Request): Promise<RawAnswer> => {
  const key = request.role === 'nobody' ? [] : [['authorization', `Bearer ${journey.keys[request.role]}`] as const];
  return sendRaw(journey.service.url, { ...request, headers: [...key, ...request.headers] });
};

/** Claims, and events other than those that say who looked: what input may change. */
async function written(): Promise<{ readonly claims: number; readonly events: number; readonly rows: string }> {
  const { claim, document, api_key, part, lookup, key_owner } = await stored.counts();
  const { rows } = await stored.pool.query<{ events: number }>(
    `select count(*)::integer as events from ledger_event where type <> 'LedgerRead'`,
  );
  return { claims: claim, events: rows[0]?.events ?? 0, rows: [document, api_key, part, lookup, key_owner].join() };
}

/** A refusal: RFC 9457 with a published code, and nothing of what was sent. */
function expectRefusal(answer: RawAnswer): void {
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  if (answer.body === '') return; // to HEAD
  const problem = JSON.parse(answer.body) as { readonly code: string; readonly status: number };
  expect(published).toContain(problem.code);
  expect(problem.status).toBe(answer.status);
  expect(answer.body).not.toContain(mark);
}

const outcomesOf = (answer: RawAnswer): readonly Outcome[] => {
  const { outcomes, ...one } = JSON.parse(answer.body) as Outcome & { readonly outcomes?: readonly Outcome[] };
  return outcomes ?? [one];
};

describe('a service to which anything may be sent', () => {
  it('answers all of it as it should, and records nothing of what it refuses', async () => {
    const property = fc.asyncProperty(requests, async (request) => {
      const before = await written();
      const answer = await send(request);
      const after = await written();
      // Whoever hangs up in the middle of a body, or names a protocol that is none, is owed no answer.
      if (answer.status !== 0) expect(answer.status).toBeLessThan(500);
      if (answer.status >= 400) expectRefusal(answer);
      if (answer.status === 0 || answer.status >= 400) expect(after).toEqual(before);
      else if (request.target.startsWith('/v1/events')) {
        const outcomes = outcomesOf(answer);
        const recorded = outcomes.filter(({ status }) => status === 'recorded');
        expect(after.claims - before.claims).toBe(recorded.length);
        for (const { problem } of outcomes) {
          if (problem) expect(published).toContain(problem.code);
          expect(JSON.stringify(problem ?? {})).not.toContain(mark);
        }
      }
    });
    await fc.assert(property, {
      seed,
      numRuns: requestsMax,
      interruptAfterTimeLimit: sendingMsMax,
    });
    const { status } = await journey.service.as().get('/health/ready');
    expect(status).toBe(200);
    const afterwards = collected('afterwards@example.kz', {}, { time: ago(minuteMs) });
    expect((await journey.as('emitter').tell(afterwards)).json<Outcome>().status).toBe('recorded');
  });

  it('puts none of it into its log, and no fault of its own', () => {
    const said = journey.service.stdout + journey.service.stderr;
    expect(said).not.toContain(mark);
    // Not ready yet is what it says while it starts.
    const faults = said.split('\n').filter((line) => line.includes('"level":50') && !line.includes('"NOT_READY"'));
    expect(faults).toEqual([]);
  });
});
