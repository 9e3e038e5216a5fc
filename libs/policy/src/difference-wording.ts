// What did an edition say in other words, so that nobody may do more or less by it?
import { canonicalJson, type JsonValue } from '@derbes/kernel';
import { type Change } from './change.js';
import { type DeclaredPolicy } from './look-ups.js';

/** What entries say, by the place of each and then by name. */
type Leaves = ReadonlyMap<string, ReadonlyMap<string, JsonValue>>;

/** What is no mere wording: changes of it are found by what they allow, and stand here only where they allow nothing. */
const meaning = new Set([
  'covers',
  'categories',
  'open',
  'origin',
  'within',
  'until',
  'relation',
  'event',
  'term',
  'afterwards',
  'every',
  'serves',
  'countries',
  'ground',
  'recipients',
  'holders',
  'by',
  'identifies',
  'rank',
  'category',
  'purpose',
  'jurisdiction',
  'country',
  'scheme',
  'recipient',
]);

/** What `found` does not say already. */
export function wordingOf(older: DeclaredPolicy, newer: DeclaredPolicy, found: readonly Change[]): Change[] {
  const before = leavesOf(older);
  const after = leavesOf(newer);
  const places = found.map(({ place }) => place);
  const changes: Change[] = [];
  for (const entry of new Set([...before.keys(), ...after.keys()])) {
    const old = before.get(entry);
    const now = after.get(entry);
    const told = places.some((place) => concerns(place, entry));
    // What came or went is told of already where it allows something.
    if ((!old || !now) && told) continue;
    const names = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])]);
    const changed = [...names].filter((name) => !same(old?.get(name), now?.get(name)));
    const words = changed.filter((name) => !(told && meaning.has(name)));
    if (words.length > 0 || !old || !now) changes.push(wordingChange(entry, words, old, now, newer));
  }
  return changes.length > 0 || found.length > 0 ? changes : [reordered(newer)];
}

/** Whether a change at that place is one of this entry, or of something in it. */
const concerns = (place: string, entry: string): boolean =>
  place === entry || place.startsWith(`${entry}/`) || entry.startsWith(`${place}/`) || entry.startsWith(`${place}+`);

const same = (a: JsonValue | undefined, b: JsonValue | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b));

function wordingChange(
  place: string,
  names: readonly string[],
  old: ReadonlyMap<string, JsonValue> | undefined,
  now: ReadonlyMap<string, JsonValue> | undefined,
  newer: DeclaredPolicy,
): Change {
  const contacts = place.startsWith('controller/contacts');
  const clause = [now?.get('clause'), old?.get('clause')].find((one) => typeof one === 'string');
  return {
    kind: 'wording',
    what: contacts ? 'contacts' : 'words',
    place,
    clause: typeof clause === 'string' ? clause : contacts ? newer.sectionClause('contacts') : '-',
    ...(old && { old: pick(old, names) }),
    ...(now && { new: pick(now, names) }),
    asks: contacts ? 'telling' : 'nobody',
    touches: {},
  };
}

const pick = (leaves: ReadonlyMap<string, JsonValue>, names: readonly string[]): JsonValue =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = leaves.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );

/** Nothing was added, dropped or changed: entries stand in another order. */
const reordered = (newer: DeclaredPolicy): Change => ({
  kind: 'wording',
  what: 'words',
  place: 'order',
  clause: newer.sectionClause('editions'),
  asks: 'nobody',
  touches: {},
});

type Json = Readonly<Record<string, JsonValue>>;

const isRecord = (value: JsonValue): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every entry by codes, whatever its place in its list; categories wherever they stand, with what they stand in. */
function leavesOf({ policy }: DeclaredPolicy): Leaves {
  const byEntry = new Map<string, Map<string, JsonValue>>();
  const leaf = (entry: string, name: string, value: JsonValue): void => {
    const leaves = byEntry.get(entry) ?? new Map<string, JsonValue>();
    byEntry.set(entry, leaves.set(name, value));
  };
  const record = (value: Json, entry: string): void => {
    // An entry that says nothing more than that it is there.
    if (!byEntry.has(entry)) byEntry.set(entry, new Map());
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'label' || name === 'name' || !(isRecord(inner) || isList(inner))) leaf(entry, name, inner);
      else if (isRecord(inner)) record(inner, entry === '' ? name : `${entry}/${name}`);
      else for (const one of inner) listed(one, entry, name);
    }
  };
  const listed = (one: Json, entry: string, name: string): void => {
    const within = name === 'items';
    const section = within ? 'categories' : entry === '' ? name : `${entry}/${name}`;
    const place = `${section}/${keyOf(one)}`;
    record(one, place);
    if (within) leaf(place, 'within', entry.split('/').at(-1) ?? '-');
  };
  record(policy, '');
  return byEntry;
}

const isList = (value: JsonValue): value is readonly Json[] => Array.isArray(value) && value.some(isRecord);

/** By what entries of a list are told apart. */
function keyOf(entry: Json): string {
  const { code, scheme, language, clause, purpose, recipient, kind, value, categories, until } = entry;
  if (code !== undefined) return textOf(code);
  // A purpose may have several rules of retention, each for other data.
  const rule = until !== undefined && categories !== undefined ? `+${textOf(categories)}` : '';
  if (purpose !== undefined) return `${textOf(purpose)}${rule}`;
  if (kind !== undefined) return [kind, value].map((one) => textOf(one ?? '')).join(' ');
  return textOf(scheme ?? recipient ?? language ?? clause ?? '-');
}

const textOf = (value: JsonValue): string => (typeof value === 'string' ? value : canonicalJson(value));
