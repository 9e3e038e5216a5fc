// What is an emitter told of each fact, in each mode of CloudEvents, and does it learn nothing else?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { CloudEvent, HTTP } from 'cloudevents';
import { batchType, structuredType, type Answer, type Caller, type Outcome } from './caller.js';
import { expectProblem, uuidsTold } from './expected.js';
import { bank, by, collected, fact, momentOf, reference, settle, type Told } from './kiberon.js';
import { Journey, journeyMsMax } from './service-process.js';
import { Stored } from './stored.js';

jest.setTimeout(journeyMsMax);
const otherSource = 'urn:example:other';
let journey: Journey;
let stored: Stored;
let other: Caller;
const toldToEmitters: Answer[] = [];

beforeAll(async () => {
  journey = await Journey.begin();
  stored = await Stored.open(journey.places);
  await settle(journey.as('officer'));
  const made = await journey.as('admin').post('/v1/keys', { role: 'emitter', source: otherSource });
  other = journey.service.as(made.json<{ key: string }>().key);
});
afterAll(async () => {
  await stored?.close();
  await journey?.end();
});

/** Every answer to an emitter is kept, to be searched at the end. */
async function tell(event: unknown, emitter = journey.as('emitter'), query = ''): Promise<Answer> {
  const answer = await emitter.tell(event, query);
  toldToEmitters.push(answer);
  return answer;
}

async function tellAll(events: readonly unknown[], query = ''): Promise<Answer> {
  const answer = await journey.as('emitter').post(`/v1/events${query}`, events, { type: batchType });
  toldToEmitters.push(answer);
  return answer;
}
const outcomesOf = (answer: Answer) => answer.json<{ outcomes: readonly Outcome[] }>().outcomes;
const foreign = (email: string): Told => collected(email, {}, { source: otherSource });

describe('a fact', () => {
  it('is recorded, with its findings and a reference to the person that is good for this source alone', async () => {
    const event = collected('outcome-1@example.kz');
    const answer = await tell(event);
    expect(answer.status).toBe(201);
    const { ref, ...outcome } = answer.json<Outcome>();
    expect(outcome).toMatchObject({ id: event.id, status: 'recorded', provisional: true });
    expect(outcome.findings).toContainEqual(expect.objectContaining({ code: 'NO_BASIS' }));
    expect(ref).toMatch(/^[A-Za-z0-9_-]{22}$/);
    const later = await tell(fact('relation.started', { subject: { ref }, kind: 'account' }));
    expect(later.json<Outcome>()).toMatchObject({ status: 'recorded', ref });

    const elsewhere = await tell(foreign('outcome-1@example.kz'), other);
    expect(elsewhere.json<Outcome>().ref).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(elsewhere.json<Outcome>().ref).not.toBe(ref);
    const stolen = fact('relation.started', { subject: { ref }, kind: 'account' }, { source: otherSource });
    expectProblem(await tell(stolen, other), 400, 'UNKNOWN_REF');
  });

  it('told again gets the first outcome again, however often and from wherever at once', async () => {
    const event = collected('outcome-2@example.kz');
    const first = (await tell(event)).json<Outcome>();
    const before = await stored.counts();
    const again = await Promise.all(Array.from({ length: 8 }, () => tell(event)));
    for (const answer of again) {
      expect(answer.status).toBe(200);
      expect(answer.json<Outcome>()).toEqual({ ...first, status: 'repeated' });
    }
    expect(await stored.counts()).toEqual(before);
  });

  it('told many times at once is recorded once', async () => {
    const event = collected('outcome-3@example.kz');
    const answers = await Promise.all(Array.from({ length: 12 }, () => tell(event)));
    const statuses = answers.map((answer) => answer.json<Outcome>().status).sort();
    expect(statuses).toEqual(['recorded', ...Array<string>(11).fill('repeated')]);
    expect(new Set(answers.map((answer) => answer.json<Outcome>().ref)).size).toBe(1);
  });

  it('with other content under the same id is a conflict, and the first stands', async () => {
    const event = collected('outcome-4@example.kz');
    await tell(event);
    const before = await stored.counts();
    for (const change of [
      { time: momentOf(Date.parse(event.time) - 1_000) },
      { type: 'derbes.data.used' },
      { data: { ...event.data, values: { email: 'outcome-5@example.kz' } } },
    ]) {
      const changed = { ...event, ...change };
      if (change.type) changed.data = { ...event.data, origin: undefined, values: undefined };
      const answer = await tell(changed);
      expectProblem(answer, 409, 'EVENT_CONFLICT');
    }
    expect(await stored.counts()).toEqual(before);
    expect((await tell(event)).json<Outcome>().status).toBe('repeated');
  });

  it('about a person known through another source is answered like one about a person nobody knows', async () => {
    // Held elsewhere, for what is begun at a holder may be seen in the findings about it.
    await tell(collected('known@example.kz', { holder: 'billing' }, { source: otherSource }), other);
    const [known, unknown] = [
      (await tell(collected('known@example.kz'))).json<Outcome>(),
      (await tell(collected('unknown@example.kz'))).json<Outcome>(),
    ];
    const shape = ({ ref, id, ...outcome }: Outcome) => ({
      ...outcome,
      ref: ref?.length,
      id: id?.length !== undefined,
    });
    expect(shape(known)).toEqual(shape(unknown));
  });

  it('may be told again by the one who waits for the registers', async () => {
    const event = collected('waits@example.kz', { holder: 'billing' });
    expect((await tell(event, journey.as('emitter'), '?wait=projected')).status).toBe(201);
    const subject = await journey.as('officer').find('email', 'waits@example.kz');
    const rows = await journey.as('officer').register<{ holder: string }>('holdings', { subject }, 'test');
    expect(rows.map(({ holder }) => holder)).toContain('billing');
  });
});

