// Does the service behind HTTP refuse by default, answer every error as a problem, and describe itself truly?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase } from '@derbes/postgres/testing.js';
import { CommandHandler, QueryHandler } from '@nestjs/cqrs';
import { type AddressInfo, connect } from 'node:net';
import request from 'supertest';
import { ApiKeys } from '../keys/api-keys.js';
import { keysMigrations } from '../keys/migrations.js';
import { JsonLogger } from '../logger.js';
import { defaultLimits } from '../settings.js';
import { ListRebuilds } from '../read/queries.js';
import { type Rebuild } from '../write/commands.js';
import { type Outcome } from '../write/outcome.js';
import { RecordEvents } from '../write/record-events.js';
import { type Role } from '../write/received.js';
import { AnswerCheck } from './answers/testing/answer-check.js';
import { createApp, type LedgerApp } from './app.js';
import { Metrics } from './metrics.js';
import { isProblemCode, problemType } from './problem/codes.js';

/** Takes whatever form and source let through; what it means is the write path's own journey. */
@CommandHandler(RecordEvents)
class TakeEvents {
  static taken: RecordEvents[] = [];
  execute(command: RecordEvents): Promise<readonly Outcome[]> {
    TakeEvents.taken.push(command);
    return Promise.resolve(command.events.map(({ id }) => ({ id, status: 'recorded' as const, ref: 'A'.repeat(22) })));
  }
}

const source = 'urn:example:crm';
const logged: string[] = [];
let db: Awaited<ReturnType<typeof testDatabase>>;
let ledger: LedgerApp;
let base: string;
let check: AnswerCheck;
let indicator: { ok: true } | { ok: false; why: string } = { ok: true };
const keyOf: Partial<Record<Role, string>> = {};

beforeAll(async () => {
  db = await testDatabase(keysMigrations);
  const keys = new ApiKeys(db.app);
  for (const { role, key } of await keys.makeFirst(source)) keyOf[role] = key;
  for (const role of ['holder', 'recipient'] as const) keyOf[role] = (await keys.add(role, { code: 'crm' })).key;
  keyOf['restricted-officer'] = (await keys.add('restricted-officer')).key;
  const logger = new JsonLogger('info', { write: (line: string) => void logged.push(line) });
  ledger = await createApp(
    {
      keys,
      logger,
      metrics: new Metrics(),
      indicators: [{ name: 'store', check: () => indicator }],
      providers: [TakeEvents],
    },
    { ...defaultLimits, bodyBytesMax: 2_000_000 },
    '0.0.0',
  );
  check = new AnswerCheck(ledger.describe());
  await ledger.app.listen(0, '127.0.0.1');
  base = `http://127.0.0.1:${(ledger.app.getHttpServer().address() as AddressInfo).port}`;
});
afterAll(async () => {
  await ledger.app.close();
  await db.drop();
});

interface Sent {
  role?: Role;
  key?: string;
  type?: string;
  headers?: Record<string, string>;
  body?: unknown;
  raw?: string;
}

/** The page of the interface and what it loads are no part of the interface. */
const isPage = (path: string): boolean => /^\/docs($|\/(openapi\.json|assets\/))/.test(path);

/** Every answer is held against the published description. */
async function send(method: string, path: string, { role, key, type, headers, body, raw }: Sent = {}) {
  const auth = key ?? (role && keyOf[role]);
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const asking = new request.Test(base, method, path).set({
    ...(auth && { authorization: `Bearer ${auth}` }),
    ...(content !== undefined && { 'content-type': type ?? 'application/json' }),
    ...headers,
  });
  const answer = await (content === undefined ? asking : asking.send(content));
  const { status, text = '' } = answer;
  const said = answer.headers as Readonly<Record<string, string>>;
  const seen = { method, path, status, type: said['content-type'] ?? null, text };
  if (method !== 'HEAD' && !isPage(path)) expect(check.faults(seen)).toEqual([]);
  return { status, headers: said, text, body: answer.body as Record<string, never> };
}

/** The answer is this problem, whole and in its media type. */
async function expectProblem(answer: ReturnType<typeof send>, status: number, code: string) {
  const { headers, body, status: got } = await answer;
  expect({ got, code: body['code'] }).toEqual({ got: status, code });
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  if (isProblemCode(code)) expect(body['type']).toBe(problemType(code));
  return { headers, body };
}

