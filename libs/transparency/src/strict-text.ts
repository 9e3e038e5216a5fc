// How is text of a log read so that one meaning has one spelling? Standard base64 (RFC 4648 section 4) and decimals without leading zeros.
import { hashBytes } from './hash.js';
import { Malformed } from './malformed.js';

// `ignoreBOM` keeps a byte order mark in the text; without it two different files would read the same.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of these bytes; refused unless they are valid UTF-8. A string is taken as text already, unless it has no UTF-8. */
export function decodeUtf8(bytes: Uint8Array | string, bytesMax: number, place: string): string {
  if (bytes.length > bytesMax) throw new Malformed('TOO_LONG', place, `More than ${bytesMax} bytes`);
  try {
    if (typeof bytes !== 'string') return utf8.decode(bytes);
  } catch {
    throw new Malformed('NOT_UTF8', place, 'Not UTF-8');
  }
  if (!bytes.isWellFormed()) throw new Malformed('NOT_UTF8', place, 'Has no UTF-8');
  if (Buffer.byteLength(bytes) > bytesMax) throw new Malformed('TOO_LONG', place, `More than ${bytesMax} bytes`);
  return bytes;
}

/** The bytes of standard base64 with padding; refused unless they encode to the very same text. */
export function decodeBase64(text: string, place: string): Buffer {
  // Node takes the URL alphabet, white space, missing padding and loose trailing bits as well; what it writes is none of these.
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new Malformed('BAD_BASE64', place, 'Not canonical base64');
  return bytes;
}

/** One SHA-256 hash in base64. */
export function decodeHash(text: string, place: string): Buffer {
  const bytes = decodeBase64(text, place);
  if (bytes.length !== hashBytes) throw new Malformed('BAD_LENGTH', place, 'A hash has 32 bytes');
  return bytes;
}

/**
 * An ASCII decimal without leading zeros. At most 2^53 - 1, the largest integer that a number of JavaScript tells from its neighbours:
 * a log that gained a million entries a second would need 285 years to get there.
 */
export function decodeDecimal(text: string, place: string): number {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) throw new Malformed('BAD_NUMBER', place, 'Not a decimal number');
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Malformed('BAD_NUMBER', place, 'Larger than 2^53 - 1');
  return value;
}
