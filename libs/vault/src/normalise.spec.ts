// Which spellings are one identifier, which are two, and which are none?
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalise, normaliseRef, schemes } from './normalise.js';

const value = (scheme: string, text: string): string => {
  const normal = normalise(scheme, text);
  return 'code' in normal ? normal.code : normal.value;
};

describe('email', () => {
  it.each([
    ['a@example.kz', 'a@example.kz'],
    ['  A.B@Example.KZ\t', 'a.b@example.kz'],
    ['user+tag@example.kz', 'user+tag@example.kz'],
    ["o'brien_1{x}@example.kz", "o'brien_1{x}@example.kz"],
    ['пошта@пример.қаз', 'пошта@xn--e1afmkfd.xn--80ao21a'],
    ['a@ПРИМЕР.ҚАЗ', 'a@xn--e1afmkfd.xn--80ao21a'],
    ['a@xn--e1afmkfd.xn--80ao21a', 'a@xn--e1afmkfd.xn--80ao21a'],
    ['cafe\u0301@example.kz', 'caf\u00e9@example.kz'],
    ['a@example。kz', 'a@example.kz'],
    ['a@sub.sub.example.kz', 'a@sub.sub.example.kz'],
    ['a@1und1.example', 'a@1und1.example'],
  ])('%j is %s', (text, normal) => {
    expect(normalise('email', text)).toEqual({ scheme: 'email', value: normal, norm: 1 });
  });

  it.each([
    '',
    '@',
    'a',
    'a@',
    '@example.kz',
    'a@b@example.kz',
    'a b@example.kz',
    '"a b"@example.kz',
    'a@example',
    'a@example.kz.',
    'a@.example.kz',
    'a@-example.kz',
    'a@example-.kz',
    'a@exa_mple.kz',
    'a@example..kz',
    'a@127.0.0.1',
    'a@[127.0.0.1]',
    'a@0x7f.1',
    'a@example.123',
    'a@example.kz:25',
    'a@example.kz/x',
    'a@example.kz?x',
    'a@%65xample.kz',
    'a@example.kz#x',
    'a@user:pass@example.kz',
    '.a@example.kz',
    'a.@example.kz',
    'a..b@example.kz',
    'a\0@example.kz',
    'a\u200b@example.kz',
    'a\u202e@example.kz',
    'a@exam\u00adple.kz',
    'a@example.kz\nBcc: b@example.kz',
    'Aigerim <a@example.kz>',
    'mailto:a@example.kz',
    `${'x'.repeat(65)}@example.kz`,
    `${'ә'.repeat(33)}@example.kz`,
    `a@${'x'.repeat(64)}.kz`,
    `a@${'x.'.repeat(126)}kz`,
  ])('%j is none', (text) => {
    expect(value('email', text)).toBe('EMAIL_MALFORMED');
  });
});

describe('phone', () => {
  it.each([
    '+77001112233',
    '+7 700 111 22 33',
    '8 (700) 111-22-33',
    '8-700-111-22-33',
    '7001112233',
    '77001112233',
    '+٧٧٠٠١١١٢٢٣٣',
    ' +7\u00a0700\u00a0111\u00a022\u00a033 ',
  ])('%j is +77001112233', (text) => {
    expect(normalise('phone', text)).toEqual({ scheme: 'phone', value: '+77001112233', norm: 1 });
  });

  it.each([
    ['+1 202 555 0143', '+12025550143'],
    ['+44 20 7946 0018', '+442079460018'],
    ['+998 90 000 00 00', '+998900000000'],
    ['8 (7272) 00-00-00', '+77272000000'],
  ])('%j is %s', (text, normal) => {
    expect(value('phone', text)).toBe(normal);
  });

  it.each([
    '',
    '+',
    '112',
    '1234',
    '+7700111223',
    'tel:+77001112233',
    '+77001112233445566',
    'not a number',
    'call +77001112233 now',
    '+77001112233 ext. 5',
    '+77001112233;ext=5',
    '+77001112233, +77001112234',
    '+999 123 456 789',
    '1'.repeat(64),
    '+7'.repeat(100),
    '7001112233\0',
  ])('%j is none', (text) => {
    expect(value('phone', text)).toBe('PHONE_MALFORMED');
  });
});