const event = {
  specversion: '1.0',
  id: 'c0ffee-1',
  source,
  type: 'derbes.relation.started',
  time: '2026-11-20T09:00:00Z',
  data: { subject: { identifiers: [{ scheme: 'email', value: 'a@example.kz' }] }, kind: 'contract' },
};
const structured = 'application/cloudevents+json';
const batch = 'application/cloudevents-batch+json';
const tell = (body: unknown, type = structured, role: Role = 'emitter', path = '/v1/events') =>
  send('POST', path, { role, type, body });

const concrete = (url: string): string =>
  url
    .replace(':id', '00000000-0000-4000-8000-000000000001')
    .replace(':link', '00000000-0000-4000-8000-000000000002')
    .replace(/:[a-z0-9]+/g, 'x')
    .replace('*', 'x');

describe('every route', () => {
  const openPaths = /^\/(health\/(live|ready)|v1\/schemas(\/:type)?|docs.*)$/;

  it('answers nobody without a key but health, the schemas and /docs', async () => {
    const closed = ledger.routes.filter(({ url }) => !openPaths.test(url));
    expect(closed.length).toBeGreaterThan(20);
    for (const { method, url } of closed) {
      const answer = await send(method, concrete(url));
      expect({ url, method, status: answer.status }).toEqual({ url, method, status: 401 });
    }
    await expectProblem(send('GET', '/nowhere'), 401, 'KEY_MISSING');
  });

  it('names the roles that may use it, and refuses the others', async () => {
    const served: Partial<Record<Role, number>> = {};
    const roles: Role[] = ['admin', 'officer', 'auditor', 'emitter', 'holder', 'recipient', 'restricted-officer'];
    for (const { method, url } of ledger.routes.filter(
      (route) => !openPaths.test(route.url) && route.method !== 'HEAD',
    )) {
      const statuses = await Promise.all(
        roles.map(async (role) => (await send(method, concrete(url), { role })).body['code']),
      );
      const refused = roles.filter((_, i) => statuses[i] === 'ROLE_NOT_ALLOWED');
      expect({ url, refused: refused.length < roles.length }).toEqual({ url, refused: true });
      expect({ url, closed: refused.length > 0 || url.startsWith('/v1/policies/') }).toEqual({ url, closed: true });
      for (const role of roles) if (!refused.includes(role)) served[role] = (served[role] ?? 0) + 1;
    }
    expect([served.emitter, served.holder, served.recipient]).toEqual([5, 2, 2]);
  });
});

