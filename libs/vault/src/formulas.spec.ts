// Do our formulas give the committed vectors, and does a second implementation (WebCrypto) give the same?
import { describe, expect, it } from '@jest/globals';
import { type JsonValue } from '@derbes/kernel';
import { randomBytes, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unwrap, wrap, wrappedKeyBytes, wrapWithNonce } from './aes-gcm.js';
import * as formulas from './formulas.js';

interface Vectors {
  ledger: string;
  owner: string;
  event: string;
  epoch: number;
  part: string;
  scheme: string;
  nonce: string;
  keys: Record<'hk' | 'kek' | 'sk' | 'pk' | 'static' | 'dedupe', string>;
  aads: Record<'kek' | 'sk' | 'inner' | 'pk' | 'part', string>;
  derived: Record<'kcv' | 'idx' | 'enc' | 'com' | 'check' | 'ref', string>;
  wraps: Record<'kek' | 'sk' | 'inner' | 'pk', string>;
  parts: { category: string; value: JsonValue; padded: string; blob: string; blobHash: string; commitment: string }[];
  lookups: { scheme: string; norm: number; value: string; inner: string; token: string }[];
  claims: { source: string; id: string; token: string }[];
  check: { received: JsonValue; jcs: string; check: string };
  refs: { source: string; ref: string }[];
}

const v = JSON.parse(readFileSync(join(import.meta.dirname, 'vectors.json'), 'utf8')) as Vectors;
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const hex = (buffer: Buffer | ArrayBuffer): string => Buffer.from(buffer as Buffer).toString('hex');
const key = (name: keyof Vectors['keys']): Buffer => bytes(v.keys[name]);
const derived = (name: keyof Vectors['derived']): Buffer => bytes(v.derived[name]);

