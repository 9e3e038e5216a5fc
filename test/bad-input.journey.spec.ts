// What does somebody get who sends what should not be sent? A clear answer; and nothing of it stands anywhere.
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { batchType, structuredType, type Outcome } from './caller.js';
import { expectProblem, uuidsTold } from './expected.js';
import { ahead, by, collected, consentItems, dayMs, fact, hourMs, minuteMs, policyText, settle } from './kiberon.js';
import { Journey, journeyMsMax, until } from './service-process.js';
import { Stored, type Counts } from './stored.js';

jest.setTimeout(journeyMsMax);
const inFlightMax = 4;
let journey: Journey;
let stored: Stored;
let before: Counts;

beforeAll(async () => {
  journey = await Journey.begin({ IN_FLIGHT_PER_KEY_MAX: String(inFlightMax) });
  stored = await Stored.open(journey.places);
  await settle(journey.as('officer'));
});
afterAll(async () => {
  await stored?.close();
  await journey?.end();
});
beforeEach(async () => {
  before = await stored.counts();
});

const nothingWritten = async (): Promise<void> => expect(await stored.counts()).toEqual(before);
const emitter = () => journey.as('emitter');
const officer = () => journey.as('officer');

/** Sent alone it is this problem, with a place and nothing written; in a batch the neighbours are recorded. */
async function refusedAlone(event: unknown, status: number, code: string, pointer: string) {
  const answer = await emitter().tell(event);
  const problem = expectProblem(answer, status, code);
  expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
  await nothingWritten();
  return { answer, problem };
}

async function refusedAmongOthers(event: unknown, code: string, status = 'malformed'): Promise<Outcome> {
  const outcomes = await emitter().tellAll([collected('before@example.kz'), event, collected('after@example.kz')]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['recorded', status, 'recorded']);
  expect(outcomes[1]?.problem?.code).toBe(code);
  return outcomes[1] as Outcome;
}

