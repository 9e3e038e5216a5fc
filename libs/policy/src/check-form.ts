// Which parts of a file have not the form that its schema asks for?
import { type ErrorObject } from 'ajv/dist/2020.js';
import { languages } from './format-entries.js';
import { type Policy } from './format.js';
import { type Mistake, type MistakeCode, nearest } from './mistake.js';
import { type Path, type Places, pointerOf } from './read-yaml.js';
import { policyShape, type Shape } from './shape.js';

const shownCharsMax = 60;

/** The deviations of a parsed file from the schema, each at its line; `policy` is there when there is none. */
export function checkForm(value: unknown, places: Places): { policy?: Policy; mistakes: Mistake[] } {
  const shape = policyShape();
  if (shape.holds(value)) return { policy: value, mistakes: [] };
  return { mistakes: formMistakes(shape, value, places) };
}

/** Every place of a parsed file where it is not of this shape. */
export const formMistakes = (shape: Shape<unknown>, value: unknown, places: Places): Mistake[] =>
  shape.deviations(value).map((deviation) => mistakeOf(deviation, value, places));

interface Finding {
  readonly code: MistakeCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

function mistakeOf(deviation: ErrorObject, value: unknown, places: Places): Mistake {
  const path = pathOf(deviation.instancePath, value);
  const name = String(path.at(-1) ?? 'the file');
  const params = deviation.params as Record<string, unknown>;
  if (deviation.keyword === 'additionalProperties') {
    const key = String(params['additionalProperty']);
    const at = [...path, key];
    const known = Object.keys((deviation.parentSchema?.['properties'] ?? {}) as object);
    const near = nearest(key, known);
    const hint = near === undefined ? `known here: ${known.join(', ')}` : `did you mean ${near}?`;
    return { ...places.key(at), path: pointerOf(at), code: 'UNKNOWN_KEY', message: `unknown key ${shown(key)}`, hint };
  }
  if (deviation.keyword === 'required') {
    const key = String(params['missingProperty']);
    const isLabel = (languages as readonly string[]).includes(key);
    const code = isLabel ? 'MISSING_LABEL' : 'MISSING_KEY';
    const message = isLabel ? `${name} has no text in ${key}` : `${name} lacks ${key}`;
    return { ...places.key(path), path: pointerOf(path), code, message, ...hintOf(describe(deviation, key)) };
  }
  const { code, message, hint } = findingOf(deviation, name, params);
  return { ...places.value(path), path: pointerOf(path), code, message, ...hintOf(hint) };
}

function findingOf(deviation: ErrorObject, name: string, params: Record<string, unknown>): Finding {
  const { keyword, data } = deviation;
  const description = describe(deviation);
  if (keyword === 'type') {
    const quotes = params['type'] === 'string' && (typeof data === 'number' || typeof data === 'boolean');
    return {
      code: 'WRONG_TYPE',
      message: `${name} must be ${kindOf(params['type'])}`,
      hint: quotes ? 'put it in quotes' : description,
    };
  }
  if (keyword === 'enum' || keyword === 'const') {
    const allowed = (keyword === 'enum' ? params['allowedValues'] : [params['allowedValue']]) as unknown[];
    const near = typeof data === 'string' ? nearest(data, allowed.map(String)) : undefined;
    const hint = near === undefined ? `one of: ${allowed.join(', ')}` : `did you mean ${near}?`;
    return { code: 'WRONG_VALUE', message: `${name} cannot be ${shown(data)}`, hint };
  }
  if (keyword === 'pattern')
    return { code: 'WRONG_FORM', message: `${shown(data)} has not the form of ${name}`, hint: description };
  const lengths = ['minLength', 'maxLength', 'minItems', 'maxItems'];
  const code = lengths.includes(keyword) ? 'WRONG_LENGTH' : 'WRONG_VALUE';
  return { code, message: `${name} ${deviation.message ?? 'is wrong'}`, hint: description };
}

// JSON Schema's words for what a YAML author calls otherwise.
const kinds: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  boolean: 'true or false',
};
const kindOf = (type: unknown) => kinds[String(type)] ?? String(type);

const hintOf = (hint: string | undefined) => (hint === undefined ? {} : { hint });

/** The schema's own description of the place, or of one of its properties. */
function describe(deviation: ErrorObject, property?: string): string | undefined {
  const schema = deviation.parentSchema as
    { description?: string; properties?: Record<string, { description?: string }> } | undefined;
  return property === undefined ? schema?.description : schema?.properties?.[property]?.description;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > shownCharsMax ? `${text.slice(0, shownCharsMax)}…` : text;
}

// A step into a list is a number in a Path and text in a JSON pointer; the value tells which it is.
function pathOf(pointer: string, value: unknown): Path {
  const path: (string | number)[] = [];
  let here: unknown = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(here) ? Number(key) : key);
    here = (here as Record<string, unknown> | undefined)?.[key];
  }
  return path;
}
