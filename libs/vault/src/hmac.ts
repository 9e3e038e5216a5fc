// How is a short text authenticated? HMAC-SHA256 (RFC 2104), put together from the platform's one-shot hash.
import { createHmac, hash, type KeyObject } from 'node:crypto';
import { keyBytes } from './aes-gcm.js';

/** Longer data goes to createHmac: there its price no longer counts. */
const dataBytesMax = 4_096;
const blockBytes = 64;
const innerPad = 0x36;
const outerPad = 0x5c;

/** A key of 32 bytes that is used again and again; neither an inspector nor JSON shows it. */
export class MacKey {
  readonly #bytes: Buffer;

  /** Takes the bytes over; whoever gave them must not zero them. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  static of(key: KeyObject): MacKey {
    return new MacKey(key.export());
  }

  static bytesOf(key: MacKey): Buffer {
    return key.#bytes;
  }
}

export type Key = Buffer | KeyObject | MacKey;

// createHmac makes an object with a native half for each call, which costs three times what the two hashes do. Both blocks stand
// ready with their padding; key and data are put in, and taken out again before anybody else runs.
const innerBlock = Buffer.alloc(blockBytes + dataBytesMax);
const outerBlock = Buffer.alloc(blockBytes + keyBytes);
innerBlock.fill(innerPad, 0, blockBytes);
outerBlock.fill(outerPad, 0, blockBytes);

/** HMAC for what is written down or compared. */
export const hmac = (key: Key, data: Buffer | string): Buffer => Buffer.from(mac(key, data, 'binary'), 'latin1');

/** HMAC for what is a key itself: no text of it is ever made, since a text cannot be zeroed. */
export const hmacKey = (key: Key, data: Buffer | string): Buffer => mac(key, data, 'buffer');

/** HMAC as base64url. */
export const hmacText = (key: Key, data: Buffer | string): string => mac(key, data, 'base64url');

function mac(key: Key, data: Buffer | string, form: 'buffer'): Buffer;
function mac(key: Key, data: Buffer | string, form: 'binary' | 'base64url'): string;
function mac(key: Key, data: Buffer | string, form: 'buffer' | 'binary' | 'base64url'): Buffer | string {
  const bytes = key instanceof MacKey ? MacKey.bytesOf(key) : key;
  const lengthMax = typeof data === 'string' ? data.length * 3 : data.length;
  if (!Buffer.isBuffer(bytes) || bytes.length !== keyBytes || lengthMax > dataBytesMax) {
    const long = createHmac('sha256', bytes).update(data);
    return form === 'buffer' ? long.digest() : long.digest(form);
  }
  for (let i = 0; i < keyBytes; i++) {
    const byte = bytes[i] ?? 0;
    innerBlock[i] = byte ^ innerPad;
    outerBlock[i] = byte ^ outerPad;
  }
  const length = typeof data === 'string' ? innerBlock.write(data, blockBytes) : data.copy(innerBlock, blockBytes);
  const end = blockBytes + length;
  // The inner digest may be a text: without the key it tells nothing of the outer one.
  outerBlock.write(hash('sha256', innerBlock.subarray(0, end), 'binary'), blockBytes, 'latin1');
  const digest = form === 'buffer' ? hash('sha256', outerBlock, form) : hash('sha256', outerBlock, form);
  innerBlock.fill(0, blockBytes, end);
  innerBlock.fill(innerPad, 0, keyBytes);
  outerBlock.fill(outerPad, 0, keyBytes);
  return digest;
}