describe('a body', () => {
  it.each([
    ['that breaks off', '{"specversion":"1.0","id":'],
    ['that is empty', ''],
    ['that is two values', '{} {}'],
    ['that is not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['with half a surrogate pair', '{"id":"\\ud800"}'],
  ])('%s is malformed JSON, and is not repeated', async (_, raw) => {
    const answer = await emitter().send('POST', '/v1/events', { raw, type: structuredType });
    expectProblem(answer, 400, 'MALFORMED_JSON');
    await nothingWritten();
  });

  it('nested a hundred thousand deep is refused before it is parsed', async () => {
    const raw = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const answer = await emitter().send('POST', '/v1/events', { raw, type: batchType });
    expectProblem(answer, 400, 'JSON_TOO_DEEP');
    const event = JSON.stringify(collected('deep@example.kz', { values: { email: 'HERE' } }));
    const deep = event.replace('"HERE"', `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`);
    expectProblem(
      await emitter().send('POST', '/v1/events', { raw: deep, type: structuredType }),
      400,
      'JSON_TOO_DEEP',
    );
    await nothingWritten();
  });

  it('with a key twice, or one that poisons objects, is refused', async () => {
    const twice = JSON.stringify(collected('twice@example.kz')).replace('{', '{"id":"other",');
    expectProblem(
      await emitter().send('POST', '/v1/events', { raw: twice, type: structuredType }),
      400,
      'DUPLICATE_KEY',
    );
    const poison = JSON.stringify(collected('poison@example.kz')).replace('{', '{"__proto__":{"role":"admin"},');
    expectProblem(
      await emitter().send('POST', '/v1/events', { raw: poison, type: structuredType }),
      400,
      'FORBIDDEN_KEY',
    );
    await nothingWritten();
  });

  it('of a media type that no route reads is refused', async () => {
    const raw = JSON.stringify(collected('media@example.kz'));
    for (const type of ['text/plain', 'application/xml', 'application/json']) {
      expectProblem(await emitter().send('POST', '/v1/events', { raw, type }), 415, 'MEDIA_TYPE_UNSUPPORTED');
    }
    await nothingWritten();
  });

  it('that was compressed is refused and told how to come', async () => {
    const raw = gzipSync(JSON.stringify(collected('packed@example.kz')));
    const answer = await emitter().send('POST', '/v1/events', {
      raw,
      type: structuredType,
      headers: { 'content-encoding': 'gzip' },
    });
    expectProblem(answer, 415, 'MEDIA_TYPE_UNSUPPORTED');
    expect(answer.headers.get('accept-encoding')).toBe('identity');
    await nothingWritten();
  });

  it('longer than a body may be is refused, and a field of a megabyte by its place', async () => {
    const megabyte = 'x'.repeat(1024 * 1024);
    const { answer } = await refusedAlone(
      collected('long@example.kz', { values: { email: megabyte } }),
      400,
      'MALFORMED_EVENT',
      '/data/values/email',
    );
    expect(answer.text.length).toBeLessThan(2_000);
    await refusedAmongOthers(collected('long@example.kz', { values: { email: megabyte } }), 'MALFORMED_EVENT');
    before = await stored.counts();
    const five = collected('long@example.kz', { values: { email: megabyte.repeat(5) } });
    expectProblem(await emitter().tell(five), 413, 'BODY_TOO_LARGE');
    await nothingWritten();
  });

  it('that is no HTTP request at all is told so', async () => {
    const { hostname, port } = new URL(journey.service.url);
    const socket = connect(Number(port), hostname);
    socket.end('this is not HTTP\r\n\r\n');
    const said = await readText(socket);
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(said).toContain('MALFORMED_REQUEST');
    await nothingWritten();
  });

  it('with headers longer than a request has is refused', async () => {
    const answer = await emitter().post('/v1/events', {}, { headers: { 'x-long': 'x'.repeat(64 * 1024) } });
    expectProblem(answer, 431, 'HEADERS_TOO_LARGE');
  });
});

describe('the attributes of a CloudEvent', () => {
  it.each([
    ['specversion of another version', { specversion: '0.3' }, '/specversion'],
    ['no specversion', { specversion: undefined }, '/specversion'],
    ['no id', { id: undefined }, '/id'],
    ['an empty id', { id: '' }, '/id'],
    ['an id with a blank', { id: 'a b' }, '/id'],
    ['an id that is a number', { id: 7 }, '/id'],
    ['an id of 129 characters', { id: 'x'.repeat(129) }, '/id'],
    ['no source', { source: undefined }, '/source'],
    ['a source with a blank', { source: 'urn: a' }, '/source'],
    ['no time', { time: undefined }, '/time'],
    ['a day for a time', { time: '2026-11-20' }, '/time'],
    ['a time without offset', { time: '2026-11-20T09:00:00' }, '/time'],
    ['the thirtieth of February', { time: '2026-02-30T09:00:00Z' }, '/time'],
    ['a type that is no text', { type: {} }, '/type'],
    ['another content type', { datacontenttype: 'application/xml' }, '/datacontenttype'],
    ['a schema of another type', { dataschema: '/v1/schemas/derbes.data.used' }, '/dataschema'],
    ['a schema elsewhere', { dataschema: 'https://example.kz/schema.json' }, '/dataschema'],
    ['the attribute subject', { subject: 'somebody' }, '/subject'],
    ['an unknown extension', { traceparent: '00-0-0-00' }, '/traceparent'],
    ['no data', { data: undefined }, '/data'],
    ['data that is a list', { data: [] }, '/data'],
    ['data that is null', { data: null }, '/data'],
  ])('refuse %s', async (_, change, pointer) => {
    await refusedAlone({ ...collected('attributes@example.kz'), ...change }, 400, 'MALFORMED_EVENT', pointer);
  });

  it('refuse an unknown type and name the nearest', async () => {
    const { problem } = await refusedAlone(
      { ...collected('type@example.kz'), type: 'derbes.data.colected' },
      400,
      'UNKNOWN_TYPE',
      '/type',
    );
    expect(JSON.stringify(problem.errors)).toContain('derbes.data.collected');
    await refusedAmongOthers({ ...collected('type@example.kz'), type: 'com.example.thing' }, 'UNKNOWN_TYPE');
  });

  it.each([
    ['an e-mail', 'anna@example.kz'],
    ['a percent-encoded e-mail', 'anna%40example.kz'],
    ['a phone number', '+77012345678'],
    ['an IIN', '900101300007'],
  ])('refuse an id that is %s, and never repeat it', async (_, id) => {
    const { answer } = await refusedAlone({ ...collected('id@example.kz'), id }, 400, 'ID_LOOKS_PERSONAL', '/id');
    expect(answer.text).not.toContain(id);
    const outcome = await refusedAmongOthers({ ...collected('id@example.kz'), id }, 'ID_LOOKS_PERSONAL');
    expect(JSON.stringify(outcome)).not.toContain(id);
  });

  it('refuse what lies in the future, and take what a hasty clock says', async () => {
    const far = { ...collected('future@example.kz'), time: ahead(hourMs) };
    await refusedAlone(far, 400, 'FUTURE', '/time');
    await refusedAmongOthers(far, 'FUTURE');
    const hasty = await emitter().tell({ ...collected('hasty@example.kz'), time: ahead(2 * minuteMs) });
    expect(hasty.status).toBe(201);
  });

  it('refuse a consent withdrawn before it could be and a link of years ahead as dates that do not exist', async () => {
    const { problem } = await refusedAlone(
      collected('dates@example.kz', {
        origin: { kind: 'public-source', url: 'https://example.kz/1', fetched: '2026-13-01T00:00:00Z' },
      }),
      400,
      'MALFORMED_EVENT',
      '/data/origin/fetched',
    );
    expect(problem.errors).toHaveLength(1);
  });
});

describe('the subject of a fact', () => {
  it('has an identifier', async () => {
    for (const subject of [{}, { identifiers: [] }]) {
      await refusedAlone(collected('x@example.kz', { subject }), 400, 'MALFORMED_EVENT', '/data/subject/identifiers');
    }
    await refusedAlone(collected('x@example.kz', { subject: undefined }), 400, 'MALFORMED_EVENT', '/data/subject');
  });

  it.each([
    ['an IIN with a wrong check digit', 'iin', '900101300008', 'IIN_MALFORMED'],
    ['an e-mail without a domain', 'email', 'anna.example.kz', 'EMAIL_MALFORMED'],
    ['a phone of too few digits', 'phone', '+7 701 12', 'PHONE_MALFORMED'],
    ['a cookie with a blank', 'cookie', 'two words', 'COOKIE_MALFORMED'],
  ])('is not known by %s, which is not repeated', async (_, scheme, value, code) => {
    const pointer = '/data/subject/identifiers/0/value';
    const told = collected('x@example.kz', { subject: by(scheme, value) });
    const { answer } = await refusedAlone(told, 400, code, pointer);
    expect(answer.text).not.toContain(value);
    const outcome = await refusedAmongOthers(told, code);
    expect(outcome.problem?.pointer).toBe(pointer);
    expect(JSON.stringify(outcome)).not.toContain(value);
  });

  it('is not known by an address of a machine, a company or a scheme nobody knows', async () => {
    for (const [scheme, value] of [
      ['ip', '192.0.2.1'],
      ['bin', '230340021377'],
      ['passport', 'N12345678'],
    ] as const) {
      const answer = await emitter().tell(collected('x@example.kz', { subject: by(scheme, value) }));
      expectProblem(answer, 400, 'SCHEME_UNKNOWN');
      expect(answer.text).not.toContain(value);
    }
    await nothingWritten();
  });

  it('is not known by a reference that nobody was given', async () => {
    const answer = await emitter().tell(collected('x@example.kz', { subject: { ref: 'A'.repeat(22) } }));
    expectProblem(answer, 400, 'UNKNOWN_REF');
    await nothingWritten();
  });
});

describe('the data of a fact', () => {
  it('names the unknown field and the known one nearest to it, everywhere in it', async () => {
    const { problem } = await refusedAlone(
      collected('field@example.kz', { purpose: ['account'], basis: { code: 'consent', concent: {} } }),
      400,
      'MALFORMED_EVENT',
      '/data/purpose',
    );
    expect(problem.errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ pointer: '/data/purpose', hint: expect.stringContaining('purposes') }),
        expect.objectContaining({ pointer: '/data/basis/concent', hint: expect.stringContaining('consent') }),
      ]),
    );
  });

  it('has values of its own categories alone', async () => {
    await refusedAlone(
      collected('value@example.kz', { values: { phone: '+7 701 000 00 00' } }),
      400,
      'VALUE_WITHOUT_CATEGORY',
      '/data/values/phone',
    );
  });

  it('takes back no fact that was never told', async () => {
    const never = { fact: { source: 'urn:example:service', id: 'never-told' }, ground: 'told-in-error' };
    expectProblem(await emitter().tell(fact('fact.retracted', never)), 400, 'UNKNOWN_FACT');
    await nothingWritten();
  });

  it('that names a category no policy knows is recorded with a finding: it is the policy that lacks it', async () => {
    const told = collected('shoes@example.kz', { categories: ['shoe-size'], values: { 'shoe-size': '42 (пример)' } });
    const answer = await emitter().tell(told);
    expect(answer.status).toBe(201);
    const { findings = [] } = answer.json<Outcome>();
    expect(findings).toContainEqual(expect.objectContaining({ code: 'UNDECLARED_CATEGORY', category: 'shoe-size' }));
    const after = await stored.counts();
    expect(after.claim).toBe(before.claim + 1);
    expect(after.ledger_event).toBeGreaterThan(before.ledger_event);
  });
});

