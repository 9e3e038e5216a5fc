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
  return write(value, '', 0);
}

function write(value: JsonValue | undefined, pointer: string, depth: number): string {
  if (typeof value === 'string') return writeString(value, pointer);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NotCanonical(pointer, 'a number that is not finite');
    return JSON.stringify(value);
  }
  if (typeof value !== 'object') throw new NotCanonical(pointer, `a value of type ${typeof value}`);
  if (depth >= canonicalDepthMax) throw new NotCanonical(pointer, `nested deeper than ${canonicalDepthMax}`);
  if (isArray(value)) {
    let text = '[';
    for (let i = 0; i < value.length; i++) text += (i === 0 ? '' : ',') + write(value[i], `${pointer}/${i}`, depth + 1);
    return `${text}]`;
  }
  let text = '{';
  for (const key of Object.keys(value).sort()) {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    text += `${text.length === 1 ? '' : ','}${writeString(key, pointer)}:${write(value[key], at, depth + 1)}`;
  }
  return `${text}}`;
}

const isArray = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

function writeString(text: string, pointer: string): string {
  // JSON.stringify escapes a lone surrogate instead of refusing it; RFC 8785 section 3.2.2.2 demands an error.
  if (!text.isWellFormed()) throw new NotCanonical(pointer, 'a lone surrogate');
  return JSON.stringify(text);
}
