// Given facts told to a real ledger, when staff and services ask, then the answers are true, complete, and on record.
import { catalogue } from '@derbes/domain';
import { readEnvelope, type Recorded } from '@derbes/kernel';
import { listRebuilds, pageRowsMax, ProjectedWait, requestRebuild, Runner } from '@derbes/read-models';
import { type Outcome } from '../write/outcome.js';
import { MergeSubjectsHandler, RegisterRecipientHandler } from '../write/handlers.js';
import { MergeSubjects, RegisterRecipient } from '../write/commands.js';
import { setTimeout as pause } from 'node:timers/promises';
import { lastValueFrom, toArray } from 'rxjs';
import { type Ledger } from '../ledger.js';
import { type Asked } from '../keys/asked.js';
import { askedBy, fact, publishKiberon, tell, testLedger, type TestLedger } from '../testing.js';
import { CheckActionHandler } from './check-handler.js';
import { ReadDossierHandler } from './dossier-handler.js';
import { type DossierView, type TimelineView } from './dossier-view.js';
import { ReadEditionHandler, ReadEditionInForceHandler } from './edition-handlers.js';
import {
  CheckAction,
  ExportRegister,
  ReadDossier,
  ReadEdition,
  ReadEditionInForce,
  ReadRegister,
  ReadTimeline,
  SearchSubjects,
} from './queries.js';
import { MentionedEvents } from './mentioned-events.js';
import { JsonAnswer } from './json-answer.js';
import { Readers } from './readers.js';
import { ReadRegisterHandler, type RegisterPage } from './register-handler.js';
import { ExportRegisterHandler } from './register-export.js';
import { readCsv } from './testing/read-csv.js';
import { SearchSubjectsHandler } from './search-handler.js';
import { ReadTimelineHandler } from './timeline-handler.js';

let test: TestLedger;
let ledger: Ledger;
let readers: Readers;
let edition: string;

const betweenLooksMs = 50;
const looksMax = 1_200;
const officer: Asked = { ...askedBy('officer'), reason: 'subject-request' };
const auditor: Asked = { ...officer, by: { ...officer.by, role: 'auditor' } };

beforeAll(async () => {
  test = await testLedger();
  ledger = test.ledger;
  readers = new Readers(ledger);
  edition = await publishKiberon(ledger);
});
afterAll(async () => {
  await readers.stop();
  await test.close();
});

const by = (value: string, scheme = 'email') => ({ subject: { identifiers: [{ scheme, value }] } });
const collected = (who: string, more: object = {}) =>
  fact('data.collected', {
    ...by(who),
    categories: ['email', 'full-name'],
    purposes: ['account'],
    holder: 'crm',
    origin: { kind: 'subject', means: 'web-form' },
    values: { email: who, 'full-name': 'Айгерим Примерова' },
    ...more,
  });

const search = (value: string, asked = officer) =>
  new SearchSubjectsHandler(readers).execute(
    Object.assign(new SearchSubjects(), { asked, identifier: { scheme: 'email', value } }),
  );
async function subjectOf(value: string): Promise<string> {
  const { subjects } = await search(value);
  expect(subjects).toHaveLength(1);
  return subjects[0]?.subject ?? '';
}

async function dossier(subject: string, more: object = {}): Promise<DossierView> {
  const query = Object.assign(new ReadDossier(), { subject, asked: officer, as: 'json', ...more });
  const answer = await new ReadDossierHandler(readers).execute(query);
  if (!(answer instanceof JsonAnswer) || !Buffer.isBuffer(answer.body)) return answer as unknown as DossierView;
  return JSON.parse(answer.body.toString()) as DossierView;
}
async function timeline(subject: string, more: object = {}): Promise<TimelineView> {
  const query = Object.assign(new ReadTimeline(), { subject, asked: officer, as: 'json', ...more });
  return (await new ReadTimelineHandler(readers).execute(query)) as TimelineView;
}
const check = (more: object, asked: Asked = askedBy('emitter')) =>
  new CheckActionHandler(readers).execute(
    Object.assign(new CheckAction(), {
      asked,
      action: 'collect',
      categories: ['email'],
      purposes: ['account'],
      basis: 'consent',
      ...more,
    }),
  );
