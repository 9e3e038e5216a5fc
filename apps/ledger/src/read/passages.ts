// How is an answer written as JSON when values that stand in it are opened only as it leaves? As text with gaps, passage by passage.
import { type PartRef } from '@derbes/domain';
import { isRef } from './part-refs.js';

/** `texts` has one more than `gaps`: text, value, text, value, …, text. */
export interface Passage {
  readonly texts: readonly string[];
  readonly gaps: readonly PartRef[];
}

/** Values opened together, and characters written together, before a passage is given away. */
const gapsMax = 500;
const charsMax = 64 * 1024;
/** A longer list is cut; its items are written so many at once. */
const itemsMax = 250;
const itemsAtOnce = 50;
/** No code of an answer holds this character, and values stand in gaps. */
const gap = '\u0000';
const writtenGap = JSON.stringify(gap);

/** The members of an object without its braces, in passages. Lists may be any iterable: they are read as they are written. */
export function* passagesOf(members: object): Generator<Passage> {
  const sheet = new Sheet();
  yield* writeMembers(members, sheet);
  yield sheet.take();
}

class Sheet {
  private texts = [''];
  private gaps: PartRef[] = [];
  private chars = 0;

  /** Writes a value whole. */
  whole(value: unknown): void {
    const before = this.gaps.length;
    const text = JSON.stringify(withGaps(value, this.gaps));
    this.cut(text, this.gaps.length > before);
  }

  /** Writes items of a list that goes on. */
  items(items: readonly unknown[], first: boolean): void {
    const before = this.gaps.length;
    const text = JSON.stringify(withGaps(items, this.gaps)).slice(1, -1);
    if (!first) this.text(',');
    this.cut(text, this.gaps.length > before);
  }

  private cut(text: string, hasGaps: boolean): void {
    if (!hasGaps) return this.text(text);
    const [first = '', ...rest] = text.split(writtenGap);
    this.text(first);
    this.texts.push(...rest);
    for (const { length } of rest) this.chars += length;
  }

  text(text: string): void {
    this.texts[this.texts.length - 1] += text;
    this.chars += text.length;
  }

  get full(): boolean {
    return this.gaps.length >= gapsMax || this.chars >= charsMax;
  }

  take(): Passage {
    const { texts, gaps } = this;
    this.texts = [''];
    this.gaps = [];
    this.chars = 0;
    return { texts, gaps };
  }
}

function* writeMembers(members: object, sheet: Sheet): Generator<Passage> {
  let first = true;
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined) continue;
    sheet.text(`${first ? '' : ','}${JSON.stringify(name)}:`);
    first = false;
    yield* write(value, sheet);
  }
}

function* write(value: unknown, sheet: Sheet): Generator<Passage> {
  if (isList(value) && (!Array.isArray(value) || isLong(value))) {
    yield* writeList(value, sheet);
  } else if (typeof value === 'object' && value !== null && isLong(value)) {
    sheet.text('{');
    yield* writeMembers(value, sheet);
    sheet.text('}');
  } else sheet.whole(value);
  if (sheet.full) yield sheet.take();
}

/** An array of few items that are long themselves is not cut between them, but in them. */
function* writeList(list: Iterable<unknown>, sheet: Sheet): Generator<Passage> {
  sheet.text('[');
  let first = true;
  let some: unknown[] = [];
  const few = Array.isArray(list) && list.length <= itemsMax;
  for (const item of list) {
    if (few) {
      if (!first) sheet.text(',');
      first = false;
      yield* write(item, sheet);
    } else if (some.push(item) === itemsAtOnce) {
      sheet.items(some, first);
      first = false;
      some = [];
      if (sheet.full) yield sheet.take();
    }
  }
  if (some.length > 0) sheet.items(some, first);
  sheet.text(']');
}

const isList = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;

/** Whether a list in it, at whatever depth, is too long to be written at once. */
function isLong(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.length > itemsMax || value.some(isLong);
  if (isList(value)) return true;
  const record = value as Readonly<Record<string, unknown>>;
  for (const name in record) if (isLong(record[name])) return true;
  return false;
}

/** The value with gaps in the places of sealed parts; what has none is the very same. */
function withGaps(value: unknown, gaps: PartRef[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (const [i, item] of value.entries()) {
      const written = withGaps(item, gaps);
      if (written !== item) (copy ??= value.slice(0))[i] = written;
    }
    return copy ?? value;
  }
  if (isRef(value)) {
    gaps.push(value);
    return gap;
  }
  const record = value as Readonly<Record<string, unknown>>;
  let copy: Record<string, unknown> | undefined;
  for (const name in record) {
    const written = withGaps(record[name], gaps);
    if (written !== record[name]) (copy ??= { ...record })[name] = written;
  }
  return copy ?? value;
}
