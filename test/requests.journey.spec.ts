// Does each right of a person run from the request to the answer, for whoever asks, and is nobody shown more than she proved?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Answer } from './caller.js';
import { CommandLine } from './derbes.js';
import { expectProblem } from './expected.js';
import { ago, by, collected, dayMs, fact, settle, type Told } from './kiberon.js';
import { Journey, journeyMsMax, until } from './service-process.js';

jest.setTimeout(journeyMsMax);

const email = 'zaprosova.aliya@example.kz';
const account = 'primer-zaprosova';
const phone = '+7 700 000 11 22';
const secret = 'Запросова Алия Примеровна';
const reason = 'subject-request';
const line = new CommandLine();
let journey: Journey;
let subject: string;

const officer = () => journey.as('officer');

interface Taken {
  readonly request: string;
  readonly due: string;
  readonly notKept: readonly string[];
  readonly clocks: readonly { readonly term: string; readonly profile: string }[];
}
interface Identified {
  readonly outcome: string;
  readonly opens: { readonly what: string; readonly links?: readonly string[] };
  readonly asked: number;
  readonly missing: readonly string[];
  readonly subject?: string;
}
interface Frozen {
  readonly answer: {
    readonly outcome: string;
    readonly complete?: string;
    readonly holders: readonly { readonly holder: string; readonly said: string }[];
    readonly dossier?: { readonly categories: readonly { readonly category: string }[] };
    readonly salt: string;
    readonly language: string;
  };
  readonly hash: string;
  readonly same: string;
}

async function created<T>(answer: Promise<Answer>): Promise<T> {
  const { status, text, json } = await answer.then((one) => ({
    status: one.status,
    text: one.text,
    json: () => one.json<T>(),
  }));
  expect({ status, text: status === 201 ? '' : text }).toEqual({ status: 201, text: '' });
  return json();
}
const receive = (body: object) =>
  created<Taken>(officer().post('/v1/requests', { channel: 'email', language: 'ru', ...body }));
const post = (request: string, step: string, body: object) =>
  officer().post(`/v1/requests/${request}/${step}`, body, { reason });
const identify = (request: string, ...proofs: object[]) => created<Identified>(post(request, 'identity', { proofs }));
const read = (request: string, path = '', accept = 'application/json') =>
  officer().get(`/v1/requests/${request}${path}`, { reason, accept });
const frozen = async (request: string): Promise<Frozen> => (await read(request, '/answer')).json<Frozen>();
const mailbox = { method: 'mailbox', identifier: { scheme: 'email', value: email } };
const second = { method: 'second-identifier', identifier: { scheme: 'account', value: account } };

async function tell(...events: Told[]): Promise<void> {
  for (const { status } of await journey.as('emitter').tellAll(events, '')) expect(status).toBe('recorded');
}

beforeAll(async () => {
  journey = await Journey.begin();
  await settle(officer());
  const both = { identifiers: [...by('account', account).identifiers, ...by('email', email).identifiers] };
  await tell(
    collected(email, { subject: both }),
    collected(email, { categories: ['full-name'], values: { 'full-name': secret } }),
  );
  subject = await officer().find('email', email);
});
afterAll(async () => {
  await line.end();
  await journey.end();
});