// Invented: serial numbers of nines and zeros, check digits computed by hand.
describe('iin', () => {
  it.each(['900101300007', '050229500007'].map(withCheckDigit))('%s is one', (text) => {
    expect(value('iin', ` ${text}\n`)).toBe(text);
  });

  it('one whose digits are no birth date is one: new numbers need not carry it', () => {
    expect(value('iin', withCheckDigit('99999999999'))).toBe('999999999990');
  });

  it.each(['900101300811', '900101300823'])('%s is one by the second row of weights', (text) => {
    expect(value('iin', text)).toBe(text);
  });

  it('one whose two passes both give 10 is never issued, whatever its last digit', () => {
    for (let digit = 0; digit <= 9; digit++) expect(value('iin', `90010130080${digit}`)).toBe('IIN_MALFORMED');
  });

  it('every other last digit is wrong', () => {
    const right = withCheckDigit('90010130000');
    for (let digit = 0; digit <= 9; digit++) {
      const text = `${right.slice(0, 11)}${digit}`;
      expect(value('iin', text)).toBe(text === right ? right : 'IIN_MALFORMED');
    }
  });

  it.each(['', '90010130000', '9001013000070', '900101 30000', '90010130000x', '٩٠٠١٠١٣٠٠٠٠٧', '-90010130000'])(
    '%j is none',
    (text) => {
      expect(value('iin', text)).toBe('IIN_MALFORMED');
    },
  );
});

describe('bin', () => {
  it('the check digit decides', () => {
    expect(value('bin', '111240000001')).toBe('111240000001');
    expect(value('bin', '111240000002')).toBe('BIN_MALFORMED');
    expect(value('bin', '11124000000')).toBe('BIN_MALFORMED');
    expect(value('bin', '')).toBe('BIN_MALFORMED');
  });
});

describe.each(['account', 'cookie'])('%s', (scheme) => {
  const none = `${scheme.toUpperCase()}_MALFORMED`;

  it.each([
    ['U-1', 'U-1'],
    [' u-1 ', 'u-1'],
    ['GA1.2.1234567890.1763629200', 'GA1.2.1234567890.1763629200'],
    ['Ә-1|x;y', 'Ә-1|x;y'],
    ['e\u0301', '\u00e9'],
    ['x'.repeat(256), 'x'.repeat(256)],
    ['🐎'.repeat(256), '🐎'.repeat(256)],
  ])('%j is one', (text, normal) => {
    expect(value(scheme, text)).toBe(normal);
  });

  it('keeps case: only the issuer knows whether it matters', () => {
    expect(value(scheme, 'aB')).not.toBe(value(scheme, 'Ab'));
  });

  it.each(['', '  ', 'a b', 'a\0b', 'a\nb', 'a\u200bb', 'a\u202eb', '\ue000', 'x'.repeat(257), '🐎'.repeat(257)])(
    '%j is none',
    (text) => {
      expect(value(scheme, text)).toBe(none);
    },
  );
});

describe('every scheme', () => {
  it('an unknown one is told, prototype names too', () => {
    for (const scheme of ['ip', '', 'constructor', '__proto__', 'EMAIL', 'ref']) {
      expect(normalise(scheme, 'x')).toMatchObject({ code: 'SCHEME_UNKNOWN' });
    }
  });

  it('too long a text, or a broken one, is not looked at', () => {
    for (const scheme of schemes.filter((one) => one !== 'ref')) {
      expect(value(scheme, 'x'.repeat(1_000_000))).toBe('IDENTIFIER_TOO_LONG');
      expect(value(scheme, 'a\ud800')).toBe('IDENTIFIER_NOT_TEXT');
    }
  });

  it('a refusal never repeats the value', () => {
    const told = schemes.map((scheme) => JSON.stringify(normalise(scheme, 'SECRET @ +7700')));
    expect(told.join()).not.toMatch(/SECRET|7700/);
  });

  it('a normal form is its own normal form', () => {
    const texts = fc.oneof(
      fc.emailAddress(),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), fc.domain()).map((two) => two.join('@')),
      fc.stringMatching(/^\+?[0-9 ()-]{6,20}$/),
    );
    fc.assert(
      fc.property(fc.constantFrom(...schemes), texts, (scheme, text) => {
        const once = normalise(scheme, text);
        return 'code' in once || value(scheme, once.value) === once.value;
      }),
      { numRuns: 500 },
    );
  });
});

describe('ref', () => {
  const ref = 'AAAAAAAAAAAAAAAAAAAAAA';

  it('is bound to the source that it was given to', () => {
    expect(normaliseRef('urn:x:crm', ref)).toEqual({ scheme: 'ref', value: `urn:x:crm\0${ref}`, norm: 1 });
  });

  it.each([
    '',
    'A',
    `${ref}A`,
    ref.slice(1),
    `${ref.slice(1)}=`,
    `${ref.slice(1)}B`,
    `${ref.slice(1)}\n`,
    `${ref.slice(1)}/`,
  ])('%j is none', (text) => {
    expect(normaliseRef('urn:x:crm', text)).toMatchObject({ code: 'REF_MALFORMED' });
  });

  it('a source with a NUL is refused', () => {
    expect(() => normaliseRef('urn:x\0', ref)).toThrow(/SOURCE_MALFORMED/);
  });
});

/** The first eleven digits with their check digit, by the first row of weights. */
function withCheckDigit(digits: string): string {
  const eleven = digits.slice(0, 11);
  const sum = [...eleven].reduce((total, digit, i) => total + Number(digit) * (i + 1), 0);
  return `${eleven}${sum % 11}`;
}