const page = async (register: string, more: object = {}) =>
  (await new ReadRegisterHandler(readers).execute(
    Object.assign(new ReadRegister(), { register, asked: officer, as: 'json', ...more }),
  )) as RegisterPage;

async function reads(): Promise<Recorded[]> {
  const all = await lastValueFrom(ledger.store.follow({ until: 'head' }).pipe(toArray()));
  return all
    .filter(({ stream }) => stream.startsWith('reads-'))
    .map(({ bytes }) => catalogue.read(readEnvelope(bytes)));
}
const lastRead = async () => (await reads()).at(-1)?.facts;

/** Everything recorded until now stands in the registers. */
async function projected(): Promise<void> {
  const all = await lastValueFrom(ledger.store.follow({ until: 'head' }).pipe(toArray()));
  const runner = new Runner({ pool: ledger.app, store: ledger.store, documents: ledger.documents });
  runner.start();
  await new ProjectedWait(ledger.app).until(all.at(-1)?.position ?? '0');
  await runner.stop();
}

/** Tells of so many people, each with nine rows of what is held. */
async function tellMany(people: number, from = 0): Promise<void> {
  const held = ['email', 'phone', 'full-name', 'company', 'position'];
  const categories = [...held, 'plan', 'payment-status', 'usage-history', 'subscription-history'];
  const who = Array.from({ length: people }, (_, n) => `person-${from + n}@primer.kz`);
  await tell(ledger, ...who.map((email) => collected(email, { categories, values: { email } })));
}

async function rebuilt(model: string): Promise<void> {
  const [job] = await requestRebuild(ledger.app, model);
  const runner = new Runner({ pool: ledger.app, store: ledger.store, documents: ledger.documents });
  runner.start();
  for (let looks = 0; ; looks++) {
    const found = (await listRebuilds(ledger.app)).find(({ id }) => id === job?.id);
    if (found?.state === 'done') break;
    if (looks > looksMax) throw new Error(`the rebuild is ${found?.state ?? 'unknown'}`);
    await pause(betweenLooksMs);
  }
  await runner.stop();
}

/** The pieces of a whole register, as they are made. */
async function exported(register: string, as: 'csv' | 'json', gone = new AbortController().signal) {
  const question = Object.assign(new ExportRegister(), { register, asked: officer, as });
  const { body } = await new ExportRegisterHandler(readers).execute(question);
  if (Buffer.isBuffer(body)) throw new Error('it was answered at once');
  return body(gone);
}

async function keysOfAll(register: 'holdings'): Promise<string[]> {
  const keys: string[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const { rows, next } = await readers.models[register].page({ limit: pageRowsMax, ...(cursor && { cursor }) });
    keys.push(...rows.map(({ subject, category, holder }) => `${subject} ${category} ${holder}`));
    cursor = next;
  }
  return keys;
}

describe('a search', () => {
  it('finds by any spelling of the identifier and records about whom', async () => {
    await tell(ledger, collected('search@primer.kz'));
    const subject = await subjectOf('  Search@PRIMER.kz ');
    expect(await lastRead()).toMatchObject({
      question: 'search',
      role: 'officer',
      reason: 'subject-request',
      subjects: [subject],
    });
  });

  it('that finds nobody registers nobody, leaves no token, and is on record with nobody named', async () => {
    const tables = async () =>
      (
        await ledger.app.query<{ count: string }>(
          'select (select count(*) from lookup) + (select count(*) from key_owner) as count',
        )
      ).rows;
    const before = await tables();
    expect(await search('nobody@primer.kz')).toEqual({ subjects: [] });
    expect(await tables()).toEqual(before);
    expect(await lastRead()).toMatchObject({ question: 'search', subjects: [] });
  });

  it('finds by the reference that a source was given, and by no other source’s', async () => {
    const [outcome] = await tell(ledger, collected('ref@primer.kz'));
    const subject = await subjectOf('ref@primer.kz');
    const ask = (source: string) =>
      new SearchSubjectsHandler(readers).execute(
        Object.assign(new SearchSubjects(), { asked: officer, reference: { source, ref: outcome?.ref } }),
      );
    expect(await ask('urn:example:crm')).toEqual({ subjects: [{ subject }] });
    expect(await ask('urn:example:site')).toEqual({ subjects: [] });
  });

  it('says that the value is no identifier without repeating it', async () => {
    const refused = search('not an e-mail');
    await expect(refused).rejects.toMatchObject({ code: 'EMAIL_MALFORMED' });
    await expect(refused).rejects.not.toThrow('not an e-mail');
  });
});

