// Where was which data of a person, from when until when? The intervals by which it is found whom a breach concerns.
import { entriesOf, joinFolds, type SubjectFold } from '../subject-fold.js';
import { means, type Holding } from '../holding.js';
import { isConfirmed, type Task } from '../task/state.js';

export interface Exposure {
  readonly kind: 'holder' | 'recipient';
  readonly place: string;
  readonly category: string;
  readonly since: string;
  /** The last moment at which it was there; absent while it is. */
  readonly until?: string;
}

/** Since when nobody knows: data from before the ledger, held since not later than a moment. */
export const sinceUnknown = '0001-01-01T00:00:00Z';

/**
 * Of all streams of one person, an erased one's too: that she is gone does not undo a breach. At a holder data is from its collection
 * until it was destroyed (deleted: until its copies go); with a recipient from the transfer on. Both end when whoever has it
 * confirmed a task to destroy it that was ordered after the last telling. The intervals of one place and category do not overlap.
 */
export function exposuresOf(folds: readonly SubjectFold[]): readonly Exposure[] {
  const [first, ...others] = folds;
  if (!first) return [];
  const fold = others.reduce(joinFolds, first);
  const destroyed = [...fold.state.tasks.values()].filter((task) => task.kind === 'destroy' && isConfirmed(task));
  const groups = new Map<string, Exposure[]>();
  for (const one of [...held(fold), ...transferred(fold, destroyed)]) {
    const key = `${one.kind}|${one.place}|${one.category}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].flatMap(joined);
}

/** What a holder answered has ended the holding that it was about, and no other. */
function held({ state: { holdings } }: SubjectFold): Exposure[] {
  return [...holdings.past, ...holdings.current.values()].map(({ category, holder: place, since, end }): Exposure => ({
    kind: 'holder',
    place,
    category,
    since: since.precision === 'exact' ? since.moment : sinceUnknown,
    ...(end && { until: endOf(end) }),
  }));
}

/** What is only deleted stands in copies until a day. */
const endOf = ({ manner, moment, copiesUntil }: NonNullable<Holding['end']>): string => {
  const copies = manner === 'deleted' && copiesUntil !== undefined ? `${copiesUntil}T23:59:59Z` : moment;
  return copies > moment ? copies : moment;
};

function transferred(fold: SubjectFold, tasks: readonly Task[]): Exposure[] {
  return entriesOf(fold, 'DataTransferred').flatMap(({ occurred: since, facts }) =>
    facts.categories.map((category): Exposure => {
      const until = confirmedSince(tasks, facts, category, since);
      return {
        kind: 'recipient',
        place: facts.recipient,
        category,
        since,
        ...(until !== undefined && { until }),
      };
    }),
  );
}

/** When a recipient first confirmed that a category is gone which was ordered to go at `from` or later; single values are no category. */
function confirmedSince(
  tasks: readonly Task[],
  sent: { readonly recipient: string; readonly purposes: readonly string[]; readonly role?: string },
  category: string,
  from: string,
): string | undefined {
  return tasks
    .filter(({ recipient, categories, purposes, role, values, ordered }) => {
      if (recipient !== sent.recipient || ordered < from || values) return false;
      if (role !== undefined && sent.role !== undefined && role !== sent.role) return false;
      if (purposes && !sent.purposes.every((purpose) => purposes.includes(purpose))) return false;
      return categories === undefined || categories.some((named) => means(named, category));
    })
    .flatMap(({ acknowledged }) => acknowledged?.moment ?? [])
    .filter((moment) => moment >= from)
    .sort()
    .at(0);
}

/** Intervals of one place and category that touch are one. */
function joined(intervals: readonly Exposure[]): Exposure[] {
  const apart: Exposure[] = [];
  for (const next of [...intervals].sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0))) {
    const last = apart.at(-1);
    if (!last || (last.until !== undefined && last.until < next.since)) apart.push(next);
    else apart.splice(-1, 1, reaching(last, next.until));
  }
  return apart;
}

function reaching({ until, ...interval }: Exposure, other: string | undefined): Exposure {
  const last = until === undefined || other === undefined ? undefined : until > other ? until : other;
  return { ...interval, ...(last !== undefined && { until: last }) };
}
