// Can anybody without the one role tell two people apart of whom one has a restricted disclosure?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Answer, type Caller } from './caller.js';
import { expectProblem } from './expected.js';
import { ago, by, collected, fact, hourMs, settle } from './kiberon.js';
import { Journey, journeyMsMax } from './service-process.js';

jest.setTimeout(journeyMsMax);

const reason = 'authority-request';
const emails = ['pervaya.para@example.kz', 'vtoraya.para@example.kz'] as const;
const authority = 'Орган Примерова, 7-й отдел';
let journey: Journey;
let warden: Caller;
/** The first has a restricted disclosure, the second has none. */
let people: string[];

const officer = () => journey.as('officer');
const auditor = () => journey.as('auditor');

async function search(email: string): Promise<string> {
  const body = { identifier: { scheme: 'email', value: email } };
  const answer = await officer().post('/v1/subjects/search', body, { reason });
  return answer.json<{ subjects: { subject: string }[] }>().subjects[0]?.subject ?? '';
}

async function told(
  answer: Promise<Answer>,
): Promise<{ entry: string; late?: string[]; withheld?: { certificate: string }[] }> {
  const { status, text, ...rest } = await answer.then((one) => ({
    status: one.status,
    text: one.text,
    json: () => one.json<{ entry: string }>(),
  }));
  expect({ status, text: status === 201 ? '' : text }).toEqual({ status: 201, text: '' });
  return rest.json();
}
/** What the person is told of, and what the law forbids to tell must not change. */
const passedOn = {
  categories: ['email'],
  purposes: ['account'],
  recipient: 'invented-bank',
  country: 'KZ',
  mode: 'sent',
};
const record = (what: string, body: object) => told(warden.post(`/v1/restricted/${what}`, body, { reason }));

beforeAll(async () => {
  journey = await Journey.begin();
  await settle(officer());
  const made = await journey.as('admin').post('/v1/keys', { role: 'restricted-officer' });
  expect(made.status).toBe(201);
  warden = journey.service.as(made.json<{ key: string }>().key);
  const time = ago(2 * hourMs);
  for (const email of emails) {
    const events = [
      collected(email, { categories: ['email', 'phone'], values: { email, phone: '+77010000000' } }, { time }),
      fact('relation.started', { subject: by('email', email), kind: 'account' }, { time }),
      fact('data.transferred', { ...passedOn, subject: by('email', email) }, { time }),
    ];
    const outcomes = await journey.as('emitter').tellAll(events, '?wait=projected');
    for (const { status } of outcomes) expect(status).toBe('recorded');
  }
  people = [await search(emails[0]), await search(emails[1])];
});
afterAll(() => journey?.end());

/** Ids, moments, hashes and the names of the two become what they are; digits of a moment do not tell them apart. */
/** What happened within one second stands in the order of ids, which are random: lines and rows are compared, not their order. */
function masked(answer: Answer): string {
  const text = maskedText(answer.text);
  return /^[{[]/.test(text) ? JSON.stringify(unordered(JSON.parse(text))) : text.split('\n').sort().join('\n');
}

function unordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(unordered(one))).sort();
  if (typeof value !== 'object' || value === null) return value;
  // How far a register reaches is the same for everybody, and grows while it is asked.
  const told = Object.entries(value).filter(([name]) => name !== 'reach');
  return Object.fromEntries(told.map(([name, one]) => [name, unordered(one)]));
}

function maskedText(said: string): string {
  const text = said
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z/g, '<moment>')
    .replaceAll(/\d{2}\.\d{2}\.\d{4}(?:,? \d{2}:\d{2}(?::\d{2})?)?/g, '<day>')
    .replaceAll(/\b\d{2}:\d{2}\b/g, '<minute>')
    .replaceAll(/\b[0-9a-f]{32}\b/g, '<salt>')
    .replaceAll(/"[A-Za-z0-9_-]{43}"/g, '<digest>');
  return emails.reduce((masking, email) => masking.replaceAll(email, '<email>'), text);
}

/** Every read model has seen all that was asked and told before. */
async function settled(): Promise<void> {
  const third = collected('tretya.para@example.kz');
  const [outcome] = await journey.as('emitter').tellAll([third], '?wait=projected');
  expect(outcome?.status).toBe('recorded');
}

