// What stands in the register of demands of which the law forbids to tell? Rows by what the records say, made when somebody asks.
import { foldRestricted, restrictedHoldsOn, type RestrictedRecord } from '@derbes/domain';
import { RegisterRefused } from '@derbes/read-models';
import { createHash } from 'node:crypto';

export const restrictedDemandStates = ['open', 'answered', 'refused'] as const;
export const restrictedRowsMax = 500;
export const restrictedRowsDefault = 100;

export interface RestrictedDemandRow {
  readonly received: string;
  /** The record; it is answered by it. */
  readonly demand: string;
  readonly recorded: string;
  readonly subject: string;
  readonly authority?: string;
  readonly reference?: string;
  readonly due?: string;
  readonly law?: string;
  readonly article?: string;
  readonly categories?: readonly string[];
  readonly state: (typeof restrictedDemandStates)[number];
  readonly overdue?: 'yes';
  readonly closed?: string;
  readonly outcome?: string;
  readonly closedLaw?: string;
  readonly closedArticle?: string;
  /** Categories that were handed over. */
  readonly given?: readonly string[];
  /** Whether a hold for it stands. */
  readonly held: 'yes' | 'no';
  /** Until when it stays on record. */
  readonly keptUntil?: string;
  /** `act:article` that it serves: those of its register, its own, and that of its answer. */
  readonly serves: readonly string[];
  readonly events: readonly string[];
}

/** What a reader sees whom a file must not outlive. */
const values = ['authority', 'reference'] as const;

export const restrictedDemandColumns: readonly (keyof RestrictedDemandRow)[] = [
  'received',
  'demand',
  'recorded',
  'subject',
  ...values,
  'due',
  'law',
  'article',
  'categories',
  'state',
  'overdue',
  'closed',
  'outcome',
  'closedLaw',
  'closedArticle',
  'given',
  'held',
  'keptUntil',
  'serves',
  'events',
];
export const exportedDemandColumns = restrictedDemandColumns.filter(
  (column) => !(values as readonly string[]).includes(column),
);

export function withoutValues(row: RestrictedDemandRow): RestrictedDemandRow {
  const left: { -readonly [K in keyof RestrictedDemandRow]: RestrictedDemandRow[K] } = { ...row };
  for (const column of values) delete left[column];
  return left;
}

/** In the order of receipt, and of one second in that of their ids, which never changes. `serving`: articles of the register. */
export function restrictedDemandRows(
  records: readonly RestrictedRecord[],
  now: string,
  serving: readonly string[],
): RestrictedDemandRow[] {
  const state = foldRestricted(records);
  const recorded = new Map(records.map(({ id, at }) => [id, at]));
  const events = eventsByDemand(records);
  return [...state.demands.values()]
    .map((demand): RestrictedDemandRow => {
      const { id, subject, received, authority, reference, due, act, article, categories, answered } = demand;
      const holds = new Map([...state.holds].filter(([, hold]) => hold.demand === id));
      const given = records.flatMap(({ entry }) =>
        entry.kind === 'transfer' && entry.demand === id ? entry.categories : [],
      );
      const until = state.terms.get(id)?.until;
      const own = [lawOf(act, article), lawOf(answered?.act, answered?.article)].flatMap((one) => one ?? []);
      return {
        received,
        demand: id,
        recorded: recorded.get(id) ?? received,
        subject,
        authority,
        ...(reference !== undefined && { reference }),
        ...(due !== undefined && { due }),
        ...(act !== undefined && { law: act }),
        ...(article !== undefined && { article }),
        ...(categories && { categories }),
        state: answered === undefined ? 'open' : answered.outcome === 'refused' ? 'refused' : 'answered',
        ...(due !== undefined && (answered?.moment ?? now) > due && { overdue: 'yes' as const }),
        ...(answered && { closed: answered.moment, outcome: answered.outcome }),
        ...(answered?.act !== undefined && { closedLaw: answered.act }),
        ...(answered?.article !== undefined && { closedArticle: answered.article }),
        ...(given.length > 0 && { given: [...new Set(given)].sort() }),
        held: restrictedHoldsOn({ ...state, holds }, [subject], now).length > 0 ? 'yes' : 'no',
        ...(until !== undefined && { keptUntil: until }),
        serves: [...new Set([...serving, ...own])],
        events: events.get(id) ?? [id],
      };
    })
    .sort((a, b) => compare(keyOf(a), keyOf(b)));
}

