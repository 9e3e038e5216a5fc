import fc from 'fast-check';
import { canonicalDepthMax, canonicalJson, NotCanonical, type JsonValue } from './canonical-json.js';

describe('canonical JSON', () => {
  it('orders keys by UTF-16 code units, as RFC 8785 section 3.2.3 shows', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
    const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 'x'])));
    expect(Object.keys(JSON.parse(text) as object)).toEqual(expect.arrayContaining(keys));
    expect(text).toBe('{"\\r":"x","1":"x","\u0080":"x","\u00f6":"x","\u20ac":"x","\u{1f600}":"x","\ufb33":"x"}');
  });

  it.each([
    [Number('333333333.33333329'), '333333333.3333333'],
    [1e30, '1e+30'],
    [4.5, '4.5'],
    [2e-3, '0.002'],
    [0.000000000000000000000000001, '1e-27'],
    [-0, '0'],
  ])('writes the number %p as %s (RFC 8785 section 3.2.2.3)', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('escapes what must be escaped and nothing else', () => {
    expect(canonicalJson('\u20ac$\u000f\nA\'B"\\"/')).toBe('"\u20ac$\\u000f\\nA\'B\\"\\\\\\"/"');
  });

  it('writes every character of the first plane as JSON.stringify does', () => {
    const units = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit));
    const halves = units.filter((unit) => !unit.isWellFormed());
    expect(halves).toHaveLength(0x800);
    for (const half of halves) expect(() => canonicalJson(`a${half}b`)).toThrow(NotCanonical);
    const whole = units.filter((unit) => unit.isWellFormed());
    expect(whole.filter((unit) => canonicalJson(`a${unit}b`) !== JSON.stringify(`a${unit}b`))).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['a lone high surrogate', { a: ['\ud800'] }, '/a/0'],
    ['a lone low surrogate in a key', { '\udc00': '' }, ''],
    ['a number that is not finite', { a: Number.NaN }, '/a'],
    ['infinity', [Number.POSITIVE_INFINITY], '/0'],
    ['undefined', { a: undefined }, '/a'],
    ['a function', [() => 1], '/0'],
    ['a bigint', { 'a/b': 1n }, '/a~1b'],
  ])('refuses %s and names the place', (_name, value, pointer) => {
    expect(() => canonicalJson(value as JsonValue)).toThrow(NotCanonical);
    try {
      canonicalJson(value as JsonValue);
    } catch (error) {
      expect((error as NotCanonical).pointer).toBe(pointer);
    }
  });

  it('refuses a value nested too deeply, a cycle among them', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(() => canonicalJson(cycle as JsonValue)).toThrow(`deeper than ${canonicalDepthMax}`);
  });

  it('is read back as the same value, and written again as the same text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        let text: string;
        try {
          text = canonicalJson(value as JsonValue);
        } catch (error) {
          if (error instanceof NotCanonical) return;
          throw error;
        }
        expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