describe('a key', () => {
  it('that is unknown, malformed or of another scheme opens nothing', async () => {
    await expectProblem(send('GET', '/v1/keys', { key: `derbes_admin_${'A'.repeat(43)}` }), 401, 'KEY_REFUSED');
    await expectProblem(send('GET', '/v1/keys', { key: 'nonsense' }), 401, 'KEY_REFUSED');
    const basic = await expectProblem(
      send('GET', '/v1/keys', { headers: { authorization: 'Basic YTpi' } }),
      401,
      'KEY_MISSING',
    );
    expect(basic.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('stolen and then revoked opens nothing any more', async () => {
    const made = await send('POST', '/v1/keys', { role: 'admin', body: { role: 'auditor' } });
    expect(made.status).toBe(201);
    const { id, key } = made.body as unknown as { id: string; key: string };
    expect((await send('GET', '/metrics', { key })).status).toBe(200);
    expect((await send('DELETE', `/v1/keys/${id}`, { role: 'admin' })).status).toBe(200);
    await expectProblem(send('GET', '/metrics', { key }), 401, 'KEY_REFUSED');
  });

  it('of an emitter is not made without its source, nor with the ledger’s own', async () => {
    const add = (body: unknown) => send('POST', '/v1/keys', { role: 'admin', body });
    await expectProblem(add({ role: 'emitter' }), 400, 'KEY_SOURCE_MISSING');
    await expectProblem(add({ role: 'emitter', source: 'urn:derbes:officer' }), 400, 'KEY_SOURCE_NOT_TAKEN');
    await expectProblem(add({ role: 'root' }), 400, 'MALFORMED_BODY');
  });
});

describe('a malformed request', () => {
  it('is a problem with its code, whatever is wrong', async () => {
    await expectProblem(send('GET', '/nowhere', { role: 'admin' }), 404, 'NOT_FOUND');
    const { headers } = await expectProblem(
      send('PUT', '/v1/keys', { role: 'admin', body: {} }),
      405,
      'METHOD_NOT_ALLOWED',
    );
    expect(headers['allow']).toBe('GET, HEAD, POST');
    await expectProblem(
      send('POST', '/v1/keys', { role: 'admin', raw: '<a/>', type: 'text/xml' }),
      415,
      'MEDIA_TYPE_UNSUPPORTED',
    );
    await expectProblem(
      send('POST', '/v1/keys', { role: 'admin', raw: '{}', type: structured }),
      415,
      'MEDIA_TYPE_UNSUPPORTED',
    );
    await expectProblem(send('POST', '/v1/keys', { role: 'admin', raw: '{"role":' }), 400, 'MALFORMED_JSON');
    await expectProblem(send('POST', '/v1/keys', { role: 'admin', raw: '['.repeat(100) }), 400, 'JSON_TOO_DEEP');
    await expectProblem(
      send('POST', '/v1/keys', { role: 'admin', raw: '{"role":"admin","role":"admin"}' }),
      400,
      'DUPLICATE_KEY',
    );
    await expectProblem(
      send('POST', '/v1/keys', { role: 'admin', raw: '{"__proto__":{"role":"admin"}}' }),
      400,
      'FORBIDDEN_KEY',
    );
    await expectProblem(
      send('POST', '/v1/keys', { role: 'admin', raw: `"${'x'.repeat(2_000_001)}"` }),
      413,
      'BODY_TOO_LARGE',
    );
    await expectProblem(send('GET', '/v1/keys/%zz', { role: 'admin' }), 400, 'MALFORMED_REQUEST');
    await expectProblem(
      send('GET', '/v1/registers/holdings?catgory=email', { role: 'officer' }),
      400,
      'MALFORMED_QUERY',
    );
    await expectProblem(send('GET', '/v1/registers/holdings?limit=0', { role: 'officer' }), 400, 'MALFORMED_QUERY');
    await expectProblem(
      send('GET', '/v1/registers/holdings?limit=5&limit=6', { role: 'officer' }),
      400,
      'MALFORMED_QUERY',
    );
    await expectProblem(send('GET', '/v1/registers/holding', { role: 'officer' }), 404, 'NOT_FOUND');
  });

  it('names an unknown field with the nearest known one', async () => {
    const { body } = await expectProblem(
      send('POST', '/v1/holders', { role: 'officer', body: { holder: 'crm', country: ['KZ'] } }),
      400,
      'MALFORMED_BODY',
    );
    expect(body['errors']).toEqual([
      { pointer: '/country', detail: '"country" is no field here', hint: 'did you mean "countries"?' },
      { pointer: '/countries', detail: 'is required' },
    ]);
  });

  it('that is no HTTP at all is still answered by a problem', async () => {
    const { port } = ledger.app.getHttpServer().address() as AddressInfo;
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('HELLO\r\n\r\n'));
      socket.on('data', (data) => (text += data.toString())).on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"MALFORMED_REQUEST"');
  });

  it('that names a fault of ours says no more than where to look', async () => {
    const { body } = await expectProblem(send('GET', '/v1/rebuilds', { role: 'admin' }), 500, 'INTERNAL');
    expect(JSON.stringify(body)).not.toMatch(/handler|ListRebuilds|at /i);
    expect(logged.some((line) => line.includes(String(body['instance'])) && line.includes('"failed"'))).toBe(true);
  });
});

describe('a question about a person', () => {
  const dossier = '/v1/subjects/00000000-0000-4000-8000-000000000001/dossier';
  it('of staff needs a reason of the closed list', async () => {
    const { body } = await expectProblem(send('GET', dossier, { role: 'officer' }), 400, 'REASON_MISSING');
    expect(body['detail']).toContain('subject-request');
    const curious = { role: 'officer' as const, headers: { 'derbes-reason': 'curiosity' } };
    await expectProblem(send('GET', dossier, curious), 400, 'REASON_UNKNOWN');
  });

  it('needs one of a register page about one subject too', async () => {
    const page = '/v1/registers/holdings?subject=00000000-0000-4000-8000-000000000001';
    await expectProblem(send('GET', page, { role: 'auditor' }), 400, 'REASON_MISSING');
  });

  it('is answered as JSON or text alone', async () => {
    const headers = { 'derbes-reason': 'subject-request', accept: 'application/pdf' };
    await expectProblem(send('GET', dossier, { role: 'officer', headers }), 406, 'NOT_ACCEPTABLE');
  });

  it('is not asked with a malformed id, nor answered to other roles', async () => {
    await expectProblem(send('GET', dossier, { role: 'auditor' }), 403, 'ROLE_NOT_ALLOWED');
    await expectProblem(send('GET', dossier, { role: 'emitter' }), 403, 'ROLE_NOT_ALLOWED');
    const headers = { 'derbes-reason': 'subject-request' };
    await expectProblem(
      send('GET', '/v1/subjects/a@example.kz/dossier', { role: 'officer', headers }),
      404,
      'NOT_FOUND',
    );
  });
});

describe('an event', () => {
  it('is taken in structured mode', async () => {
    const answer = await tell(event);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 201,
      body: { id: 'c0ffee-1', status: 'recorded', ref: 'A'.repeat(22) },
    });
    expect(TakeEvents.taken.at(-1)?.asked).toMatchObject({ by: { role: 'emitter', source } });
  });

  it('is taken in binary mode, with attributes percent-encoded', async () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': 'bin%2D1',
      'ce-source': source,
      'ce-type': event.type,
      'ce-time': event.time,
    };
    const answer = await send('POST', '/v1/events', { role: 'emitter', headers, body: event.data });
    expect(answer.status).toBe(201);
    expect(TakeEvents.taken.at(-1)?.events).toEqual([
      { id: 'bin-1', source, type: event.type, time: event.time, data: event.data },
    ]);
  });

  it('as plain JSON without ce- headers is told how to be sent', async () => {
    const { body } = await expectProblem(tell(event, 'application/json'), 415, 'MEDIA_TYPE_UNSUPPORTED');
    expect(body['detail']).toContain('application/cloudevents+json');
  });

  it.each([
    ['specversion', { specversion: '0.3' }, 'MALFORMED_EVENT', '/specversion'],
    ['no time', { time: undefined }, 'MALFORMED_EVENT', '/time'],
    ['a time without offset', { time: '2026-11-20T09:00:00' }, 'MALFORMED_EVENT', '/time'],
    ['30 February', { time: '2026-02-30T09:00:00Z' }, 'MALFORMED_EVENT', '/time'],
    ['a date in the future', { time: '2998-01-01T00:00:00Z' }, 'FUTURE', '/time'],
    ['an unknown type', { type: 'derbes.data.colected' }, 'UNKNOWN_TYPE', '/type'],
    ['an id that is an e-mail', { id: 'a@example.kz' }, 'ID_LOOKS_PERSONAL', '/id'],
    ['an id with spaces', { id: 'a b' }, 'MALFORMED_EVENT', '/id'],
    ['an id too long', { id: 'x'.repeat(129) }, 'MALFORMED_EVENT', '/id'],
    ['CloudEvents’ subject', { subject: 'a@example.kz' }, 'MALFORMED_EVENT', '/subject'],
    ['an extension', { traceparent: '00' }, 'MALFORMED_EVENT', '/traceparent'],
    ['another data type', { datacontenttype: 'text/xml' }, 'MALFORMED_EVENT', '/datacontenttype'],
    ['another schema', { dataschema: '/v1/schemas/derbes.data.used' }, 'MALFORMED_EVENT', '/dataschema'],
    ['no data', { data: undefined }, 'MALFORMED_EVENT', '/data'],
    ['no identifier', { data: { subject: {}, kind: 'contract' } }, 'MALFORMED_EVENT', '/data/subject/identifiers'],
    ['an unknown field', { data: { ...event.data, kindd: 'x' } }, 'MALFORMED_EVENT', '/data/kindd'],
  ])('with %s is malformed, by pointer', async (_, change, code, pointer) => {
    const { body } = await expectProblem(tell({ ...event, ...change }), 400, code);
    expect(body['errors']).toMatchObject([{ pointer }]);
    expect(JSON.stringify(body)).not.toContain('a@example.kz');
  });

  it('with a field of a megabyte is malformed, by pointer', async () => {
    const value = 'x'.repeat(1_000_000);
    const data = { subject: { identifiers: [{ scheme: 'account', value }] }, kind: 'contract' };
    const { body } = await expectProblem(tell({ ...event, data }), 400, 'MALFORMED_EVENT');
    expect(body['errors']).toMatchObject([{ pointer: '/data/subject/identifiers/0/value' }]);
  });

  it('with a value of a category that it does not name is malformed', async () => {
    const type = 'derbes.data.corrected';
    const data = {
      subject: event.data.subject,
      categories: ['email'],
      holder: 'crm',
      ground: 'x',
      values: { phone: '1' },
    };
    const { body } = await expectProblem(tell({ ...event, type, data }), 400, 'VALUE_WITHOUT_CATEGORY');
    expect(body['errors']).toMatchObject([{ pointer: '/data/values/phone' }]);
  });

  it('may name its published schema', async () => {
    for (const dataschema of [`/v1/schemas/${event.type}`, `https://ledger.example/v1/schemas/${event.type}`]) {
      expect((await tell({ ...event, dataschema, datacontenttype: 'application/json' })).status).toBe(201);
    }
  });

  it('of another source is forbidden, and so is taking back another source’s fact', async () => {
    await expectProblem(tell({ ...event, source: 'urn:example:billing' }), 403, 'SOURCE_NOT_YOURS');
    const retraction = {
      ...event,
      type: 'derbes.fact.retracted',
      data: { fact: { source: 'urn:x', id: '1' }, ground: 'told-in-error' },
    };
    await expectProblem(tell(retraction), 403, 'SOURCE_NOT_YOURS');
  });

  it('of an officer may only be a retraction, under the officers’ own source', async () => {
    const data = { fact: { source, id: 'c0ffee-1' }, ground: 'told-in-error' };
    const retraction = { ...event, type: 'derbes.fact.retracted', data };
    await expectProblem(tell(event, structured, 'officer'), 403, 'TYPE_NOT_YOURS');
    await expectProblem(tell(retraction, structured, 'officer'), 403, 'SOURCE_NOT_YOURS');
    expect((await tell({ ...retraction, source: 'urn:derbes:officer' }, structured, 'officer')).status).toBe(201);
  });
});

