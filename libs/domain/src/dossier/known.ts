// What was known at one moment about what was true at another? The events that count, with the traces of their sealed values.
import { type SubjectEvent } from '../catalogue.js';
import { compareEntries } from '../fact.js';
import { foldAsOf, foldSubject, type Retraction, type SubjectFold } from '../subject-fold.js';

/** `asOf`: what was true then; `asKnownAt`: what the ledger knew then. Whole UTC seconds. */
export interface Moments {
  readonly asOf: string;
  readonly asKnownAt: string;
}

export type EventOf<Type extends SubjectEvent['type']> = Extract<SubjectEvent, { type: Type }>;

export interface Retracted {
  readonly fact: SubjectEvent;
  readonly by: Retraction;
}

export interface History {
  /** True by `asOf` and not retracted, in the order in which facts count (`compareEntries`). */
  readonly counted: readonly SubjectEvent[];
  readonly retracted: readonly Retracted[];
  /** All that the ledger knew, in the same order. */
  readonly known: readonly SubjectEvent[];
  /** The same without the traces of sealed values; its state is what stands after `counted`. */
  readonly fold: SubjectFold;
}

/**
 * Folds the streams of one person into one history. A retraction is knowledge, not a fact of the world: it counts from the
 * moment it was recorded, whatever `asOf` asks.
 */
export function historyOf(streams: readonly (readonly SubjectEvent[])[], moments: Moments): History {
  const known = streams
    .flat()
    .filter(({ at }) => at <= moments.asKnownAt)
    .sort(compareEntries);
  const byId = new Map(known.map((event) => [event.id, event]));
  const whole = foldSubject(known);
  // Most questions are about now: then all that is known has happened.
  const fold = known.every(({ occurred }) => occurred <= moments.asOf) ? whole : foldAsOf(whole, moments.asOf);
  const withParts = (id: string) => byId.get(id) ?? [];
  return {
    counted: fold.entries.flatMap(({ id }) => withParts(id)),
    retracted: fold.retracted.flatMap(({ id }) => {
      const [fact, by] = [byId.get(id), fold.retractions.get(id)];
      return fact && by ? [{ fact, by }] : [];
    }),
    known,
    fold,
  };
}

/** Subjects that this stream says are the same person, at a moment of knowledge; each has a stream to be folded too. */
export function mergedSubjects(stream: readonly SubjectEvent[], asKnownAt: string): readonly string[] {
  const others = new Set<string>();
  for (const event of stream) {
    if (event.at > asKnownAt) break;
    if (event.type === 'SubjectsMerged') others.add(event.facts.other);
    if (event.type === 'SubjectsUnmerged') others.delete(event.facts.other);
  }
  return [...others];
}

const sorted = new WeakMap<readonly SubjectEvent[], ReadonlyMap<string, readonly SubjectEvent[]>>();

/** The events of one type, typed. A history is sorted by type once, however many sections ask. */
export function ofType<Type extends SubjectEvent['type']>(
  events: readonly SubjectEvent[],
  type: Type,
): readonly EventOf<Type>[] {
  const byType = sorted.get(events) ?? sortByType(events);
  sorted.set(events, byType);
  return (byType.get(type) ?? []) as readonly EventOf<Type>[];
}

function sortByType(events: readonly SubjectEvent[]): ReadonlyMap<string, readonly SubjectEvent[]> {
  const byType = new Map<string, SubjectEvent[]>();
  for (const event of events) {
    const list = byType.get(event.type);
    if (list) list.push(event);
    else byType.set(event.type, [event]);
  }
  return byType;
}

export const mark = (event: SubjectEvent): { moment: string; event: string } => ({
  moment: event.occurred,
  event: event.id,
});
