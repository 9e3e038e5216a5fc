// What does an event look like for ever? The envelope: canonical JSON made of strings, arrays and objects alone.
import { canonicalJson, NotCanonical, type JsonValue } from './canonical-json.js';

/** Strings, arrays and objects of strings: no numbers, booleans or nulls, so that no reader can differ about a value. */
export type FactValue = string | readonly FactValue[] | { readonly [key: string]: FactValue | undefined };
export type Facts = { readonly [key: string]: FactValue | undefined };

/** A sealed value's trace: `commit` is the keyed commitment, `blob` the SHA-256 of the ciphertext, both base64url. */
export interface Part {
  readonly p: string;
  readonly commit: string;
  readonly blob: string;
  /** `<kind>-<uuid>` when the key's owner is not the stream's subject. */
  readonly owner?: string;
}

export interface Envelope {
  /** Version of this type's facts, a decimal number. */
  readonly v: string;
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  /** Position in the stream from "0". */
  readonly revision: string;
  /** Recorded: the greater of the writer's clock and the stream's last `at`, whole UTC seconds. */
  readonly at: string;
  readonly occurred: string;
  /** System or role code. */
  readonly actor: string;
  /** CloudEvents source of the emitter. */
  readonly source?: string;
  /** SHA-256 in hex of the policy document in force at `occurred`. */
  readonly edition?: string;
  readonly facts: Facts;
  readonly parts?: readonly Part[];
}

/** An entry of a tlog-tiles bundle is prefixed by a uint16 length, so no event may be longer. */
export const envelopeBytesMax = 65_535;

/** Thrown for bytes or fields that are no envelope; nothing is guessed. */
export class NotAnEnvelope extends Error {
  readonly code = 'NOT_AN_ENVELOPE';
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const digest = /^[A-Za-z0-9_-]{43}$/;
const pattern: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    v: /^[1-9]\d{0,3}$/,
    id: uuid,
    type: /^[A-Z][A-Za-z]{1,63}$/,
    stream: /^[a-z]+(-[a-z0-9-]{1,100})?$/,
    revision: /^(0|[1-9]\d{0,9})$/,
    at: moment,
    occurred: moment,
    actor: /^[a-z][a-z0-9-]{0,63}$/,
    source: /^[\x21-\x7e]{1,256}$/,
    edition: /^[0-9a-f]{64}$/,
  }),
);
const required = ['v', 'id', 'type', 'stream', 'revision', 'at', 'occurred', 'actor', 'facts'];
const partFields: ReadonlySet<string> = new Set(['p', 'commit', 'blob', 'owner']);
const partOwner = /^(subject|staff|request|representative|organisation)-[0-9a-f-]{36}$/;

/** The exact bytes that are hashed and stored, as text. Throws NotAnEnvelope when a field breaks the form. */
export function writeEnvelope(envelope: Envelope): string {
  assertEnvelope(envelope);
  let text: string;
  try {
    text = canonicalJson(envelope as unknown as JsonValue);
  } catch (error) {
    if (error instanceof NotCanonical) throw new NotAnEnvelope(error.message);
    throw error;
  }
  if (Buffer.byteLength(text) > envelopeBytesMax) {
    throw new NotAnEnvelope(`longer than ${envelopeBytesMax} bytes`);
  }
  return text;
}

/** Reads bytes that anybody may have written, refusing whatever writeEnvelope could not have written. */
export function readEnvelope(text: string): Envelope {
  const envelope = parseEnvelope(text);
  if (canonicalJson(envelope as unknown as JsonValue) !== text) throw new NotAnEnvelope('not in canonical form');
  return envelope;
}

/** What bytes say, whichever way they say it. Throws NotAnEnvelope when that is no envelope. */
export function parseEnvelope(text: string): Envelope {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NotAnEnvelope('not JSON');
  }
  assertEnvelope(value);
  return value;
}

/** Throws NotAnEnvelope unless every field has its form and none is missing or unknown. */
function assertEnvelope(value: unknown): asserts value is Envelope {
  if (!isObject(value)) throw new NotAnEnvelope('not an object');
  for (const name of required) if (value[name] === undefined) throw new NotAnEnvelope(`${name} is absent`);
  for (const name of Object.keys(value)) {
    const field = value[name];
    if (name === 'facts') assertStrings(field, '/facts');
    else if (name === 'parts') assertParts(field);
    else {
      const form = pattern.get(name);
      if (!form) throw new NotAnEnvelope(`${name} is no field of an envelope`);
      if (typeof field !== 'string' || !form.test(field)) throw new NotAnEnvelope(`${name} is malformed`);
    }
  }
}

function assertStrings(value: unknown, pointer: string): void {
  if (allStrings(value)) return;
  if (Array.isArray(value)) return value.forEach((item, i) => assertStrings(item, `${pointer}/${i}`));
  if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) assertStrings(item, `${pointer}/${key}`);
    return;
  }
  throw new NotAnEnvelope(`${pointer} is not a string, array or object`);
}

/** The usual answer, found without writing down where one is: an event is read far more often than refused. */
function allStrings(value: unknown): boolean {
  if (typeof value === 'string') return true;
  if (Array.isArray(value)) return value.every(allStrings);
  if (!isObject(value)) return false;
  for (const key of Object.keys(value)) if (!allStrings(value[key])) return false;
  return true;
}

function assertParts(value: unknown): void {
  if (!Array.isArray(value) || value.length === 0) throw new NotAnEnvelope('parts is not a non-empty array');
  value.forEach((part: unknown, i) => {
    if (!isObject(part)) throw new NotAnEnvelope(`/parts/${i} is not an object`);
    const { p, commit, blob, owner } = part;
    const wellFormed =
      p === String(i) &&
      typeof commit === 'string' &&
      digest.test(commit) &&
      typeof blob === 'string' &&
      digest.test(blob) &&
      (owner === undefined || (typeof owner === 'string' && partOwner.test(owner))) &&
      Object.keys(part).every((name) => partFields.has(name));
    if (!wellFormed) throw new NotAnEnvelope(`/parts/${i} is malformed`);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