describe('the dossier', () => {
  const who = 'dossier@primer.kz';
  let outcomes: Outcome[];

  beforeAll(async () => {
    const register = Object.assign(new RegisterRecipient(), {
      asked: askedBy('officer'),
      recipient: 'example-bank',
      class: 'payment-and-banks',
      name: 'АО «Банк Примеров»',
      country: 'KZ',
      categories: ['full-name'],
      purposes: ['payment'],
      since: '2026-01-01T00:00:00Z',
    });
    await new RegisterRecipientHandler(ledger.writers).execute(register);
    await ledger.registers.refresh();
    outcomes = await tell(
      ledger,
      fact(
        'consent.given',
        {
          ...by(who),
          purposes: ['account'],
          items: { operator: true, subjectName: 'Айгерим Примерова', data: ['email', 'full-name'] },
          channel: 'web-form',
        },
        { id: 'dossier-consent' },
      ),
      collected(who, { basis: { code: 'consent', consent: { source: 'urn:example:crm', id: 'dossier-consent' } } }),
      fact('data.transferred', {
        ...by(who),
        categories: ['full-name'],
        purposes: ['payment'],
        recipient: 'example-bank',
        country: 'KZ',
        mode: 'sent',
      }),
    );
  });

  it('holds all fields of Art. 24(1)(1) with the values opened, each line naming its events', async () => {
    expect(outcomes.map(({ status }) => status)).toEqual(['recorded', 'recorded', 'recorded']);
    const view = await dossier(await subjectOf(who));
    expect(view.categories.map(({ category }) => category)).toEqual(['email', 'full-name']);
    expect(view.categories[0]).toMatchObject({
      holders: ['crm', 'ledger'],
      holdings: [
        {
          origins: [{ kind: 'subject', means: 'web-form' }],
          purposes: [
            {
              purpose: 'account',
              bases: [{ article: '94-V:7(1)', consent: { standing: 'stands' } }],
              stay: { clause: '7' },
            },
          ],
        },
      ],
    });
    const values = view.categories.flatMap(({ values: lines }) => lines.map(({ part }) => part.value));
    expect(values).toEqual(expect.arrayContaining([who, 'Айгерим Примерова']));
    expect(view.consents[0]).toMatchObject({
      subjectName: { value: 'Айгерим Примерова' },
      missing: ['3', '4', '5', '6'],
    });
    expect(view.transfers[0]).toMatchObject({
      recipient: 'example-bank',
      class: 'payment-and-banks',
      about: [{ category: 'meta.name', value: 'АО «Банк Примеров»' }],
    });
    expect(view.edition).toMatchObject({ document: edition });
    expect(view.controller).toMatchObject({ bin: '230340021377' });
    expect(view.closing).toBe('lawfully-withheld-not-included');
  });

  it('is on record before it is answered, with the person named', async () => {
    const subject = await subjectOf(who);
    await dossier(subject, { asOf: '2026-11-20T12:00:00Z' });
    expect(await lastRead()).toMatchObject({
      question: 'dossier',
      subjects: [subject],
      filter: { asOf: '2026-11-20T12:00:00Z' },
    });
  });

  it('says who looked, and up to when that is complete', async () => {
    const subject = await subjectOf(who);
    await dossier(subject);
    await projected();
    const { access } = await dossier(subject);
    expect(access.lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ question: 'dossier', role: 'officer', reason: 'subject-request' }),
      ]),
    );
    expect(access.reaches).toMatch(/Z$/);
    expect(access.now).toEqual({ question: 'dossier', role: 'officer', reason: 'subject-request' });
    const moments = access.lines.map(({ at }) => at);
    expect(moments).toEqual([...moments].sort().reverse());
  });

  it('shows an auditor no value', async () => {
    const view = await dossier(await subjectOf(who), { asked: auditor });
    const text = JSON.stringify({ ...view, controller: undefined });
    expect(text).not.toContain('primer.kz');
    expect(text).not.toContain('Айгерим');
    expect(view.categories.flatMap(({ values }) => values.map(({ part }) => part.state))).not.toContain('opened');
  });

  it('says of a part that was lost or changed that it was, and hides no other', async () => {
    const subject = await subjectOf(who);
    const place = (await dossier(subject)).categories.find(({ category }) => category === 'full-name')?.values[0]?.part;
    await test.database.owner.query(
      `update part set blob = set_byte(blob, 20, get_byte(blob, 20) # 1) where event = $1 and p = $2`,
      [place?.event, place?.p],
    );
    const view = await dossier(subject);
    expect(view.categories.find(({ category }) => category === 'full-name')?.values[0]?.part).toMatchObject({
      state: 'tampered',
    });
    expect(view.categories.find(({ category }) => category === 'email')?.values[0]?.part).toMatchObject({
      state: 'opened',
    });
    await test.database.owner.query(`delete from part where event = $1 and p = $2`, [place?.event, place?.p]);
    expect((await dossier(subject)).missing).toMatchObject([
      { event: place?.event, state: 'lost', categories: ['full-name'] },
    ]);
  });

  it('reads as text in three languages', async () => {
    const subject = await subjectOf(who);
    for (const [lang, title] of [
      ['ru', 'ВАШИ ПЕРСОНАЛЬНЫЕ ДАННЫЕ'],
      ['kk', 'СІЗДІҢ ДЕРБЕС ДЕРЕКТЕРІҢІЗ'],
      ['en', 'YOUR PERSONAL DATA'],
    ] as const) {
      const text = (await dossier(subject, { as: 'text', lang })) as unknown as string;
      expect(text.startsWith(title)).toBe(true);
      expect(text).toContain(who);
    }
  });

  it('of nobody is undefined', async () => {
    expect(await dossier('99999999-9999-4999-8999-999999999999')).toBeUndefined();
  });
});

