// Given the example day told to a real service, is every answer of every route what docs/openapi.json says of it?
import { jest } from '@jest/globals';
import { testDatabase } from '@derbes/postgres/testing.js';
import { builtInCalendars } from '@derbes/policy';
import { type OpenAPIObject } from '@nestjs/swagger';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ledgerMigrations } from '../../database.js';
import { dayAt, readExample, registersAt, type DayEvent } from '../../demo/example-files.js';
import { JsonLogger } from '../../logger.js';
import { csvLine } from '../../read/csv.js';
import { registers } from '../../read/queries.js';
import { readCsv } from '../../read/testing/read-csv.js';
import { startService, type Service } from '../../service.js';
import { readSettings } from '../../settings.js';
import { AnswerCheck } from './testing/answer-check.js';
import { Asking, type Got, languages, nobody } from './testing/asking.js';
import { demandsAreAnsweredAsDescribed } from './testing/demand-answers.js';
import { dutiesAreAnsweredAsDescribed } from './testing/duty-answers.js';
import { incidentsAreAnsweredAsDescribed } from './testing/incident-answers.js';
import { personsAreAnsweredAsDescribed } from './testing/people-answers.js';
import { requestsAreAnsweredAsDescribed } from './testing/request-answers.js';

jest.setTimeout(120_000);

const openApi = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../../docs/openapi.json'), 'utf8'),
) as OpenAPIObject;
const check = new AnswerCheck(openApi);
const asking = new Asking(check);
const { ask, expectStatus, command, question, keys, until } = asking;
const scratch = mkdtempSync(join(tmpdir(), 'derbes-answers-'));
const base = `${new Date().toISOString().slice(0, 19)}Z`;
const { policy, holders, recipients, suspensions, officer, protagonist } = registersAt(base);
const reason = 'subject-request';
const singles = 40;
/** Nobody looked yet, perhaps; and a day under one edition asks nobody anew. */
const maybeEmpty: ReadonlySet<string> = new Set(['access', 'renewals', 'campaigns']);
const batch = 'application/cloudevents-batch+json';
const structured = 'application/cloudevents+json';
const subjects: string[] = [];
let database: Awaited<ReturnType<typeof testDatabase>>;
let service: Service;

const policyBody = () => {
  const { file, texts: files, ...said } = policy;
  const texts = Object.fromEntries(Object.entries(files).map(([language, name]) => [language, readExample(name)]));
  return { yaml: readExample(file), texts, ...said };
};

