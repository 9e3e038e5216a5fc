// How is a secret wrapped? AES-256-GCM with a random nonce in front and the tag behind.
import { createCipheriv, createDecipheriv, createSecretKey, randomFillSync, type KeyObject } from 'node:crypto';

export const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const gcm = { authTagLength: tagBytes };
/** A wrapped 32-byte key: nonce, ciphertext, tag. */
export const wrappedKeyBytes = nonceBytes + keyBytes + tagBytes;

// One call into the random generator serves many keys and nonces; asking for each costs three times as much.
const pool = Buffer.alloc(12 * 1024);
let poolAt = pool.length;

/** Fills the place with fresh random bytes; the pool forgets those that it gave away. */
function fillRandom(place: Buffer, length: number): void {
  if (poolAt + length > pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  pool.copy(place, 0, poolAt, poolAt + length);
  pool.fill(0, poolAt, poolAt + length);
  poolAt += length;
}

export function randomKey(): Buffer {
  const key = Buffer.alloc(keyBytes);
  fillRandom(key, keyBytes);
  return key;
}

/** A key that neither an inspector nor JSON shows; the bytes given are zeroed. */
export function secretKey(bytes: Buffer): KeyObject {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/** `nonce(12) ‖ ciphertext ‖ tag(16)`; the AAD is ASCII. */
export function wrap(key: Buffer | KeyObject, plaintext: Buffer, aad: string): Buffer {
  const out = Buffer.allocUnsafe(nonceBytes + plaintext.length + tagBytes);
  fillRandom(out, nonceBytes);
  return wrapBehindNonce(key, out, plaintext, aad);
}

/** For test vectors alone: a nonce chosen by the caller. Twice one nonce under one key gives the key away. */
export function wrapWithNonce(key: Buffer | KeyObject, nonce: Buffer, plaintext: Buffer, aad: string): Buffer {
  const out = Buffer.allocUnsafe(nonceBytes + plaintext.length + tagBytes);
  nonce.copy(out, 0, 0, nonceBytes);
  return wrapBehindNonce(key, out, plaintext, aad);
}

/** Puts ciphertext and tag behind the nonce that stands in `out`. */
function wrapBehindNonce(key: Buffer | KeyObject, out: Buffer, plaintext: Buffer, aad: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, out.subarray(0, nonceBytes), gcm);
  cipher.setAAD(aadBytes(aad));
  cipher.update(plaintext).copy(out, nonceBytes);
  cipher.final();
  cipher.getAuthTag().copy(out, out.length - tagBytes);
  return out;
}

/** The plaintext, or undefined when key, AAD or bytes are not those that were wrapped. */
export function unwrap(key: Buffer | KeyObject, wrapped: Buffer, aad: string): Buffer | undefined {
  if (wrapped.length < nonceBytes + tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, nonceBytes), gcm);
  decipher.setAAD(aadBytes(aad));
  decipher.setAuthTag(wrapped.subarray(wrapped.length - tagBytes));
  const plaintext = decipher.update(wrapped.subarray(nonceBytes, wrapped.length - tagBytes));
  try {
    decipher.final();
  } catch {
    plaintext.fill(0);
    return undefined;
  }
  return plaintext;
}

/** Written over by the next one: OpenSSL takes an AAD in at once. */
const aadPlace = Buffer.alloc(256);
const aadBytes = (aad: string): Buffer =>
  aad.length > aadPlace.length ? Buffer.from(aad, 'latin1') : aadPlace.subarray(0, aadPlace.write(aad, 'latin1'));
