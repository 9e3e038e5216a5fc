// By when? A term of law counted from a moment: civil days of one zone, never ending on a day off.
import { Refused } from '@derbes/kernel';
import { type Calendar, dayOff, type DayOff } from './calendar.js';
import { type Term, type Zone } from './profile-terms.js';
import { addDays, addMonths, type CivilDay, civilDay, dayBegins, dayEnds } from './zone.js';

const hourMs = 3_600_000;
/** Longer than any holidays: a calendar with nothing but days off is refused and not searched for ever. */
const daysSearchedMax = 2_000;

export interface Due {
  /** The last second in which it is in time, whole UTC seconds. */
  readonly due: string;
  /** The last second by the reading that counts from the moment itself; absent where no reading ends earlier. */
  readonly strict?: string;
  /** Days off that were passed over, in order. */
  readonly skipped: readonly DayOff[];
}

export type CountedTerm = Pick<Term, 'amount' | 'unit' | 'strict' | 'extension'>;

const momentOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}Z`;

/**
 * When a term from a moment is over; `extended` adds the extension that the term allows. Refuses CALENDAR_ENDS past the years of
 * the calendar, MOMENT_MALFORMED and TERM_NOT_EXTENDABLE.
 */
export function dueOf(
  term: CountedTerm,
  from: string,
  calendar: Calendar | undefined,
  zone: Zone,
  extended = false,
): Due {
  const ms = Math.floor(Date.parse(from) / 1_000) * 1_000;
  if (Number.isNaN(ms)) throw new Refused('MOMENT_MALFORMED', 'this is no moment');
  const amount = term.amount + (extended ? extensionOf(term) : 0);
  switch (term.unit) {
    case 'hour':
      return hoursFrom(ms, amount, term);
    case 'working-day':
      return workingDaysFrom(ms, amount, term, calendar, zone);
    case 'calendar-day':
      return endingOn(addDays(civilDay(zone, ms), amount), calendar, zone);
    case 'month':
      return endingOn(addMonths(civilDay(zone, ms), amount), calendar, zone);
  }
}

function extensionOf({ unit, extension }: CountedTerm): number {
  if (extension?.unit !== unit) throw new Refused('TERM_NOT_EXTENDABLE', 'the law knows no extension of this term');
  return extension.amount;
}

/** Reg. 1182/71 Art. 3(1): the hour in which it happened is not counted; Art. 3(4) moves no period expressed in hours. */
function hoursFrom(ms: number, hours: number, { strict }: CountedTerm): Due {
  const due = (Math.floor(ms / hourMs) + 1 + hours) * hourMs - 1_000;
  return { due: momentOf(due), ...(strict && { strict: momentOf(ms + hours * hourMs - 1_000) }), skipped: [] };
}

/** The day on which it happened is not counted, nor is any day off after it. */
function workingDaysFrom(
  ms: number,
  days: number,
  { strict }: CountedTerm,
  calendar: Calendar | undefined,
  zone: Zone,
): Due {
  const began = civilDay(zone, ms);
  const skipped: DayOff[] = [];
  let last = began;
  for (let left = days; left > 0; left--) last = workingDayFrom(addDays(last, 1), calendar, skipped);
  const due = dayEnds(zone, last);
  // What comes on a day off begins with the next working day, so both readings end alike.
  if (!strict || dayOff(calendar, began)) return { due: momentOf(due), skipped };
  const earlier = Math.max(dayBegins(zone, last), due - (dayEnds(zone, began) - ms));
  return { due: momentOf(due), ...(earlier < due && { strict: momentOf(earlier) }), skipped };
}

function endingOn(day: CivilDay, calendar: Calendar | undefined, zone: Zone): Due {
  const skipped: DayOff[] = [];
  return { due: momentOf(dayEnds(zone, workingDayFrom(day, calendar, skipped))), skipped };
}

/** The first working day at or after a day; days off before it are added to `skipped`. */
function workingDayFrom(day: CivilDay, calendar: Calendar | undefined, skipped: DayOff[]): CivilDay {
  let at = day;
  for (let searched = 0; searched < daysSearchedMax; searched++) {
    const off = dayOff(calendar, at);
    if (!off) return at;
    skipped.push(off);
    at = addDays(at, 1);
  }
  throw new Refused('CALENDAR_ENDS', 'the calendar has no working day after this one');
}