describe('a batch', () => {
  it('of 10,001 events is refused whole, as is an atomic one of 1,001', async () => {
    const small = fact('relation.started', { subject: by('account', 'batch-1'), kind: 'session' });
    const events = Array.from({ length: 10_001 }, (_, i) => ({ ...small, id: `many-${i}` }));
    expectProblem(await emitter().post('/v1/events', events, { type: batchType }), 413, 'BATCH_TOO_LARGE');
    const atomic = await emitter().post('/v1/events?atomic=true', events.slice(0, 1_001), { type: batchType });
    expectProblem(atomic, 413, 'BATCH_TOO_LARGE');
    await nothingWritten();
  });

  it('that is no array, or asks for what no parameter says, is refused', async () => {
    expectProblem(await emitter().post('/v1/events', {}, { type: batchType }), 400, 'MALFORMED_BODY');
    for (const query of ['?atomic=yes', '?wait=recieved', '?atomc=true', '?atomic=true&atomic=true']) {
      expectProblem(await emitter().post(`/v1/events${query}`, [], { type: batchType }), 400, 'MALFORMED_QUERY');
    }
    await nothingWritten();
  });

  it('of things that are no events is answered one by one', async () => {
    const outcomes = await emitter().tellAll([null, 7, 'text', [], {}]);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('malformed'));
    await nothingWritten();
  });
});

