// Does a fact told by a service become a true and complete answer to the person?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Outcome } from './caller.js';
import { expectProblem, uuids } from './expected.js';
import {
  ago,
  bank,
  by,
  consentItems,
  fact,
  hourMs,
  minuteMs,
  momentOf,
  reference,
  settle,
  policyText,
  type Told,
} from './kiberon.js';
import { Journey, journeyMsMax, source, until } from './service-process.js';

jest.setTimeout(journeyMsMax);

const email = 'zhurnalova.anna@example.kz';
const misspelt = 'Журналава Анна';
const name = 'Журналова Анна Примеровна';
const phone = '+7 701 765 43 21';
const reason = 'subject-request';
const subject = by('email', email);
let journey: Journey;
let edition: string;
let id: string;

interface Part {
  readonly state: string;
  readonly value?: unknown;
}
interface Line {
  readonly event: string;
  readonly moment: string;
}
interface Holding {
  readonly holder: string;
  readonly since: { readonly moment: string; readonly event: string };
  readonly origins: readonly { readonly kind: string; readonly means: string; readonly event: string }[];
  readonly purposes: readonly {
    readonly purpose: string;
    readonly clause: string;
    readonly bases: readonly {
      readonly code: string;
      readonly article: string;
      readonly event: string;
      readonly consent?: { readonly event: string; readonly standing: string };
    }[];
    readonly stay: { readonly until: string; readonly relation: { readonly kind: string } };
    readonly events: readonly string[];
  }[];
}
interface Dossier {
  readonly subject: string;
  readonly registered?: Line;
  readonly edition: { readonly document: string };
  readonly categories: readonly {
    readonly category: string;
    readonly holders: readonly string[];
    readonly values: readonly { readonly part: Part; readonly standing: string }[];
    readonly holdings: readonly Holding[];
  }[];
  readonly transfers: readonly (Line & {
    readonly recipient: string;
    readonly about: readonly Part[];
    readonly country: string;
    readonly undertaking: { readonly held: boolean };
  })[];
  readonly consents: readonly (Line & {
    readonly standing: string;
    readonly missing: readonly string[];
    readonly subjectName: Part;
    readonly withdrawals: readonly Line[];
  })[];
  readonly corrections: readonly Line[];
  readonly retracted: readonly (Line & { readonly retraction: Line; readonly parts: readonly Part[] })[];
  readonly access: {
    readonly lines: readonly {
      readonly question: string;
      readonly role: string;
      readonly reason?: string;
      at: string;
    }[];
    readonly reaches?: string;
  };
  readonly findings: readonly { readonly code: string; readonly event: string }[];
}
interface Verdicts {
  readonly allowed: boolean;
  readonly verdicts: readonly {
    readonly findings: readonly string[];
    readonly clause?: string;
    readonly article?: string;
    readonly consent?: { readonly source: string; readonly id: string };
    readonly missing?: readonly { readonly items: Record<string, unknown>; readonly purposes: readonly string[] }[];
  }[];
}

const officer = () => journey.as('officer');

async function check(more: Readonly<Record<string, unknown>> = {}): Promise<Verdicts> {
  const question = { action: 'collect', subject, categories: ['email'], purposes: ['account'], holder: 'crm', ...more };
  const answer = await journey.as('emitter').post('/v1/checks', question);
  expect(answer.status).toBe(200);
  return answer.json<Verdicts>();
}

async function dossier(query = ''): Promise<Dossier> {
  const answer = await officer().get(`/v1/subjects/${id}/dossier${query}`, { reason });
  expect({ status: answer.status, text: answer.status === 200 ? '' : answer.text }).toEqual({ status: 200, text: '' });
  return answer.json<Dossier>();
}

async function tell(...events: Told[]): Promise<readonly Outcome[]> {
  const outcomes = await journey.as('emitter').tellAll(events, '?wait=projected');
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'recorded' });
  return outcomes;
}

/** Events are known from the second in which they were recorded: what follows stands in a later one. */
async function nextSecond(): Promise<string> {
  const now = momentOf(Date.now());
  await until('the next second', () => momentOf(Date.now()) > now);
  return now;
}

