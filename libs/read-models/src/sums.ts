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

/** One thing that a row adds, with the text of its key, and of its kind: what of the key a person counts once in. */
interface Addition {
  readonly added: Added;
  readonly key: string;
  readonly kind: string;
}

/** What a person's rows add: each row, and all of one kind summed up by key. */
export interface PersonSums {
  readonly byRow: Map<object, readonly Addition[]>;
  readonly byKind: Map<string, SumsByKey>;
}

export const noSums = (): PersonSums => ({ byRow: new Map(), byKind: new Map() });

function additionsOf(sums: Sums, row: object): Addition[] {
  const { table, waitsUntil } = sums;
  return sums.of(row as Readonly<Record<string, unknown>>).map((added) => {
    const key = keyText(table, added.key);
    const kind = waitsUntil === undefined ? key : keyText(table, { ...added.key, [waitsUntil]: '' });
    return { added, key, kind };
  });
}

/** Some rows go and others come: what the kinds that they are of were summed up to before, by kind; those sums are of now. */
export function changeSums(
  sums: Sums,
  { byRow, byKind }: PersonSums,
  gone: Iterable<object>,
  came: Iterable<object>,
): ReadonlyMap<string, SumsByKey> {
  const narrowed = new Set<string>();
  for (const row of gone) {
    for (const { kind } of byRow.get(row) ?? []) narrowed.add(kind);
    byRow.delete(row);
  }
  const added: Addition[] = [];
  for (const row of came) {
    const additions = additionsOf(sums, row);
    added.push(...additions);
    byRow.set(row, additions);
  }
  const before = new Map<string, SumsByKey>();
  for (const kind of [...narrowed, ...added.map((addition) => addition.kind)]) {
    if (before.has(kind)) continue;
    const byKey = byKind.get(kind) ?? new Map<string, Sum>();
    before.set(kind, byKey);
    byKind.set(kind, narrowed.has(kind) ? new Map<string, Sum>() : copyOf(byKey));
  }
  for (const addition of added) if (!narrowed.has(addition.kind)) addTo(sums, byKind, addition);
  // What went may have been the first or the last of its kind: all of that kind is summed up again.
  if (narrowed.size > 0) {
    for (const additions of byRow.values()) {
      for (const addition of additions) if (narrowed.has(addition.kind)) addTo(sums, byKind, addition);
    }
  }
  for (const kind of before.keys()) countPerson(sums, byKind, kind);
  return before;
}

const copyOf = (byKey: SumsByKey): SumsByKey => new Map([...byKey].map(([key, sum]) => [key, { ...sum }]));

function addTo(sums: Sums, byKind: Map<string, SumsByKey>, { added, key, kind }: Addition): void {
  const byKey = byKind.get(kind) ?? new Map<string, Sum>();
  byKind.set(kind, byKey);
  let sum = byKey.get(key);
  if (!sum) {
    sum = { ...added.key };
    for (const count of sums.counts) sum[count] = 0;
    byKey.set(key, sum);
  }
  for (const count of sums.counts) sum[count] = Number(sum[count]) + (added.counts[count] ?? 0);
  widen(sum, added);
}

/** What the rows of one person add. */
export function addedBy(sums: Sums, rows: readonly object[]): readonly Sum[] {
  const person = noSums();
  changeSums(sums, person, [], rows);
  return [...person.byKind.values()].flatMap((byKey) => [...byKey.values()]);
}

/** Of one kind the sum that begins to speak first counts the person. */
function countPerson({ people, waitsUntil = '' }: Sums, byKind: Map<string, SumsByKey>, kind: string): void {
  const byKey = byKind.get(kind);
  if (byKey?.size === 0) byKind.delete(kind);
  if (people === undefined || !byKey) return;
  let earliest: Sum | undefined;
  for (const sum of byKey.values()) {
    sum[people] = 0;
    if (!earliest || String(sum[waitsUntil] ?? '') < String(earliest[waitsUntil] ?? '')) earliest = sum;
  }
  if (earliest) earliest[people] = 1;
}
