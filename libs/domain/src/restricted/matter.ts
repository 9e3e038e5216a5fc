// Which restricted records are to go because the term of their matter is over, and which of them are as good as gone?
import { type RestrictedRecord } from './entry.js';
import { foldRestricted, restrictedHoldStands, type RestrictedState } from './state.js';

/** Records of a matter whose term is over, by their events: the matter itself, and what ends it, last. */
export interface MatterOver {
  readonly matter: string;
  readonly events: readonly string[];
}

/** Events that records say are gone; whoever was cut off before they were destroyed does it still. */
export const restrictedGone = (records: readonly RestrictedRecord[]): ReadonlySet<string> =>
  new Set(records.flatMap(({ entry }) => (entry.kind === 'gone' ? entry.events : [])));

/**
 * Matters whose term was set and is over, that are answered and hold nothing any more. A read for no demand goes with the last matter of
 * the people that it names; one that names nobody stays, for it says of nobody anything.
 */
export function mattersOver(records: readonly RestrictedRecord[], at: string): MatterOver[] {
  const gone = restrictedGone(records);
  const left = records.filter(({ id }) => !gone.has(id));
  const state = foldRestricted(left);
  const matters = mattersOf(state);
  const over = new Set([...matters.keys()].filter((matter) => isOver(matter, state, at)));
  if (over.size === 0) return [];
  const subjectsLeft = new Set([...matters].flatMap(([matter, subject]) => (over.has(matter) ? [] : [subject])));
  const byMatter = new Map([...over].map((matter) => [matter, { records: [] as string[], ends: [] as string[] }]));
  for (const record of left) {
    const matter = matterOf(record, state) ?? lastMatterOf(record, over, matters, subjectsLeft);
    const going = matter === undefined ? undefined : byMatter.get(matter);
    const isEnd = record.id === matter || record.entry.kind === 'answer' || record.entry.kind === 'term';
    (isEnd ? going?.ends : going?.records)?.push(record.id);
  }
  return [...byMatter].map(([matter, { records: first, ends }]) => ({ matter, events: [...first, ...ends] }));
}

/** What nobody is told of any more: gone, or to go. */
export function standingRestricted(records: readonly RestrictedRecord[], at: string): RestrictedRecord[] {
  const gone = new Set([...restrictedGone(records), ...mattersOver(records, at).flatMap(({ events }) => events)]);
  return records.filter(({ id }) => !gone.has(id));
}

/** Whom each matter is about. */
const mattersOf = ({ demands, holds }: RestrictedState): ReadonlyMap<string, string> =>
  new Map([
    ...[...demands].map(([id, { subject }]) => [id, subject] as const),
    ...[...holds].flatMap(([id, { demand, subject }]) => (demand === undefined ? [[id, subject] as const] : [])),
  ]);

function isOver(matter: string, { demands, holds, terms }: RestrictedState, at: string): boolean {
  const until = terms.get(matter)?.until;
  if (until === undefined || at < until) return false;
  const demand = demands.get(matter);
  if (demand && !demand.answered) return false;
  return ![...holds.values()].some(
    (hold) => (hold.id === matter || hold.demand === matter) && restrictedHoldStands(hold, at),
  );
}

/** The matter to which a record belongs by what it names. */
function matterOf({ id, entry }: RestrictedRecord, { holds }: RestrictedState): string | undefined {
  switch (entry.kind) {
    case 'demand':
      return id;
    case 'answer':
    case 'transfer':
    case 'read':
      return entry.demand;
    case 'hold':
      return entry.demand ?? id;
    case 'lift':
      return holds.get(entry.hold)?.demand ?? entry.hold;
    case 'term':
      return entry.matter;
    case 'gone':
      return undefined;
  }
}

/** Of a read for no demand. */
function lastMatterOf(
  { entry }: RestrictedRecord,
  over: ReadonlySet<string>,
  matters: ReadonlyMap<string, string>,
  subjectsLeft: ReadonlySet<string>,
): string | undefined {
  if (entry.kind !== 'read' || entry.subjects.some((subject) => subjectsLeft.has(subject))) return undefined;
  return [...over].find((matter) => entry.subjects.includes(matters.get(matter) ?? ''));
}