const valuesOf = ({ categories }: Dossier, code: string) =>
  categories.find(({ category }) => category === code)?.values.map(({ part, standing }) => [part.value, standing]) ??
  [];

const shown = () => ({ edition, language: 'ru', hash: 'b'.repeat(64) });
const story = {} as Record<
  'consent' | 'account' | 'collected' | 'corrected' | 'transferred' | 'mistaken' | 'retracted' | 'withdrawn' | 'used',
  Told
>;
const known: Record<'collected' | 'mistaken', string> = { collected: '', mistaken: '' };

beforeAll(async () => {
  journey = await Journey.begin();
  ({ edition } = await settle(officer()));
});
afterAll(async () => {
  await journey?.end();
});

describe('before anything is told', () => {
  it('a check says what is missing: a consent, with its items filled in from the edition', async () => {
    const { allowed, verdicts } = await check();
    expect(allowed).toBe(false);
    expect(verdicts[0]).toMatchObject({ findings: ['CONSENT_MISSING'], clause: '5', article: '94-V:7(1)' });
    expect(verdicts[0]?.missing?.[0]).toMatchObject({ purposes: ['account'], items: { data: ['email'] }, edition });
    const items = Object.keys(verdicts[0]?.missing?.[0]?.items ?? {});
    expect(items.sort()).toEqual(
      ['operator', 'subjectName', 'term', 'thirdParties', 'crossBorder', 'publication', 'data', 'other'].sort(),
    );
  });

  it('for a contract the law of Kazakhstan wants the consent all the same', async () => {
    const { allowed, verdicts } = await check({ basis: 'contract', purposes: ['contract'] });
    expect(allowed).toBe(false);
    expect(verdicts[0]?.findings).toContain('CONSENT_MISSING');
    expect(verdicts[0]?.missing).toHaveLength(1);
  });

  it('a search finds nobody, and registers nobody', async () => {
    for (let i = 0; i < 2; i++) {
      const question = { identifier: { scheme: 'email', value: email } };
      const answer = await officer().post('/v1/subjects/search', question, { reason });
      expect(answer.json()).toEqual({ subjects: [] });
    }
  });

  it('the edition in force can be read back, text and all', async () => {
    const text = await journey.as('auditor').get('/v1/policies/in-force?lang=ru', { accept: 'text/plain' });
    expect(text.status).toBe(200);
    for (const line of policyText
      .split('\n')
      .filter((one) => one.trim().length > 60)
      .slice(0, 5)) {
      expect(text.text.replace(/\s+/g, ' ')).toContain(line.trim().replace(/\s+/g, ' '));
    }
    const stored = await journey.as('emitter').get(`/v1/policies/${edition}`);
    expect(stored.status).toBe(200);
    expectProblem(await journey.as('emitter').get(`/v1/policies/${'0'.repeat(64)}`), 404, 'NOT_FOUND');
  });
});