describe('to know', () => {
  let request: string;

  it('begins with a letter: its term is three working days, and its words are sealed', async () => {
    const taken = await receive({
      right: 'know',
      text: `Что вы знаете обо мне? ${secret}`,
      contact: email,
      claimed: [
        { scheme: 'email', value: email },
        { scheme: 'iin', value: '900101300017' },
      ],
    });
    request = taken.request;
    expect(taken.clocks).toMatchObject([{ term: 'access', profile: 'kz' }]);
    expect(taken.notKept).toEqual(['iin']);
    const standing = (await read(request)).json<{ state: string; due: string; parts: { category: string }[] }>();
    expect(standing).toMatchObject({ state: 'received', due: taken.due });
    expect(standing.parts.map(({ category }) => category)).toEqual([
      'meta.request-text',
      'meta.contact',
      'meta.claimed',
    ]);
    expect((await read(request, '', 'text/plain')).text).toContain(secret);
  });

  it('is not answered to somebody who has not shown who she is', async () => {
    expectProblem(await post(request, 'answer', { how: 'email' }), 409, 'IDENTITY_NOT_PROVED');
    expect(await identify(request, second)).toMatchObject({
      outcome: 'not-proved',
      opens: { what: 'nothing' },
      asked: 0,
    });
  });

  it('asks every holder as soon as it is known about whom', async () => {
    expect(await identify(request, mailbox, second)).toMatchObject({
      outcome: 'proved',
      opens: { what: 'everything' },
      subject,
      asked: 2,
    });
    expectProblem(await post(request, 'answer', { how: 'email' }), 409, 'TASKS_OPEN');
  });

  it('does not wait past its term for a silent holder, and says who was silent', async () => {
    const answered = await created<{ outcome: string; hash: string }>(
      post(request, 'answer', { how: 'email', reason: 'term-ends' }),
    );
    expect(answered.outcome).toBe('partly');
    const { answer, hash, same } = await frozen(request);
    expect({ hash, same }).toEqual({ hash: answered.hash, same: 'yes' });
    expect(answer).toMatchObject({ outcome: 'partly', complete: 'no', language: 'ru' });
    expect(answer.holders).toMatchObject([
      { holder: 'billing', said: 'silent' },
      { holder: 'crm', said: 'silent' },
    ]);
    expect(JSON.stringify(answer.dossier)).toContain(secret);
  });

  it('is read again by the officer in three languages', async () => {
    const silent = { ru: 'не ответила', kk: 'жауап бермеді', en: 'did not answer' };
    for (const [lang, says] of Object.entries(silent)) {
      const text = (await read(request, `/answer?lang=${lang}`, 'text/plain')).text;
      expect(text).toContain(says);
      expect(text).toContain(secret);
    }
  });

  it('is in the register with what was due and what was done, and closed for good', async () => {
    const items = await until('the register has the answer', async () => {
      const page = await officer().get(`/v1/registers/requests?subject=${subject}&status=answered`, { reason });
      const found = page.json<{ items: object[] }>().items;
      return found.length > 0 && found;
    });
    expect(items).toMatchObject([{ request, rightAsked: 'know', state: 'answered', subject }]);
    expectProblem(
      await post(request, 'refusal', { reason: 'manifestly-unfounded', how: 'email' }),
      409,
      'REQUEST_ANSWERED',
    );
  });

  it('that reached the wrong person becomes a breach in one step', async () => {
    await created(post(request, 'misdirected', { ground: 'wrong-address' }));
    const { misdirected } = (await read(request)).json<{ misdirected: { facts: object }[] }>();
    expect(misdirected).toMatchObject([{ facts: { ground: 'wrong-address', affected: [subject] } }]);
  });
});

describe('somebody whom nobody knows', () => {
  it('gets an answer of the same form, and no subject comes of it', async () => {
    const stranger = 'neznakomova@example.kz';
    const { request } = await receive({ right: 'know', claimed: [{ scheme: 'email', value: stranger }] });
    const proof = { method: 'mailbox', identifier: { scheme: 'email', value: stranger } };
    expect(await identify(request, proof)).toMatchObject({ outcome: 'proved', opens: { what: 'nothing' }, asked: 2 });
    await created(post(request, 'answer', { how: 'email', reason: 'term-ends' }));
    const { answer, same } = await frozen(request);
    expect(answer).toMatchObject({ outcome: 'nothing-held', complete: 'no' });
    expect(answer.dossier).toBeUndefined();
    expect(same).toBe('yes');
    expect((await read(request, '/answer?lang=ru', 'text/plain')).text).toContain('персональных данных нет');
    const found = await officer().post(
      '/v1/subjects/search',
      { identifier: { scheme: 'email', value: stranger } },
      { reason },
    );
    expect(found.json<{ subjects: object[] }>().subjects).toEqual([]);
  });
});

