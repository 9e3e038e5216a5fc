// Is this body one JSON value that every reader understands alike? Deep, ambiguous or poisonous text is refused.
import { Problem } from './problem/problem.js';

export const jsonDepthMax = 32;
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a JSON body. Throws the problems MALFORMED_JSON, JSON_TOO_DEEP, DUPLICATE_KEY and FORBIDDEN_KEY; none of them
 * repeats the text, which may hold personal data.
 */
export function readJson(body: Buffer): unknown {
  const text = decode(body);
  // Before parsing: JSON.parse itself goes as deep as the text does.
  const keysInText = scan(text);
  const value = parse(text);
  const keysInValue = countKeys(value, text.includes('\\u'));
  if (keysInValue !== keysInText) throw new Problem('DUPLICATE_KEY', 'a key stands twice in one object');
  return value;
}

function decode(body: Buffer): string {
  try {
    return decoder.decode(body);
  } catch (cause) {
    throw new Problem('MALFORMED_JSON', 'the body is not UTF-8', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const [, at] = /position (\d+)/.exec(cause instanceof Error ? cause.message : '') ?? [];
    // The parser's own message quotes the text, so it is neither told nor kept as the cause.
    throw new Problem('MALFORMED_JSON', at ? `no JSON from character ${at} on` : 'the body is not one JSON value');
  }
}

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const openBrace = 0x7b;
const openBracket = 0x5b;
const closeBrace = 0x7d;
const closeBracket = 0x5d;

/** Colons outside strings, which are as many as there are keys; throws when nested deeper than allowed. */
function scan(text: string): number {
  let keys = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case quote:
        i = endOfString(text, i);
        break;
      case colon:
        keys++;
        break;
      case openBrace:
      case openBracket:
        if (++depth > jsonDepthMax) throw new Problem('JSON_TOO_DEEP', `nested deeper than ${jsonDepthMax}`);
        break;
      case closeBrace:
      case closeBracket:
        depth--;
        break;
    }
  }
  return keys;
}

/** Index of the quote that ends the string begun at `start`; the text's end when it never ends. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === backslash) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/** All keys of all objects; throws for a key never taken and, where escapes could make one, for half a surrogate pair. */
function countKeys(value: unknown, escaped: boolean): number {
  if (typeof value === 'string') {
    if (escaped && !value.isWellFormed())
      throw new Problem('MALFORMED_JSON', 'a lone surrogate (RFC 8259 section 8.2)');
    return 0;
  }
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value) keys += countKeys(item, escaped);
    return keys;
  }
  for (const key of Object.keys(value)) {
    if (forbiddenKeys.has(key)) throw new Problem('FORBIDDEN_KEY', `a key named ${key} is never taken`);
    if (escaped) countKeys(key, true);
    keys += 1 + countKeys((value as Record<string, unknown>)[key], escaped);
  }
  return keys;
}