describe('when the story is told', () => {
  it('a consent lets what it covers be collected without a finding about its ground', async () => {
    story.consent = fact(
      'consent.given',
      {
        subject,
        purposes: ['account', 'service-access', 'payment'],
        items: consentItems(name),
        shown: shown(),
        channel: 'web-form',
        proof: { kind: 'otp', value: 'одноразовый код 4821' },
      },
      { time: ago(3 * hourMs) },
    );
    story.account = fact('relation.started', { subject, kind: 'account' }, { time: ago(179 * minuteMs) });
    const basis = { code: 'consent', consent: reference(story.consent) };
    story.collected = fact(
      'data.collected',
      {
        subject,
        categories: ['full-name', 'email'],
        purposes: ['account'],
        basis,
        holder: 'crm',
        origin: { kind: 'subject', means: 'web-form' },
        values: { 'full-name': misspelt, email },
      },
      { time: ago(178 * minuteMs) },
    );
    const outcomes = await tell(story.consent, story.account, story.collected);
    expect(outcomes.map(({ findings }) => findings)).toEqual([[], [], []]);
    known.collected = await nextSecond();
  });

  it('a check says that it may be done, and by which consent when one is named', async () => {
    const { allowed, verdicts } = await check({ consent: reference(story.consent) });
    expect(allowed).toBe(true);
    expect(verdicts[0]).toMatchObject({ findings: [], consent: reference(story.consent), clause: '5' });
    expect((await check()).allowed).toBe(true);
    const abroad = await check({ action: 'transfer', recipient: bank.recipient, country: 'DE' });
    expect(abroad.allowed).toBe(false);
    expect(abroad.verdicts[0]?.findings).toContain('CROSS_BORDER_WITHOUT_GROUND');
  });

  it('correction, transfer, a mistake and its retraction, withdrawal and a use after it are recorded', async () => {
    const basis = { code: 'consent', consent: reference(story.consent) };
    story.corrected = fact(
      'data.corrected',
      {
        subject,
        categories: ['full-name'],
        holder: 'crm',
        ground: 'subject-request',
        corrects: reference(story.collected),
        values: { 'full-name': name },
      },
      { time: ago(2 * hourMs) },
    );
    story.transferred = fact(
      'data.transferred',
      {
        subject,
        categories: ['full-name'],
        purposes: ['payment'],
        basis,
        recipient: bank.recipient,
        country: 'KZ',
        mode: 'sent',
        holder: 'crm',
      },
      { time: ago(100 * minuteMs) },
    );
    story.mistaken = fact(
      'data.collected',
      { subject, categories: ['phone'], purposes: ['account'], basis, holder: 'billing', values: { phone } },
      { time: ago(90 * minuteMs) },
    );
    await tell(story.corrected, story.transferred, story.mistaken);
    known.mistaken = await nextSecond();
    story.retracted = fact('fact.retracted', { fact: reference(story.mistaken), ground: 'told-in-error' });
    const withdrawal = { subject, consent: reference(story.consent), channel: 'email' };
    story.withdrawn = fact('consent.withdrawn', withdrawal, { time: ago(30 * minuteMs) });
    const use = { subject, categories: ['email'], purposes: ['account'], basis, holder: 'crm' };
    story.used = fact('data.used', use, { time: ago(20 * minuteMs) });
    const outcomes = await tell(story.retracted, story.withdrawn, story.used);
    expect(outcomes[2]?.findings).toContainEqual(
      expect.objectContaining({ code: 'CONSENT_WITHDRAWN', category: 'email', purpose: 'account' }),
    );
    id = await officer().find('email', email);
    expect(await officer().find('email', ` ${email.toUpperCase()} `)).toBe(id);
  });

  it('a check says that it may no longer be done', async () => {
    const { allowed, verdicts } = await check();
    expect(allowed).toBe(false);
    expect(verdicts[0]?.findings).toEqual(['CONSENT_WITHDRAWN']);
  });
});

