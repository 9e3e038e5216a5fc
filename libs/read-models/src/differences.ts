// What of a person's rows is other than what stands? Rows that are the same object are the same, whatever they say.
import { isSame, keyText, type Table } from './table.js';

/** Rows that stand, each with the text of its key. */
export type StandingRows = Map<object, string>;

export interface Difference {
  /** To be added, or to take the place of what stands under their key. */
  readonly came: readonly object[];
  /** What they take the place of, and what is no longer there. */
  readonly gone: readonly object[];
  /** Of what is gone that in whose place nothing came. */
  readonly left: readonly object[];
}

const none: Difference = { came: [], gone: [], left: [] };

/** Compares a person's rows with what stands, which says the same as they do from then on. */
export function differenceOf(table: Table, rows: readonly object[], standing: StandingRows): Difference {
  const fresh = rows.filter((row) => !standing.has(row));
  if (fresh.length === 0 && rows.length === standing.size) return none;
  const staying = new Set(rows);
  const byKey = new Map<string, object>();
  for (const [row, key] of standing) if (!staying.has(row)) byKey.set(key, row);
  const came: object[] = [];
  const gone: object[] = [];
  for (const row of fresh) {
    const key = keyText(table, row);
    const before = byKey.get(key);
    byKey.delete(key);
    if (before !== undefined && isSame(before, row)) continue;
    if (before !== undefined) gone.push(before);
    came.push(row);
    standing.set(row, key);
  }
  const left = [...byKey.values()];
  for (const row of [...gone, ...left]) standing.delete(row);
  return { came, gone: [...gone, ...left], left };
}

export const standingOf = (table: Table, rows: readonly object[]): StandingRows =>
  new Map(rows.map((row) => [row, keyText(table, row)]));
