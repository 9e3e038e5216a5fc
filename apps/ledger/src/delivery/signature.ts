// Who wrote this message, and when? Signed and verified as Standard Webhooks 1.0 has it, with HMAC-SHA256 or Ed25519.
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';

/** What a secret begins with. */
const secretPrefix = 'whsec_';
/** Of a secret, in bytes (Standard Webhooks, "Signature scheme"). */
const secretBytesMin = 24;
const secretBytesMax = 64;
/** A message may be so much older or younger than the clock that verifies it. */
export const toleranceS = 300;
/** Signatures of one header: more than any rotation of keys needs. */
const signaturesMax = 8;
const ed25519Bytes = 32;
/** DER of a SubjectPublicKeyInfo of Ed25519 up to its 32 bytes (RFC 8410 section 4). */
const ed25519Spki = Buffer.from('302a300506032b6570032100', 'hex');

export interface Signed {
  /** Same for every attempt to deliver the same message. */
  readonly id: string;
  /** Whole seconds since 1970. */
  readonly timestamp: string;
  readonly body: Buffer;
}

/** With what a party's messages are verified. */
export interface PartyKeys {
  /** `whsec_…`, shared. */
  readonly secret?: string;
  /** Raw public key of 32 bytes, base64url or base64. */
  readonly ed25519?: string;
}

export type Proof = 'hmac' | 'ed25519';
export type Unproved = 'ACK_UNSIGNED' | 'ACK_STALE' | 'ACK_FORGED';

/** The key of a secret; undefined for what is none. */
export function secretKey(secret: string): Buffer | undefined {
  const text = secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : '';
  const key = Buffer.from(text, 'base64');
  if (key.toString('base64') !== text || key.length < secretBytesMin || key.length > secretBytesMax) return undefined;
  return key;
}

const content = ({ id, timestamp, body }: Signed): Buffer => Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);

/** Headers of a message under this secret; throws RangeError for what is no secret. */
export function signedHeaders(message: Signed, secret: string): Record<string, string> {
  const key = secretKey(secret);
  if (!key) throw new RangeError('no secret of the form whsec_…');
  const mac = createHmac('sha256', key).update(content(message)).digest('base64');
  return {
    'webhook-id': message.id,
    'webhook-timestamp': message.timestamp,
    'webhook-signature': `v1,${mac}`,
  };
}

/**
 * By which of the party's keys the message is proved. `ACK_STALE`: its moment is more than five minutes from `nowS`. Which of several signatures
 * is wrong is not told.
 */
export function provedBy(message: Signed, signatures: string, keys: PartyKeys, nowS: number): Proof | Unproved {
  if (!/^\d{1,12}$/.test(message.timestamp)) return 'ACK_UNSIGNED';
  const signed = content(message);
  const proof = signatures
    .split(' ', signaturesMax)
    .map((one) => proofOf(one, signed, keys))
    .find((one) => one !== undefined);
  if (!proof) return 'ACK_FORGED';
  return Math.abs(nowS - Number(message.timestamp)) > toleranceS ? 'ACK_STALE' : proof;
}

function proofOf(signature: string, signed: Buffer, { secret, ed25519 }: PartyKeys): Proof | undefined {
  const comma = signature.indexOf(',');
  const [version, given] = [signature.slice(0, comma), Buffer.from(signature.slice(comma + 1), 'base64')];
  if (version === 'v1' && secret !== undefined) {
    const key = secretKey(secret);
    const mac = key && createHmac('sha256', key).update(signed).digest();
    return mac?.length === given.length && timingSafeEqual(mac, given) ? 'hmac' : undefined;
  }
  if (version !== 'v1a' || ed25519 === undefined) return undefined;
  const raw = Buffer.from(ed25519, 'base64url');
  if (raw.length !== ed25519Bytes) return undefined;
  const key = createPublicKey({ key: Buffer.concat([ed25519Spki, raw]), format: 'der', type: 'spki' });
  return verify(null, signed, key, given) ? 'ed25519' : undefined;
}
