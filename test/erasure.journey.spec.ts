// Is an erasure true from the order to the certificate, for whoever orders it, tells of it, or reads of it?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Answer, type Outcome } from './caller.js';
import { expectProblem } from './expected.js';
import { ago, by, collected, consentItems, fact, hourMs, momentOf, reference, settle, type Told } from './kiberon.js';
import { Journey, journeyMsMax, until } from './service-process.js';

jest.setTimeout(journeyMsMax);

const email = 'sotrudnikova.dana@example.kz';
const other = 'zhumabaev.erlan@example.kz';
const secret = 'Стиральнова Дана Примеровна';
const iban = 'KZ00PRIMER0000000001';
const reason = 'subject-request';
let journey: Journey;
let edition: string;
let id: string;
let first: Told;

const officer = () => journey.as('officer');

async function tell(...events: Told[]): Promise<readonly Outcome[]> {
  const outcomes = await journey.as('emitter').tellAll(events, '?wait=projected');
  for (const { status } of outcomes) expect(status).toBe('recorded');
  return outcomes;
}

interface Erased {
  readonly outcome: string;
  readonly order: string;
  readonly state: string;
  readonly kept: readonly { readonly why: string; readonly categories: readonly string[]; readonly article?: string }[];
}

const erase = (subject: string, body: object, query = '?wait=projected'): Promise<Answer> =>
  officer().post(`/v1/subjects/${subject}/erasures${query}`, { ground: 'subject-request', ...body }, { reason });

async function erased(subject: string, body: object): Promise<Erased> {
  const answer = await erase(subject, body);
  expect({ status: answer.status, text: answer.status === 201 ? '' : answer.text }).toEqual({ status: 201, text: '' });
  return answer.json<Erased>();
}

const dossier = (subject: string, accept = 'application/json') =>
  officer().get(`/v1/subjects/${subject}/dossier`, { reason, accept });
const certificate = (order: string, lang?: string) =>
  officer().get(`/v1/erasures/${order}${lang ? `?lang=${lang}` : ''}`, {
    reason,
    ...(lang && { accept: 'text/plain' }),
  });

const consent = (who: string, time = ago(2 * hourMs)) =>
  fact(
    'consent.given',
    {
      subject: by('email', who),
      purposes: ['account', 'payment', 'contract'],
      items: consentItems('Примерова Дана'),
      shown: { edition, language: 'ru', hash: 'c'.repeat(64) },
      channel: 'web-form',
      by: 'subject',
    },
    { time },
  );

beforeAll(async () => {
  journey = await Journey.begin();
  ({ edition } = await settle(officer()));
  const given = consent(email);
  const basis = { code: 'consent', consent: reference(given) };
  first = collected(email, { basis });
  const more = collected(email, {
    basis,
    categories: ['full-name', 'requisites.iban'],
    purposes: ['contract'],
    values: { 'full-name': secret, 'requisites.iban': iban },
  });
  await tell(given, first, more, collected(other));
  id = await officer().find('email', email);
});
afterAll(() => journey.end());

describe('a hold', () => {
  it('refuses what it is on with act and article, and lets the rest go when it is lifted', async () => {
    const held = { ground: 'legal-claim', act: '94-V', article: '8(2)', categories: ['requisites.iban'] };
    const placed = await officer().post(`/v1/subjects/${id}/holds?wait=projected`, held, { reason });
    expect(placed.status).toBe(201);
    const { hold } = placed.json<{ hold: string }>();
    const refused = await erased(id, { scope: 'category', categories: ['requisites.iban'] });
    expect(refused).toMatchObject({
      outcome: 'refused',
      kept: [{ why: 'LEGAL_HOLD', categories: ['requisites.iban'], act: '94-V', article: '8(2)' }],
    });
    const [row] = await officer().register<{ orderEvent: string }>('erasures', { status: 'refused' });
    const text = (await certificate(row?.orderEvent ?? '', 'ru')).text;
    expect(text).toContain('ОТКАЗ В УНИЧТОЖЕНИИ');
    expect(text).toContain('ст. 8(2) Закона № 94-V');
    expect((await officer().register<{ status: string }>('holds')).map(({ status }) => status)).toEqual(['stands']);
    const lift = await officer().post(`/v1/subjects/${id}/holds/${hold}/lift`, { ground: 'claim-settled' }, { reason });
    expect(lift.status).toBe(201);
    const again = await officer().post(`/v1/subjects/${id}/holds/${hold}/lift`, { ground: 'court-order' }, { reason });
    expectProblem(again, 409, 'HOLD_ENDED');
  });
});

describe('a preview', () => {
  it('tells what would be destroyed and who else has it, and destroys nothing', async () => {
    const answer = await erase(id, { scope: 'person', decide: 'erase', reason: 'no-document-made' }, '?preview=true');
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      preview: true,
      outcome: 'ordered',
      person: true,
      holders: ['crm'],
      recipients: [],
      destroyed: expect.arrayContaining([{ category: 'full-name', values: 1 }]) as unknown,
    });
    expect((await dossier(id)).text).toContain(secret);
  });
});

