// Do the published schemas and the forms say the same of every fact, and is each wrong field named?
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { checkOf, compile } from '../form/check.js';
import { type FormClass, schemaOf } from '../form/schema.js';
import { factForms, type FactType, factTypes } from './types.js';

const subject = { identifiers: [{ scheme: 'email', value: 'a@example.kz', since: '2026-01-01T00:00:00+05:00' }] };
const reference = { source: 'urn:example:site', id: 'c-17' };
const basis = { code: 'consent', consent: reference, law: '94-V', article: '9(10)' };
const shown = { edition: 'a'.repeat(64), language: 'ru', hash: 'b'.repeat(64) };
const values = { email: 'a@example.kz', 'requisites.iban': { iban: 'KZ00', bank: 'Invented' } };
const categories = ['email', 'requisites.iban'];
const uploaded = {
  kind: 'uploaded',
  means: 'form',
  uploader: { bin: '123456789012', name: 'Invented' },
  employee: 'E. Invented',
  declaredBasis: 'contract',
  acceptance: true,
  case: 'case-1',
};
const items = {
  operator: true,
  subjectName: 'Invented Person',
  term: { untilEvent: 'purpose-reached' },
  thirdParties: { allowed: true, classes: ['hosting'] },
  crossBorder: { allowed: false },
  publication: { allowed: false },
  data: ['email'],
  other: ['withdrawal-by-email'],
};
const collected = {
  subject,
  categories,
  purposes: ['account'],
  basis,
  holder: 'crm',
  role: 'private',
  capacity: 'operator',
  for: { bin: '123456789012' },
  origin: uploaded,
  documentCopy: true,
  country: 'KZ',
  values,
};

const samples: Record<FactType, object> = {
  'derbes.data.collected': collected,
  'derbes.data.declared': { ...collected, since: { moment: '2024-06-01T00:00:00Z', precision: 'not-later-than' } },
  'derbes.data.used': { subject, categories, purposes: ['account'], basis, holder: 'crm', role: 'private' },
  'derbes.data.transferred': {
    subject,
    categories,
    purposes: ['payments'],
    recipient: 'bank',
    country: 'KZ',
    mode: 'sent',
  },
  'derbes.data.corrected': {
    subject,
    categories,
    holder: 'crm',
    ground: 'subject-request',
    corrects: reference,
    values,
  },
  'derbes.data.blocked': { subject, categories, holder: 'crm', ground: 'breach-reported' },
  'derbes.data.unblocked': { subject, categories, ground: 'breach-not-confirmed' },
  'derbes.data.destroyed': {
    subject,
    manner: 'deleted',
    categories,
    holder: 'crm',
    ground: 'purpose-reached',
    method: 'row-deletion',
    copiesUntil: '2028-02-29',
  },
  'derbes.data.published': { subject, categories, place: 'site', address: 'https://example.kz/p' },
  'derbes.data.unpublished': { subject, categories, place: 'site', publication: reference },
  'derbes.consent.given': {
    subject,
    purposes: ['account'],
    items,
    shown,
    channel: 'web-form',
    proof: { kind: 'otp', value: 'trace' },
    by: 'subject',
  },
  'derbes.consent.refused': { subject: { ref: 'A'.repeat(22) }, purposes: ['analytics'], channel: 'web-form' },
  'derbes.consent.withdrawn': {
    subject,
    consent: reference,
    scope: { thirdParties: true, purposes: ['analytics'] },
    received: '2026-11-20T09:00:00Z',
    representative: '00000000-0000-4000-8000-000000000001',
  },
  'derbes.subject.registered': { subject },
  'derbes.subject.identified': { subject, identifiers: [{ scheme: 'cookie', value: 'c1' }] },
  'derbes.subject.notified': { subject, about: 'transfer', channel: 'email', transfers: [reference] },
  'derbes.subject.status': { subject, status: 'minor', turns: { age: '18', on: '2030-05-17' } },
  'derbes.relation.started': { subject, kind: 'contract' },
  'derbes.relation.ended': { subject, relation: reference, kind: 'contract' },
  'derbes.obligation.opened': { subject, kind: 'debt', law: '94-V', article: '8(2)', relation: reference },
  'derbes.obligation.closed': { subject, obligation: reference },
  'derbes.purpose.ended': { subject, purpose: 'support' },
  'derbes.decision.made': { subject, categories, purposes: ['fraud-prevention'], effect: 'right-ended' },
  'derbes.policy.acknowledged': { subject, shown, channel: 'web-form' },
  'derbes.fact.retracted': { fact: reference, ground: 'told-in-error' },
};

const accepted = (form: FormClass, value: object): boolean =>
  validateSync(plainToInstance(form, value), { whitelist: true, forbidNonWhitelisted: true }).length === 0;

