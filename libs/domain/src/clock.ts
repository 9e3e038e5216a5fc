// By when must something be done? A due moment with all that it was counted by, as it stands in the event that started it.
import { type Static } from 'typebox';
import { closed, Code, EditionCode, Moment, optional, Sha256 } from './vocabulary.js';

/** A due moment with all that it was counted by; it is never counted again. */
export const Clock = closed({
  term: Code,
  profile: Code,
  version: EditionCode,
  /** Document of the calendar of working days; absent where none has to do with it. */
  calendar: optional(Sha256),
  from: Moment,
  /** The last second in which it is in time. */
  due: Moment,
  /** The same by the reading that counts from the moment itself; absent where no reading ends earlier. */
  strict: optional(Moment),
});
export type Clock = Static<typeof Clock>;

/** Of two clocks the one that binds: where two profiles apply, what ends earlier. */
export const earlier = (a: Clock, b: Clock): Clock => (b.due < a.due ? b : a);

/** The clock that binds among those of several profiles; undefined for none. */
export const bindingClock = (clocks: readonly Clock[]): Clock | undefined =>
  clocks.reduce<Clock | undefined>((first, clock) => (first ? earlier(first, clock) : clock), undefined);

/** By which moment lists warn: the strict one where there is one. */
export const warnsAt = ({ due, strict }: Pick<Clock, 'due' | 'strict'>): string =>
  strict !== undefined && strict < due ? strict : due;

/** Whether a moment is too late. */
export const isPast = ({ due }: Pick<Clock, 'due'>, moment: string): boolean => moment > due;

/** The term within which what reached any address of the controller is to be registered. */
export const intakeTerm = 'intake';