/** The second implementation: the primitives of WebCrypto, put together from the text of DESIGN section 7 alone. */
const second = {
  async hmac(k: Buffer, data: Buffer): Promise<Buffer> {
    const imported = await webcrypto.subtle.importKey('raw', k, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    return Buffer.from(await webcrypto.subtle.sign('HMAC', imported, data));
  },
  async expand(k: Buffer, info: string): Promise<Buffer> {
    return second.hmac(k, Buffer.concat([Buffer.from(info, 'ascii'), Buffer.of(1)]));
  },
  async gcm(k: Buffer, plaintext: Buffer, aad: string): Promise<Buffer> {
    const iv = bytes(v.nonce);
    const imported = await webcrypto.subtle.importKey('raw', k, 'AES-GCM', false, ['encrypt']);
    const algorithm = { name: 'AES-GCM', iv, additionalData: Buffer.from(aad, 'ascii') };
    return Buffer.concat([iv, Buffer.from(await webcrypto.subtle.encrypt(algorithm, imported, plaintext))]);
  },
  async sha256(data: Buffer): Promise<string> {
    return Buffer.from(await webcrypto.subtle.digest('SHA-256', data)).toString('base64url');
  },
};

const zero = Buffer.of(0);

describe('HKDF-Expand', () => {
  // RFC 5869 appendix A, cases 1 to 3: PRK, info, OKM.
  it.each([
    [
      '077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5',
      'f0f1f2f3f4f5f6f7f8f9',
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    ],
    [
      '06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244',
      'b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff',
      'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
    ],
    [
      '19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04',
      '',
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    ],
  ])('gives the output of RFC 5869 for PRK %s', (prk, info, okm) => {
    expect(hex(formulas.expand(bytes(prk), bytes(info), okm.length / 2))).toBe(okm);
  });
});

describe('derivation', () => {
  const info: [keyof Vectors['derived'], keyof Vectors['keys'], string, Buffer][] = [
    ['idx', 'kek', 'derbes/idx/v1', formulas.indexKey(key('kek'))],
    ['enc', 'pk', `derbes/enc/v1|${v.event}|${v.part}`, formulas.sealingKey(key('pk'), v.event, v.part)],
    ['com', 'pk', `derbes/com/v1|${v.event}|${v.part}`, formulas.commitmentKey(key('pk'), v.event, v.part)],
    ['check', 'pk', `derbes/check/v1|${v.event}|check`, formulas.checkKey(key('pk'), v.event)],
    ['ref', 'pk', `derbes/ref/v1|${v.event}|ref`, formulas.refKey(key('pk'), v.event)],
  ];
  it.each(info)('K_%s is expanded from the %s with info %s', async (name, from, text, ours) => {
    expect(hex(ours)).toBe(v.derived[name]);
    expect(hex(await second.expand(key(from), text))).toBe(v.derived[name]);
  });

  it('a key check value is the first eight bytes of HMAC(key, "kcv")', async () => {
    expect(hex(formulas.keyCheckValue(key('kek')))).toBe(v.derived.kcv);
    expect(hex((await second.hmac(key('kek'), Buffer.from('kcv'))).subarray(0, 8))).toBe(v.derived.kcv);
  });
});

describe('wraps', () => {
  const { ledger, owner, event, epoch, part, scheme } = v;
  const inner = v.lookups[0]?.inner ?? '';
  const cases: [keyof Vectors['wraps'], Buffer, Buffer, string, string][] = [
    ['kek', key('hk'), key('kek'), formulas.aad.kek(ledger, epoch), `derbes/kek/v1|${ledger}|${epoch}`],
    ['sk', key('kek'), key('sk'), formulas.aad.sk(ledger, owner, epoch), `derbes/sk/v1|${ledger}|${owner}|${epoch}`],
    [
      'inner',
      key('kek'),
      bytes(inner),
      formulas.aad.inner(ledger, owner, scheme, epoch),
      `derbes/inner/v1|${ledger}|${owner}|${scheme}|${epoch}`,
    ],
    [
      'pk',
      key('sk'),
      key('pk'),
      formulas.aad.pk(ledger, owner, event, part),
      `derbes/pk/v1|${ledger}|${owner}|${event}|${part}`,
    ],
  ];
  it.each(cases)('%s', async (name, under, secret, aad, text) => {
    expect(aad).toBe(text);
    expect(aad).toBe(v.aads[name]);
    expect(hex(wrapWithNonce(under, bytes(v.nonce), secret, aad))).toBe(v.wraps[name]);
    expect(hex(await second.gcm(under, secret, text))).toBe(v.wraps[name]);
    expect(unwrap(under, bytes(v.wraps[name]), aad)).toEqual(secret);
    expect(v.wraps[name]).toHaveLength(2 * wrappedKeyBytes);
  });

  it('open under no other key, AAD or bytes', () => {
    const aad = v.aads.pk;
    const wrapped = bytes(v.wraps.pk);
    expect(unwrap(key('kek'), wrapped, aad)).toBeUndefined();
    expect(unwrap(key('sk'), wrapped, `${aad}0`)).toBeUndefined();
    expect(unwrap(key('sk'), wrapped, v.aads.part)).toBeUndefined();
    for (let cut = 0; cut < wrapped.length; cut++) {
      expect(unwrap(key('sk'), wrapped.subarray(0, cut), aad)).toBeUndefined();
    }
    for (let bit = 0; bit < wrapped.length * 8; bit++) {
      const changed = Buffer.from(wrapped);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(unwrap(key('sk'), changed, aad)).toBeUndefined();
    }
  });

  it('never take one nonce twice, over several fills of the pool', () => {
    const under = randomBytes(32);
    const nonces = new Set(Array.from({ length: 5_000 }, () => hex(wrap(under, under, 'x').subarray(0, 12))));
    expect(nonces.size).toBe(5_000);
  });
});

describe('sealed parts', () => {
  const aad = formulas.aad.part(v.ledger, v.owner, v.event, v.part);

  it.each(v.parts)('$category of $blobHash', async (part) => {
    const padded = formulas.pad(part.category, part.value);
    expect(hex(padded)).toBe(part.padded);
    expect(aad).toBe(v.aads.part);
    const blob = wrapWithNonce(derived('enc'), bytes(v.nonce), padded, aad);
    expect(hex(blob)).toBe(part.blob);
    expect(hex(await second.gcm(derived('enc'), padded, v.aads.part))).toBe(part.blob);
    expect(formulas.blobHash(blob)).toBe(part.blobHash);
    expect(await second.sha256(blob)).toBe(part.blobHash);
    expect(formulas.commitment(derived('com'), padded)).toBe(part.commitment);
    expect((await second.hmac(derived('com'), padded)).toString('base64url')).toBe(part.commitment);
    expect(formulas.unpad(padded)).toEqual({ category: part.category, value: part.value });
  });

  it('are padded to a power of two of at least 256 bytes, and are never longer than 64 KiB', () => {
    const overhead = '{"category":"c","value":""}'.length;
    const sizeOf = (length: number): number => formulas.pad('c', 'x'.repeat(length - overhead)).length;
    expect([30, 252, 253, 508, 509, 32_764, 32_765, 65_532].map(sizeOf)).toEqual([
      256, 256, 512, 512, 1024, 32_768, 65_536, 65_536,
    ]);
    expect(() => sizeOf(65_533)).toThrow(/VALUE_TOO_LONG/);
  });

  it('refuse a value that has no canonical form', () => {
    expect(() => formulas.pad('c', '\ud800')).toThrow(/lone surrogate/);
    expect(() => formulas.pad('c', Number.NaN)).toThrow(/not finite/);
  });

  it('are not read from a padding that pad does not write', () => {
    const padded = formulas.pad('name', 'x');
    const changed = (change: (copy: Buffer) => unknown): Buffer => {
      const copy = Buffer.from(padded);
      change(copy);
      return copy;
    };
    const forged = [
      Buffer.alloc(0),
      padded.subarray(0, 255),
      Buffer.concat([padded, Buffer.alloc(256)]),
      changed((copy) => copy.writeUInt32BE(1_000)),
      changed((copy) => copy.writeUInt32BE(0xffffffff)),
      changed((copy) => copy.writeUInt32BE(3)),
      changed((copy) => copy.write('{"category":1,"value":"xx"}', 4)),
    ];
    expect(forged.map((one) => formulas.unpad(one))).toEqual(forged.map(() => undefined));
  });
});

describe('look-up', () => {
  it.each(v.lookups)('inner and token of $scheme, norm $norm', async ({ scheme, norm, value, inner, token }) => {
    const ours = formulas.lookupInner(key('static'), scheme, norm, value);
    expect(hex(ours)).toBe(inner);
    expect(hex(formulas.lookupToken(derived('idx'), ours))).toBe(token);
    const text = Buffer.concat([Buffer.from(scheme), zero, Buffer.from(String(norm)), zero, Buffer.from(value)]);
    expect(hex(await second.hmac(key('static'), text))).toBe(inner);
    expect(hex(await second.hmac(derived('idx'), bytes(inner)))).toBe(token);
  });

  it('a ref is found as source ‖ 0 ‖ ref', () => {
    expect(formulas.refValue('urn:x:crm', 'A'.repeat(22))).toBe(
      v.lookups.find(({ scheme }) => scheme === 'ref')?.value,
    );
  });
});

describe('claims', () => {
  it.each(v.claims)('the token of $source and $id', async ({ source, id, token }) => {
    const ours = (): string => hex(formulas.claimToken(key('dedupe'), source, id));
    const text = Buffer.concat([Buffer.from(source), zero, Buffer.from(id)]);
    expect(hex(await second.hmac(key('dedupe'), text))).toBe(token);
    expect(ours()).toBe(token);
  });

  it('a source with a NUL is refused, since it would blur where the id begins', () => {
    expect(() => formulas.claimToken(key('dedupe'), 'urn:x\0', 'y')).toThrow(/SOURCE_MALFORMED/);
    expect(() => formulas.refValue('urn:x\0', 'y')).toThrow(/SOURCE_MALFORMED/);
  });

  it('texts that UTF-8 cannot tell apart are refused', () => {
    expect(() => formulas.claimToken(key('dedupe'), 'urn:x', '\ud800')).toThrow(/TEXT_MALFORMED/);
    expect(() => formulas.lookupInner(key('static'), 'account', 1, '\udc00')).toThrow(/TEXT_MALFORMED/);
    expect(() => formulas.pairwiseRef(key('pk'), '\udc00')).toThrow(/TEXT_MALFORMED/);
  });

  it('the check is keyed and covers the event as received, in canonical form', async () => {
    expect(hex(formulas.check(derived('check'), v.check.received))).toBe(v.check.check);
    expect(hex(await second.hmac(derived('check'), Buffer.from(v.check.jcs)))).toBe(v.check.check);
  });

  it.each(v.refs)('the ref for $source is 22 characters', async ({ source, ref }) => {
    expect(formulas.pairwiseRef(derived('ref'), source)).toBe(ref);
    const mac = await second.hmac(derived('ref'), Buffer.from(source));
    expect(mac.subarray(0, 16).toString('base64url')).toBe(ref);
    expect(ref).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });
});

describe('places', () => {
  it.each([
    [v.event, '0'],
    [v.event, '12'],
    [v.event, 'check'],
    [v.event, 'ref'],
  ])('%s %s is one', (event, part) => {
    expect(() => formulas.assertPlace(event, part)).not.toThrow();
  });

  it.each([
    [v.event.toUpperCase(), '0'],
    [`${v.event}|1`, '0'],
    ['', '0'],
    [v.event, '01'],
    [v.event, '-1'],
    [v.event, '1|2'],
    [v.event, ''],
    [v.event, 'enc'],
    [`${v.event}\n`, '0'],
  ])('%s %s is none', (event, part) => {
    expect(() => formulas.assertPlace(event, part)).toThrow(/PLACE_MALFORMED/);
  });

  it('a scheme holds no separator', () => {
    for (const scheme of ['e|mail', 'e\0mail', '', 'Email', '1x']) {
      expect(() => formulas.lookupInner(key('static'), scheme, 1, 'x')).toThrow(/SCHEME_MALFORMED/);
    }
  });
});