describe('a fact told in error', () => {
  it('is shown apart, and still as known before', async () => {
    const who = 'error@primer.kz';
    const told = collected(who);
    await tell(ledger, told);
    const subject = await subjectOf(who);
    const before = (await timeline(subject)).lines.at(-1)?.recorded ?? '';
    // Moments are whole seconds: what is recorded within one is known at once.
    while (readers.now() <= before) await pause(20);
    await tell(ledger, fact('fact.retracted', { fact: { source: told.source, id: told.id }, ground: 'told-in-error' }));
    const view = await dossier(subject);
    expect(view.retracted).toMatchObject([
      { type: 'DataCollected', parts: [{ state: 'not-shown' }, { state: 'not-shown' }] },
    ]);
    expect(view.categories.flatMap(({ holdings }) => holdings)).toEqual([]);
    const then = await dossier(subject, { asKnownAt: before });
    expect(then.retracted).toEqual([]);
    expect(then.categories.flatMap(({ holdings }) => holdings)).toHaveLength(2);
  });
});

describe('data that another organisation uploaded', () => {
  it('names the organisation wherever its name was first told, and not its employee', async () => {
    const uploaded = (who: string, name?: string) =>
      collected(who, {
        capacity: 'operator',
        for: { bin: '230340021377' },
        origin: {
          kind: 'uploaded',
          uploader: { bin: '230340021377', ...(name && { name }) },
          employee: 'Сотрудник Примеров',
          declaredBasis: 'consent',
          acceptance: true,
        },
      });
    await tell(ledger, uploaded('first-upload@primer.kz', 'ТОО «Загрузчик Примеров»'));
    await tell(ledger, uploaded('second-upload@primer.kz'));
    const view = await dossier(await subjectOf('second-upload@primer.kz'));
    const [organisation] = Object.values(view.organisations);
    expect(organisation?.map(({ value }) => value)).toEqual(
      expect.arrayContaining(['ТОО «Загрузчик Примеров»', '230340021377']),
    );
    expect(JSON.stringify(view)).not.toContain('Сотрудник Примеров');
    const text = (await dossier(await subjectOf('second-upload@primer.kz'), {
      as: 'text',
      lang: 'ru',
    })) as unknown as string;
    expect(text).toContain('Загрузчик Примеров');
  });
});

