// How is a secret wrapped? AES-256-GCM with a random nonce in front and the tag behind.
import { createCipheriv, createDecipheriv, createSecretKey, randomFillSync, type KeyObject } from 'node:crypto';

export const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** A wrapped 32-byte key: nonce, ciphertext, tag. */
export const wrappedKeyBytes = nonceBytes + keyBytes + tagBytes;

// One call into the random generator serves many keys and nonces; asking for each costs three times as much.
const pool = Buffer.alloc(12 * 1024);
let poolAt = pool.length;

/** Fresh random bytes; the pool forgets those that it gave away. */
function takeRandom(length: number): Buffer {
  if (poolAt + length > pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  const taken = Buffer.alloc(length);
  pool.copy(taken, 0, poolAt, poolAt + length);
  pool.fill(0, poolAt, poolAt + length);
  poolAt += length;
  return taken;
}

export const randomKey = (): Buffer => takeRandom(keyBytes);

/** A key that neither an inspector nor JSON shows; the bytes given are zeroed. */
export function secretKey(bytes: Buffer): KeyObject {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/** `nonce(12) ‖ ciphertext ‖ tag(16)`; the AAD is ASCII. */
export function wrap(key: Buffer | KeyObject, plaintext: Buffer, aad: string): Buffer {
  return wrapWithNonce(key, takeRandom(nonceBytes), plaintext, aad);
}

/** For test vectors alone: a nonce chosen by the caller. Twice one nonce under one key gives the key away. */
export function wrapWithNonce(key: Buffer | KeyObject, nonce: Buffer, plaintext: Buffer, aad: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(aad, 'latin1'));
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()], nonceBytes + ciphertext.length + tagBytes);
}

/** The plaintext, or undefined when key, AAD or bytes are not those that were wrapped. */
export function unwrap(key: Buffer | KeyObject, wrapped: Buffer, aad: string): Buffer | undefined {
  if (wrapped.length < nonceBytes + tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(aad, 'latin1'));
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
