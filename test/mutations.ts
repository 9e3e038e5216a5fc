// What could arrive instead of what should? A request that a client meant well, changed somewhere, down to its bytes.
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';

/** Stands in every value that was put in by chance: no refusal and no log line may repeat it. */
export const mark = 'zqleakqz';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A request as its bytes will be; headers in order, as they may stand twice. */
export interface Wire {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly framing: Framing;
}

/** How the length of the body is told; the last four tell it wrongly. */
export const framings = ['length', 'chunked', 'none', 'too-short', 'too-long', 'twice', 'broken-chunk'] as const;
export type Framing = (typeof framings)[number];

const deep = (levels: number, inside: Json): Json => {
  let value = inside;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
};

const junkText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    mark,
    `${mark}@example.kz`,
    `\u0000${mark}`,
    `${mark}\ud800`,
    `\udfff${mark}`,
    `${mark}\r\nx-evil: 1`,
    `${mark}'; drop table claim; --`,
    `{{${mark}}}`,
    `${mark}%00%s%n`,
    `\u202e${mark}\ufeff`,
    '2026-02-30T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:60Z',
    '-1',
    '1e309',
    'null',
    'true',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ),
  fc.nat(3_000).map((length) => mark.repeat(Math.ceil(length / mark.length))),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => mark + text),
);

const junk: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: junkText },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Json>(null, true, false, 0, -0, -1, 1e21, 1.5, 1e308, Number.MAX_SAFE_INTEGER + 2),
  },
  { weight: 3, arbitrary: fc.constantFrom<Json>([], {}, [[]], [{}], [null], { '': mark }) },
  { weight: 1, arbitrary: fc.nat(40).map((levels) => deep(levels, mark)) },
  { weight: 1, arbitrary: fc.nat(300).map((length) => Array.from({ length }, () => mark)) },
  { weight: 1, arbitrary: fc.constantFrom<Json>({ identifiers: [{ scheme: 'email', value: mark }] }, [mark, mark]) },
);

/** Keys carry no mark, for an unknown field is named to whoever sent it, unless its name looks like a person. */
const junkKey = fc.oneof(
  fc.constantFrom(
    `${mark}@example.kz`,
    '',
    'extra',
    'id',
    'data',
    'subject',
    'asked',
    'toString',
    'hasOwnProperty',
    'a/b~c',
    '\u0000',
    'ключ',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

type Place = readonly (string | number)[];

function placesOf(value: Json, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...at, key]))];
}

/** The value with what stands at the place changed; `undefined` takes it away. */
function changed(value: Json, place: Place, change: (old: Json) => Json | undefined): Json | undefined {
  const [step, ...rest] = place;
  if (step === undefined) return change(value);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).flatMap(([key, inner]) => {
    const now = key === String(step) ? changed(inner, rest, change) : inner;
    return now === undefined ? [] : [[key, now] as const];
  });
  return Array.isArray(value) ? kept.map(([, inner]) => inner) : Object.fromEntries(kept);
}

const withKey = (value: Json, key: string, inner: Json): Json =>
  Array.isArray(value)
    ? [...(value as readonly Json[]), inner]
    : typeof value === 'object'
      ? { ...value, [key]: inner }
      : [value, inner];

/** The value changed at up to three places of its own choice. */
export function mutated(value: Json): fc.Arbitrary<Json> {
  const change = fc.tuple(
    fc.nat(),
    fc.oneof(
      junk.map((put) => () => put),
      fc.constant(() => undefined),
      fc.tuple(junkKey, junk).map(
        ([key, put]) =>
          (old: Json) =>
            withKey(old, key, put),
      ),
      fc.constant((old: Json): Json => [old]),
      fc.constant((old: Json): Json => ({ value: old })),
      fc.constant((old: Json): Json =>
        Array.isArray(old) ? [...(old as readonly Json[]), ...(old as readonly Json[])] : JSON.stringify(old),
      ),
    ),
  );
  return fc.array(change, { minLength: 0, maxLength: 3 }).map((changes) =>
    changes.reduce<Json>((now, [choice, change]) => {
      const places = placesOf(now);
      return changed(now, places[choice % places.length] ?? [], change) ?? null;
    }, value),
  );
}