describe('a letter that lay for weeks', () => {
  it('is overdue and was taken in late: findings that the responsible person assesses', async () => {
    const appointed = await officer().post('/v1/officers', { name: 'Пример Ответственный', from: ago(dayMs) });
    const { staff } = appointed.json<{ staff: string }>();
    const { request } = await receive({ right: 'know', channel: 'paper', received: ago(20 * dayMs) });
    const found = async (code: string) => {
      const page = await officer().get(`/v1/registers/findings?code=${code}`);
      const { items } = page.json<{ items: { event: string; params: object; assessment: string }[] }>();
      return items.find(({ params }) => 'request' in params && params.request === request);
    };
    const late = await until('both are found', async () => (await found('INTAKE_LATE')) && found('REQUEST_OVERDUE'));
    const id = `${late?.event}:REQUEST_OVERDUE:-:-`;
    const body = { findings: [id], verdict: 'confirmed', staff };
    await created(officer().post('/v1/findings/assessments', body));
    await until('it is assessed', async () => (await found('REQUEST_OVERDUE'))?.assessment === 'confirmed');
    expect((await found('INTAKE_LATE'))?.assessment).toBe('open');
    const other = { ...body, findings: [id.replace('REQUEST_OVERDUE', 'HOLDING_GONE')] };
    expectProblem(await officer().post('/v1/findings/assessments', other), 404, 'FINDING_UNKNOWN');
  });
});

describe('the command line', () => {
  it('takes a request in, sees who asks, answers it and lists it', async () => {
    const environment = { DERBES_URL: journey.service.url, DERBES_KEY: journey.keys.officer };
    const run = async (args: string, input = '') => {
      const { code, stdout, stderr } = await line.run(['request', ...args.split(' ')], { input, environment });
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      return stdout.trim();
    };
    const id = await run('new --right know --channel email --language ru --text -', secret);
    const proofs = '--proof mailbox:email --proof second-identifier:account';
    const seen = await run(`identity ${id} ${proofs} --reason ${reason}`, `${email}\n${account}\n`);
    expect(seen).toContain(`proved, opens everything, subject ${subject}`);
    expect(await run(`answer ${id} --how email --because term-ends --reason ${reason}`)).toMatch(/^partly, hash /);
    expect(await run(`show ${id} --answer --lang en --reason ${reason}`)).toContain(secret);
    expect(await run(`misdirected ${id} --ground wrong-address`)).toBe('recorded');
    const refused = await run(`new --right know --channel email --language ru`);
    expect(await run(`refuse ${refused} --because identity-not-proved --how email`)).toBe('recorded');
    const listed = await line.run(['requests', '--right', 'know', '--json'], { environment });
    expect(listed.code).toBe(0);
  });
});

describe('a part of who somebody is', () => {
  it('opens what was collected under it, and the answer says that it is a part', async () => {
    const line = { scheme: 'phone', value: phone };
    await tell(collected(email, { subject: { identifiers: [...by('account', account).identifiers, line] } }));
    const { request } = await receive({ right: 'know' });
    const identified = await identify(request, { method: 'line', identifier: line });
    expect(identified).toMatchObject({ outcome: 'proved', opens: { what: 'links' } });
    expect(identified.missing).toEqual(['second-identifier', 'signature', 'presence']);
    await created(post(request, 'answer', { how: 'in-person', reason: 'term-ends' }));
    const text = (await read(request, '/answer?lang=ru', 'text/plain')).text;
    expect(text).toContain('Показано только то');
    expect(text).not.toContain(account);
  });

  it('a shared mailbox proves nobody; a second identifier beside it does', async () => {
    const shared = { scheme: 'email', value: 'obshchaya@example.kz' };
    const other = { scheme: 'account', value: 'primer-drugaya' };
    const own = { scheme: 'account', value: 'primer-svoya' };
    await tell(
      collected(shared.value, { subject: { identifiers: [own, shared] } }),
      collected('drugaya@example.kz', { subject: { identifiers: [other] } }),
    );
    await tell(collected(shared.value, { subject: { identifiers: [other, shared] } }));
    const { request } = await receive({ right: 'know' });
    const proof = { method: 'mailbox', identifier: shared };
    expect(await identify(request, proof)).toMatchObject({ outcome: 'not-proved' });
    const both = await identify(request, proof, { method: 'second-identifier', identifier: own });
    expect(both).toMatchObject({ outcome: 'proved', opens: { what: 'everything' } });
  });
});

