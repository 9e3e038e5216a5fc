// What was known at one moment about what was true at another? The events that count, in the order in which they happened.
import { type SubjectEvent } from '../catalogue.js';
import { compareEntries } from '../fact.js';

/** `asOf`: what was true then; `asKnownAt`: what the ledger knew then. Whole UTC seconds. */
export interface Moments {
  readonly asOf: string;
  readonly asKnownAt: string;
}

export interface Retracted {
  readonly fact: SubjectEvent;
  readonly by: EventOf<'FactRetracted'>;
}

export type EventOf<Type extends SubjectEvent['type']> = Extract<SubjectEvent, { type: Type }>;

export interface History {
  /** Occurred by `asOf` and not retracted, in the order in which facts count (`compareEntries`). */
  readonly counted: readonly SubjectEvent[];
  readonly retracted: readonly Retracted[];
  /** All that the ledger knew, in the same order. */
  readonly known: readonly SubjectEvent[];
}

/** A stream as it was known: up to the first event recorded later. */
export function knownAt(stream: readonly SubjectEvent[], moment: string): readonly SubjectEvent[] {
  const end = stream.findIndex((event) => event.at > moment);
  return end === -1 ? stream : stream.slice(0, end);
}

/**
 * Folds the streams of one person into one history. A retraction is knowledge, not a fact of the world: it counts from the
 * moment it was recorded, whatever `asOf` asks.
 */
export function historyOf(streams: readonly (readonly SubjectEvent[])[], { asOf, asKnownAt }: Moments): History {
  const known = streams.flatMap((stream) => knownAt(stream, asKnownAt)).sort(compareEntries);
  const retractions = new Map<string, EventOf<'FactRetracted'>>();
  for (const event of known) if (event.type === 'FactRetracted') retractions.set(event.facts.fact, event);
  const happened = known.filter((event) => event.occurred <= asOf);
  const retracted = happened.flatMap((fact) => {
    const by = retractions.get(fact.id);
    return by ? [{ fact, by }] : [];
  });
  return { counted: happened.filter((event) => !retractions.has(event.id)), retracted, known };
}

/** Subjects that this stream says are the same person, at a moment of knowledge; each has a stream to be folded too. */
export function mergedSubjects(stream: readonly SubjectEvent[], moment: string): readonly string[] {
  const others = new Set<string>();
  for (const event of knownAt(stream, moment)) {
    if (event.type === 'SubjectsMerged') others.add(event.facts.other);
    if (event.type === 'SubjectsUnmerged') others.delete(event.facts.other);
  }
  return [...others];
}

/** The events of one type, typed. */
export const ofType = <Type extends SubjectEvent['type']>(events: readonly SubjectEvent[], type: Type) =>
  events.filter((event): event is EventOf<Type> => event.type === type);

export const mark = (event: SubjectEvent): { moment: string; event: string } => ({
  moment: event.occurred,
  event: event.id,
});