describe('a batch', () => {
  const bad = { ...event, id: 'bad-1', time: 'yesterday' };
  const foreign = { ...event, id: 'foreign-1', source: 'urn:example:billing' };
  const good = (n: number) => ({ ...event, id: `good-${n}` });

  it('is answered by one outcome per event in order, and one bad event does not stop the others', async () => {
    const answer = await tell([good(1), bad, foreign, 'no object', good(2)], batch);
    expect(answer.status).toBe(200);
    expect(answer.body['outcomes']).toMatchObject([
      { id: 'good-1', status: 'recorded' },
      { id: 'bad-1', status: 'malformed', problem: { code: 'MALFORMED_EVENT', pointer: '/time' } },
      { id: 'foreign-1', status: 'forbidden', problem: { code: 'SOURCE_NOT_YOURS' } },
      { status: 'malformed' },
      { id: 'good-2', status: 'recorded' },
    ]);
  });

  it('that is atomic is taken whole or not at all, and says which stood in the way', async () => {
    const atomic = (events: unknown) => tell(events, batch, 'emitter', '/v1/events?atomic=true');
    const before = TakeEvents.taken.length;
    const { body } = await expectProblem(atomic([good(3), bad]), 409, 'BATCH_NOT_RECORDED');
    expect(body['errors']).toMatchObject([{ pointer: '/1/time' }]);
    expect(TakeEvents.taken).toHaveLength(before);
    expect((await atomic([good(3), good(4)])).status).toBe(200);
    expect(TakeEvents.taken.at(-1)).toMatchObject({ atomic: true, events: [{ id: 'good-3' }, { id: 'good-4' }] });
    await expectProblem(atomic(Array(1001).fill(event)), 413, 'BATCH_TOO_LARGE');
  });

  it('of 10,001 events is refused, and one of 10,000 is not', async () => {
    await expectProblem(tell(Array(10_001).fill(1), batch), 413, 'BATCH_TOO_LARGE');
    const answer = await tell(Array(10_000).fill(1), batch);
    expect(answer.body['outcomes']).toHaveLength(10_000);
  });

  it('that is no array is malformed; an empty one has no outcomes', async () => {
    await expectProblem(tell(event, batch), 400, 'MALFORMED_BODY');
    expect((await tell([], batch)).body).toEqual({ outcomes: [] });
  });
});

