// Does a personal value stand anywhere but sealed? Known ones go in by every path; then everything that was written is searched.
import { findBytes } from '@derbes/vault/testing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer } from './caller.js';
import { ago, bank, by, collected, consentItems, fact, hourMs, reference, settle } from './kiberon.js';
import { Journey, journeyMsMax } from './service-process.js';
import { Stored } from './stored.js';

jest.setTimeout(journeyMsMax);

/** Known values, each long enough that it stands nowhere by chance. */
const known = {
  email: 'tainaya-pochta@primer.example.kz',
  secondEmail: 'vtoraya-pochta@primer.example.kz',
  soughtEmail: 'iskomaya-pochta@primer.example.kz',
  phone: '+77017654321',
  phoneAsTold: '+7 701 765-43-21',
  iin: '900101300007',
  account: 'tainy-akkaunt-4711',
  cookie: 'tainoe-pechenye-0815',
  name: 'Тайнова Невидимка Сокрытовна',
  corrected: 'Тайнова-Новая Невидимка Сокрытовна',
  retracted: 'Ошибочное Значение Отозванное',
  consentName: 'Подписантова Тайна Примеровна',
  proof: 'код подтверждения 48213377',
  message: 'Прошу никому не говорить о моей тайне, примерная жалоба',
  iban: 'KZ00TAIN0000000004711',
  employee: 'Загрузчиков Тайный Сотрудникович',
  uploaderName: 'ТОО «Тайный Загрузчик»',
  url: 'https://register.example.com/secret-person/4711',
  address: 'https://site.example.com/published/tainova',
  officer: 'Ответственнова Тайная Офицеровна',
  recipient: 'АО «Тайный Получатель»',
  undertaking: 'ТАЙНЫЙ-ДОГОВОР-№-4711',
  malformed: 'nikto-nigde-nikogda@primer.example.kz',
  wrongIin: '900101300008',
} as const;
const needles = Object.values(known);

let journey: Journey;
const answered: Record<string, string> = {};
const keep = (what: string, answer: Answer): Answer => {
  answered[`${Object.keys(answered).length} ${what}`] = answer.text + JSON.stringify([...answer.headers]);
  return answer;
};

beforeAll(async () => {
  journey = await Journey.begin({ LOG_LEVEL: 'trace' });
  await settle(journey.as('officer'));
});
afterAll(async () => {
  await journey?.end();
});

const recorded = async (event: unknown): Promise<void> => {
  const answer = keep('told', await journey.as('emitter').tell(event));
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 });
};