describe('the modes of CloudEvents', () => {
  const make = (id: string, email: string) =>
    new CloudEvent<object>({ ...collected(email, {}, { id }), time: '2026-11-22T09:00:00.000Z' });
  const send = async ({ headers, body }: { headers: unknown; body: unknown }): Promise<Answer> => {
    const { 'content-type': type, ...others } = headers as Record<string, string>;
    const answer = await journey.as('emitter').send('POST', '/v1/events', {
      raw: body as string,
      ...(type !== undefined && { type }),
      headers: others,
    });
    toldToEmitters.push(answer);
    return answer;
  };

  it('say the same through the official SDK: binary first, then structured and batch are repeats', async () => {
    const event = make('sdk-1', 'sdk@example.kz');
    const first = await send(HTTP.binary(event));
    expect(first.status).toBe(201);
    const structured = await send(HTTP.structured(event));
    expect(structured.status).toBe(200);
    expect(structured.json<Outcome>()).toEqual({ ...first.json<Outcome>(), status: 'repeated' });
    const batch = await tellAll([JSON.parse(HTTP.structured(event).body as string)]);
    expect(outcomesOf(batch)).toEqual([structured.json<Outcome>()]);
  });

  it('take a type of a media with a charset, and an attribute that is percent-encoded', async () => {
    const { id, source, type, time, data } = collected('binary@example.kz', {}, { id: 'sdk-2' });
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': encodeURIComponent(id),
      'ce-source': encodeURIComponent(source),
      'ce-type': type,
      'ce-time': time,
    };
    const raw = JSON.stringify(data);
    const answer = await send({
      headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
      body: raw,
    });
    expect(answer.status).toBe(201);
    const same = await journey.as('emitter').send('POST', '/v1/events', {
      raw: JSON.stringify({ specversion: '1.0', id, source, type, time, data }),
      type: `${structuredType}; charset=UTF-8`,
    });
    expect(same.json<Outcome>().status).toBe('repeated');
  });

  it('refuse headers that no event has', async () => {
    const { data } = collected('binary@example.kz');
    const answer = await send({
      headers: { 'ce-specversion': '1.0', 'ce-id': 'x-1', 'ce-subject': 'who', 'content-type': 'application/json' },
      body: JSON.stringify(data),
    });
    const problem = expectProblem(answer, 400, 'MALFORMED_EVENT');
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/subject', '/type', '/time']),
    );
  });
});

