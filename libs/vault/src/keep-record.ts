// What does a file of the keep say? One line of canonical JSON that names its ledger and carries a MAC, so that no bit can flip unseen.
import { canonicalJson } from '@derbes/kernel';
import { timingSafeEqual } from 'node:crypto';
import { hmacText, type Key } from './hmac.js';
import { VaultError } from './vault-error.js';

const format = 'derbes-keep/v1';

export type Fields = Readonly<Record<string, string>>;

/** The text of a record; `key` authenticates it. */
export function writeRecord(fields: Fields, key: Key): string {
  const body = { format, ...fields };
  return `${canonicalJson({ ...body, mac: macOf(body, key) })}\n`;
}

/**
 * The fields of a record. `keyOf` finds the authenticating key among them (a key entry is authenticated by the key inside).
 * Throws KEEP_DAMAGED, and KEEP_OF_ANOTHER_LEDGER when it is whole but names another ledger.
 */
export function readRecord(
  path: string,
  text: string,
  ledger: string | undefined,
  keyOf: (fields: Fields) => Key,
): Fields {
  const damaged = new VaultError('KEEP_DAMAGED', `${path} is cut short or changed: put back a copy of this very file`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged;
  }
  if (!isFields(value) || value['format'] !== format || `${canonicalJson(value)}\n` !== text) throw damaged;
  const { mac, ...body } = value;
  const right = Buffer.from(macOf(body, keyOf(body)));
  const given = Buffer.from(mac ?? '');
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw damaged;
  if (ledger !== undefined && body['ledger'] !== ledger) {
    throw new VaultError('KEEP_OF_ANOTHER_LEDGER', `${path} belongs to ledger ${body['ledger']}, not to ${ledger}`);
  }
  return body;
}

const macOf = (body: Fields, key: Key): string => hmacText(key, canonicalJson(body));

function isFields(value: unknown): value is Fields {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((field) => typeof field === 'string')
  );
}