describe('a policy', () => {
  const publishing = (yaml: string) =>
    officer().post('/v1/policies', { yaml, texts: { ru: policyText }, inForce: ahead(dayMs), assertedBy: 'director' });

  it('that would unfold to a billion laughs is refused, and not unfolded first', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => {
      const inside =
        i === 0
          ? '"lol"'
          : Array(9)
              .fill(`*l${i - 1}`)
              .join(', ');
      return `l${i}: &l${i} [${inside}]`;
    });
    // Unfolded, it would be answered by nobody: neither the time nor the memory there is would do.
    expectProblem(await publishing(lines.join('\n')), 400, 'POLICY_MALFORMED');
    await nothingWritten();
  });

  it('that is no YAML, or is YAML of something else, is refused with its line', async () => {
    for (const yaml of ['a: [', 'format: derbes.policy/v1\ncategories: 7', `${'- '.repeat(20_000)}x`]) {
      const problem = expectProblem(await publishing(yaml), 400, 'POLICY_MALFORMED');
      expect(problem.errors?.[0]?.detail).toMatch(/^line \d+/);
    }
    await nothingWritten();
  });
});

describe('whoever has no right to', () => {
  it('sends no key, and is told how one is sent', async () => {
    const nobody = journey.service.as();
    for (const answer of [
      await nobody.tell(collected('nobody@example.kz')),
      await nobody.get('/v1/registers/findings'),
      await nobody.get('/metrics'),
      await nobody.get('/nowhere'),
    ]) {
      expectProblem(answer, 401, 'KEY_MISSING');
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    await nothingWritten();
  });

  it('sends a stolen key that was revoked, and it opens nothing from then on', async () => {
    const made = await journey.as('admin').post('/v1/keys', { role: 'emitter', source: 'urn:example:stolen' });
    const { id, key } = made.json<{ id: string; key: string }>();
    const thief = journey.service.as(key);
    const event = collected('stolen@example.kz', {}, { source: 'urn:example:stolen' });
    expect((await thief.tell(event)).status).toBe(201);
    expect((await journey.as('admin').send('DELETE', `/v1/keys/${id}`)).status).toBe(200);
    before = await stored.counts();
    const again = collected('stolen@example.kz', {}, { source: 'urn:example:stolen' });
    expectProblem(await thief.tell(again), 401, 'KEY_REFUSED');
    expectProblem(await journey.service.as(`${key.slice(0, -1)}A`).tell(again), 401, 'KEY_REFUSED');
    expectProblem(await journey.service.as(key.replace('emitter', 'admin')).get('/v1/keys'), 401, 'KEY_REFUSED');
    await nothingWritten();
  });

  it('tells another source’s events, or takes them back', async () => {
    const foreign = collected('foreign@example.kz', {}, { source: 'urn:example:other' });
    expectProblem(await emitter().tell(foreign), 403, 'SOURCE_NOT_YOURS');
    await nothingWritten();
    await refusedAmongOthers(foreign, 'SOURCE_NOT_YOURS', 'forbidden');
    before = await stored.counts();
    const back = { fact: { source: 'urn:example:other', id: 'theirs' }, ground: 'told-in-error' };
    expectProblem(await emitter().tell(fact('fact.retracted', back)), 403, 'SOURCE_NOT_YOURS');
    await nothingWritten();
  });

  it('asks for a key of a source that looks like a person: sources stand in events for ever', async () => {
    const body = { role: 'emitter', source: 'mailto:anna@example.kz' };
    const answer = await journey.as('admin').post('/v1/keys', body);
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('anna');
    await nothingWritten();
  });

  it('has another role', async () => {
    expectProblem(await journey.as('auditor').tell(collected('role@example.kz')), 403, 'ROLE_NOT_ALLOWED');
    expectProblem(await emitter().get('/v1/registers/holdings'), 403, 'ROLE_NOT_ALLOWED');
    expectProblem(await emitter().get('/v1/keys'), 403, 'ROLE_NOT_ALLOWED');
    expectProblem(await officer().post('/v1/keys', { role: 'admin' }), 403, 'ROLE_NOT_ALLOWED');
    expectProblem(await journey.as('admin').post('/v1/holders', {}), 403, 'ROLE_NOT_ALLOWED');
    const subject = '00000000-0000-4000-8000-000000000000';
    for (const role of ['admin', 'auditor', 'emitter'] as const) {
      const asked = journey.as(role).get(`/v1/subjects/${subject}/dossier`, { reason: 'test' });
      expectProblem(await asked, 403, 'ROLE_NOT_ALLOWED');
    }
    await nothingWritten();
  });

  it('asks about a person and does not say why, or gives a reason of their own', async () => {
    const question = { identifier: { scheme: 'email', value: 'why@example.kz' } };
    expectProblem(await officer().post('/v1/subjects/search', question), 400, 'REASON_MISSING');
    for (const reason of ['curiosity', '', 'subject-request ', 'toString']) {
      const answer = await officer().post('/v1/subjects/search', question, { headers: { 'derbes-reason': reason } });
      expect([400, 200]).toContain(answer.status);
      if (reason.trim() !== 'subject-request') expect(answer.problem.code).toMatch(/^REASON_(UNKNOWN|MISSING)$/);
    }
    const id = '00000000-0000-4000-8000-000000000000';
    expectProblem(await officer().get(`/v1/subjects/${id}/dossier`), 400, 'REASON_MISSING');
    expectProblem(await officer().get(`/v1/registers/holdings?subject=${id}`), 400, 'REASON_MISSING');
  });

  it('has more requests in flight on one key than a key may have, and is told when to come again', async () => {
    const many = Array.from({ length: 40 }, (_, i) => collected(`flood-${i}@example.kz`));
    const answers = await Promise.all(many.map((event) => emitter().tell(event)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 429]));
    for (const answer of refused) {
      expectProblem(answer, 429, 'TOO_MANY_REQUESTS');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    // Another key is not held up by it, and nothing of what was refused was taken.
    expect((await journey.as('auditor').get('/health/live')).status).toBe(200);
    const taken = answers.length - refused.length;
    const after = await stored.counts();
    expect(after.claim - before.claim).toBe(taken);
    // Sent again as told, all of it is recorded once.
    for (const event of many) {
      const status = await until('taken when sent again', async () => {
        const answer = await emitter().tell(event);
        return answer.status !== 429 && answer.status;
      });
      expect([200, 201]).toContain(status);
    }
    expect((await stored.counts()).claim - before.claim).toBe(many.length);
  });
});

describe('a command', () => {
  it.each([
    ['without its fields', {}, '/holder'],
    ['with an unknown field', { holder: 'crm', countries: ['KZ'], country: 'KZ' }, '/country'],
    ['with a number for a code', { holder: 7, countries: ['KZ'] }, '/holder'],
    ['with an IIN for a code', { holder: 'h-900101300007', countries: ['KZ'] }, '/holder'],
    ['with a country that is none', { holder: 'crm', countries: ['Kazakhstan'] }, '/countries/0'],
    ['that names what stands in no body', { holder: 'crm', countries: ['KZ'], asked: {} }, '/asked'],
  ])('%s is refused by its place', async (_, body, pointer) => {
    const problem = expectProblem(await officer().post('/v1/holders', body), 400, 'MALFORMED_BODY');
    expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
    await nothingWritten();
  });

  it('of a moment that has not come, about a subject nobody knows, or with an id for a key is refused', async () => {
    const later = { holder: 'later', countries: ['KZ'], since: ahead(dayMs) };
    expectProblem(await officer().post('/v1/holders', later), 400, 'SINCE_IN_FUTURE');
    const [one, other] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
    const merge = await officer().post(
      `/v1/subjects/${one}/merge`,
      { other, ground: 'same' },
      { reason: 'correction' },
    );
    expectProblem(merge, 404, 'SUBJECT_UNKNOWN');
    const headers = { 'idempotency-key': 'anna@example.kz' };
    const personal = await officer().post('/v1/holders', { holder: 'crm', countries: ['KZ'] }, { headers });
    expectProblem(personal, 400, 'IDEMPOTENCY_KEY_MALFORMED');
    expect(personal.text).not.toContain('anna');
    await nothingWritten();
  });
});

describe('a question', () => {
  const reason = 'test';

  it('about an id that is none, or that nobody has, finds nothing and looks the same', async () => {
    const none = await officer().get('/v1/subjects/anna@example.kz/dossier', { reason });
    expectProblem(none, 404, 'NOT_FOUND');
    expect(none.text).not.toContain('anna');
    const unknown = await officer().get('/v1/subjects/00000000-0000-4000-8000-000000000000/dossier', { reason });
    expectProblem(unknown, 404, 'NOT_FOUND');
  });

  it('with a parameter that is unknown, malformed or out of range is refused', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    for (const query of ['asof=2026-11-20T00:00:00Z', 'asOf=yesterday', 'lang=de']) {
      expectProblem(await officer().get(`/v1/subjects/${id}/dossier?${query}`, { reason }), 400, 'MALFORMED_QUERY');
    }
    for (const query of ['limit=0', 'limit=501', 'limit=many', 'colour=red', 'subject=anna']) {
      expectProblem(await officer().get(`/v1/registers/holdings?${query}`, { reason }), 400, 'MALFORMED_QUERY');
    }
    expectProblem(await officer().get('/v1/registers/holders?code=CONSENT_MISSING'), 400, 'FILTER_UNKNOWN');
    expectProblem(await officer().get('/v1/registers/findings?cursor=bm90aGluZw'), 400, 'CURSOR_MALFORMED');
    const near = expectProblem(await officer().get('/v1/registers/holding'), 404, 'NOT_FOUND');
    expect(near.detail).toContain('holdings');
  });

  it('by a method or for a form that a path does not have is refused', async () => {
    const wrong = await officer().send('PUT', '/v1/events', { body: {} });
    expectProblem(wrong, 405, 'METHOD_NOT_ALLOWED');
    expect(wrong.headers.get('allow')).toContain('POST');
    const form = await officer().get('/v1/registers/holders', { accept: 'application/pdf' });
    expectProblem(form, 406, 'NOT_ACCEPTABLE');
  });

  it('that fails tells nobody an id of the ledger', async () => {
    const answers = [
      await emitter().tell({ ...collected('ids@example.kz'), specversion: '2' }),
      await emitter().tell(collected('ids@example.kz', { subject: by('iin', '900101300008') })),
      await emitter().tell(fact('consent.given', { subject: by('email', 'ids@example.kz'), items: consentItems('x') })),
    ];
    for (const answer of answers) expect(uuidsTold(answer)).toEqual([]);
  });
});