describe('a batch', () => {
  it('answers one outcome per event, in order, and one bad event does not stop the others', async () => {
    const known = collected('batch-known@example.kz');
    await tell(known);
    const events = [
      collected('batch-1@example.kz'),
      { ...collected('batch-2@example.kz'), specversion: '0.3' },
      known,
      { ...known, time: momentOf(Date.parse(known.time) - 5_000) },
      foreign('batch-3@example.kz'),
      collected('batch-4@example.kz', { subject: by('iin', '900101300008') }),
      collected('batch-5@example.kz'),
    ];
    const answer = await tellAll(events);
    expect(answer.status).toBe(200);
    const outcomes = outcomesOf(answer);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'recorded',
      'malformed',
      'repeated',
      'conflict',
      'forbidden',
      'malformed',
      'recorded',
    ]);
    expect(outcomes.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    expect(outcomes[1]?.problem).toMatchObject({ code: 'MALFORMED_EVENT', pointer: '/specversion' });
    expect(outcomes[3]?.problem?.code).toBe('EVENT_CONFLICT');
    expect(outcomes[4]?.problem?.code).toBe('SOURCE_NOT_YOURS');
    expect(outcomes[5]?.problem).toMatchObject({
      code: 'IIN_MALFORMED',
      pointer: '/data/subject/identifiers/0/value',
    });
  });

  it('with one event twice records it once', async () => {
    const event = collected('batch-twice@example.kz');
    const outcomes = outcomesOf(await tellAll([event, event, event]));
    expect(outcomes.map(({ status }) => status)).toEqual(['recorded', 'repeated', 'repeated']);
  });

  it('about one new person makes one person', async () => {
    const events = Array.from({ length: 50 }, () => collected('batch-one@example.kz'));
    const outcomes = outcomesOf(await tellAll(events));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['recorded']));
    expect(new Set(outcomes.map(({ ref }) => ref)).size).toBe(1);
    await journey.as('officer').find('email', 'batch-one@example.kz');
  });

  it('of nothing is answered with nothing', async () => {
    expect(outcomesOf(await tellAll([]))).toEqual([]);
    expect(outcomesOf(await tellAll([], '?atomic=true'))).toEqual([]);
  });
});

describe('an atomic batch', () => {
  const three = () => ['atomic-1', 'atomic-2', 'atomic-3'].map((name) => collected(`${name}@example.kz`));

  it('with one event that cannot be recorded records nothing and names it', async () => {
    const events: unknown[] = three();
    const bad = [
      [{ ...collected('bad@example.kz'), specversion: '0.3' }, '/1/specversion'],
      [foreign('bad@example.kz'), '/1/source'],
      [collected('bad@example.kz', { subject: by('iin', '900101300008') }), '/1/data/subject/identifiers/0/value'],
      [
        fact('fact.retracted', { fact: { source: 'urn:example:service', id: 'no' }, ground: 'told-in-error' }),
        '/1/data/fact',
      ],
    ] as const;
    const before = await stored.counts();
    for (const [event, pointer] of bad) {
      events[1] = event;
      const problem = expectProblem(await tellAll(events, '?atomic=true'), 409, 'BATCH_NOT_RECORDED');
      expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
    }
    expect(await stored.counts()).toEqual(before);
  });

  it('is recorded whole, and told again is repeated whole', async () => {
    const events = three();
    const first = outcomesOf(await tellAll(events, '?atomic=true'));
    expect(first.map(({ status }) => status)).toEqual(['recorded', 'recorded', 'recorded']);
    const again = outcomesOf(await tellAll(events, '?atomic=true'));
    expect(again).toEqual(first.map((outcome) => ({ ...outcome, status: 'repeated' })));
    const mixed = outcomesOf(await tellAll([...events, collected('atomic-4@example.kz')], '?atomic=true'));
    expect(mixed.map(({ status }) => status)).toEqual(['repeated', 'repeated', 'repeated', 'recorded']);
  });

  it('with one id twice, or a conflict with what stands, records nothing', async () => {
    const [one, two] = three() as [Told, Told];
    const before = await stored.counts();
    const twice = expectProblem(
      await tellAll([one, two, { ...two, data: one.data }], '?atomic=true'),
      409,
      'BATCH_NOT_RECORDED',
    );
    expect(twice.errors?.[0]?.pointer).toMatch(/^\/[12]/);
    expect(await stored.counts()).toEqual(before);
    await tell(one);
    const standing = await stored.counts();
    const changed = { ...one, time: momentOf(Date.parse(one.time) - 9_000) };
    expectProblem(await tellAll([two, changed], '?atomic=true'), 409, 'BATCH_NOT_RECORDED');
    expect(await stored.counts()).toEqual(standing);
  });
});

