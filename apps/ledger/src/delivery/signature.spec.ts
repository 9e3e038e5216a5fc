// Does somebody else's implementation of Standard Webhooks take our signatures, do we take theirs, and nothing else?
import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, sign } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { provedBy, secretKey, signedHeaders, toleranceS, type Signed } from './signature.js';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const otherSecret = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const nowS = Math.floor(Date.now() / 1000);
const message: Signed = {
  id: '00000000-0000-4000-8000-000000000007',
  timestamp: String(nowS),
  body: Buffer.from('{"result":"done","note":"ә"}'),
};
const theirs = (by = secret): string =>
  new Webhook(by).sign(message.id, new Date(nowS * 1000), message.body.toString('utf8'));

const pair = generateKeyPairSync('ed25519');
const ed25519 = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64url');
const signedByKey = (text = `${message.id}.${message.timestamp}.`): string =>
  `v1a,${sign(null, Buffer.concat([Buffer.from(text), message.body]), pair.privateKey).toString('base64')}`;

describe('a signature of ours', () => {
  it('is taken by the library that receivers use, with the very same bytes', () => {
    const headers = signedHeaders(message, secret);
    expect(headers['webhook-signature']).toBe(theirs());
    expect(new Webhook(secret).verify(message.body, headers)).toEqual({ result: 'done', note: 'ә' });
    expect(() => new Webhook(otherSecret).verify(message.body, headers)).toThrow('No matching signature found');
  });

  it.each(['', 'whsec_', 'whsec_AAAA', `whsec_${Buffer.alloc(65).toString('base64')}`, 'whsec_!!', secret.slice(6)])(
    'is not made with %j, which is no secret',
    (wrong) => {
      expect(secretKey(wrong)).toBeUndefined();
      expect(() => signedHeaders(message, wrong)).toThrow(RangeError);
    },
  );
});

describe('a signature of theirs', () => {
  it('proves what was signed with the shared secret, also as one of several', () => {
    expect(provedBy(message, theirs(), { secret }, nowS)).toBe('hmac');
    expect(provedBy(message, `v1,AAAA v9,x ${theirs(otherSecret)} ${theirs()}`, { secret }, nowS)).toBe('hmac');
  });

  it('proves what was signed with the key that was registered', () => {
    expect(provedBy(message, signedByKey(), { secret, ed25519 }, nowS)).toBe('ed25519');
    expect(provedBy(message, signedByKey(`other.${message.timestamp}.`), { secret, ed25519 }, nowS)).toBe('ACK_FORGED');
    expect(provedBy(message, signedByKey(), { secret }, nowS)).toBe('ACK_FORGED');
  });

  it.each([
    ['another body', { body: Buffer.from('{"result":"refused"}') }],
    ['another id', { id: '00000000-0000-4000-8000-000000000008' }],
    ['another moment', { timestamp: String(nowS + 1) }],
  ])('proves nothing of %s', (_, changed) => {
    expect(provedBy({ ...message, ...changed }, theirs(), { secret }, nowS)).toBe('ACK_FORGED');
  });

  it('proves nothing under another secret, none, or in no form that there is', () => {
    expect(provedBy(message, theirs(otherSecret), { secret }, nowS)).toBe('ACK_FORGED');
    expect(provedBy(message, theirs(), {}, nowS)).toBe('ACK_FORGED');
    for (const one of ['', 'v1', 'v1,', ',', 'v1a,', theirs().slice(0, -4), theirs().replace('v1,', 'v2,')]) {
      expect(provedBy(message, one, { secret, ed25519 }, nowS)).toBe('ACK_FORGED');
    }
    expect(provedBy({ ...message, timestamp: 'soon' }, theirs(), { secret }, nowS)).toBe('ACK_UNSIGNED');
    expect(provedBy(message, `${'v1,AAAA '.repeat(8)}${theirs()}`, { secret }, nowS)).toBe('ACK_FORGED');
  });

  it('is stale five minutes before and after, and no forged one is called so', () => {
    expect(provedBy(message, theirs(), { secret }, nowS + toleranceS)).toBe('hmac');
    expect(provedBy(message, theirs(), { secret }, nowS - toleranceS)).toBe('hmac');
    expect(provedBy(message, theirs(), { secret }, nowS + toleranceS + 1)).toBe('ACK_STALE');
    expect(provedBy(message, theirs(), { secret }, nowS - toleranceS - 1)).toBe('ACK_STALE');
    expect(provedBy(message, theirs(otherSecret), { secret }, nowS + toleranceS + 1)).toBe('ACK_FORGED');
  });
});