const spliced = (bytes: Buffer, at: number, put: Buffer, cut = 0): Buffer =>
  Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]);

const rawBytes = [
  Buffer.from([0xff]),
  Buffer.from([0xc3, 0x28]),
  Buffer.from([0xed, 0xa0, 0x80]), // a surrogate in UTF-8
  Buffer.from([0x00]),
  Buffer.from('\\u0000'),
  Buffer.from('\\ud800'),
  Buffer.from('"'),
  Buffer.from('{"__proto__":{"role":"admin"}}'),
  Buffer.from(',"id":"again"'),
  Buffer.from('1e999999'),
  Buffer.from('-'),
  Buffer.from(`"${mark}"`),
];

/** The bytes changed where no JSON library would. */
export const garbled = (bytes: Buffer): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(bytes) },
    { weight: 1, arbitrary: fc.nat(bytes.length).map((length) => bytes.subarray(0, length)) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.nat(bytes.length), fc.constantFrom(...rawBytes), fc.nat(2))
        .map(([at, put, cut]) => spliced(bytes, at, put, cut)),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
        Buffer.from(bytes.toString('latin1'), 'utf16le'),
        gzipSync(bytes),
        Buffer.concat([bytes, bytes]),
        Buffer.from(bytes.toString().replace('{', '{"__proto__":{"role":"admin"},')),
        Buffer.from(bytes.toString().replace('{', `{"id":"${mark}","id":"${mark}",`)),
        Buffer.from(bytes.toString().replace(/"([^"]+)":/, '"\\u005f\\u005fproto__":')),
        Buffer.alloc(0),
      ),
    },
  );

const headerText = fc.oneof(
  fc.constantFrom(
    '',
    mark,
    'gzip',
    'identity',
    'x'.repeat(300),
    '*/*;q=',
    'text/plain;q=0',
    `fr;q=${mark}`,
    '%ff',
    '%zz',
    '\u00e9',
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 30 }).map((text) => text.replace(/[\r\n]/g, '')),
);
const headerName = fc.constantFrom(
  'content-encoding',
  'accept',
  'accept-language',
  'accept-encoding',
  'derbes-reason',
  'idempotency-key',
  'x-forwarded-for',
  'cookie',
  'expect',
  'upgrade',
  'range',
  'if-match',
  'if-none-match',
  'ce-id',
  'ce-time',
  'ce-specversion',
  'ce-data',
  'transfer-encoding',
  'content-length',
  'host',
  'authorization',
  'x-http-method-override',
);
export const extraHeaders = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.tuple(headerName, headerText), { maxLength: 2 }) },
);

export const contentTypes = (right: string): fc.Arbitrary<string | undefined> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(right) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        undefined,
        'application/cloudevents+json',
        'application/cloudevents-batch+json',
        'application/json',
        `${right}; charset=utf-16`,
        `${right.toUpperCase()} ; charset="UTF-8"`,
        `${right},${right}`,
        `${right}; ${mark}`,
        'application/cloudevents+xml',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'text/plain',
        'json',
        ';',
        '\u00ff/\u00ff',
      ),
    },
  );

/** A part of a path, or what a parameter is told to be, that nobody means. */
export const strangePart = fc.oneof(
  fc.constantFrom(
    mark,
    '%00',
    '%ff',
    '%',
    '%zz',
    '..',
    '.',
    '%2e%2e%2f',
    '*',
    '',
    ' ',
    `${mark}@example.kz`,
    '__proto__',
    '0'.repeat(3_000),
    '?',
    '#',
    '%F0%9F%98%80',
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 20 }).map((text) => encodeURIComponent(text)),
);