describe('what is open', () => {
  it('says that the service lives and whether it is ready, and why not', async () => {
    expect((await send('GET', '/health/live')).body).toEqual({ status: 'live' });
    expect((await send('GET', '/health/ready')).body).toEqual({ status: 'ready', role: 'all', parts: ['store'] });
    indicator = { ok: false, why: 'holdings@1 stopped at a poisonous event' };
    const { body } = await expectProblem(send('GET', '/health/ready'), 503, 'NOT_READY');
    expect(body['errors']).toEqual([{ pointer: '/store', detail: 'holdings@1 stopped at a poisonous event' }]);
    indicator = { ok: true };
  });

  it('publishes the schema of every type', async () => {
    const { body } = await send('GET', '/v1/schemas');
    const paths = Object.values(body['schemas'] as unknown as Record<string, string>);
    expect(paths).toHaveLength(25);
    for (const path of paths) expect((await send('GET', path)).body).toMatchObject({ $id: path, type: 'object' });
    await expectProblem(send('GET', '/v1/schemas/derbes.data.colected'), 404, 'NOT_FOUND');
  });

  it('has a page for every problem, where its type leads', async () => {
    const { body } = await send('GET', '/nowhere');
    const page = await send('GET', body['type'] as unknown as string);
    expect({ status: page.status, type: page.headers['content-type'] }).toEqual({
      status: 200,
      type: 'text/markdown; charset=utf-8',
    });
    expect(page.text).toContain('KEY_MISSING');
  });

  it('shows the interface at /docs with assets of its own', async () => {
    const page = await send('GET', '/docs');
    expect(page.status).toBe(200);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');
    expect(assets.length).toBeGreaterThan(2);
    for (const asset of assets) {
      expect(asset).not.toMatch(/^(https?:)?\/\//);
      expect((await send('GET', new URL(asset, `${base}/docs`).pathname)).status).toBe(200);
    }
  });
});

describe('the service itself', () => {
  it('writes one line per request without path, query, key or body', async () => {
    logged.length = 0;
    await send('GET', '/v1/subjects/00000000-0000-4000-8000-00000000abcd/timeline?asOf=2026-01-01T00:00:00Z', {
      role: 'officer',
    });
    await tell({ ...event, id: 'log-line-1' });
    const lines = logged
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'answered');
    expect(lines).toMatchObject([
      { method: 'GET', route: '/v1/subjects/:id/timeline', status: 400, problem: 'REASON_MISSING' },
      { method: 'POST', route: '/v1/events', status: 201 },
    ]);
    const all = logged.join('');
    for (const secret of ['abcd', 'asOf', 'derbes_', 'example.kz', 'log-line-1', 'Bearer'])
      expect(all).not.toContain(secret);
  });

  it('counts what it does without naming anybody', async () => {
    const { text, headers } = await send('GET', '/metrics', { role: 'auditor' });
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(text).toMatch(/derbes_events_total\{[^}]*status="recorded"[^}]*\} [1-9]/);
    expect(text).toMatch(/derbes_http_request_seconds_count\{[^}]*method="POST",route="\/v1\/events",status="201"/);
    expect(text).not.toContain('example');
  });
});