beforeAll(async () => {
  database = await testDatabase(ledgerMigrations);
  const { host = '', port = 0, database: name = '' } = database.asApp;
  const as = (user: string | undefined) =>
    `postgres://${user ?? ''}@localhost/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  const settings = readSettings({
    DATA_DIR: join(scratch, 'data'),
    KEEP_DIR: join(scratch, 'keep'),
    PORT: '0',
    WEBHOOK_PRIVATE_NETWORKS: '127.0.0.0/8',
    STOP_GRACE_MS: '0',
    DATABASE_URL: as(database.asApp.user),
    DATABASE_OWNER_URL: as(database.asOwner.user),
  });
  service = await startService(settings, new JsonLogger('silent'), '0.0.0');
  asking.of(service);
  for (const { role, key } of service.firstKeys) keys.set(role, key);
  if (!keys.has('auditor')) {
    const { body } = await ask('POST', '/v1/keys', { key: 'admin', body: { role: 'auditor' } });
    keys.set('auditor', String(body['key']));
  }
});
afterAll(async () => {
  await service.stop();
  await database.drop();
  rmSync(scratch, { recursive: true, force: true });
});

describe('commands', () => {
  it('answer as described, when repeated and when refused too', async () => {
    const published = await command('/v1/policies', policyBody(), { headers: { 'idempotency-key': 'policy-1' } });
    keys.set('edition', String(published.body['edition']));
    await command('/v1/policies', policyBody(), { headers: { 'idempotency-key': 'policy-1' } }, 200);
    await command('/v1/policies', { ...policyBody(), yaml: 'format: nonsense' }, {}, 400);
    for (const body of holders) await command('/v1/holders', body);
    for (const body of recipients) await command('/v1/recipients', body);
    for (const { recipient, ...body } of suspensions) await command(`/v1/recipients/${recipient}/suspension`, body);
    await command('/v1/recipients/nobody/suspension', { ground: 'breach' }, {}, 404);
    await command('/v1/officers', officer);
    await command('/v1/holders', { holder: 'crm', country: ['KZ'] }, {}, 400);
    await command('/v1/holders', holders[0] ?? {}, { key: 'auditor' }, 403);
  });
});

describe('facts', () => {
  const emitters = new Map<string, string>();
  const tell = (
    events: readonly DayEvent[],
    query = '',
    type = events.length === 1 && query === '' ? structured : batch,
  ) =>
    ask('POST', `/v1/events${query}`, {
      key: emitters.get(events[0]?.source ?? '') ?? '',
      type,
      body: type === structured ? events[0] : events,
    });

  it('of a whole day answer as described, one by one and in batches', async () => {
    const day = dayAt(base).map(({ event }) => event);
    for (const source of new Set(day.map((event) => event.source))) {
      const { body } = await ask('POST', '/v1/keys', { key: 'admin', body: { role: 'emitter', source } });
      emitters.set(source, String(body['key']));
    }
    for (const event of day.slice(0, singles)) await expectStatus(tell([event]), 201);
    const run: DayEvent[] = [];
    for (const event of day.slice(singles)) {
      if (run[0] && run[0].source !== event.source) await expectStatus(tell(run.splice(0), '', batch), 200);
      run.push(event);
    }
    await expectStatus(tell(run, '?wait=projected', batch), 200);
    // Of one whose data was destroyed since, a replay is answered with the first outcome, whatever it says now.
    const first = day.filter(({ type }) => type === 'derbes.data.collected').at(-1);
    if (!first) throw new Error('the day is empty');
    await expectStatus(tell([first]), 200);
    await expectStatus(tell([{ ...first, data: { ...first.data, holder: 'billing' } }]), 409);
    await expectStatus(tell([{ ...first, id: 'no-type', type: 'derbes.data.colected' }]), 400);
    const outcomes = await expectStatus(tell([first, { ...first, id: 'a b' }], '', batch), 200);
    expect(outcomes.body['outcomes']).toMatchObject([{ status: 'repeated' }, { status: 'malformed' }]);
    await expectStatus(tell([first, { ...first, id: 'a b' }], '?atomic=true', batch), 409);
  });
});

describe('the end of data', () => {
  const erasable = async () => {
    const { body } = await question('/v1/registers/holdings?limit=500');
    const items = body['items'] as { subject: string; category: string }[];
    return items.filter(({ category }, i) => items.findIndex((one) => one.category === category) === i);
  };

  it('is held, previewed, ordered, refused and certified as described', async () => {
    const [one] = await erasable();
    if (!one) throw new Error('nothing is held');
    const { subject, category } = one;
    const path = `/v1/subjects/${subject}`;
    const ground = 'subject-request';
    const held = { ground: 'legal-claim', act: '94-V', article: '8(2)', categories: [category] };
    const { body } = await command(`${path}/holds`, held);
    const order = { scope: 'category', categories: [category], ground, decide: 'erase', reason: 'test' };
    const refused = await command(`${path}/erasures`, order);
    expect(refused.body['outcome']).toBe('refused');
    await command(`${path}/holds/${String(body['hold'])}/lift`, { ground: 'claim-settled' });
    await command(`${path}/holds/${String(body['hold'])}/lift`, { ground: 'court-order' }, {}, 409);
    await command(`${path}/erasures?preview=true`, order, {}, 200);
    const done = await command(`${path}/erasures?wait=projected`, order);
    const number = String(done.body['order']);
    await question(`/v1/erasures/${number}`);
    for (const lang of languages) await question(`/v1/erasures/${number}?lang=${lang}`, 200, { accept: 'text/plain' });
    await question(`/v1/erasures/${nobody}`, 404);
    await question(`${path}/dossier`);
    await command(`${path}/erasures`, { scope: 'person', ground, decide: 'erase' }, {}, 400);
    await command(`/v1/subjects/${nobody}/erasures`, { scope: 'person', ground }, {}, 404);
  });
});

describe('breaches', () => {
  incidentsAreAnsweredAsDescribed(asking);
});

describe('persons', () => {
  personsAreAnsweredAsDescribed(asking);
});

describe('what persons ask', () => {
  requestsAreAnsweredAsDescribed(asking);
});

describe('what authorities ask', () => {
  demandsAreAnsweredAsDescribed(asking, (event) => database.owner.query('delete from part where event = $1', [event]));
});

describe('what the controller owes', () => {
  dutiesAreAnsweredAsDescribed(asking);
});

describe('questions', () => {
  const about = { categories: ['email'], purposes: ['account'] };
  const nobodyKnown = { identifiers: [{ scheme: 'email', value: 'nobody@primer.kz' }] };

  it('about a person answer as described, as JSON and as text in each language', async () => {
    const found = await command('/v1/subjects/search', { identifier: protagonist }, {}, 200);
    expect(found.body['subjects']).toHaveLength(1);
    for (const { subject } of (await question('/v1/registers/consents?limit=500')).body['items'] as {
      subject: string;
    }[])
      if (!subjects.includes(subject)) subjects.push(subject);
    const [known] = found.body['subjects'] as { subject: string }[];
    if (known && !subjects.includes(known.subject)) subjects.unshift(known.subject);
    for (const { subject } of (await question('/v1/registers/holdings?limit=500')).body['items'] as {
      subject: string;
    }[])
      if (!subjects.includes(subject)) subjects.push(subject);
    expect(subjects.length).toBeGreaterThan(20);
    for (const subject of subjects) {
      await question(`/v1/subjects/${subject}/dossier`);
      await question(`/v1/subjects/${subject}/timeline`);
    }
    for (const lang of languages) {
      await question(`/v1/subjects/${subjects[0] ?? ''}/dossier?lang=${lang}`, 200, { accept: 'text/plain' });
      await question(`/v1/subjects/${subjects[0] ?? ''}/timeline?lang=${lang}`, 200, { accept: 'text/plain' });
    }
    await question(`/v1/subjects/${nobody}/dossier`, 404);
    await question(`/v1/subjects/${nobody}/dossier`, 400, { reason: '' });
    await question(`/v1/subjects/${nobody}/timeline`, 406, { accept: 'application/pdf' });
    await command('/v1/subjects/search', { identifier: { scheme: 'email', value: 'no-mailbox' } }, {}, 400);
  });

  it('of whether something is allowed answer as described', async () => {
    for (const action of ['collect', 'use', 'transfer', 'publish'] as const)
      for (const basis of ['consent', 'contract', undefined])
        for (const subject of [nobodyKnown, { identifiers: [protagonist] }]) {
          const transfer = action === 'transfer' && { recipient: 'primer-bank', country: 'DE' };
          await command('/v1/checks', { action, subject, ...about, ...(basis && { basis }), ...transfer }, {}, 200);
        }
    await command('/v1/checks', { action: 'look', subject: nobodyKnown, ...about }, {}, 400);
  });

  it('of withdrawals and findings answer as described', async () => {
    const preview = (subject: string) =>
      ask('POST', `/v1/subjects/${subject}/withdrawals?preview=true`, { key: 'officer', body: {}, reason });
    let agreed: string | undefined;
    for (const subject of subjects) if ((await preview(subject)).status === 200) agreed ??= subject;
    expect(agreed).toBeDefined();
    const body = { decide: 'keep', reason: 'asked-accountant' };
    await command(`/v1/subjects/${agreed ?? ''}/withdrawals?wait=projected`, body);
    await question(`/v1/subjects/${agreed ?? ''}/dossier`);
    await command(`/v1/subjects/${nobody}/withdrawals`, {}, {}, 404);
    const unknown = { findings: [`${nobody}:NO_BASIS:-:-`], verdict: 'confirmed', staff: nobody };
    await command('/v1/findings/assessments', unknown, {}, 400);
    const named = await command('/v1/officers', officer);
    const known = { ...unknown, staff: named.body['staff'] };
    await command('/v1/findings/assessments', known, {}, 404);
    const { body: page } = await question('/v1/registers/finding-classes?limit=1');
    const [{ code, clause, source, basis, period }] = page['items'] as [Record<string, string>];
    const ofClass = {
      class: { code, clause, source, basis, period },
      verdict: 'confirmed',
      staff: named.body['staff'],
    };
    await command('/v1/findings/assessments?wait=projected', ofClass);
    await question('/v1/registers/findings?assessment=confirmed');
  });

  it.each(registers)('of the register of %s answer as described', async (register) => {
    const { body } = await question(`/v1/registers/${register}?limit=500`);
    if (!maybeEmpty.has(register)) expect(body['items']).not.toEqual([]);
    await question(`/v1/registers/${register}?limit=1`, 200, { accept: 'text/plain' });
    await question(`/v1/registers/${register}?limit=0`, 400);
    for (const { serves } of body['items'] as { serves: string[] }[]) expect(serves).not.toEqual([]);
  });

  it.each(registers)(
    'of the whole register of %s are the same rows as JSON, as CSV and page by page',
    async (register) => {
      const path = `/v1/registers/${register}`;
      // Asking is looking, so who looked is compared up to a moment before.
      const filter = register === 'access' ? `?until=${base}` : '';
      const { body } = await question(`${path}/export${filter}`, 200, { accept: 'application/json' });
      const items = body['items'] as Record<string, unknown>[];
      expect(body).toMatchObject({ register, rows: items.length });
      const first = await question(`${path}${filter}${filter ? '&' : '?'}limit=500`);
      expect(items.slice(0, 500).map(({ events }) => events)).toEqual(
        (first.body['items'] as Record<string, unknown>[]).map(({ events }) => events),
      );
      const [columns = [], ...lines] = readCsv((await question(`${path}/export${filter}`)).text);
      expect(columns.at(-1)).toBe('serves');
      expect(lines).toEqual(items.map((item) => readCsv(csvLine(columns.map((column) => item[column])))[0]));
      const [header, line] = readCsv((await question(`${path}?limit=1`, 200, { accept: 'text/csv' })).text);
      expect(header?.slice(0, columns.length)).toEqual(columns);
      expect(line?.length).toBe(line && header?.length);
    },
  );

  it('of terms of the law and of the calendar answer as described', async () => {
    await question('/v1/clocks/access?from=2026-03-20T10:00:00Z');
    await question('/v1/clocks/acess', 404);
    await question('/v1/calendars/kz');
    await question('/v1/calendars/mars', 404);
    const text = JSON.stringify({ ...builtInCalendars[0], version: '1-answers' });
    await command('/v1/calendars', { text });
    await command('/v1/calendars', { text: 'days: []' }, {}, 400);
    const lawyer = { version: '5', lawyer: 'Invented Person' };
    await command('/v1/profiles/kz/terms/deletion/confirmation', lawyer);
    await command('/v1/profiles/kz/terms/nothing/confirmation', lawyer, {}, 404);
  });

  it('of editions answer as described', async () => {
    await question('/v1/policies/in-force');
    await question('/v1/policies/in-force', 200, { accept: 'text/plain' });
    await question(`/v1/policies/${keys.get('edition') ?? ''}`);
    await question(`/v1/policies/${'0'.repeat(64)}`, 404);
  });
});

describe('an auditor', () => {
  it('reads every register, and no value in any', async () => {
    for (const register of registers) {
      const page = await question(`/v1/registers/${register}?limit=500`, 200, { key: 'auditor' });
      const whole = await question(`/v1/registers/${register}/export`, 200, { key: 'auditor' });
      for (const value of [protagonist.value, 'Пример Банк', 'Примерова'])
        for (const { text } of [page, whole]) expect(text).not.toContain(value);
    }
  });

  it('is refused a dossier, a timeline, a search and a check, and told of nobody', async () => {
    const [subject = ''] = subjects;
    const as = { key: 'auditor' } as const;
    const refused = [
      await question(`/v1/subjects/${subject}/dossier`, 403, as),
      await question(`/v1/subjects/${subject}/dossier`, 403, { ...as, accept: 'text/plain' }),
      await question(`/v1/subjects/${subject}/timeline`, 403, as),
      await command('/v1/subjects/search', { identifier: protagonist }, as, 403),
      await command('/v1/checks', { action: 'use', subject: { identifiers: [protagonist] } }, as, 403),
    ];
    for (const { body } of refused) expect(body['code']).toBe('ROLE_NOT_ALLOWED');
  });
});

describe('a register asked past the reader’s role, or by what is none of its own', () => {
  it.each(['emitter', 'admin'])('is refused to the role %s, page or whole', async (role) => {
    await asking.makeKey(role, role === 'emitter' ? { source: 'urn:example:refused' } : {});
    for (const path of ['/v1/registers/consents', '/v1/registers/consents/export']) {
      const { body } = await question(path, 403, { key: role });
      expect(body['code']).toBe('ROLE_NOT_ALLOWED');
    }
  });

  it('is refused with a code', async () => {
    const { body: page } = await question('/v1/registers/holdings?limit=1');
    const cursor = String(page['next']);
    const refused = [
      [`holdings?limit=1&category=email&cursor=${cursor}`, 'CURSOR_OF_ANOTHER_FILTER'],
      [`consents?limit=1&cursor=${cursor}`, 'CURSOR_OF_ANOTHER_FILTER'],
      ['consents?cursor=AAAA', 'CURSOR_MALFORMED'],
      ['editions/export?category=email', 'FILTER_UNKNOWN'],
      ['consents/export?limit=1', 'MALFORMED_QUERY'],
      [`consents/export?cursor=${cursor}`, 'MALFORMED_QUERY'],
      ['consents/export?from=yesterday', 'MALFORMED_QUERY'],
    ];
    for (const [path = '', code] of refused)
      expect((await question(`/v1/registers/${path}`, 400)).body['code']).toBe(code);
    const unknown = await question('/v1/registers/consent/export', 404);
    expect(unknown.body['detail']).toContain('did you mean consents?');
    await question(`/v1/registers/consents/export?subject=${subjects[0] ?? ''}`, 400, { reason: '' });
  });
});

describe('commands about people', () => {
  it('answer as described', async () => {
    const [one = '', other = ''] = subjects;
    await command(`/v1/subjects/${one}/merge`, { other, ground: 'officer-decision' });
    await question(`/v1/subjects/${one}/dossier`);
    await command(`/v1/subjects/${one}/unmerge`, { other, ground: 'officer-decision' });
    await command(`/v1/subjects/${one}/merge`, { other: nobody, ground: 'officer-decision' }, {}, 404);
    const { body } = await question(`/v1/subjects/${one}/timeline`);
    const lines = body['lines'] as { type: string; event: string }[];
    const link = lines.find(({ type }) => type === 'IdentifierLinked')?.event ?? '';
    await command(`/v1/subjects/${one}/identifiers/${link}/unlink`, { until: base, ground: 'number-reissued' });
    await question(`/v1/subjects/${one}/dossier`);
    const person = { scope: 'person', ground: 'subject-request', decide: 'erase', reason: 'test' };
    const { body: erased } = await command(`/v1/subjects/${other}/erasures`, person);
    await question(`/v1/erasures/${String(erased['order'])}`);
    expect(erased['outcome']).toBe('ordered');
    await question(`/v1/subjects/${other}/dossier`, 410);
    await question(`/v1/subjects/${other}/timeline`, 410);
  });
});

describe('the service itself', () => {
  it('answers as described', async () => {
    await expectStatus(ask('GET', '/health/live'), 200);
    await expectStatus(ask('GET', '/health/ready'), 200);
    await question('/metrics');
    const { body } = await expectStatus(ask('GET', '/v1/schemas'), 200);
    for (const path of Object.values(body['schemas'] as Record<string, string>))
      await expectStatus(ask('GET', path), 200);
    await expectStatus(ask('GET', '/v1/schemas/derbes.nothing'), 404);
    await expectStatus(ask('GET', '/docs/problems'), 200);
    await expectStatus(ask('GET', '/docs/problems/not-found'), 200);
    await expectStatus(ask('GET', '/docs/problems/nothing-such'), 404);
    await expectStatus(ask('GET', '/v1/keys'), 401);
    await expectStatus(ask('GET', '/nowhere', { key: 'admin' }), 404);
    await expectStatus(ask('PUT', '/v1/keys', { key: 'admin' }), 405);
  });

  it('makes, lists and revokes keys as described', async () => {
    const made = await expectStatus(ask('POST', '/v1/keys', { key: 'admin', body: { role: 'auditor' } }), 201);
    await expectStatus(ask('POST', '/v1/keys', { key: 'admin', body: { role: 'root' } }), 400);
    await expectStatus(ask('DELETE', `/v1/keys/${String(made.body['id'])}`, { key: 'admin' }), 200);
    await expectStatus(ask('GET', '/v1/keys', { key: 'admin' }), 200);
    await expectStatus(ask('DELETE', `/v1/keys/${nobody}`, { key: 'admin' }), 404);
  });

  it('builds read models anew as described', async () => {
    await command('/v1/rebuilds', { model: 'holders' }, { key: 'admin' }, 202);
    await until(
      () => question('/v1/rebuilds', 200, { key: 'admin' }),
      ({ text }) => text.includes('"done"'),
    );
    await command('/v1/rebuilds', { model: 'nothing' }, { key: 'admin' }, 404);
  });
});

describe('epochs', () => {
  it('are closed, held and gone on with as described', async () => {
    await expectStatus(ask('POST', '/v1/epochs/close', { key: 'officer', body: {} }), 403);
    await command('/v1/epochs/close', { approve: true }, { key: 'admin' }, 409);
    const closing = ({ body }: Got) => body['closing'] as { held?: unknown } | undefined;
    const ended = async (holds: boolean) => {
      const state = () => question('/v1/epochs', 200, { key: 'auditor' });
      const ends = (seen: Got) => (holds ? closing(seen)?.held !== undefined : closing(seen) === undefined);
      return (await until(state, ends)).body;
    };
    await command('/v1/epochs/close', {}, { key: 'admin' }, 202);
    expect(await ended(true)).toMatchObject({ epoch: 2, closing: { held: { code: 'KEY_BACKUP_NOT_PROVED' } } });
    await command('/v1/epochs/close', { acceptSingleCopy: true }, { key: 'admin' }, 202);
    expect(await ended(false)).toMatchObject({ epoch: 2, lastClosed: { epoch: 1 } });
  });
});

describe('the log', () => {
  it('is signed with a new key when an admin says so, and with no third while two sign', async () => {
    await expectStatus(ask('POST', '/v1/log/keys', { key: 'officer', body: {} }), 403);
    await command('/v1/log/keys', { overlap: 'soon' }, { key: 'admin' }, 400);
    await command('/v1/log/keys', {}, { key: 'admin' }, 201);
    await command('/v1/log/keys', {}, { key: 'admin' }, 409);
  });

  it('its files, receipts and openings are answered as described', async () => {
    const { body } = await question(`/v1/subjects/${subjects[0]}/timeline`);
    const collected = (body['lines'] as { event: string; type: string }[]).find(({ type }) => type === 'DataCollected');
    const event = `/v1/events/${collected?.event}`;
    await until(
      () => ask('GET', `${event}/receipt`, { key: 'auditor' }),
      ({ status }) => status === 200,
    );
    await question(`${event}/opening`);
    await question(`${event}/opening?subject=${nobody}`, 404);
    await question(`/v1/events/${nobody}/receipt`, 404);
    for (const path of ['checkpoint', 'log.policy', 'tile/0/000', 'tile/entries/000', 'blobs?size=100'])
      await question(`/log/${path}`, 200, { key: 'auditor' });
    await question('/log/tile/0/0', 404, { key: 'auditor' });
    await question('/log/blobs?size=0', 400, { key: 'auditor' });
    await question('/log/checkpoint', 403, { key: 'emitter' });
  });
});

describe('this file', () => {
  it('has asked every route that docs/openapi.json describes', () => {
    expect(check.unasked).toEqual([]);
  });
});
