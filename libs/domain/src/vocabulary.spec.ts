// Does the vocabulary keep out what could be a person's data?
import Type, { type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Act, Article, CalendarDate, Code, Country, Moment, Organisation, Uuid } from './vocabulary.js';

const fits = (schema: TSchema, value: unknown) => Compile(schema).Check(value);

describe('a code', () => {
  it.each(['email', 'requisites.iban', 'kz.9.10', 'web-form', 'a1', 'p123456'])('%s is one', (code) => {
    expect(fits(Code, code)).toBe(true);
  });
  it.each([
    ['a phone', '87011234567'],
    ['a phone after a letter', 'p87011234567'],
    ['an IIN after a letter', 'iin-990101300000'],
    ['an e-mail', 'a@example.kz'],
    ['a name', 'Иванов'],
    ['a capital', 'Email'],
    ['a space', 'e mail'],
    ['nothing', ''],
    ['a trailing dash', 'email-'],
    ['65 characters', 'a'.repeat(65)],
    ['a number', 1],
    ['null', null],
  ])('%s is none', (_, code) => {
    expect(fits(Code, code)).toBe(false);
  });
});

describe('the other forms', () => {
  it.each([
    [Moment, '2026-11-20T09:00:00Z', true],
    [Moment, '2026-11-20T09:00:00.5Z', false],
    [Moment, '2026-13-20T09:00:00Z', false],
    [Moment, '2026-11-20T24:00:00Z', false],
    [CalendarDate, '2026-11-20', true],
    [CalendarDate, '2026-11-32', false],
    [Uuid, '00000000-0000-4000-8000-000000000001', true],
    [Uuid, '00000000-0000-4000-8000-00000000000A', false],
    [Country, 'KZ', true],
    [Country, 'kz', false],
    [Act, '94-V', true],
    [Act, 'Ivanov', false],
    [Act, '990101300000', false],
    [Article, '9(10)', true],
    [Article, '19-1', true],
    [Article, '8(4)(3)', true],
    [Article, 'ст. 9', false],
    [Organisation, 'organisation-00000000-0000-4000-8000-000000000001', true],
    [Organisation, 'subject-00000000-0000-4000-8000-000000000001', false],
  ] as [TSchema, string, boolean][])('%#: judges %s', (schema, value, expected) => {
    expect(fits(schema, value)).toBe(expected);
  });
  it('a form with an unknown field is refused', () => {
    const schema = Type.Object({ a: Code }, { additionalProperties: false });
    expect(fits(schema, { a: 'b', c: 'd' })).toBe(false);
  });
});
