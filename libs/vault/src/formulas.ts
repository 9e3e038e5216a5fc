// What exactly is computed? Every formula and AAD of the vault, pure; what they write is on disk for ever.
import { canonicalJson, type JsonValue } from '@derbes/kernel';
import { hash } from 'node:crypto';
import { hmac, hmacKey, hmacText, type Key } from './hmac.js';
import { VaultError } from './vault-error.js';

/** The longest value that is sealed, counted with its category as canonical JSON; padded it fills 64 KiB. */
export const plaintextBytesMax = 65_532;
const paddedBytesMin = 256;
const lengthBytes = 4;
const blockBytes = 32;

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const partPattern = /^(?:0|[1-9]\d{0,4}|check|ref)$/;
const eventPattern = new RegExp(`^${uuid}$`);
const schemePattern = /^[a-z][a-z0-9-]{0,31}$/;

/** HKDF-Expand of RFC 5869 section 2.3 with SHA-256. `length` in bytes, at most 8,160. */
export function expand(key: Key, info: Buffer | string, length = blockBytes): Buffer {
  // What every key of the vault is: one block, whose info is ASCII.
  if (length === blockBytes && typeof info === 'string') return hmacKey(key, `${info}\u0001`);
  const ending = Buffer.from(info);
  let previous: Buffer = Buffer.alloc(0);
  const blocks: Buffer[] = [];
  for (let i = 1; blocks.length * blockBytes < length; i++) {
    previous = hmacKey(key, Buffer.concat([previous, ending, Buffer.of(i)]));
    blocks.push(previous);
  }
  return Buffer.concat(blocks).subarray(0, length);
}

/** First 8 bytes of HMAC(key, "kcv"): tells keys apart without being a hash of one. */
export const keyCheckValue = (key: Key): Buffer => hmac(key, 'kcv').subarray(0, 8);

/** AADs bind every ciphertext to its place, so that no row can be moved to another (DESIGN section 7). */
export const aad = {
  kek: (ledger: string, epoch: number) => `derbes/kek/v1|${ledger}|${epoch}`,
  sk: (ledger: string, owner: string, epoch: number) => `derbes/sk/v1|${ledger}|${owner}|${epoch}`,
  inner: (ledger: string, owner: string, scheme: string, epoch: number) =>
    `derbes/inner/v1|${ledger}|${owner}|${scheme}|${epoch}`,
  pk: (ledger: string, owner: string, event: string, part: string) =>
    `derbes/pk/v1|${ledger}|${owner}|${event}|${part}`,
  part: (ledger: string, owner: string, event: string, part: string) =>
    `derbes/part/v1|${ledger}|${owner}|${event}|${part}`,
};

/** Throws PLACE_MALFORMED: a `|` or a capital in an id would let two places share one AAD. */
export function assertPlace(event: string, part: string): void {
  if (!eventPattern.test(event) || !partPattern.test(part)) {
    throw new VaultError(
      'PLACE_MALFORMED',
      'a part is named by an event id (UUID, lower case) and "0".."n", "check" or "ref"',
    );
  }
}

export const indexKey = (kek: Key): Buffer => expand(kek, 'derbes/idx/v1');
export const sealingKey = (pk: Key, event: string, part: string): Buffer =>
  expand(pk, `derbes/enc/v1|${event}|${part}`);
export const commitmentKey = (pk: Key, event: string, part: string): Buffer =>
  expand(pk, `derbes/com/v1|${event}|${part}`);
export const checkKey = (pk: Key, event: string): Buffer => expand(pk, `derbes/check/v1|${event}|check`);
export const refKey = (pk: Key, event: string): Buffer => expand(pk, `derbes/ref/v1|${event}|ref`);

/** `u32be length ‖ JCS {"category","value"} ‖ zeros` to a power of two ≥ 256. Throws VALUE_TOO_LONG. */
export function pad(category: string, value: JsonValue): Buffer {
  const text = canonicalJson({ category, value });
  const length = Buffer.byteLength(text);
  if (length > plaintextBytesMax)
    throw new VaultError('VALUE_TOO_LONG', `a value of ${category} fills ${length} bytes`);
  const padded = Buffer.alloc(paddedLength(length));
  padded.writeUInt32BE(length);
  padded.write(text, lengthBytes);
  return padded;
}

function paddedLength(plaintextLength: number): number {
  let total = paddedBytesMin;
  while (total < lengthBytes + plaintextLength) total *= 2;
  return total;
}

/** The text under a padding that `unpad` takes. */
export const plaintextOf = (padded: Buffer): string =>
  padded.toString('utf8', lengthBytes, lengthBytes + padded.readUInt32BE());

/** The category and value under a padding; undefined when the bytes are not what `pad` writes. */
export function unpad(padded: Buffer): { category: string; value: JsonValue } | undefined {
  if (padded.length < paddedBytesMin) return undefined;
  const length = padded.readUInt32BE();
  if (length > plaintextBytesMax || padded.length !== paddedLength(length)) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(plaintextOf(padded));
  } catch {
    return undefined;
  }
  if (typeof content !== 'object' || content === null || !('category' in content) || !('value' in content))
    return undefined;
  if (typeof content.category !== 'string') return undefined;
  return { category: content.category, value: content.value as JsonValue };
}

/** HMAC(K_com, padded): GCM does not commit to its key, this does. */
export const commitment = (kCom: Key, padded: Buffer): string => hmacText(kCom, padded);

/** What an event says of a blob: SHA-256 of `nonce ‖ ciphertext ‖ tag`. */
export const blobHash = (blob: Buffer): string => hash('sha256', blob, 'base64url');

/** HMAC(K_static, scheme ‖ 0 ‖ normVersion ‖ 0 ‖ value); the version is written as a decimal number. */
export function lookupInner(kStatic: Key, scheme: string, norm: number, value: string): Buffer {
  if (!schemePattern.test(scheme))
    throw new VaultError('SCHEME_MALFORMED', 'a scheme is lower-case letters, digits, hyphens');
  return hmac(kStatic, wellFormed(`${scheme}\0${norm}\0${value}`));
}

export const lookupToken = (kIdx: Key, inner: Buffer): Buffer => hmac(kIdx, inner);

/** HMAC(K_dedupe, source ‖ 0 ‖ id). Throws SOURCE_MALFORMED for a source that could blur the border between the two. */
export function claimToken(kDedupe: Key, source: string, id: string): Buffer {
  assertSource(source);
  return hmac(kDedupe, wellFormed(`${source}\0${id}`));
}

/** HMAC(K_chk, JCS of `{type, source, id, time, data}` as received). */
export const check = (kChk: Key, received: JsonValue): Buffer => hmac(kChk, canonicalJson(received));

/** First 16 bytes of HMAC(K_ref, source), base64url. */
export const pairwiseRef = (kRef: Key, source: string): string =>
  hmac(kRef, wellFormed(source)).subarray(0, 16).toString('base64url');

/** The value under which a pairwise ref is looked up, scheme `ref`. */
export function refValue(source: string, ref: string): string {
  assertSource(source);
  return `${source}\0${ref}`;
}

function assertSource(source: string): void {
  if (source.includes('\0')) throw new VaultError('SOURCE_MALFORMED', 'a source holds no NUL');
}

/** UTF-8 turns every lone surrogate into U+FFFD, so that two texts would get one digest. Throws TEXT_MALFORMED. */
function wellFormed(text: string): string {
  if (!text.isWellFormed()) throw new VaultError('TEXT_MALFORMED', 'a lone surrogate');
  return text;
}