describe('two people with the same facts, one with a demand, a transfer, a hold and reads of which the law forbids to tell', () => {
  let hold: string;
  let demand: string;

  it('are recorded by the one role alone', async () => {
    const [subject = ''] = people;
    const body = { subject, authority, reference: '77/с', received: ago(hourMs), categories: ['email'] };
    for (const role of ['officer', 'auditor', 'admin', 'emitter'] as const) {
      expectProblem(await journey.as(role).post('/v1/restricted/demands', body, { reason }), 403, 'ROLE_NOT_ALLOWED');
      expectProblem(await journey.as(role).post('/v1/restricted/list', {}, { reason }), 403, 'ROLE_NOT_ALLOWED');
    }
    expectProblem(await warden.get(`/v1/registers/holdings`), 403, 'ROLE_NOT_ALLOWED');
    ({ entry: demand } = await record('demands', body));
    const found = await warden.post(
      '/v1/restricted/search',
      { identifier: { scheme: 'email', value: emails[0] } },
      { reason },
    );
    expect(found.json<{ subjects: object[] }>().subjects).toEqual([{ subject }]);
    const read = await warden.post('/v1/restricted/dossier', { subject, demand }, { reason });
    expect(read.status).toBe(200);
    expect(read.text).toContain(emails[0]);
    await record('transfers', {
      demand,
      subject,
      recipient: authority,
      country: 'KZ',
      mode: 'sent',
      categories: ['email'],
      occurred: ago(hourMs),
    });
    ({ entry: hold } = await record('holds', { subject, ground: 'demand', demand, categories: ['phone'] }));
    await record('answers', { demand, outcome: 'fulfilled', moment: ago(1_000) });
    expectProblem(
      await warden.post('/v1/restricted/answers', { demand, outcome: 'fulfilled', moment: ago(1_000) }, { reason }),
      409,
      'DEMAND_CLOSED',
    );
  });

  it('are answered alike to everybody else, but for ids and times', async () => {
    const preview = { scope: 'person', ground: 'subject-request', decide: 'erase', reason: 'no-document-made' };
    const registers = ['holdings', 'consents', 'transfers', 'findings', 'access', 'erasures', 'holds'];
    const paths = (subject: string): readonly (() => Promise<Answer>)[] => [
      ...['ru', 'kk', 'en'].flatMap((lang) =>
        ['dossier', 'timeline'].map(
          (what) => () =>
            officer().get(`/v1/subjects/${subject}/${what}?lang=${lang}`, { reason, accept: 'text/plain' }),
        ),
      ),
      () => officer().get(`/v1/subjects/${subject}/dossier`, { reason }),
      () => officer().get(`/v1/subjects/${subject}/timeline`, { reason }),
      () => officer().post(`/v1/subjects/${subject}/erasures?preview=true`, preview, { reason }),
      () => officer().post(`/v1/subjects/${subject}/notices?preview=true`, { language: 'en' }, { reason }),
      () => officer().post('/v1/incidents/preview', { scope: { subjects: [subject] } }, { reason }),
      ...[...registers, 'notices', 'notice-people', 'retention', 'renewals', 'destruction', 'demands'].flatMap(
        (name) => [
          () => officer().get(`/v1/registers/${name}?subject=${subject}`, { reason }),
          () => auditor().get(`/v1/registers/${name}?subject=${subject}`, { reason, accept: 'text/csv' }),
          () => auditor().get(`/v1/registers/${name}/export?subject=${subject}`, { reason, accept: 'text/csv' }),
        ],
      ),
    ];
    const [first = '', second = ''] = people;
    const others = paths(second);
    for (const [i, ask] of paths(first).entries()) {
      // What the register of reads has seen shows in dossiers and in that register.
      await settled();
      const [one, other] = await Promise.all([ask(), others[i]?.()]);
      expect(one.status).toBe(200);
      expect(masked(one)).toBe(other && masked(other));
      expect(one.text).not.toContain(authority);
      expect(one.text).not.toContain('restricted');
    }
  });

  it('are read by the one role alone, and stand in no list of who looked', async () => {
    const rows = await officer().register<{ question: string; role: string }>('access');
    expect(rows.filter(({ role }) => role === 'restricted-officer')).toEqual([]);
    const list = await warden.post('/v1/restricted/list', { subject: people[0] }, { reason });
    const { items } = list.json<{ items: { entry: { kind: string } }[] }>();
    expect(items.map(({ entry }) => entry.kind).sort()).toEqual(
      ['answer', 'demand', 'hold', 'read', 'read', 'transfer'].sort(),
    );
    expect(list.text).toContain(authority);
    const none = await warden.post('/v1/restricted/list', { subject: people[1] }, { reason });
    expect(none.json<{ items: object[] }>().items).toEqual([]);
  });

  it('an erasure under the hold is answered as under any other, and is ordered when it is lifted', async () => {
    const [first = '', second = ''] = people;
    const order = {
      scope: 'category',
      categories: ['phone'],
      ground: 'subject-request',
      decide: 'erase',
      reason: 'no-document-made',
    };
    const held = { ground: 'court-order', categories: ['phone'] };
    const placed = await officer().post(`/v1/subjects/${second}/holds`, held, { reason });
    const { hold: other } = placed.json<{ hold: string }>();
    const refused = await officer().post(`/v1/subjects/${first}/erasures?wait=projected`, order, { reason });
    const ordinary = await officer().post(`/v1/subjects/${second}/erasures?wait=projected`, order, { reason });
    expect(refused.json()).toMatchObject({ outcome: 'refused', kept: [{ why: 'LEGAL_HOLD', categories: ['phone'] }] });
    expect(masked(refused)).toBe(masked(ordinary));
    const { withheld = [] } = await record('lifts', { hold });
    expect(withheld).toMatchObject([{ outcome: 'refused', categories: ['phone'] }]);
    const lifted = await officer().post(
      `/v1/subjects/${second}/holds/${other}/lift`,
      { ground: 'court-order' },
      { reason },
    );
    const numbers = [...withheld, ...lifted.json<{ withheld: typeof withheld }>().withheld];
    const [one, another] = await Promise.all(
      numbers.map(({ certificate }) =>
        officer().get(`/v1/erasures/${certificate}?lang=ru`, { reason, accept: 'text/plain' }),
      ),
    );
    expect(one?.status).toBe(200);
    expect(one && masked(one)).toBe(another && masked(another));
    const again = await officer().post(`/v1/subjects/${first}/erasures?wait=projected`, order, { reason });
    expect(again.json()).toMatchObject({ outcome: 'ordered' });
  });

  it('stand in the register of restricted demands, which the one role alone reads, page by page and as a file', async () => {
    const path = '/v1/restricted/registers/demands';
    for (const role of ['officer', 'auditor', 'admin', 'emitter'] as const) {
      expectProblem(await journey.as(role).post(path, {}, { reason }), 403, 'ROLE_NOT_ALLOWED');
      expectProblem(await journey.as(role).post(`${path}/export`, {}, { reason }), 403, 'ROLE_NOT_ALLOWED');
    }
    expectProblem(await warden.get('/v1/registers/demands'), 403, 'ROLE_NOT_ALLOWED');
    const { entry: second } = await record('demands', { subject: people[1], authority, received: ago(2 * hourMs) });
    type Page = { items: Record<string, unknown>[]; next?: string };
    const page = async (body: object) => (await warden.post(path, body, { reason })).json<Page>();
    const first = await page({ limit: 1 });
    expect(first.items).toMatchObject([{ demand: second, state: 'open', held: 'no', authority }]);
    const rest = await page({ limit: 1, cursor: first.next });
    expect(rest.items).toMatchObject([
      { demand, subject: people[0], state: 'answered', outcome: 'fulfilled', held: 'no', given: ['email'] },
    ]);
    expect(rest.items[0]?.['serves']).toContain('94-V:19(2)(1)');
    expect(rest.next).toBeUndefined();
    expectProblem(
      await warden.post(path, { cursor: first.next, status: 'open' }, { reason }),
      400,
      'CURSOR_OF_ANOTHER_FILTER',
    );
    expectProblem(await warden.post(path, { cursor: 'bm9uZQ' }, { reason }), 400, 'CURSOR_MALFORMED');
    expect((await page({ status: 'answered', subject: people[0] })).items).toHaveLength(1);
    const file = await warden.post(`${path}/export`, {}, { reason, accept: 'text/csv' });
    expect(file.text.split('\r\n')).toHaveLength(4);
    expect(file.text).toContain(demand);
    expect(file.text).not.toContain(authority);
    const { entry: term } = await record('terms', { matter: second, until: '2099-01-01T00:00:00Z' });
    expect((await page({ subject: people[1] })).items).toMatchObject([
      { keptUntil: '2099-01-01T00:00:00Z', events: expect.arrayContaining([second, term]) },
    ]);
  });
});