describe('two subjects found to be one person', () => {
  it('are answered about together, whichever is asked for, and both are on record', async () => {
    await tell(ledger, collected('one@primer.kz'), collected('other@primer.kz', { holder: 'billing' }));
    const [subject, other] = [await subjectOf('one@primer.kz'), await subjectOf('other@primer.kz')];
    const merge = Object.assign(new MergeSubjects(), {
      asked: askedBy('officer'),
      subject,
      other,
      ground: 'officer-decision',
    });
    await new MergeSubjectsHandler(ledger.writers).execute(merge);
    for (const asked of [subject, other]) {
      const view = await dossier(asked);
      expect(view.merged).toEqual([asked === subject ? other : subject]);
      expect([...(view.categories[0]?.holders ?? [])].sort()).toEqual(['billing', 'crm', 'ledger']);
      expect(new Set((await lastRead())?.['subjects'] as string[])).toEqual(new Set([subject, other]));
    }
  });
});

describe('an event of another stream', () => {
  it('is found by its id, wherever it stands', async () => {
    await tell(ledger, collected('mention@primer.kz'));
    const line = (await timeline(await subjectOf('mention@primer.kz'))).lines.at(-1);
    const unknown = '99999999-9999-4999-8999-999999999999';
    const found = await new MentionedEvents(ledger.app, ledger.store).find([line?.event ?? '', unknown]);
    expect([...found.values()]).toMatchObject([{ id: line?.event, type: 'DataCollected', source: 'urn:example:crm' }]);
  });
});

describe('the timeline', () => {
  it('tells every event in order with what it means and what is suspicious', async () => {
    await tell(ledger, collected('timeline@primer.kz'));
    const { lines } = await timeline(await subjectOf('timeline@primer.kz'), { lang: 'en' });
    expect(lines.map(({ type }) => type)).toEqual(['SubjectRegistered', 'IdentifierLinked', 'DataCollected']);
    expect(lines[2]?.says).toContain('Data was collected: which data: e-mail, Full name');
    expect(lines[2]?.findings.map(({ code }) => code)).toContain('NO_BASIS');
  });
});