describe('somebody who asks for another', () => {
  const child = 'primerov.timur@example.kz';
  const document = { kind: 'birth-certificate', date: '2016-03-02', number: 'I-АА № 000001' };
  let timur: string;

  const recognise = async (name: string, more: object = {}) => {
    const body = { kind: 'parent', name, document, ...more };
    const path = `/v1/subjects/${timur}/representatives?wait=projected`;
    return created<{ representation: string; outcome: string }>(officer().post(path, body, { reason }));
  };
  const identifyBy = (request: string, representative: string) =>
    post(request, 'identity', { proofs: [{ method: 'presence' }], representative });
  const asking = { right: 'know', behalf: 'other' };

  it('a parent is answered for a child, of whom a service told that she is one', async () => {
    const status = { subject: by('email', child), status: 'minor', turns: { age: '18', on: '2034-05-17' } };
    await tell(collected(child), fact('subject.status', status));
    timur = await officer().find('email', child);
    const letter = await receive(asking);
    expectProblem(
      await post(letter.request, 'identity', { subject: timur, proofs: [{ method: 'presence' }] }),
      403,
      'AUTHORITY_MISSING',
    );
    const mother = await recognise('Примерова Алия', { exclusive: true });
    const shown = await created<Identified>(identifyBy(letter.request, mother.representation));
    expect(shown).toMatchObject({ outcome: 'proved', subject: timur });
    await created(post(letter.request, 'answer', { how: 'in-person', reason: 'term-ends' }));
    const { answer } = await frozen(letter.request);
    expect(answer.dossier).toMatchObject({
      acts: 'with-consent',
      statuses: [{ status: 'minor', ofAge: '2034-05-16T19:00:00Z' }],
      representatives: [{ kind: 'parent', standing: 'stands', name: { value: 'Примерова Алия' } }],
    });
  });

  it('two parents who contradict each other go to an officer, and neither is answered before that', async () => {
    const father = await recognise('Примеров Болат', { exclusive: true });
    expect(father.outcome).toBe('contested');
    const { request } = await receive({ ...asking, representative: father.representation });
    expectProblem(await identifyBy(request, father.representation), 403, 'AUTHORITY_MISSING');
    const { items } = (await officer().get('/v1/registers/representatives?status=contested')).json<{
      items: { representation: string; subject: string }[];
    }>();
    expect(items.filter((one) => one.subject === timur)).toHaveLength(2);
    const end = `/v1/subjects/${timur}/representatives/${father.representation}/end?wait=projected`;
    await created(officer().post(end, { ground: 'conflict-decided' }, { reason }));
    expectProblem(await identifyBy(request, father.representation), 403, 'AUTHORITY_MISSING');
    await created(post(request, 'refusal', { reason: 'no-authority', how: 'post' }));
  });

  it('somebody whom a user uploaded is answered for what is held, and told who uploaded it', async () => {
    const uploaded = 'primerova.zhanna@example.kz';
    const uploader = { bin: '230340021377', name: 'ТОО «Загрузчик Примеров»' };
    await tell(
      collected(uploaded, {
        capacity: 'operator',
        for: uploader,
        origin: { kind: 'uploaded', uploader, declaredBasis: 'consent', acceptance: true, means: 'file-upload' },
      }),
    );
    const { request } = await receive({ right: 'know', claimed: [{ scheme: 'email', value: uploaded }] });
    const proof = { method: 'mailbox', identifier: { scheme: 'email', value: uploaded } };
    await identify(request, proof);
    await created(post(request, 'answer', { how: 'email', reason: 'term-ends' }));
    const { answer } = await frozen(request);
    expect(answer).toMatchObject({ uploaders: [{ categories: ['email'] }] });
    const text = (await read(request, '/answer', 'text/plain')).text;
    expect(text).toContain('ТОО «Загрузчик Примеров»');
  });
});