describe('a category that is erased', () => {
  it('is gone from the dossier, which names the certificate, and everything else stays', async () => {
    const done = await erased(id, { scope: 'category', categories: ['full-name'], decide: 'erase', reason: 'test' });
    expect(done).toMatchObject({ outcome: 'ordered', state: 'executed', kept: [] });
    const answer = await dossier(id);
    expect(answer.text).not.toContain('"value":"' + secret);
    expect(answer.text).toContain(iban);
    const { erasures, missing } = answer.json<{ erasures: object[]; missing: { state: string }[] }>();
    expect(erasures).toContainEqual(
      expect.objectContaining({ order: done.order, state: 'executed', categories: ['full-name'] }),
    );
    expect(missing.map(({ state }) => state)).toEqual(['erased']);
    const text = (await dossier(id, 'text/plain')).text;
    expect(text).toContain(`справка ${done.order}`);
    expect(text).toContain('уничтожено в реестре');
    expectProblem(await erase(id, { scope: 'category', categories: ['full-name'] }), 409, 'ALREADY_ERASED');
  });
});

describe('a person who is erased', () => {
  let order: string;

  it('is answered 410 with the number of the certificate, which every language tells', async () => {
    const done = await erased(id, { scope: 'person', decide: 'erase', reason: 'no-document-made' });
    expect(done).toMatchObject({ outcome: 'ordered', state: 'executed' });
    ({ order } = done);
    for (const accept of ['application/json', 'text/plain']) {
      const answer = await dossier(id, accept);
      expectProblem(answer, 410, 'SUBJECT_ERASED');
      expect(answer.json<{ certificate: string }>().certificate).toBe(`/v1/erasures/${order}`);
      expect(answer.headers.get('link')).toContain(order);
      // Whatever is asked about her by the number is answered alike.
      const timeline = await officer().get(`/v1/subjects/${id}/timeline`, { reason, accept });
      expectProblem(timeline, 410, 'SUBJECT_ERASED');
      expect(timeline.json<{ certificate: string }>().certificate).toBe(`/v1/erasures/${order}`);
    }
    const held = { ground: 'legal-claim', act: '94-V', article: '8(2)' };
    expectProblem(await officer().post(`/v1/subjects/${id}/holds`, held, { reason }), 410, 'SUBJECT_ERASED');
    const told = (await certificate(order)).json<Record<string, unknown>>();
    expect(told).toMatchObject({
      number: order,
      subject: id,
      state: 'executed',
      scope: 'person',
      ground: { code: 'subject-request' },
      everywhere: 'not-yet',
      holders: [{ code: 'crm', state: 'not-yet-asked' }],
      remains: { what: 'proof-records', purpose: 'accountability', anonymous: false },
    });
    const sentences = { ru: 'не являются обезличенными', kk: 'иесіздендірілген болып саналмайды', en: 'not anonymous' };
    for (const [lang, sentence] of Object.entries(sentences)) {
      const { status, text, headers } = await certificate(order, lang);
      expect(status).toBe(200);
      expect(headers.get('content-language')).toBe(lang);
      expect(text).toContain(order);
      expect(text.replace(/\s+/g, ' ')).toContain(sentence);
      for (const value of [email, secret, iban]) expect(text).not.toContain(value);
    }
  });

  it('stands in no register but those of erasures and of who looked', async () => {
    for (const name of ['holdings', 'consents', 'transfers', 'findings', 'holds'])
      expect(await officer().register(name, { subject: id }, reason)).toEqual([]);
    expect(await officer().register('erasures', { subject: id, status: 'executed' }, reason)).toHaveLength(2);
    const looks = await officer().register<{ question: string }>('access', { subject: id }, reason);
    expect(looks.map(({ question }) => question)).toEqual(expect.arrayContaining(['dossier', 'certificate']));
  });

  it('is not known by the identifier, a replay is gone, and a later consent begins somebody new', async () => {
    const search = { identifier: { scheme: 'email', value: email } };
    const found = await officer().post('/v1/subjects/search', search, { reason });
    expect(found.json()).toEqual({ subjects: [] });
    expectProblem(await journey.as('emitter').tell(first), 410, 'SUBJECT_ERASED');
    expectProblem(await journey.as('emitter').tell(collected(email)), 410, 'SUBJECT_ERASED');
    await tell(consent(email, momentOf(Date.now() + 2_000)));
    const fresh = await officer().find('email', email);
    expect(fresh).not.toBe(id);
    expect((await dossier(fresh)).status).toBe(200);
    expectProblem(await dossier(id), 410, 'SUBJECT_ERASED');
  });

  it('is not erased twice, and somebody unknown is not erased', async () => {
    const twice = await erase(id, { scope: 'person' });
    expectProblem(twice, 409, 'ALREADY_ERASED');
    expect(twice.json<{ certificate: string }>().certificate).toBe(`/v1/erasures/${order}`);
    expectProblem(await erase('99999999-9999-4999-8999-999999999999', { scope: 'person' }), 404, 'SUBJECT_UNKNOWN');
    expectProblem(await certificate('99999999-9999-4999-8999-999999999999'), 404, 'NOT_FOUND');
    expectProblem(await erase(id, { scope: 'everything' }), 400, 'MALFORMED_BODY');
  });
});

