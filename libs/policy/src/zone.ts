// On which civil day is a moment, and when does that day end? One table of offsets, so that no program's time zones decide.
import { type Zone } from './profile-terms.js';

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** A civil day, as `YYYY-MM-DD`. */
export type CivilDay = string;

const dayOf = (ms: number): CivilDay => new Date(ms).toISOString().slice(0, 'YYYY-MM-DD'.length);
const msOf = (day: CivilDay): number => Date.parse(`${day}T00:00:00Z`);

export const addDays = (day: CivilDay, days: number): CivilDay => dayOf(msOf(day) + days * dayMs);

/** The same date some months later; the last day of that month where it has no such date. */
export function addMonths(day: CivilDay, months: number): CivilDay {
  const at = new Date(msOf(day));
  const first = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months, 1);
  const last = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months + 1, 0);
  return dayOf(Math.min(first + (at.getUTCDate() - 1) * dayMs, last));
}

/** ISO number of the weekday: 1 is Monday, 7 Sunday. */
export const weekdayOf = (day: CivilDay): number => new Date(msOf(day)).getUTCDay() || 7;

export const yearOf = (day: CivilDay): number => Number(day.slice(0, 'YYYY'.length));

/** Whether the calendar of the world has this day: no 30 February. */
export const isCivilDay = (day: string): boolean => !Number.isNaN(msOf(day)) && dayOf(msOf(day)) === day;

/** The civil day of a moment (milliseconds since the epoch). */
export function civilDay({ offsets }: Zone, ms: number): CivilDay {
  const row = offsets.findLast(({ from }) => Date.parse(from) <= ms) ?? offsets[0];
  return dayOf(ms + (row?.minutes ?? 0) * minuteMs);
}

/** The first moment of a civil day. */
export function dayBegins({ offsets }: Zone, day: CivilDay): number {
  // Where clocks are put back over midnight a day begins twice: the second time is when the day before is over.
  const begins = offsets.flatMap(({ from, minutes }, i) => {
    const ms = msOf(day) - minutes * minuteMs;
    const since = i === 0 ? -Infinity : Date.parse(from);
    const until = Date.parse(offsets[i + 1]?.from ?? '') || Infinity;
    return ms >= since && ms < until ? [ms] : [];
  });
  return begins.at(-1) ?? msOf(day) - (offsets.at(-1)?.minutes ?? 0) * minuteMs;
}

/** The last second of a civil day. */
export const dayEnds = (zone: Zone, day: CivilDay): number => dayBegins(zone, addDays(day, 1)) - 1_000;