describe('a check', () => {
  it('tells the same of a person that nobody knows and of one without consent', async () => {
    await tell(ledger, collected('known@primer.kz'));
    const unknown = await check(by('unknown@primer.kz'));
    expect(unknown).toEqual(await check(by('known@primer.kz')));
    expect(unknown).toMatchObject({
      allowed: false,
      verdicts: [{ category: 'email', purpose: 'account', allowed: false, findings: ['CONSENT_MISSING'] }],
    });
    expect(unknown.verdicts[0]?.missing?.[0]).toMatchObject({ purposes: ['account'], items: { operator: 'yes' } });
    expect(JSON.stringify(unknown)).not.toContain('known@');
    expect(await search('unknown@primer.kz')).toEqual({ subjects: [] });
  });

  it('names the consent that decides, as far as whoever asks may know it', async () => {
    const consent = fact('consent.given', {
      ...by('agreed@primer.kz'),
      purposes: ['account'],
      items: {
        operator: true,
        subjectName: 'Болат Примеров',
        term: { untilEvent: 'purpose-reached' },
        thirdParties: { allowed: false },
        crossBorder: { allowed: false },
        publication: { allowed: false },
        data: ['email'],
      },
      shown: { edition, language: 'ru', hash: 'a'.repeat(64) },
      channel: 'web-form',
    });
    await tell(ledger, consent);
    const named = { source: consent.source, id: consent.id };
    const whom = { ...by('agreed@primer.kz') };
    expect(await check({ ...whom, consent: named })).toMatchObject({ allowed: true, verdicts: [{ consent: named }] });
    const told = async (asked?: Asked, more = {}) => (await check({ ...whom, ...more }, asked)).verdicts[0]?.consent;
    const given = `${consent.time.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`;
    expect(await told()).toEqual({ toldBy: 'you', given, edition });
    const other = askedBy('emitter', { by: { ...askedBy('emitter').by, source: 'urn:example:other' } });
    expect(await told(other)).toEqual({ toldBy: 'another', edition });
    expect(await told(other, { consent: named })).toEqual({ ...named, toldBy: 'another', edition });
    const forStaff = await told(officer);
    expect(forStaff).toEqual({
      event: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      source: named.source,
      given,
      edition,
    });
  });

  it('by a service is counted, by staff it is a record of its own', async () => {
    const mark = (await reads()).length;
    for (let i = 0; i < 3; i++)
      await check(
        by('known@primer.kz'),
        askedBy('emitter', {
          by: { key: '00000000-0000-4000-8000-0000000000c1', role: 'emitter', source: 'urn:example:crm' },
        }),
      );
    await check(by('known@primer.kz'), officer);
    const recorded = (await reads()).slice(mark);
    expect(recorded.map(({ facts }) => facts['count'])).toEqual(['1', '2', undefined]);
    expect(recorded[2]?.facts).toMatchObject({ role: 'officer', subjects: [await subjectOf('known@primer.kz')] });
  });
});

