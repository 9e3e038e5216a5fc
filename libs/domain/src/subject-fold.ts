// What does the ledger know about a subject, as of a moment and as known at a moment?
import { type SubjectEvent } from './catalogue.js';
import { compareEntries, entryOf, type Entry } from './fact.js';
import { Drafts } from './drafts.js';
import { emptyState, evolveState, type SubjectState } from './subject-state.js';

export interface Retraction {
  readonly event: string;
  readonly at: string;
  readonly occurred: string;
  readonly ground: string;
}

/** Immutable; made of codes, ids and moments only, so it may be cached and written down. */
export interface SubjectFold {
  /** Revision of the last event folded, per stream: several when merged subjects are folded together. */
  readonly revisions: ReadonlyMap<string, number>;
  /** Facts that count, in the order in which they occurred. */
  readonly entries: readonly Entry[];
  /** The last of them, where they themselves are not at hand. */
  readonly last?: Entry;
  /** Facts told in error, shown apart. */
  readonly retracted: readonly Entry[];
  /** By the event id of the retracted fact. */
  readonly retractions: ReadonlyMap<string, Retraction>;
  /** After the last entry. */
  readonly state: SubjectState;
}

const empty: SubjectFold = {
  revisions: new Map(),
  entries: [],
  retracted: [],
  retractions: new Map(),
  state: emptyState,
};

export const emptyFold = (): SubjectFold => empty;

export const subjectStream = (subject: string): string => `subject-${subject}`;
export const subjectOfStream = (stream: string): string => stream.slice('subject-'.length);

/** Whether the fold knows any event of the subject. */
export const isKnown = (fold: SubjectFold): boolean => fold.revisions.size > 0;

/** Whether folding this event changes what was already judged: it occurred before something that stands, or retracts. */
export function isLate(fold: SubjectFold, event: SubjectEvent | Entry): boolean {
  if (event.type === 'FactRetracted') return true;
  const last = fold.last ?? fold.entries.at(-1);
  return last !== undefined && compareEntries(entryOf(event), last) < 0;
}

/**
 * The fold after one more event of a stream. Cheap when the event is the latest to have occurred; a late fact or a
 * retraction takes the state anew from all entries. An event already folded changes nothing.
 */
export function evolveSubject(fold: SubjectFold, event: SubjectEvent | Entry): SubjectFold {
  if (event.revision <= (fold.revisions.get(event.stream) ?? -1)) return fold;
  const entry = entryOf(event);
  const revisions = new Map(fold.revisions).set(entry.stream, entry.revision);
  if (entry.type === 'FactRetracted') return retract({ ...fold, revisions }, entry);
  if (fold.retractions.has(entry.id)) return { ...fold, revisions, retracted: inserted(fold.retracted, entry) };
  if (isLate(fold, entry)) {
    const entries = inserted(fold.entries, entry);
    return { ...fold, revisions, entries, state: stateOf(entries) };
  }
  const { entries, retracted, retractions, state } = fold;
  return { revisions, entries: entries.concat(entry), retracted, retractions, state: evolveState(state, entry) };
}

/** As `evolveSubject` for one event after the other; what one fact makes in one stream costs little more than one event. */
export function evolveSubjectAll(fold: SubjectFold, events: readonly (SubjectEvent | Entry)[]): SubjectFold {
  const { retracted, retractions } = fold;
  const revisions = new Map(fold.revisions);
  const drafts = new Drafts();
  const added: Entry[] = [];
  let last = fold.entries.at(-1);
  let { state } = fold;
  for (const event of events) {
    const entry = entryOf(event);
    const { type, id, stream, revision } = entry;
    const inOrder = revision > (revisions.get(stream) ?? -1) && (!last || compareEntries(entry, last) >= 0);
    if (!inOrder || type === 'FactRetracted' || retractions.has(id)) return events.reduce(evolvedBy, fold);
    revisions.set(stream, revision);
    state = evolveState(state, entry, drafts);
    added.push(entry);
    last = entry;
  }
  return { revisions, entries: fold.entries.concat(added), retracted, retractions, state };
}

const evolvedBy = (fold: SubjectFold, event: SubjectEvent | Entry): SubjectFold => evolveSubject(fold, event);