describe('the other rights of section 8', () => {
  it.each([
    ['change', 'correction'],
    ['complaint', 'blocking'],
  ])('%s runs by the term `%s` to an answer', async (right, term) => {
    const { request, clocks } = await receive({ right });
    expect(clocks[0]?.term).toBe(term);
    if (right !== 'complaint') await identify(request, mailbox, second);
    expectProblem(await post(request, 'answer', { how: 'email' }), 400, 'OUTCOME_MISSING');
    await created(post(request, 'answer', { how: 'email', outcome: 'fulfilled' }));
    expect((await frozen(request)).answer).toMatchObject({ outcome: 'fulfilled' });
  });

  it('a refusal for want of identity says how to prove it', async () => {
    const { request } = await receive({ right: 'know' });
    await created(
      post(request, 'refusal', { reason: 'identity-not-proved', act: '94-V', article: '10(2)', how: 'email' }),
    );
    const { refused } = (await read(request)).json<{ refused: { facts: object } }>();
    expect(refused.facts).toMatchObject({ prove: ['second-identifier', 'signature', 'presence'] });
    expectProblem(await post(request, 'answer', { how: 'email' }), 409, 'REQUEST_REFUSED');
  });

  it('nobody asks for somebody else, or for longer than the law gives', async () => {
    const body = { right: 'know', channel: 'portal', language: 'ru', behalf: 'other' };
    expectProblem(await officer().post('/v1/requests', body), 403, 'AUTHORITY_MISSING');
    const { request } = await receive({ right: 'know' });
    expectProblem(await post(request, 'extension', { ground: 'complex' }), 409, 'EXTENSION_NOT_IN_LAW');
  });

  it('to destroy is carried out by the order that the answer names; her requests and answers go with her', async () => {
    const earlier = await receive({ right: 'know', text: secret });
    await identify(earlier.request, mailbox, second);
    await created(post(earlier.request, 'answer', { how: 'email', reason: 'term-ends' }));
    const { request } = await receive({ right: 'destroy' });
    await identify(request, mailbox, second);
    const ordered = await officer().post(
      `/v1/subjects/${subject}/erasures?wait=projected`,
      { scope: 'category', categories: ['full-name'], ground: 'subject-request', request },
      { reason },
    );
    const { order } = ordered.json<{ order: string }>();
    // Systems that got a task from the order have not all said that it is done there.
    expectProblem(await post(request, 'answer', { how: 'email', outcome: 'fulfilled' }), 409, 'TASKS_OPEN');
    await created(post(request, 'answer', { how: 'email', outcome: 'fulfilled', reason: 'term-ends' }));
    expect((await frozen(request)).answer).toMatchObject({ done: [order] });
    const kept = await frozen(earlier.request);
    expect(kept.same).toBe('no');
    expect(JSON.stringify(kept)).not.toContain(secret);

    const whole = await receive({ right: 'destroy' });
    await identify(whole.request, mailbox, second);
    await officer().post(
      `/v1/subjects/${subject}/erasures?wait=projected`,
      { scope: 'person', ground: 'subject-request' },
      { reason },
    );
    expect((await read(earlier.request, '/answer')).status).toBe(404);
    const { parts, answered } = (await read(earlier.request)).json<{
      parts: { state: string }[];
      answered: { facts: object };
    }>();
    expect(parts.map(({ state }) => state)).not.toContain('opened');
    expect(answered.facts).toMatchObject({ hash: kept.hash, how: 'email' });
  });
});
