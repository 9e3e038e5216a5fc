// Which bodies are refused before anybody looks at their meaning?
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonDepthMax, readJson } from './json.js';
import { type Problem } from './problem/problem.js';

const read = (text: string | Buffer): unknown => readJson(Buffer.from(text as string));
const codeOf = (text: string | Buffer): string => {
  try {
    read(text);
    return 'taken';
  } catch (error) {
    return (error as Problem).code;
  }
};

describe('a JSON body', () => {
  it('is read as JSON.parse reads it, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        if (/"(__proto__|constructor|prototype)":/.test(text)) return;
        expect(read(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['an empty body', ''],
    ['a body cut off', '{"a":'],
    ['two values', '{} {}'],
    ['a trailing comma', '[1,]'],
    ['half a surrogate pair', '{"a":"\\ud800"}'],
    ['half a surrogate pair as a key', '{"\\udc00":1}'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a byte order mark', '\uFEFF{}'],
  ])('is refused as malformed when it is %s', (_, text) => {
    expect(codeOf(text)).toBe('MALFORMED_JSON');
  });

  it('never repeats the text in what it says of a mistake', () => {
    expect(() => read('{"email": a@example.kz}')).toThrow(/not one JSON value/);
    expect(() => read('{"email": a@example.kz}')).not.toThrow(/example/);
  });

  it('is refused when nested one deeper than allowed, and taken at the limit', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(codeOf(nested(jsonDepthMax))).toBe('taken');
    expect(codeOf(nested(jsonDepthMax + 1))).toBe('JSON_TOO_DEEP');
  });

  it('is refused a million levels deep without parsing it', () => {
    expect(codeOf('['.repeat(1_000_000))).toBe('JSON_TOO_DEEP');
  });

  it('takes brackets and colons inside strings for what they are', () => {
    expect(read(`{"a":"${'['.repeat(100)}:\\"{\\\\"}`)).toEqual({ a: `${'['.repeat(100)}:"{\\` });
  });

  it.each(['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '[{"b":{"c":1,"c":1}}]'])(
    'is refused with a key twice: %s',
    (text) => {
      expect(codeOf(text)).toBe('DUPLICATE_KEY');
    },
  );

  it.each(['{"__proto__":{"a":1}}', '[{"constructor":{"prototype":{}}}]', '{"\\u005f_proto__":1}'])(
    'is refused with a key that could poison: %s',
    (text) => {
      expect(codeOf(text)).toBe('FORBIDDEN_KEY');
    },
  );
});