describe('the published schemas', () => {
  it('list every type, each with a schema that its own events hold to and others do not', async () => {
    const nobody = journey.service.as();
    const { schemas } = (await nobody.get('/v1/schemas')).json<{ schemas: Record<string, string> }>();
    expect(Object.keys(schemas)).toHaveLength(25);
    for (const [type, path] of Object.entries(schemas)) {
      const answer = await nobody.get(path);
      expect({ type, status: answer.status }).toEqual({ type, status: 200 });
      expect(answer.headers.get('content-type')).toMatch(/^application\/schema\+json/);
      expect(answer.json<{ $id: string }>().$id).toBe(path);
    }
    const schema = (await nobody.get('/v1/schemas/derbes.data.collected')).json<object>();
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const holds = ajv.compile(schema);
    expect(holds(collected('schema@example.kz').data)).toBe(true);
    expect(holds({ ...collected('schema@example.kz').data, purpose: ['account'] })).toBe(false);
    expectProblem(await nobody.get('/v1/schemas/derbes.data.colected'), 404, 'NOT_FOUND');
  });

  it('may be named by an event, on whatever host the service stands', async () => {
    for (const dataschema of [
      '/v1/schemas/derbes.data.collected',
      'https://ledger.example/v1/schemas/derbes.data.collected',
    ]) {
      const answer = await tell({ ...collected('dataschema@example.kz'), dataschema });
      expect(answer.status).toBe(201);
    }
  });
});

describe('a command', () => {
  const holder = (countries: readonly string[]) => ({ holder: 'idempotent', countries, since: '2026-11-01T00:00:00Z' });
  const send = (body: object, key: string, caller = journey.as('officer')) =>
    caller.post('/v1/holders', body, { headers: { 'idempotency-key': key } });

  it('under the same Idempotency-Key is carried out once, and under another content refused', async () => {
    const first = await send(holder(['KZ']), 'command-1');
    expect(first.status).toBe(201);
    expect(first.json()).toMatchObject({ status: 'recorded' });
    const before = await stored.counts();
    const again = await send(holder(['KZ']), 'command-1');
    expect(again.status).toBe(200);
    expect(again.json()).toEqual({ ...first.json<object>(), status: 'repeated' });
    expectProblem(await send(holder(['DE']), 'command-1'), 409, 'IDEMPOTENCY_KEY_REUSED');
    const otherCommand = await journey
      .as('officer')
      .post(
        '/v1/recipients',
        { ...bank, since: '2026-11-01T00:00:00Z' },
        { headers: { 'idempotency-key': 'command-1' } },
      );
    expectProblem(otherCommand, 409, 'IDEMPOTENCY_KEY_REUSED');
    expect(await stored.counts()).toEqual(before);
  });

  it('sent many times at once under one key is carried out once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(holder(['DE']), 'command-2')));
    const statuses = answers.map((answer) => answer.json<{ status: string }>().status).sort();
    expect(statuses).toEqual(['recorded', ...Array<string>(5).fill('repeated')]);
  });

  it('of an officer appointed is answered with the same staff again', async () => {
    const body = { name: 'Ответственнов Примерович', from: '2026-11-01T00:00:00Z' };
    const appoint = () =>
      journey.as('officer').post('/v1/officers', body, { headers: { 'idempotency-key': 'officer-1' } });
    const first = await appoint();
    expect(first.status).toBe(201);
    const again = await appoint();
    expect(again.json()).toEqual({ ...first.json<object>(), status: 'repeated' });
  });

  it('of one officer is not met by the same key of another', async () => {
    const made = await journey.as('admin').post('/v1/keys', { role: 'officer' });
    const second = journey.service.as(made.json<{ key: string }>().key);
    const answer = await send({ ...holder(['FR']), holder: 'second-officer' }, 'command-1', second);
    expect(answer.status).toBe(201);
  });
});

describe('an officer', () => {
  it('takes back a fact of another source, and tells none', async () => {
    const event = collected('taken-back@example.kz');
    await tell(event);
    const officer = journey.as('officer');
    const data = { fact: reference(event), ground: 'told-in-error' };
    const taken = await officer.tell(fact('fact.retracted', data, { source: 'urn:derbes:officer' }));
    expect(taken.status).toBe(201);
    const told = await officer.tell(collected('x@example.kz', {}, { source: 'urn:derbes:officer' }));
    expectProblem(told, 403, 'TYPE_NOT_YOURS');
  });
});

describe('what emitters were told', () => {
  it('names no subject, no event and no revision of the ledger', () => {
    expect(toldToEmitters.length).toBeGreaterThan(50);
    for (const answer of toldToEmitters) {
      expect(uuidsTold(answer)).toEqual([]);
      expect(answer.text).not.toMatch(/revision|position|subject-|"stream"/);
      for (const [name, value] of answer.headers) expect(`${name}: ${value}`).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    }
  });
});