describe('the dossier', () => {
  const typesTold = async (): Promise<readonly string[]> => {
    const timeline = await officer().get(`/v1/subjects/${id}/timeline`, { reason });
    return timeline.json<{ lines: readonly { type: string }[] }>().lines.map(({ type }) => type);
  };

  it('shows the wrong value and the retracted one no more: they were destroyed, and each destruction is recorded', async () => {
    await until('both are destroyed', async () => {
      const executed = (await typesTold()).filter((type) => type === 'ErasureExecuted');
      return executed.length === 2;
    });
    const text = JSON.stringify(await dossier());
    for (const gone of [misspelt, '765 43 21', '7654321']) expect(text).not.toContain(gone);
  });

  it('says what is held, with its values, why, since when, from where, where and how long', async () => {
    const now = await dossier();
    expect(now).toMatchObject({ subject: id, edition: { document: edition } });
    expect(now.categories.map(({ category }) => category).sort()).toEqual(['email', 'full-name']);
    expect(valuesOf(now, 'full-name')).toEqual([[name, 'current']]);
    for (const [value] of valuesOf(now, 'email')) expect(value).toBe(email);
    const fullName = now.categories.find(({ category }) => category === 'full-name');
    expect(fullName?.holders).toEqual(['crm', 'ledger']);
    const [holding, ...others] = fullName?.holdings ?? [];
    expect(others).toEqual([]);
    expect(holding).toMatchObject({
      holder: 'crm',
      since: { moment: story.collected.time, precision: 'exact' },
      origins: [{ kind: 'subject', means: 'web-form', source }],
      purposes: [
        {
          purpose: 'account',
          clause: '4',
          bases: [{ code: 'consent', article: '94-V:7(1)', consent: { standing: 'withdrawn' } }],
          stay: { until: 'purpose-reached', relation: { kind: 'account' } },
        },
      ],
    });
  });

  it('says who received what, under which undertaking, and what was agreed and withdrawn', async () => {
    const now = await dossier();
    expect(now.transfers).toHaveLength(1);
    expect(now.transfers[0]).toMatchObject({
      moment: story.transferred.time,
      recipient: bank.recipient,
      country: 'KZ',
      undertaking: { held: true },
      categories: ['full-name'],
    });
    expect(now.transfers[0]?.about.map(({ value }) => value)).toEqual(
      expect.arrayContaining([bank.name, bank.undertaking.number]),
    );
    expect(now.consents).toMatchObject([
      {
        moment: story.consent.time,
        standing: 'withdrawn',
        missing: [],
        subjectName: { value: name },
        proofPart: { value: 'одноразовый код 4821' },
        withdrawals: [{ moment: story.withdrawn.time, channel: 'email' }],
      },
    ]);
    expect(now.corrections).toMatchObject([{ moment: story.corrected.time, ground: 'subject-request' }]);
  });

  it('keeps what was told in error apart, without its value', async () => {
    const now = await dossier();
    expect(now.retracted).toMatchObject([
      { moment: story.mistaken.time, type: 'DataCollected', retraction: { ground: 'told-in-error' } },
    ]);
    for (const gone of ['765 43 21', '7654321']) expect(JSON.stringify(now)).not.toContain(gone);
    expect(now.findings.map(({ code }) => code)).toContain('CONSENT_WITHDRAWN');
  });

  it('names for each line the events that it stands on, and every one is in the timeline or a register', async () => {
    const now = await dossier();
    const timeline = await officer().get(`/v1/subjects/${id}/timeline`, { reason });
    const lines = timeline.json<{ lines: readonly { event: string; type: string }[] }>().lines;
    // When a destruction is carried out, and when others are told of a correction, is nobody's business but its own.
    const ownPace = ['ErasureExecuted', 'TaskOrdered'];
    expect(lines.map(({ type }) => type).filter((type) => !ownPace.includes(type))).toEqual([
      'SubjectRegistered',
      'IdentifierLinked',
      'ConsentGiven',
      'RelationStarted',
      'DataCollected',
      'DataCorrected',
      'DataTransferred',
      'DataCollected',
      'ConsentWithdrawn',
      'DataUsed',
      'FactRetracted',
    ]);
    const events = new Set(lines.map(({ event }) => event));
    const standing = [
      now.registered?.event,
      ...now.categories.flatMap(({ holdings }) =>
        holdings.flatMap(({ purposes }) => purposes.flatMap((p) => p.events)),
      ),
      ...now.categories.flatMap(({ holdings }) => holdings.flatMap(({ origins }) => origins.map((o) => o.event))),
      ...now.transfers.map(({ event }) => event),
      ...now.consents.flatMap(({ event, withdrawals }) => [event, ...withdrawals.map((one) => one.event)]),
      ...now.corrections.map(({ event }) => event),
      ...now.retracted.flatMap(({ event, retraction }) => [event, retraction.event]),
      ...now.findings.map(({ event }) => event),
    ];
    expect(standing.length).toBeGreaterThan(10);
    for (const event of standing) expect(events).toContain(event);
  });

  it('says what was true at a moment, and what was known at one', async () => {
    const thenTrue = await dossier(`?asOf=${ago(150 * minuteMs)}`);
    // What was believed then has been destroyed since, and is nobody's to show.
    expect(thenTrue.categories.map(({ category }) => category)).toContain('full-name');
    expect(valuesOf(thenTrue, 'full-name')).toEqual([]);
    expect(thenTrue.transfers).toEqual([]);
    expect(thenTrue.consents).toMatchObject([{ standing: 'stands' }]);

    const knownThen = await dossier(`?asKnownAt=${known.collected}`);
    expect(valuesOf(knownThen, 'full-name')).toEqual([]);
    expect(knownThen.consents).toMatchObject([{ standing: 'stands', withdrawals: [] }]);
    expect(knownThen.retracted).toEqual([]);

    const beforeRetraction = await dossier(`?asKnownAt=${known.mistaken}`);
    expect(beforeRetraction.retracted).toEqual([]);
    expect(beforeRetraction.categories.map(({ category }) => category)).toContain('phone');

    const beforeAll = await dossier(`?asKnownAt=${ago(hourMs)}`);
    expect(beforeAll.registered).toBeUndefined();
    expect(beforeAll.categories).toEqual([]);
    const early = await dossier(`?asOf=${ago(5 * hourMs)}`);
    expect(early.categories).toEqual([]);
  });

  it.each([
    ['ru', 'ВАШИ ПЕРСОНАЛЬНЫЕ ДАННЫЕ', /[а-я]/i],
    ['kk', 'ДЕРБЕС ДЕРЕКТЕР', /[әіңғүұқөһ]/i],
    ['en', 'YOUR PERSONAL DATA', /[a-z]/i],
  ])('reads as a text in %s', async (language, title, letters) => {
    const headers = { 'accept-language': language };
    const answer = await officer().get(`/v1/subjects/${id}/dossier`, { reason, accept: 'text/plain', headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; charset=utf-8/);
    expect(answer.headers.get('content-language')).toBe(language);
    const { text } = answer;
    expect(text).toContain(title);
    expect(text).toMatch(letters);
    for (const told of [email, name, bank.name, bank.undertaking.number]) expect(text).toContain(told);
    for (const gone of [misspelt, '765 43 21']) expect(text).not.toContain(gone);
    // No code of ours, no hole and no key of a message stands where a word should be.
    expect(text).not.toMatch(/undefined|\[object|\{[a-z]+\}|null|NaN/);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(101);
    // Every record that a line names stands in the list of records.
    const numbers = [...text.matchAll(/\[(\d+)\] +[0-9a-f]{8}-/g)].map(([, number]) => number);
    expect(numbers.length).toBe(new Set(text.match(uuids)).size - 1);
    expect(
      (await officer().get(`/v1/subjects/${id}/dossier?lang=${language}`, { reason, accept: 'text/plain' })).text,
    ).toContain(title);
  });

  it('says who looked, why, and up to when it knows', async () => {
    await nextSecond();
    const before = momentOf(Date.now());
    await dossier();
    // How far it reaches is read before the lines are: an answer may have one that it does not vouch for yet, and the next one does.
    const seen = await until('the look is in the dossier, which knows all up to it', async () => {
      const { access } = await dossier();
      const knows = (access.reaches ?? '') >= (access.lines[0]?.at ?? '');
      return knows && access.lines.some(({ question, at }) => question === 'dossier' && at >= before) && access;
    });
    expect(seen.lines).toContainEqual(expect.objectContaining({ question: 'search', role: 'officer', reason: 'test' }));
    expect(seen.lines).toContainEqual(expect.objectContaining({ question: 'timeline', role: 'officer', reason }));
    const last = seen.lines[0]?.at ?? '';
    expect((seen.reaches ?? '') >= last).toBe(true);
  });

  it('never calls the list of who looked complete up to a moment at which somebody looked whom it lacks', async () => {
    const answers = [];
    for (let i = 0; i < 12; i++) answers.push(await dossier());
    await nextSecond();
    const all = await until('all looks are known', async () => {
      const { access } = await dossier();
      return access.lines.filter(({ question }) => question === 'dossier').length >= 12 && access.lines;
    });
    for (const { access } of answers) {
      const due = all.filter(({ at }) => at < (access.reaches ?? ''));
      expect(access.lines.length).toBeGreaterThanOrEqual(due.length);
    }
  });

  it('of a person is read by nobody but an officer', async () => {
    for (const role of ['auditor', 'admin', 'emitter'] as const) {
      expectProblem(await journey.as(role).get(`/v1/subjects/${id}/dossier`, { reason }), 403, 'ROLE_NOT_ALLOWED');
      expectProblem(await journey.as(role).get(`/v1/subjects/${id}/timeline`, { reason }), 403, 'ROLE_NOT_ALLOWED');
      const question = { identifier: { scheme: 'email', value: email } };
      expectProblem(await journey.as(role).post('/v1/subjects/search', question, { reason }), 403, 'ROLE_NOT_ALLOWED');
    }
  });
});

describe('the registers', () => {
  const rows = (name: string, filter: Readonly<Record<string, string>> = {}) =>
    journey.as('auditor').register<Record<string, unknown>>(name, filter, 'audit');

  it('say the same without a single value', async () => {
    expect(await rows('holdings')).toMatchObject([
      { subject: id, category: 'email', holder: 'crm', status: 'held' },
      { subject: id, category: 'full-name', holder: 'crm', status: 'held' },
    ]);
    expect(await rows('consents')).toMatchObject([{ subject: id, status: 'withdrawn', shownEdition: edition }]);
    expect(await rows('transfers')).toMatchObject([{ subject: id, recipient: bank.recipient, country: 'KZ' }]);
    expect(await rows('recipients')).toMatchObject([{ recipient: bank.recipient, status: 'registered' }]);
    expect((await rows('holders')).map((row) => row['holder'])).toEqual(['billing', 'crm']);
    expect(await rows('editions')).toMatchObject([{ document: edition }]);
    const all = await Promise.all(
      ['holdings', 'consents', 'transfers', 'recipients', 'holders', 'findings', 'editions', 'access'].map((one) =>
        rows(one),
      ),
    );
    for (const value of [email, name, misspelt, 'Журн', bank.name, bank.undertaking.number, '4821']) {
      expect(JSON.stringify(all)).not.toContain(value);
    }
  });

  it('name a recipient to an officer, not to an auditor', async () => {
    expect(JSON.stringify(await officer().register('recipients'))).toContain(bank.name);
    expect(JSON.stringify(await rows('recipients'))).toContain('withheld');
  });

  it('are filtered by what they have', async () => {
    expect(await rows('holdings', { category: 'email' })).toHaveLength(1);
    expect(await rows('holdings', { holder: 'billing' })).toHaveLength(0);
    expect(await rows('holdings', { purpose: 'account', status: 'held', subject: id })).toHaveLength(2);
    expect(await rows('findings', { code: 'CONSENT_WITHDRAWN' })).toMatchObject([{ subject: id, clause: '5' }]);
    expect(await rows('findings', { subject: '00000000-0000-4000-8000-000000000000' })).toEqual([]);
    expect(await rows('transfers', { recipient: bank.recipient, from: ago(4 * hourMs) })).toHaveLength(1);
    expect(await rows('transfers', { until: ago(4 * hourMs) })).toHaveLength(0);
  });

  it('come in pages that meet every row once, and a cursor is good for its own question alone', async () => {
    const people = Array.from({ length: 25 }, (_, i) =>
      fact('data.collected', {
        subject: by('account', `paged-${i}`),
        categories: ['plan'],
        purposes: ['account'],
        holder: 'billing',
      }),
    );
    await tell(...people);
    const paged = await rows('holdings', { holder: 'billing', limit: '7' });
    expect(paged).toHaveLength(25);
    expect(new Set(paged.map((row) => row['subject'])).size).toBe(25);
    const page = await officer().get('/v1/registers/holdings?holder=billing&limit=7');
    const { items, next } = page.json<{ items: readonly object[]; next: string }>();
    expect(items).toHaveLength(7);
    const other = await officer().get(`/v1/registers/holdings?holder=crm&cursor=${next}`);
    expect(other.status).toBe(400);
    expect(other.problem.code).toMatch(/^CURSOR_/);
    expect((await rows('findings', { code: 'NO_BASIS', limit: '10' })).length).toBe(25);
  });

  it('sum findings up by class', async () => {
    const classes = await rows('finding-classes');
    expect(classes).toContainEqual(
      expect.objectContaining({ code: 'NO_BASIS', source, people: 25, findings: 25, assessment: 'open' }),
    );
  });

  it('read as text in three languages', async () => {
    for (const lang of ['ru', 'kk', 'en']) {
      const answer = await officer().get(`/v1/registers/holdings?lang=${lang}`, { accept: 'text/plain' });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-language')).toBe(lang);
      expect(answer.text).not.toMatch(/undefined|\[object/);
    }
  });

  it('say who looked: role and reason of each question, and that of a register too', async () => {
    await officer().get(`/v1/registers/holdings?subject=${id}`, { reason: 'complaint' });
    const seen = await until('the question stands in the register', async () => {
      const access = await rows('access', { subject: id });
      // Asking for the register is a question too, which the next asking finds.
      const asked = new Set(access.map((row) => row['question']));
      const complained = access.some((row) => row['question'] === 'holdings' && row['reason'] === 'complaint');
      return complained && asked.has('access') && access;
    });
    expect(new Set(seen.map((row) => row['question']))).toEqual(
      new Set(['search', 'dossier', 'timeline', 'holdings', 'consents', 'transfers', 'findings', 'access']),
    );
    expect(seen.filter((row) => row['question'] === 'dossier').every((row) => row['reason'] === reason)).toBe(true);
    const checks = await rows('access', {});
    expect(checks.filter((row) => row['question'] === 'check').every((row) => row['role'] === 'emitter')).toBe(true);
    expect(JSON.stringify(checks)).not.toContain('@');
  });

  it('lose nothing in a rebuild', async () => {
    const names = ['holdings', 'consents', 'transfers', 'recipients', 'holders', 'findings', 'editions'];
    const before = await Promise.all(names.map((one) => officer().register(one)));
    const accessBefore = (await rows('access')).length;
    const admin = journey.as('admin');
    expect((await admin.post('/v1/rebuilds', {})).status).toBe(202);
    const rebuilds = await until('all is rebuilt', async () => {
      const all = (await admin.get('/v1/rebuilds')).json<readonly { model: string; state: string }[]>();
      return all.every(({ state }) => state === 'done' || state === 'failed') && all;
    });
    expect(rebuilds.map(({ state }) => state)).toEqual(rebuilds.map(() => 'done'));
    expect(rebuilds.length).toBeGreaterThanOrEqual(7);
    expect(await Promise.all(names.map((one) => officer().register(one)))).toEqual(before);
    expect((await rows('access')).length).toBeGreaterThanOrEqual(accessBefore);
    expectProblem(await admin.post('/v1/rebuilds', { model: 'nothing' }), 404, 'UNKNOWN_MODEL');
    expectProblem(await officer().post('/v1/rebuilds', {}), 403, 'ROLE_NOT_ALLOWED');
  });
});

describe('an officer', () => {
  it('says that two subjects are one person, and takes it back', async () => {
    await tell(
      fact('data.collected', {
        subject: by('phone', '+7 701 111 22 33'),
        categories: ['phone'],
        purposes: ['account'],
        holder: 'crm',
      }),
    );
    const other = await officer().find('phone', '+7 701 111 22 33');
    const act = (what: string) =>
      officer().post(
        `/v1/subjects/${id}/${what}?wait=projected`,
        { other, ground: 'same-person' },
        { reason: 'correction' },
      );
    expect((await act('merge')).status).toBe(201);
    const merged = await dossier();
    expect(merged.categories.map(({ category }) => category)).toContain('phone');
    expect((await act('merge')).status).toBe(201);
    const back = await officer().post(
      `/v1/subjects/${other}/merge`,
      { other: id, ground: 'same-person' },
      { reason: 'correction' },
    );
    expectProblem(back, 409, 'ALREADY_MERGED');
    expect((await act('unmerge')).status).toBe(201);
    expect((await dossier()).categories.map(({ category }) => category)).not.toContain('phone');
  });
});