/** The fold of whole streams (one, or those of merged subjects), whatever the order in which the events are given. */
export function foldSubject(events: Iterable<SubjectEvent>): SubjectFold {
  const all = [...events].map(entryOf);
  const revisions = new Map<string, number>();
  const retractions = new Map<string, Retraction>();
  for (const entry of all) {
    revisions.set(entry.stream, Math.max(revisions.get(entry.stream) ?? -1, entry.revision));
    if (entry.type !== 'FactRetracted' || retractions.has(entry.facts.fact)) continue;
    retractions.set(entry.facts.fact, retractionOf(entry));
  }
  const facts = all.filter((entry) => entry.type !== 'FactRetracted');
  const entries = facts.filter(({ id }) => !retractions.has(id)).sort(compareEntries);
  const retracted = facts.filter(({ id }) => retractions.has(id)).sort(compareEntries);
  return { revisions, entries, retracted, retractions, state: stateOf(entries) };
}

/** What two folds say together: a survivor's and a merged subject's. */
export function joinFolds(a: SubjectFold, b: SubjectFold): SubjectFold {
  const retractions = new Map([...a.retractions, ...b.retractions]);
  const facts = [...a.entries, ...a.retracted, ...b.entries, ...b.retracted].sort(compareEntries);
  const entries = facts.filter(({ id }) => !retractions.has(id));
  const retracted = facts.filter(({ id }) => retractions.has(id));
  return {
    revisions: new Map([...a.revisions, ...b.revisions]),
    entries,
    retracted,
    retractions,
    state: stateOf(entries),
  };
}

export interface Bitemporal {
  /** What was true then: facts that occurred later are left out. */
  readonly asOf?: string | undefined;
  /** What the ledger knew then: events recorded later are left out, retractions among them. */
  readonly asKnownAt?: string | undefined;
}

/** The fold of the streams as of a moment and as known at a moment. */
export function foldSubjectAt(events: Iterable<SubjectEvent>, { asOf, asKnownAt }: Bitemporal): SubjectFold {
  const known = [...events].filter((event) => asKnownAt === undefined || event.at <= asKnownAt);
  const fold = foldSubject(known);
  return asOf === undefined ? fold : foldAsOf(fold, asOf);
}

/** The same knowledge, as of a moment. Data declared from before the ledger counts from the moment since which it was held. */
export function foldAsOf(fold: SubjectFold, moment: string): SubjectFold {
  const entries = fold.entries.filter((entry) => trueSince(entry) <= moment);
  const retracted = fold.retracted.filter((entry) => trueSince(entry) <= moment);
  return { ...fold, entries, retracted, state: stateOf(entries) };
}

const trueSince = (entry: Entry): string =>
  entry.type === 'DataDeclared' && entry.facts.since.moment < entry.occurred
    ? entry.facts.since.moment
    : entry.occurred;

/** What stood just before a fact, told or not yet told: by it the fact is judged. */
export function stateBefore(fold: SubjectFold, entry: Entry): SubjectState {
  if (!isLate(fold, entry)) return fold.state;
  return stateOf(fold.entries.filter((other) => compareEntries(other, entry) < 0));
}

/** The state after entries that are in order. */
export function stateOf(entries: readonly Entry[]): SubjectState {
  const drafts = new Drafts();
  let state = emptyState;
  for (const entry of entries) state = evolveState(state, entry, drafts);
  return state;
}

/** Entries of one type, in order: `entriesOf(fold, 'DataTransferred')`. */
export function entriesOf<Type extends Entry['type']>(fold: SubjectFold, type: Type): Extract<Entry, { type: Type }>[] {
  return fold.entries.filter((entry): entry is Extract<Entry, { type: Type }> => entry.type === type);
}

function inserted(entries: readonly Entry[], entry: Entry): Entry[] {
  let from = 0;
  let to = entries.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const other = entries[middle];
    if (other && compareEntries(other, entry) < 0) from = middle + 1;
    else to = middle;
  }
  return [...entries.slice(0, from), entry, ...entries.slice(from)];
}

const retractionOf = (entry: Extract<Entry, { type: 'FactRetracted' }>): Retraction => ({
  event: entry.id,
  at: entry.at,
  occurred: entry.occurred,
  ground: entry.facts.ground,
});

function retract(fold: SubjectFold, entry: Extract<Entry, { type: 'FactRetracted' }>): SubjectFold {
  const { fact } = entry.facts;
  if (fold.retractions.has(fact)) return fold;
  const retractions = new Map(fold.retractions).set(fact, retractionOf(entry));
  const told = fold.entries.find(({ id }) => id === fact);
  if (!told) return { ...fold, retractions };
  const entries = fold.entries.filter(({ id }) => id !== fact);
  const retracted = [...fold.retracted, told].sort(compareEntries);
  return { ...fold, entries, retracted, retractions, state: stateOf(entries) };
}
