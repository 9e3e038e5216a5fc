// How is an answer kept as it was given? Its frame and, category by category, its values, in sealed parts; its hash beside them.
import { canonicalJson, type JsonValue } from '@derbes/kernel';
import { Refused } from '@derbes/kernel';
import { createHash } from 'node:crypto';
import { chunksOf } from '../write/text-chunks.js';

/** The frame has no values; `meta.answer.<category>` has those of one category, so that destroying the category reaches them. */
const frameCategory = 'meta.answer';
/** An event of 65,535 bytes names no more. */
const chunksMax = 250;

export interface SealedChunk {
  readonly category: string;
  readonly text: string;
}

interface OpenedValue {
  readonly event: string;
  readonly p: string;
  readonly owner: string;
  readonly state: 'opened';
  readonly category: string;
  readonly value: JsonValue;
}

const isOpened = (value: object): value is OpenedValue =>
  (value as { readonly state?: unknown }).state === 'opened' && 'value' in value && 'event' in value;

/** SHA-256 of the answer's canonical JSON, hex. The salt that stands in it keeps anybody from guessing values by it. */
export const hashOf = (answer: object): string =>
  createHash('sha256')
    .update(canonicalJson(plain(answer) as JsonValue))
    .digest('hex');

/** Without what is undefined, as JSON would leave it out. */
export const plain = (answer: object): unknown => JSON.parse(JSON.stringify(answer)) as unknown;

/** Refuses ANSWER_TOO_LONG. */
export function freeze(answer: object): SealedChunk[] {
  const values = new Map<string, Record<string, JsonValue>>();
  const frame = taken(plain(answer), values);
  const texts = [
    [frameCategory, JSON.stringify(frame)] as const,
    ...[...values].map(([category, held]) => [`${frameCategory}.${category}`, JSON.stringify(held)] as const),
  ];
  const chunks = texts.flatMap(([category, text]) => chunksOf(text).map((chunk) => ({ category, text: chunk })));
  if (chunks.length > chunksMax) {
    throw new Refused('ANSWER_TOO_LONG', 'more is held than one answer keeps: answer category by category', {
      parts: String(chunks.length),
    });
  }
  return chunks;
}

/** The same without values, which go into `values` by category and place. */
function taken(value: unknown, values: Map<string, Record<string, JsonValue>>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => taken(item, values));
  if (isOpened(value)) {
    const { value: held, ...frame } = value;
    const ofCategory = values.get(value.category) ?? {};
    values.set(value.category, ofCategory);
    ofCategory[nameOf(value)] = held;
    return frame;
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, taken(item, values)]));
}

const nameOf = ({ event, p }: { readonly event: string; readonly p: string }): string => `${event}/${p}`;

/** What became of a chunk: its text, or why there is none. */
export type Thawing = SealedChunk | { readonly state: 'erased' | 'lost' };

/** The answer as it was, with the values that still stand; undefined where the frame is gone. In the order in which it was sealed. */
export function thaw(chunks: readonly Thawing[]): object | undefined {
  const texts = new Map<string, string>();
  for (const chunk of chunks) {
    if ('text' in chunk) texts.set(chunk.category, (texts.get(chunk.category) ?? '') + chunk.text);
  }
  const frame = parsed(texts.get(frameCategory) ?? '');
  if (frame === undefined) return undefined;
  const values = new Map<string, JsonValue>();
  for (const [category, text] of texts) {
    if (category === frameCategory) continue;
    // A chunk of a long category is gone: what is left of it is no JSON, and goes for gone as well.
    for (const [name, value] of Object.entries(parsed(text) ?? {})) values.set(name, value as JsonValue);
  }
  return given(frame, values) as object;
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function given(value: unknown, values: ReadonlyMap<string, JsonValue>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => given(item, values));
  const { state, event, p } = value as { readonly state?: unknown; readonly event?: unknown; readonly p?: unknown };
  if (state === 'opened' && typeof event === 'string' && typeof p === 'string') {
    const held = values.get(nameOf({ event, p }));
    return held === undefined ? { ...value, state: 'erased' } : { ...value, value: held };
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, given(item, values)]));
}