describe('going down', () => {
  @QueryHandler(ListRebuilds)
  class Slow {
    static begun: () => void;
    static end: () => void;
    async execute(): Promise<readonly Rebuild[]> {
      Slow.begun();
      await new Promise<void>((resolve) => (Slow.end = resolve));
      return [];
    }
  }

  it('answers what was begun, tells what comes to wait, and closes', async () => {
    const parts = {
      keys: new ApiKeys(db.app),
      logger: new JsonLogger('silent'),
      metrics: new Metrics(),
      indicators: [],
      providers: [Slow],
    };
    const { app } = await createApp(parts, defaultLimits, '0');
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const begun = new Promise<void>((resolve) => (Slow.begun = resolve));
    const open = () => {
      const socket = connect(port, '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(text)));
      const write = (part: string) => new Promise<void>((resolve) => socket.write(part, () => resolve()));
      return { write, closed };
    };
    const late = open();
    await late.write('GET /health/live HTTP/1.1\r\nhost: x\r\n');
    const slow = open();
    await slow.write(`GET /v1/rebuilds HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${keyOf.admin ?? ''}\r\n\r\n`);
    await begun;
    const closing = app.close();
    await late.write('\r\n');
    const refused = await late.closed;
    expect(refused).toMatch(/^HTTP\/1\.1 503 .*connection: close.*"code":"STOPPING"/s);
    Slow.end();
    const answered = await slow.closed;
    expect(answered).toMatch(/^HTTP\/1\.1 200 OK.*connection: close.*\r\n\r\n\[\]$/s);
    await closing;
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
  });
});
