// How is a value written so that two implementations give the same bytes? RFC 8785 (JCS).

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Thrown for a value that has no canonical form; `pointer` is the JSON pointer (RFC 6901) of the place. */
export class NotCanonical extends Error {
  readonly code = 'NOT_CANONICAL';
  constructor(
    readonly pointer: string,
    reason: string,
  ) {
    super(`${pointer === '' ? 'the value' : pointer}: ${reason}`);
  }
}

/** Deeper input is refused: a hostile document must not exhaust the stack. */
export const canonicalDepthMax = 64;

/**
 * Canonical JSON text of any JSON value. Keys are ordered by UTF-16 code units; numbers are written as ECMAScript
 * does (RFC 8785 section 3.2.2.3). Throws NotCanonical on lone surrogates, non-finite numbers, undefined and cycles.
 */
export function canonicalJson(value: JsonValue): string {
  return write(value, []);
}

/** `path`: the keys and indexes on the way; it becomes a pointer only when there is something to point at. */
function write(value: JsonValue | undefined, path: (string | number)[]): string {
  if (typeof value === 'string') return writeString(value, path);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NotCanonical(pointerOf(path), 'a number that is not finite');
    return JSON.stringify(value);
  }
  if (typeof value !== 'object') throw new NotCanonical(pointerOf(path), `a value of type ${typeof value}`);
  if (path.length >= canonicalDepthMax) {
    throw new NotCanonical(pointerOf(path), `nested deeper than ${canonicalDepthMax}`);
  }
  return isArray(value) ? writeArray(value, path) : writeObject(value, path);
}

function writeArray(value: readonly JsonValue[], path: (string | number)[]): string {
  let text = '[';
  for (let i = 0; i < value.length; i++) {
    path.push(i);
    text += i === 0 ? write(value[i], path) : `,${write(value[i], path)}`;
    path.pop();
  }
  return `${text}]`;
}

function writeObject(value: { readonly [key: string]: JsonValue }, path: (string | number)[]): string {
  let text = '{';
  for (const key of inOrder(Object.keys(value))) {
    const name = writeString(key, path);
    path.push(key);
    text += text.length === 1 ? `${name}:${write(value[key], path)}` : `,${name}:${write(value[key], path)}`;
    path.pop();
  }
  return `${text}}`;
}

/** What we wrote ourselves is in order already when it is read back; looking costs less than sorting. */
function inOrder(keys: string[]): string[] {
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] ?? '') > (keys[i] ?? '')) return keys.sort();
  return keys;
}

const isArray = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

const pointerOf = (path: readonly (string | number)[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Neither escaped in JSON nor half of a surrogate pair: nearly every string there is. */
const plain = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

function writeString(text: string, path: readonly (string | number)[]): string {
  if (plain.test(text)) return `"${text}"`;
  // JSON.stringify escapes a lone surrogate instead of refusing it; RFC 8785 section 3.2.2.2 demands an error.
  if (!text.isWellFormed()) throw new NotCanonical(pointerOf(path), 'a lone surrogate');
  return JSON.stringify(text);
}