describe('the forms of facts', () => {
  it.each(factTypes)('%s takes its sample, in the compiled schema and in class-validator', (type) => {
    const form: FormClass = factForms[type];
    const compiled = compile(form);
    compiled(samples[type]);
    expect(compiled.errors).toBeNull();
    expect(accepted(form, samples[type])).toBe(true);
  });

  it.each(factTypes)('%s has a schema that closes every object', (type) => {
    const schema = schemaOf(factForms[type]);
    const objects = [schema, ...Object.values((schema['$defs'] ?? {}) as Record<string, object>)];
    expect(new Ajv2020().validateSchema(schema)).toBe(true);
    for (const object of objects) expect(object).toMatchObject({ type: 'object', additionalProperties: false });
  });

  const odd = fc.oneof(
    fc.constantFrom<unknown>(null, true, false, 0, 1.5, '', ' ', [], {}, [[]], [{}], [null], { kind: 'uploaded' }),
    fc.constantFrom<unknown>(
      '2026-02-30T00:00:00Z',
      '2026-11-20',
      '2026-11-20T09:00:00',
      '2026-W47-5',
      '12345678',
      'КZ',
    ),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom<unknown>('x'.repeat(8193), Array(101).fill('email'), ['email', 'email'], '﹏\uFE0F'.repeat(200)),
    fc.constantFrom<unknown>(subject, reference, [reference], [[reference]], basis, uploaded, items, values, shown),
    fc.jsonValue({ maxDepth: 3 }),
  );

  /** The sample with one place changed: a member replaced, removed or added anywhere in it. */
  function mutate(value: unknown, path: readonly number[], kind: number, by: unknown): unknown {
    if (typeof value !== 'object' || value === null) return by;
    const [step = 0, ...rest] = path;
    const copy: unknown[] | Record<string, unknown> = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
    const keys = Object.keys(copy);
    const key = keys[step % Math.max(1, keys.length)] ?? '0';
    const members = copy as Record<string, unknown>;
    if (rest.length > 0 && typeof members[key] === 'object') members[key] = mutate(members[key], rest, kind, by);
    else if (kind === 0) members[key] = by;
    else if (kind === 1 && !Array.isArray(copy)) delete members[key];
    else if (Array.isArray(copy)) copy.push(by);
    else members[`${key}x`] = by;
    return copy;
  }

  it('never takes by the compiled schema what class-validator refuses', () => {
    const compiled = new Map(factTypes.map((type) => [type, compile(factForms[type])]));
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...factTypes),
        fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
        fc.nat(2),
        odd,
        (type, path, kind, by) => {
          const value = mutate(samples[type], path, kind, by) as object;
          const quick = compiled.get(type)?.(value) === true;
          if (!quick) return void refused++;
          taken++;
          expect(accepted(factForms[type], value)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(1000);
  });
});

describe('what is said of a wrong field', () => {
  const faults = (change: object) =>
    checkOf(factForms['derbes.data.collected']).faults({ ...collected, ...change }, '/data');

  it('names an unknown field and the known one nearest to it', () => {
    expect(faults({ purpose: ['account'] })).toEqual([
      { pointer: '/data/purpose', detail: '"purpose" is no field here', hint: 'did you mean "purposes"?' },
    ]);
  });

  it('names an unknown field inside a nested object', () => {
    expect(faults({ basis: { code: 'consent', concent: reference } })).toEqual([
      { pointer: '/data/basis/concent', detail: '"concent" is no field here', hint: 'did you mean "consent"?' },
    ]);
  });

  it('says that a field is required', () => {
    expect(faults({ holder: undefined })).toEqual([{ pointer: '/data/holder', detail: 'is required' }]);
  });

  it('refuses a subject without identifiers and reference, and one with both', () => {
    const detail = 'exactly one of this and ref must be given';
    expect(faults({ subject: {} })).toMatchObject([{ pointer: '/data/subject/identifiers', detail }]);
    expect(faults({ subject: { ...subject, ref: 'A'.repeat(22) } })).toMatchObject([{ detail }]);
    expect(faults({ subject: { identifiers: [] } })).toMatchObject([{ pointer: '/data/subject/identifiers' }]);
  });

  it('refuses a value of a megabyte and points at it without repeating it', () => {
    const [fault, ...others] = faults({ values: { email: 'x'.repeat(1_000_000) } });
    expect(fault?.pointer).toBe('/data/values/email');
    expect(JSON.stringify(fault).length).toBeLessThan(500);
    expect(others).toEqual([]);
  });

  it('refuses null where a field may be absent', () => {
    expect(faults({ role: null })).toMatchObject([{ pointer: '/data/role' }]);
  });

  it('refuses a day that is not in the calendar', () => {
    expect(faults({ origin: { kind: 'public-source', fetched: '2026-02-30T10:00:00Z' } })).toMatchObject([
      { pointer: '/data/origin/fetched' },
    ]);
  });

  it('refuses a link of a public source where the person is the source', () => {
    expect(faults({ origin: { kind: 'subject', url: 'https://example.kz' } })).toMatchObject([
      { pointer: '/data/origin/url', detail: 'may only be given where kind is public-source' },
    ]);
  });

  it('answers a flood of members by the first fault alone', () => {
    expect(faults({ categories: Array.from({ length: 30_000 }, (_, i) => `c${i}`) })).toHaveLength(1);
  });

  it('takes a category that no policy knows: that is for a finding', () => {
    expect(faults({ categories: ['email', 'requisites.iban', 'shoe-size'] })).toEqual([]);
  });
});
