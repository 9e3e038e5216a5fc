// How do the 32 bytes of an Ed25519 key become a key that signs or verifies? RFC 8032 section 5.1.5, RFC 8410 section 7.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { Malformed } from './malformed.js';

/** Of a public key as of a seed. */
export const ed25519KeyBytes = 32;

/** RFC 8410 section 7: what stands before the seed in a PKCS #8 file of an Ed25519 key. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The private key of a seed (RFC 8032 calls the seed itself the private key). */
export function privateKeyOf(seed: Uint8Array): KeyObject {
  if (seed.length !== ed25519KeyBytes) throw new Malformed('BAD_KEY', 'seed', 'A seed has 32 bytes');
  const der = Buffer.concat([pkcs8Head, seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  return key;
}

/** The 32 bytes of the public half of an Ed25519 key. */
export function publicKeyBytes(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') throw new Malformed('BAD_KEY', 'key', 'Not an Ed25519 key');
  const { x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  return Buffer.from(x ?? '', 'base64url');
}

export function publicKeyObject(publicKey: Uint8Array): KeyObject {
  const x = Buffer.from(publicKey).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}
