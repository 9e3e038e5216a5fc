// What is a key, and what is kept of it?
import { hash, randomBytes } from 'node:crypto';
import { type Role } from '../write/received.js';

export const roles = [
  'admin',
  'officer',
  'auditor',
  'emitter',
  'holder',
  'recipient',
  'restricted-officer',
] as const satisfies readonly Role[];

const keyBytes = 32;
const form = /^derbes_(admin|officer|auditor|emitter|holder|recipient|restricted-officer)_[A-Za-z0-9_-]{43}$/;

/** `derbes_<role>_<32 random bytes, base64url>`. The role in it tells people which key they hold; it grants nothing. */
export function makeKey(role: Role): string {
  return `derbes_${role}_${randomBytes(keyBytes).toString('base64url')}`;
}

export const hasKeyForm = (text: string): boolean => form.test(text);

/**
 * What is kept: SHA-256 of the key. A slow hash guards passwords because people choose few of them; a key is one of
 * 2^256, so nobody who reads the hash can try them, and every request can afford the look-up.
 */
export const hashKey = (key: string): Buffer => hash('sha256', key, 'buffer');
