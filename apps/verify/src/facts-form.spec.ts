import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { NotCanonical } from './canonical-reader.js';
import { EventReader } from './event-form.js';
import { eventSchemas } from './event-schemas.js';
import { FactsForms, NotASchema, type SchemaNode } from './facts-form.js';
import { canonical } from './testing/test-log.js';

interface Sample {
  readonly type: string;
  readonly v: string;
  readonly bytes: string;
}

/** A sample of every version of every event ever written. */
const samples = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../libs/domain/src/history.json'), 'utf8'),
) as readonly Sample[];

type Json = string | readonly Json[] | { readonly [name: string]: Json };

/** What a schema demands, told another way: by the value, keyword by keyword. */
function meets({ $ref, ...node }: SchemaNode, value: Json): boolean {
  if ($ref !== undefined) return meets(eventSchemas.$defs[$ref.replace('#/$defs/', '')] ?? {}, value);
  if (node.anyOf) return node.anyOf.some((one) => meets(one, value));
  if (node.const !== undefined) return value === node.const;
  if (node.enum) return typeof value === 'string' && node.enum.includes(value);
  if (node.pattern !== undefined) {
    return (
      typeof value === 'string' && value.length <= (node.maxLength ?? Infinity) && new RegExp(node.pattern).test(value)
    );
  }
  if (node.items) {
    const { items, minItems = 0, maxItems = Infinity } = node;
    return (
      isList(value) && value.length >= minItems && value.length <= maxItems && value.every((one) => meets(items, one))
    );
  }
  if (typeof value !== 'object' || isList(value)) return false;
  const { properties = {}, patternProperties = {}, required = [] } = node;
  return (
    required.every((name) => name in value) &&
    Object.entries(value).every(([name, one]) => {
      const [, named] = Object.entries(patternProperties).find(([pattern]) => new RegExp(pattern).test(name)) ?? [];
      const known = Object.hasOwn(properties, name) ? properties[name] : named;
      return known !== undefined && meets(known, one);
    })
  );
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const reader = new EventReader();

/** What the reader says of an event with these facts. */
function told({ bytes }: Sample, facts: Json): string {
  const text = Buffer.from(canonical({ ...(JSON.parse(bytes) as object), facts })).toString('latin1');
  try {
    return reader.read(text, 0, text.length).facts;
  } catch (error) {
    if (error instanceof NotCanonical) return error.reason;
    throw error;
  }
}

const factsOf = ({ bytes }: Sample): Json => (JSON.parse(bytes) as { facts: Json }).facts;
const schemaOf = ({ type, v }: Sample): SchemaNode => eventSchemas.$defs[`${type}@${v}`] ?? {};

/** Texts that are nearly what stands in events, and some that are far from it. */
const texts = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'A',
    'x.y',
    'x-1',
    'x--1',
    'a1234567',
    '0',
    '01',
    '9(10)',
    '94-V',
    'KZ',
    '-',
    '"',
    '\\',
    '\n',
    '—',
    'é',
    '\u2028',
  ),
  fc.constantFrom(
    '2026-11-20',
    '2026-13-20',
    '2026-11',
    '2026-11-20T09:00:00Z',
    'a'.repeat(64),
    'a'.repeat(65),
    'f'.repeat(63),
  ),
  fc.string({ unit: 'binary', maxLength: 6 }).filter((text) => text.isWellFormed()),
);

/** One value somewhere within is another, gone, there twice, or under a name that has no business there. */
function changed(value: Json, at: number, by: string): Json {
  const picked = (count: number): [number, number] => [at % Math.max(1, count), Math.floor(at / Math.max(1, count))];
  if (typeof value === 'string') return at % 3 === 0 ? [value] : by;
  if (isList(value)) {
    const [i, rest] = picked(value.length + 2);
    if (i === value.length) return [...value, by];
    if (i > value.length) return [];
    return rest % 4 === 0 ? value.toSpliced(i, 1) : value.with(i, changed(value[i] ?? '', rest, by));
  }
  const names = Object.keys(value);
  const [i, rest] = picked(names.length + 1);
  const name = names[i];
  if (name === undefined) return { ...value, [by]: 'x' };
  const { [name]: one = '', ...others } = value;
  return rest % 4 === 0 ? others : { ...others, [name]: changed(one, rest, by) };
}

describe('the facts of an event', () => {
  it.each(samples.map((sample) => [sample.type, sample.v, sample] as const))(
    'of %s version %s are as published when the ledger wrote them',
    (_type, _v, sample) => {
      expect(meets(schemaOf(sample), factsOf(sample))).toBe(true);
      expect(told(sample, factsOf(sample))).toBe('as published');
    },
  );

  it('are as published exactly when they meet the schema', () => {
    let met = 0;
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.nat(), texts, fc.nat(), texts, (sample, at, by, then, other) => {
        const once = changed(factsOf(sample), at, by);
        for (const facts of [once, changed(once, then, other)]) {
          if (typeof facts === 'string' || isList(facts)) continue;
          const meeting = meets(schemaOf(sample), facts);
          if (meeting) met++;
          expect(told(sample, facts)).toBe(meeting ? 'as published' : 'other');
        }
      }),
      { numRuns: 1_000 },
    );
    expect(met).toBeGreaterThan(0);
  });

  it('need canonical form where names of fields are free, too', () => {
    const sample = samples.find(({ type }) => type === 'LedgerRead');
    if (!sample) throw new Error('no sample of LedgerRead');
    const filter = { a: 'x', b: 'x' };
    expect(told(sample, { ...(factsOf(sample) as object), filter })).toBe('as published');
    const text = canonical({
      ...(JSON.parse(sample.bytes) as { facts: object }),
      facts: { ...(factsOf(sample) as object), filter },
    });
    const swapped = text.replace('"a":"x","b":"x"', '"b":"x","a":"x"');
    expect(() => new EventReader().read(swapped, 0, swapped.length)).toThrow('keys out of order');
  });
});

describe('a file of schemas', () => {
  const usable = ($defs: Readonly<Record<string, SchemaNode>>) => () =>
    new FactsForms({ $schema: '', title: '', $defs }).assertUsable();

  it('is usable as it is published', () => {
    expect(() => new FactsForms(eventSchemas).assertUsable()).not.toThrow();
  });

  it.each<[string, Readonly<Record<string, SchemaNode>>]>([
    ['says nothing', { 'X@1': {} }],
    ['names a word that is not there', { 'X@1': { $ref: '#/$defs/word' } }],
    ['names a word in a circle', { 'X@1': { $ref: '#/$defs/X@1' } }],
    ['names a word elsewhere', { 'X@1': { $ref: 'https://schema.example/word' } }],
    ['has a pattern that may stand anywhere', { 'X@1': { pattern: 'a' } }],
  ])('is refused when one of them %s', (_name, $defs) => {
    expect(usable($defs)).toThrow(NotASchema);
  });
});
