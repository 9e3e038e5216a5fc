import fc from 'fast-check';
import { CanonicalReader, depthMax, NotCanonical } from './canonical-reader.js';

/** What canonical form is, told another way: parse, write again with sorted keys, compare bytes. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const written = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${written.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

const stringsOnly = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.isWellFormed()
    : Array.isArray(value)
      ? value.every(stringsOnly)
      : typeof value === 'object' && value !== null && Object.entries(value).flat().every(stringsOnly);

function expected(bytes: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return stringsOnly(value) && Buffer.from(canonical(value)).equals(bytes);
  } catch {
    return false;
  }
}

function accepted(bytes: Buffer): boolean {
  const reader = new CanonicalReader();
  // Something stands before and behind, as in a bundle.
  reader.begin(`{"${bytes.toString('latin1')}"}`, 2, 2 + bytes.length);
  try {
    reader.value(0);
    reader.demandEnd();
    return true;
  } catch (error) {
    if (error instanceof NotCanonical) return false;
    throw error;
  }
}

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'binary', maxLength: 4 }), tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

describe('a reader of canonical JSON', () => {
  it('takes whatever is written canonically', () => {
    fc.assert(
      fc.property(value, (one) => {
        fc.pre(stringsOnly(one));
        expect(accepted(Buffer.from(canonical(one)))).toBe(true);
      }),
    );
  });

  it('takes a changed text only when that is canonical too', () => {
    const changes = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255), how: fc.nat(2) }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(value, changes, (one, changed) => {
        let bytes = Buffer.from(canonical(one));
        for (const { at, byte, how } of changed) {
          const place = at % (bytes.length + 1);
          const between = how === 0 ? [] : [byte];
          const rest = bytes.subarray(how === 1 ? place : place + 1);
          bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(between), rest]);
        }
        expect(accepted(bytes)).toBe(expected(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['white space', '{"a": "b"}'],
    ['white space at the end', '"a" '],
    ['keys out of order', '{"b":"","a":""}'],
    ['a key twice', '{"a":"","a":""}'],
    ['keys out of the order of UTF-16', '{"\ue000":"","\u{10000}":""}'],
    ['a number', '{"a":1}'],
    ['a truth', '[true]'],
    ['null', 'null'],
    ['nothing', ''],
    ['an escaped slash', '"\\/"'],
    ['an escape that is not needed', '"\\u0061"'],
    ['upper-case digits of an escape', '"\\u001F"'],
    ['a long escape where a short one is', '"\\u000a"'],
    ['a bare newline', '"\n"'],
    ['a comma too many', '["a",]'],
    ['an end that is missing', '{"a":"b"'],
    ['a string that does not end', '"a'],
  ])('refuses %s', (_name, text) => {
    expect(accepted(Buffer.from(text))).toBe(false);
    expect(expected(Buffer.from(text))).toBe(false);
  });

  it.each([
    ['an overlong sequence', [0xc0, 0xaf]],
    ['an overlong sequence of three', [0xe0, 0x80, 0xaf]],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a point above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a sequence cut short', [0xe2, 0x82]],
    ['a stray continuation', [0x80]],
  ])('refuses %s', (_name, bytes) => {
    expect(accepted(Buffer.from([0x22, ...bytes, 0x22]))).toBe(false);
  });

  it('takes what a canonical writer escapes, as it escapes it', () => {
    expect(accepted(Buffer.from(JSON.stringify('"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028жү😀')))).toBe(true);
  });

  it('says at which byte a text leaves the form', () => {
    const reader = new CanonicalReader();
    reader.begin('{"a":"b","c":7}', 0, 15);
    expect(() => reader.value(0)).toThrow(expect.objectContaining({ offset: 13 }) as Error);
  });

  it('goes no deeper than it says', () => {
    const nested = (depth: number): Buffer => Buffer.from(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    expect(accepted(nested(depthMax))).toBe(true);
    expect(accepted(nested(depthMax + 1))).toBe(false);
    expect(accepted(nested(100_000))).toBe(false);
  });
});