const lawOf = (act?: string, article?: string): string | undefined =>
  act === undefined || article === undefined ? undefined : `${act}:${article}`;

/** All that was recorded for a demand, the demand first; reads are no part of its register. */
function eventsByDemand(records: readonly RestrictedRecord[]): ReadonlyMap<string, readonly string[]> {
  const byDemand = new Map<string, string[]>();
  const { holds } = foldRestricted(records);
  const add = (demand: string | undefined, event: string): void => {
    if (demand !== undefined) byDemand.set(demand, [...(byDemand.get(demand) ?? []), event]);
  };
  for (const { id, entry } of records) if (entry.kind === 'demand') add(id, id);
  for (const { id, entry } of records) {
    if (entry.kind === 'answer' || entry.kind === 'transfer' || entry.kind === 'hold') add(entry.demand, id);
    if (entry.kind === 'lift') add(holds.get(entry.hold)?.demand, id);
    if (entry.kind === 'term' && byDemand.has(entry.matter)) add(entry.matter, id);
  }
  return byDemand;
}

export interface RestrictedDemandFilter {
  readonly subject?: string;
  readonly category?: string;
  readonly status?: string;
  readonly overdue?: string;
  readonly from?: string;
  readonly until?: string;
}

export const matchesFilter = (
  row: RestrictedDemandRow,
  { subject, category, status, overdue, from, until }: RestrictedDemandFilter,
): boolean =>
  (subject === undefined || row.subject === subject) &&
  (category === undefined || (row.categories ?? []).includes(category)) &&
  (status === undefined || row.state === status) &&
  (overdue === undefined || row.overdue === overdue) &&
  (from === undefined || row.received >= from) &&
  (until === undefined || row.received < until);

type Key = readonly [received: string, demand: string];
const keyOf = ({ received, demand }: RestrictedDemandRow): Key => [received, demand];
const compare = (a: Key, b: Key): number =>
  a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;

export interface RestrictedDemandPage {
  readonly rows: readonly RestrictedDemandRow[];
  readonly next?: string;
}

/** Throws RegisterRefused: CURSOR_MALFORMED, CURSOR_OF_ANOTHER_FILTER. */
export function restrictedDemandPage(
  rows: readonly RestrictedDemandRow[],
  filter: RestrictedDemandFilter,
  {
    cursor,
    limit = restrictedRowsDefault,
  }: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
): RestrictedDemandPage {
  const after = cursor === undefined ? undefined : readCursor(cursor, filter);
  const left = rows.filter((row) => matchesFilter(row, filter) && (!after || compare(keyOf(row), after) > 0));
  const page = left.slice(0, limit);
  const last = left.length > limit ? page.at(-1) : undefined;
  return { rows: page, ...(last && { next: writeCursor([hashOf(filter), ...keyOf(last)]) }) };
}

const hashOf = (filter: RestrictedDemandFilter): string =>
  createHash('sha256')
    .update(JSON.stringify(['restricted-demands', ...Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))]))
    .digest('base64url')
    .slice(0, 16);

const writeCursor = (said: readonly string[]): string => Buffer.from(JSON.stringify(said)).toString('base64url');

function readCursor(text: string, filter: RestrictedDemandFilter): Key {
  const malformed = () => new RegisterRefused('CURSOR_MALFORMED', 'this is no cursor of this register');
  let said: unknown;
  try {
    said = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw malformed();
  }
  if (!Array.isArray(said) || said.length !== 3 || !said.every((item) => typeof item === 'string')) throw malformed();
  const [hash = '', received = '', demand = ''] = said;
  if (hash === hashOf(filter)) return [received, demand];
  throw new RegisterRefused('CURSOR_OF_ANOTHER_FILTER', 'the cursor was given for another register or filter');
}