describe('the end of the epoch', () => {
  const orders = async () => {
    const all = await officer().register<{ status: string; epoch?: string }>('erasures', { subject: id }, reason);
    return all.filter(({ status }) => status !== 'refused');
  };

  it('makes what was erased in it final, in the register and in the certificate of every language', async () => {
    expect((await orders()).map(({ status }) => status)).toEqual(['executed', 'executed']);
    const admin = journey.as('admin');
    expect((await admin.post('/v1/epochs/close', { acceptSingleCopy: true })).status).toBe(202);
    interface State {
      readonly epoch: number;
      readonly closing?: { readonly failure?: string };
    }
    const state = await until('the epoch is closed', async () => {
      const now = (await admin.get('/v1/epochs')).json<State>();
      expect(now.closing?.failure).toBeUndefined();
      return now.closing === undefined && now;
    });
    expect(state).toMatchObject({ epoch: 2, lastClosed: { epoch: 1, erasures: 2 }, custodians: [{ kind: 'file' }] });
    const rows = await until('the register knows', async () => {
      const now = await orders();
      return now.every(({ status }) => status === 'final') && now;
    });
    expect(rows.map(({ epoch }) => epoch)).toEqual(['1', '1']);
    const order = (await dossier(id)).json<{ certificate: string }>().certificate.split('/').at(-1) ?? '';
    interface Final {
      readonly state: string;
      readonly final: { readonly custodians: readonly { readonly note?: string }[] };
      readonly log?: { readonly size: number; readonly leaves: readonly { readonly event: string }[] };
      readonly events: readonly string[];
    }
    const said = await until('the log has all that proves it', async () => {
      const now = (await certificate(order)).json<Final>();
      return now.log?.leaves.length === now.events.length && now;
    });
    expect(said).toMatchObject({
      state: 'final',
      final: { custodians: [{ log: { witnesses: 'none' }, note: expect.stringMatching(/^derbes key destroyed\n/) }] },
      log: { leaves: said.events.map((event) => ({ event, leaf: expect.any(Number) })) },
    });
    for (const event of said.events) {
      expect((await officer().get(`/v1/events/${event}/receipt`, { reason })).text).toMatch(
        /^c2sp.org\/tlog-proof@v1\n/,
      );
    }
    for (const [lang, word] of Object.entries({ ru: 'окончательно', kk: 'біржолата', en: 'final' })) {
      expect((await certificate(order, lang)).text.toLowerCase()).toContain(word);
    }
  });

  it('leaves everybody else as they were, and forgets whom the identifier of an erased person meant', async () => {
    const fresh = await officer().find('email', email);
    expect((await dossier(fresh)).status).toBe(200);
    const answer = await dossier(await officer().find('email', other));
    expect(answer.text).toContain(other);
    expectProblem(await dossier(id), 410, 'SUBJECT_ERASED');
  });

  it('is asked for by an admin alone, and approved where it waits for approval', async () => {
    expectProblem(await officer().post('/v1/epochs/close', {}), 403, 'ROLE_NOT_ALLOWED');
    expectProblem(await journey.as('admin').post('/v1/epochs/close', { approve: true }), 409, 'NOTHING_TO_APPROVE');
  });
});

describe('a person of whom something is kept', () => {
  it('is destroyed but for that, and the certificate says by which act it stays', async () => {
    const subject = await officer().find('email', other);
    const held = { ground: 'court-order', act: '94-V', article: '18', categories: ['email'] };
    await tell(collected(other, { categories: ['full-name'], values: { 'full-name': secret } }));
    expect((await officer().post(`/v1/subjects/${subject}/holds`, held, { reason })).status).toBe(201);
    const done = await erased(subject, { scope: 'person', decide: 'erase', reason: 'no-document-made' });
    expect(done).toMatchObject({ outcome: 'narrowed', kept: [{ why: 'LEGAL_HOLD', categories: ['email'] }] });
    const text = (await certificate(done.order, 'en')).text;
    expect(text).toContain('Legal hold');
    expect(text).toContain('What is kept is locked');
    const answer = await dossier(subject);
    expect(answer.text).toContain(other);
    expect(answer.text).not.toContain('"value":"' + secret);
    expect(answer.json<{ locks: object[] }>().locks).toMatchObject([{ category: 'email', why: ['LEGAL_HOLD'] }]);
  });
});