describe('known personal values', () => {
  it('go in with facts of every kind', async () => {
    const subject = by('email', known.email);
    const consent = fact('consent.given', {
      subject,
      purposes: ['account'],
      items: consentItems(known.consentName),
      channel: 'web-form',
      proof: { kind: 'otp', value: known.proof },
    });
    await recorded(consent);
    const first = collected(known.email, {
      categories: ['full-name', 'email', 'phone', 'enquiries.message', 'requisites.iban'],
      basis: { code: 'consent', consent: reference(consent) },
      values: {
        'full-name': known.name,
        email: known.email,
        phone: known.phoneAsTold,
        'enquiries.message': known.message,
        'requisites.iban': { iban: known.iban, bank: known.recipient },
      },
    });
    await recorded(first);
    await recorded(
      fact('data.corrected', {
        subject,
        categories: ['full-name'],
        holder: 'crm',
        ground: 'subject-request',
        corrects: reference(first),
        values: { 'full-name': known.corrected },
      }),
    );
    const mistaken = collected(known.email, { categories: ['full-name'], values: { 'full-name': known.retracted } });
    await recorded(mistaken);
    await recorded(fact('fact.retracted', { fact: reference(mistaken), ground: 'told-in-error' }));
    await recorded(
      fact('subject.identified', {
        subject,
        identifiers: [
          { scheme: 'phone', value: known.phoneAsTold },
          { scheme: 'account', value: known.account },
          { scheme: 'email', value: known.secondEmail },
        ],
      }),
    );
    await recorded(fact('relation.started', { subject: by('cookie', known.cookie), kind: 'session' }));
    const uploaded = {
      kind: 'uploaded',
      means: 'file-upload',
      uploader: { bin: '230340021377', name: known.uploaderName },
      employee: known.employee,
      declaredBasis: 'contract',
      acceptance: true,
      case: 'upload-1',
    };
    await recorded(
      collected('', {
        subject: by('iin', known.iin),
        categories: ['full-name'],
        role: 'representative',
        capacity: 'operator',
        for: { bin: '230340021377', name: known.uploaderName },
        origin: uploaded,
        values: { 'full-name': known.name },
      }),
    );
    const open = { kind: 'public-source', url: known.url, ground: 'state-register', fetched: ago(hourMs), case: 'c-1' };
    await recorded(
      collected('', {
        subject: by('iin', known.iin),
        categories: ['full-name'],
        role: 'entrepreneur',
        basis: { code: 'kz.7.5' },
        origin: open,
        values: { 'full-name': known.name },
      }),
    );
    await recorded(fact('data.published', { subject, categories: ['email'], place: 'site', address: known.address }));
    await recorded(fact('consent.withdrawn', { subject, consent: reference(consent), channel: 'email' }));
  });

  it('go in with commands and questions', async () => {
    const officer = journey.as('officer');
    const appointed = await officer.post('/v1/officers', { name: known.officer, from: ago(hourMs) });
    expect(keep('officer', appointed).status).toBe(201);
    const recipient = {
      ...bank,
      recipient: 'secret',
      name: known.recipient,
      undertaking: { number: known.undertaking, from: '2026-01-01' },
    };
    expect(keep('recipient', await officer.post('/v1/recipients', recipient)).status).toBe(201);
    const sought = { identifier: { scheme: 'email', value: known.soughtEmail } };
    keep('search', await officer.post('/v1/subjects/search', sought, { reason: 'test' }));
    const check = {
      action: 'collect',
      subject: by('email', known.soughtEmail),
      categories: ['email'],
      purposes: ['account'],
    };
    keep('check', await journey.as('emitter').post('/v1/checks', check));
    const id = await officer.find('email', known.email);
    for (const accept of ['application/json', 'text/plain']) {
      // These say the values: that is what they are for. The log that says that they were asked must not.
      const dossier = await officer.get(`/v1/subjects/${id}/dossier`, { reason: 'test', accept });
      expect(dossier.text).toContain(known.corrected);
      keep('timeline', await officer.get(`/v1/subjects/${id}/timeline`, { reason: 'test', accept }));
    }
    for (const register of ['holdings', 'consents', 'transfers', 'recipients', 'findings', 'access', 'editions']) {
      keep(register, await journey.as('auditor').get(`/v1/registers/${register}`));
    }
  });

  it('go in where they should not be, and are refused', async () => {
    const emitter = journey.as('emitter');
    const bad = [
      { ...collected(known.malformed), id: known.malformed },
      { ...collected(known.malformed), type: known.malformed },
      { ...collected(known.malformed), [known.malformed]: known.malformed },
      collected(known.malformed, { [known.malformed]: known.malformed }),
      collected(known.malformed, { holder: known.malformed }),
      collected(known.malformed, { values: { [known.malformed]: known.malformed } }),
      collected(known.malformed, { subject: by('iin', known.wrongIin) }),
      collected(known.malformed, { subject: by(known.malformed, known.malformed) }),
      collected(known.malformed, { categories: [known.malformed] }),
    ];
    for (const event of bad) expect(keep('bad', await emitter.tell(event)).status).toBe(400);
    keep('batch', await emitter.post('/v1/events', bad, { type: 'application/cloudevents-batch+json' }));
    const raw = `{"id":"${known.malformed}"`;
    keep('broken', await emitter.send('POST', '/v1/events', { raw, type: 'application/cloudevents+json' }));
    for (const path of [
      `/v1/subjects/${known.malformed}/dossier`,
      `/v1/registers/${known.malformed}`,
      `/v1/registers/holdings?subject=${known.malformed}`,
      `/${known.malformed}`,
    ]) {
      keep('path', await journey.as('officer').get(path, { reason: 'test' }));
    }
    // The name of a parameter is named back to whoever wrote it, as that of a field is.
    const parameter = `/v1/registers/holdings?${known.malformed}=1`;
    expect(keep('bad', await journey.as('officer').get(parameter)).status).toBe(400);
    const headers = { 'idempotency-key': known.malformed, 'derbes-reason': known.malformed };
    keep('header', await journey.as('officer').post('/v1/holders', {}, { headers }));
    keep('key', await journey.service.as(known.malformed).get('/v1/keys'));
    keep(
      'policy',
      await journey
        .as('officer')
        .post('/v1/policies', { yaml: known.malformed, texts: {}, inForce: ago(hourMs), assertedBy: 'x' }),
    );
  });

  it('are in no answer that is not meant to say them, and in no number', async () => {
    keep('metrics', await journey.as('admin').get('/metrics'));
    expect(Object.keys(answered).length).toBeGreaterThan(40);
    // What a caller itself wrote as the name of a field is named back to it alone: an unknown field must be findable.
    const told = Object.fromEntries(Object.entries(answered).filter(([what]) => !/ (bad|batch)$/.test(what)));
    expect(await findBytes(needles, { buffers: told })).toEqual([]);
    const others = needles.filter((needle) => needle !== known.malformed);
    expect(await findBytes(others, { buffers: answered })).toEqual([]);
  });

  it('are in no column of any table', async () => {
    const buffers: Record<string, string> = {};
    // Each of the two users owns what the other may not read.
    for (const user of ['asOwner', 'asApp'] as const) {
      const stored = await Stored.open(journey.places, user);
      try {
        const { rows: tables } = await stored.pool.query<{ name: string }>(
          `select format('%I.%I', schemaname, tablename) as name from pg_tables
           where schemaname not in ('pg_catalog', 'information_schema')
             and has_table_privilege(format('%I.%I', schemaname, tablename), 'select')`,
        );
        for (const { name } of tables) {
          const { rows } = await stored.pool.query<{ all: string | null }>(
            `select string_agg(to_jsonb(t)::text, E'\\n') as all from ${name} t`,
          );
          buffers[name] = rows[0]?.all ?? '';
        }
      } finally {
        await stored.close();
      }
    }
    expect(Object.keys(buffers).length).toBeGreaterThan(20);
    expect(buffers['public.ledger_event']?.length).toBeGreaterThan(1_000);
    expect(await findBytes(needles, { buffers })).toEqual([]);
  });

  it('are in no file of the data directory or the keep, and in no line of the log', async () => {
    expect(await journey.service.stop()).toEqual({ code: 0, signal: null });
    const { stdout, stderr, places } = journey.service;
    expect(stdout.split('\n').length).toBeGreaterThan(50);
    expect(await findBytes(needles, { paths: [places.root], buffers: { stdout, stderr } })).toEqual([]);
  });

  it('would have been found had they been there', async () => {
    const file = join(journey.places.dataDir, 'planted');
    writeFileSync(file, `some bytes ${Buffer.from(`xx${known.name}`).toString('base64')} and others`);
    const hits = await findBytes(needles, { paths: [journey.places.root] });
    expect(hits).toMatchObject([{ needle: known.name, where: file }]);
  });
});
