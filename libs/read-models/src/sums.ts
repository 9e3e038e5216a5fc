// How many rows of a model are of one kind, and from when to when? What each person's rows add to sums that are kept beside them.
import { is, keyText, optional, type Table } from './table.js';

/** What one row adds: the columns of the key, counts, and the moments from which and until which it speaks with their events. */
export interface Added {
  readonly key: Readonly<Record<string, string>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly first?: string;
  readonly firstEvent?: string;
  readonly last?: string;
  readonly lastEvent?: string;
}

/** Sums beside the rows of a model, so that a page of them costs what a page costs. */
export interface Sums {
  /** The columns of its key, counts, and `first`, `firstEvent`, `last`, `lastEvent`. */
  readonly table: Table;
  readonly counts: readonly string[];
  /** Columns that `of` looks at. */
  readonly reads: readonly string[];
  readonly of: (row: Readonly<Record<string, unknown>>) => readonly Added[];
  /** A count to which a person adds one however many of her rows there are. */
  readonly people?: string;
  /** A moment in the key, from which on it is spoken of: a person is counted where she is spoken of first. */
  readonly waitsUntil?: string;
  /** What `of` says of moments and events, in SQL: the columns of the key, `first`, `first_event`, `last`, `last_event`. */
  readonly ends: string;
}

/** Sums of rows of that type. */
export const sumsOf = <Row extends object>(
  sums: Omit<Sums, 'of' | 'reads'> & {
    readonly reads: readonly (keyof Row & string)[];
    readonly of: (row: Row) => readonly Added[];
  },
): Sums => ({ ...sums, of: (row) => sums.of(row as Row) });

export const edgeColumns = {
  first: optional(is.moment),
  firstEvent: optional(is.id),
  last: optional(is.moment),
  lastEvent: optional(is.id),
} as const;

/** The events that a sum begins and ends with, which may be one. */
export const edgeEvents = `array_remove(array[t.first_event, nullif(t.last_event, t.first_event)], null)`;

/** Of one kind, as a row: the names of the sums' columns. */
export type Sum = Record<string, string | number>;
type SumsByKey = Map<string, Sum>;

export interface Edge {
  readonly at: 'first' | 'last';
  readonly event: 'firstEvent' | 'lastEvent';
  /** Whether the one lies further out than the other. */
  readonly beyond: (one: string, other: string) => boolean;
}
export const edges: readonly Edge[] = [
  { at: 'first', event: 'firstEvent', beyond: (one, other) => one < other },
  { at: 'last', event: 'lastEvent', beyond: (one, other) => one > other },
];

/** A moment with its event, in the order of both; empty where there is none. */
export const edgeOf = (sum: Sum | Added | undefined, { at, event }: Edge): string =>
  sum?.[at] === undefined ? '' : `${sum[at]} ${sum[event]}`;

export function widen(sum: Sum, by: Sum | Added): void {
  for (const edge of edges) {
    const [mine, theirs] = [edgeOf(sum, edge), edgeOf(by, edge)];
    if (theirs === '' || (mine !== '' && !edge.beyond(theirs, mine))) continue;
    sum[edge.at] = by[edge.at] ?? '';
    sum[edge.event] = by[edge.event] ?? '';
  }
}

/** What the rows of one person add, by key. */
export function addedBy(sums: Sums, rows: readonly object[]): SumsByKey {
  const byKey: SumsByKey = new Map();
  for (const row of rows) {
    for (const added of sums.of(row as Readonly<Record<string, unknown>>)) {
      const key = keyText(sums.table, added.key);
      const sum = byKey.get(key) ?? { ...added.key, ...Object.fromEntries(sums.counts.map((count) => [count, 0])) };
      for (const count of sums.counts) sum[count] = Number(sum[count]) + (added.counts[count] ?? 0);
      widen(sum, added);
      byKey.set(key, sum);
    }
  }
  countPerson(sums, [...byKey.values()]);
  return byKey;
}

function countPerson({ table, people, waitsUntil = '' }: Sums, all: readonly Sum[]): void {
  if (people === undefined) return;
  const kinds = table.key.filter((name) => name !== waitsUntil);
  const earliest = new Map<string, Sum>();
  for (const sum of all) {
    const kind = JSON.stringify(kinds.map((name) => sum[name]));
    const known = earliest.get(kind);
    if (!known || String(sum[waitsUntil] ?? '') < String(known[waitsUntil] ?? '')) earliest.set(kind, sum);
  }
  for (const sum of earliest.values()) sum[people] = 1;
}
