// What stands of all that was recorded in restricted streams: which demands, which holds, and whose data may not be destroyed?
import { means } from '../holding.js';
import { type RestrictedOf, type RestrictedRecord } from './entry.js';

export interface RestrictedDemand extends RestrictedOf<'demand'> {
  readonly id: string;
  readonly answered?: RestrictedOf<'answer'>;
}

export interface RestrictedHold extends RestrictedOf<'hold'> {
  readonly id: string;
  readonly since: string;
  readonly lifted?: string;
}

export interface RestrictedTerm {
  readonly until: string;
  readonly at: string;
}

export interface RestrictedState {
  /** Until when a matter stays on record, by its event. */
  readonly terms: ReadonlyMap<string, RestrictedTerm>;
  readonly demands: ReadonlyMap<string, RestrictedDemand>;
  readonly holds: ReadonlyMap<string, RestrictedHold>;
}

/** Of two words about a term the later counts, and of one second the longer term. */
const counts = (one: RestrictedTerm, other: RestrictedTerm | undefined): boolean =>
  !other || one.at > other.at || (one.at === other.at && one.until > other.until);

/** The order of the records does not count: an answer and a lift name what they end. */
export function foldRestricted(records: readonly RestrictedRecord[]): RestrictedState {
  const answers = new Map<string, RestrictedOf<'answer'>>();
  const lifts = new Map<string, string>();
  const terms = new Map<string, RestrictedTerm>();
  for (const { at, entry } of records) {
    if (entry.kind === 'answer') answers.set(entry.demand, entry);
    if (entry.kind === 'lift') lifts.set(entry.hold, at);
    if (entry.kind !== 'term') continue;
    const term = { until: entry.until, at };
    if (counts(term, terms.get(entry.matter))) terms.set(entry.matter, term);
  }
  const demands = new Map<string, RestrictedDemand>();
  const holds = new Map<string, RestrictedHold>();
  for (const { id, at, entry } of records) {
    const answered = answers.get(id);
    const lifted = lifts.get(id);
    if (entry.kind === 'demand') demands.set(id, { ...entry, id, ...(answered && { answered }) });
    if (entry.kind === 'hold') holds.set(id, { ...entry, id, since: at, ...(lifted !== undefined && { lifted }) });
  }
  return { demands, holds, terms };
}

/** Of a hold in a restricted stream all that whoever destroys may know. */
export interface HoldExtent {
  /** Absent: everything. */
  readonly categories?: readonly string[];
}

const stands = ({ until, lifted }: RestrictedHold, moment: string): boolean =>
  lifted === undefined && (until === undefined || moment < until);

/** The holds that stand on a person, whichever of her merged subjects they name. */
export const restrictedHoldsOn = (
  { holds }: RestrictedState,
  members: readonly string[],
  moment: string,
): readonly HoldExtent[] =>
  [...holds.values()]
    .filter((hold) => members.includes(hold.subject) && stands(hold, moment))
    .map(({ categories }) => ({ ...(categories && { categories }) }));

export const isHeldRestricted = (holds: readonly HoldExtent[], category: string): boolean =>
  holds.some(({ categories }) => !categories || categories.some((named) => means(named, category)));

export const restrictedHoldStands = stands;
