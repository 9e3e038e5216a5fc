// Which bytes are an edition? They are stored, hashed and read back, so that replay depends on nothing outside.
import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from '@derbes/kernel';
import { type Policy } from './format.js';
import { type Language } from './format-entries.js';
import { policyShape } from './shape.js';

export type Texts = Readonly<Partial<Record<Language, string>>>;

/** Canonical bytes (RFC 8785, UTF-8) and their SHA-256 in lower-case hex. */
export interface StoredDocument {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** Thrown when stored bytes are not the document they are said to be. */
export class NotADocument extends Error {
  readonly code = 'NOT_A_DOCUMENT';
}

export const sha256Hex = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** The stored form of any JSON value. */
export function documentOf(value: JsonValue): StoredDocument {
  const bytes = new TextEncoder().encode(canonicalJson(value));
  return { bytes, sha256: sha256Hex(bytes) };
}

/** What stands in stored bytes. Throws NotADocument when they do not hash to `sha256` or are not canonical. */
export function readDocument(bytes: Uint8Array, sha256: string): JsonValue {
  if (sha256Hex(bytes) !== sha256) throw new NotADocument(`the bytes do not hash to ${sha256}`);
  let text: string;
  let value: JsonValue;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text) as JsonValue;
  } catch {
    throw new NotADocument('the bytes are not JSON in UTF-8');
  }
  if (canonicalJson(value) !== text) throw new NotADocument('the bytes are not canonical JSON');
  return value;
}

/**
 * The stored document of an edition: the policy and its full texts. Its `sha256` is the `edition` of envelopes.
 * Throws NotADocument when a text is not the one that the policy names.
 */
export function policyDocument(policy: Policy, texts: Texts): StoredDocument {
  return documentOf({ policy: policy as unknown as JsonValue, texts: { ...namedTexts(policy, texts) } });
}

/** The policy and texts of a stored edition; every text is held against the hash that the policy names. */
export function readPolicyDocument(bytes: Uint8Array, sha256: string): { policy: Policy; texts: Texts } {
  const stored = readDocument(bytes, sha256) as { policy?: unknown; texts?: Record<string, unknown> } | null;
  const { policy, texts } = stored ?? {};
  if (!policyShape().holds(policy)) throw new NotADocument('the document holds no policy of this format');
  return { policy, texts: namedTexts(policy, texts ?? {}) };
}

function namedTexts(policy: Policy, texts: Readonly<Record<string, unknown>>): Record<string, string> {
  const named: Record<string, string> = {};
  for (const { language, sha256 } of policy.edition.texts) {
    const text = texts[language];
    if (typeof text !== 'string' || sha256Hex(text) !== sha256) {
      throw new NotADocument(`the ${language} text is not the one that the policy names`);
    }
    named[language] = text;
  }
  return named;
}
