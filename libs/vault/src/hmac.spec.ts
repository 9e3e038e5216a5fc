// Is our HMAC the one of RFC 2104 for every length, kind of key and form of answer, and does it keep its keys to itself?
import { describe, expect, it } from '@jest/globals';
import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { hmac, hmacKey, hmacText, MacKey } from './hmac.js';

const expected = (key: Buffer, data: Buffer | string): Buffer => createHmac('sha256', key).update(data).digest();

describe('HMAC-SHA256', () => {
  // RFC 4231, test cases 1, 2, 3 and 6: keys of 20, 4, 20 and 131 bytes.
  it.each([
    ['0b'.repeat(20), '4869205468657265', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      '4a656665',
      '7768617420646f2079612077616e7420666f72206e6f7468696e673f',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    ['aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
    [
      'aa'.repeat(131),
      '54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('of RFC 4231 under the key %s', (key, data, digest) => {
    expect(hmac(Buffer.from(key, 'hex'), Buffer.from(data, 'hex')).toString('hex')).toBe(digest);
  });

  it.each([0, 1, 55, 56, 63, 64, 65, 255, 1_024, 1_365, 1_366, 4_095, 4_096, 4_097, 70_000])(
    'is that of the platform for %i bytes and for as many characters of two bytes',
    (length) => {
      const key = randomBytes(32);
      const [bytes, text] = [randomBytes(length), 'қ'.repeat(length)];
      for (const data of [bytes, text, 'x'.repeat(length)]) {
        const digest = expected(key, data);
        for (const one of [key, createSecretKey(key), new MacKey(Buffer.from(key))]) {
          expect(hmac(one, data)).toEqual(digest);
          expect(hmacKey(one, data)).toEqual(digest);
          expect(hmacText(one, data)).toBe(digest.toString('base64url'));
        }
      }
    },
  );

  it('leaves nothing of one call to the next', () => {
    const [key, other] = [randomBytes(32), randomBytes(32)];
    hmac(key, 'x'.repeat(4_000));
    expect(hmac(other, 'y')).toEqual(expected(other, 'y'));
    expect(hmac(key, '')).toEqual(expected(key, ''));
    expect(hmac(key.subarray(0, 16), 'z')).toEqual(expected(key.subarray(0, 16), 'z'));
  });

  it('changes neither key nor data', () => {
    const [key, data] = [Buffer.alloc(32, 7), Buffer.alloc(100, 9)];
    hmac(key, data);
    expect([key, data]).toEqual([Buffer.alloc(32, 7), Buffer.alloc(100, 9)]);
  });
});

describe('a key that stands', () => {
  it('is the same as the KeyObject that it was taken from', () => {
    const key = createSecretKey(randomBytes(32));
    expect(hmac(MacKey.of(key), 'x')).toEqual(hmac(key, 'x'));
  });

  it('is shown by no inspector and by no JSON', () => {
    const key = new MacKey(Buffer.from('0123456789abcdef0123456789abcdef'));
    const shown = `${inspect(key, { showHidden: true, depth: 9 })} ${JSON.stringify({ key })}`;
    expect(shown).not.toMatch(/0123|30 31 32|48,\s*49/);
  });
});