describe('registers', () => {
  beforeAll(projected);

  it('are paged, and each page is on record with the people on it', async () => {
    const first = await page('holdings', { limit: 2 });
    expect(first.items).toHaveLength(2);
    const named = (await lastRead())?.['subjects'];
    expect(named).toEqual([...new Set(first.items.map((item) => (item as { subject: string }).subject))]);
    const second = await page('holdings', { limit: 2, cursor: first.next });
    expect(second.items).not.toEqual(first.items);
  });

  it('open the names of recipients for officers alone', async () => {
    expect((await page('recipients')).items).toMatchObject([
      { recipient: 'example-bank', about: [{ value: 'АО «Банк Примеров»' }] },
    ]);
    const [withheld] = (await page('recipients', { asked: auditor })).items;
    expect(withheld).toMatchObject({ about: [{ state: 'withheld' }] });
    expect(JSON.stringify(withheld)).not.toContain('Банк');
  });

  it('refuse a filter that they do not have', async () => {
    await expect(page('editions', { category: 'email' })).rejects.toMatchObject({ code: 'FILTER_UNKNOWN' });
    await expect(page('holdings', { cursor: 'AAAA' })).rejects.toMatchObject({ code: 'CURSOR_MALFORMED' });
    const { next } = await page('holdings', { limit: 1 });
    const other = page('holdings', { limit: 1, category: 'email', cursor: next });
    await expect(other).rejects.toMatchObject({ code: 'CURSOR_OF_ANOTHER_FILTER' });
  });

  it('tell who looked from the oldest or from the newest, page by page, each look once', async () => {
    const all = (await page('access', { limit: 500 })).items.map((row) => (row as { event: string }).event);
    const newest: string[] = [];
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const { items, next } = await page('access', { order: 'newest', limit: 3, ...(cursor && { cursor }) });
      newest.push(...items.map((row) => (row as { event: string }).event));
      cursor = next;
    }
    // Asking is looking, so what came first was written down meanwhile.
    expect(newest.slice(-all.length)).toEqual(all.reverse());
    await expect(page('holdings', { order: 'newest' })).rejects.toMatchObject({ code: 'MALFORMED_QUERY' });
  });

  it('record a finding’s code as a filter in the form of a code', async () => {
    await page('findings', { code: 'NO_BASIS' });
    expect(await lastRead()).toMatchObject({ question: 'findings', filter: { code: 'no-basis' } });
  });

  it('are exported while the ledger grows: every row that stood is met once, and everybody is on record before she leaves', async () => {
    const many = 130;
    await tellMany(many);
    await projected();
    const stood = await keysOfAll('holdings');
    expect(stood.length).toBeGreaterThan(2 * pageRowsMax);
    const met: string[] = [];
    let leaves = 0;
    for await (const piece of await exported('holdings', 'csv')) {
      for (const line of readCsv(piece.toString())) met.push(`${line[0] ?? ''} ${line[1] ?? ''} ${line[2] ?? ''}`);
      if (leaves++ !== 1) continue;
      // A page has left; before the next is read the ledger grows, and the tables are swapped for new ones.
      await tellMany(40, many);
      await rebuilt('holdings');
    }
    const [header, ...rows] = met;
    expect(header).toBe(readers.models.holdings.columns.slice(0, 3).join(' '));
    expect(new Set(rows).size).toBe(rows.length);
    expect(stood.filter((row) => !rows.includes(row))).toEqual([]);
    const parts = (await reads()).filter(
      ({ facts }) => (facts['filter'] as Record<string, string> | undefined)?.['answer'],
    );
    const answers = new Set(parts.map(({ facts }) => (facts['filter'] as Record<string, string>)['answer']));
    expect(answers.size).toBe(1);
    for (const { facts } of parts) expect((facts['subjects'] as string[]).length).toBeLessThanOrEqual(500);
    const named = parts.flatMap(({ facts }) => facts['subjects'] as string[]);
    expect(new Set(named).size).toBe(named.length);
    const column = readers.models.holdings.columns.indexOf('subject');
    expect(new Set(named)).toEqual(new Set(rows.map((row) => row.split(' ')[column])));
    // To the person it was one answer, and one line.
    await projected();
    const { access } = await dossier(named.at(-1) ?? '');
    expect(access.lines.filter(({ question }) => question === 'holdings')).toHaveLength(1);
  }, 180_000);

  it('stop being read when whoever asked has left', async () => {
    const gone = new AbortController();
    const pieces: string[] = [];
    for await (const piece of await exported('holdings', 'json', gone.signal)) {
      pieces.push(piece.toString());
      gone.abort();
    }
    expect(pieces.join('')).not.toContain('"reach"');
  });

  it.each(['holdings', 'consents', 'transfers', 'recipients', 'holders', 'findings', 'editions', 'access'])(
    'say of %s up to when they are complete, as text too',
    async (register) => {
      expect((await page(register)).reach.moment).toMatch(/Z$/);
      expect(await page(register, { as: 'text', lang: 'kk' })).toContain('Тізім');
    },
  );
});

describe('editions', () => {
  it('are read back, text and all, by moment and by hash', async () => {
    const inForce = (more: object) =>
      new ReadEditionInForceHandler(readers).execute(
        Object.assign(new ReadEditionInForce(), { asked: officer, as: 'json', ...more }),
      );
    expect(await inForce({})).toMatchObject({ document: edition, inForce: '2026-01-01T00:00:00Z' });
    expect(await inForce({ at: '2025-01-01T00:00:00Z' })).toBeUndefined();
    expect(await inForce({ as: 'text', lang: 'kk' })).toContain('Настоящая Политика конфиденциальности');
    const byHash = Object.assign(new ReadEdition(), { asked: officer, as: 'json', document: edition });
    expect(await new ReadEditionHandler(readers).execute(byHash)).toMatchObject({ edition: 'kiberon-1' });
  });
});
