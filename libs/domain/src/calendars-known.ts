// Which calendars were known at a moment? By them a due moment that stands in no event is counted, so that a later one never moves it.
import { type Registers } from './registers.js';

/** Those published by then, or where none was, the first that ever were. */
export function calendarsKnownAt({ calendars }: Registers, moment: string): Registers['calendars'] {
  return calendars.filter(
    (one) => one.from <= moment || calendars.find(({ calendar }) => calendar === one.calendar) === one,
  );
}

/** The same, then with each that was published later, one after the other: for whom those known then do not reach far enough. */
export function* calendarsKnownFrom(registers: Registers, moment: string): Generator<Registers['calendars']> {
  const known = new Set(calendarsKnownAt(registers, moment));
  yield [...known];
  for (const calendar of registers.calendars) {
    if (known.has(calendar)) continue;
    known.add(calendar);
    yield registers.calendars.filter((one) => known.has(one));
  }
}
