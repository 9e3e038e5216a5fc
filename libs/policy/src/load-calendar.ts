// Is this file a calendar of working days, and does it keep its own rules?
import { calendarDocument } from './calendar-document.js';
import { type Calendar, dayOff } from './calendar.js';
import { formMistakes } from './check-form.js';
import { type StoredDocument } from './document.js';
import { inFileOrder, type Mistake, type MistakeCode } from './mistake.js';
import { type Places, pointerOf, readYaml } from './read-yaml.js';
import { calendarShape } from './shape.js';
import { addDays, type CivilDay, isCivilDay, weekdayOf, yearOf } from './zone.js';

export type LoadedCalendar =
  | { readonly ok: true; readonly calendar: Calendar; readonly document: StoredDocument }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** A holiday is never farther from the day that is off in its place. */
const carriedDaysMax = 30;

/** The calendar of a file (YAML or JSON) with its stored document, or every mistake of it in the order of the lines. */
export function loadCalendar(text: string): LoadedCalendar {
  const { value, places, mistakes } = readYaml(text);
  if (mistakes.length > 0) return { ok: false, mistakes: inFileOrder(mistakes) };
  const shape = calendarShape();
  if (!shape.holds(value)) return { ok: false, mistakes: inFileOrder(formMistakes(shape, value, places)) };
  const found = ruleMistakes(value, places);
  if (found.length > 0) return { ok: false, mistakes: inFileOrder(found) };
  return { ok: true, calendar: value, document: calendarDocument(value) };
}

function ruleMistakes(calendar: Calendar, places: Places): Mistake[] {
  const mistakes: Mistake[] = [];
  const seen = new Set<string>();
  calendar.days.forEach(({ date, kind }, i) => {
    const path = ['days', i, 'date'];
    const add = (code: MistakeCode, message: string) =>
      mistakes.push({ ...places.value(path), path: pointerOf(path), code, message });
    if (!isCivilDay(date)) return add('DATE_UNKNOWN', `there is no ${date}`);
    if (seen.has(date)) add('DUPLICATE_CODE', `${date} stands there twice`);
    seen.add(date);
    if (!calendar.years.includes(yearOf(date)))
      add('YEAR_UNKNOWN', `${yearOf(date)} is none of the years of this file`);
    if (kind === 'work' && !calendar.weekend.includes(weekdayOf(date))) {
      add('WORKED_ANYWAY', `${date} is worked without a row`);
    }
  });
  if (mistakes.length > 0) return mistakes;
  for (const [i, date] of uncarried(calendar)) {
    const path = ['days', i, 'date'];
    const message = `${date} is a holiday on a weekend, and no working day after it is off in its place`;
    mistakes.push({ ...places.value(path), path: pointerOf(path), code: 'NOT_CARRIED_OVER', message });
  }
  return mistakes;
}

/** Holidays on a weekend without a row of the day that the calendar's own rule puts in their place. */
function uncarried(calendar: Calendar): [number, CivilDay][] {
  const { carry_over: rule, days, weekend } = calendar;
  if (!rule) return [];
  return days.flatMap(({ date, kind, why, of }, i): [number, CivilDay][] => {
    if (kind === 'work' || of !== undefined || rule.except.includes(why) || !weekend.includes(weekdayOf(date)))
      return [];
    return days.some((row) => row.of === date && row.kind === 'off' && follows(calendar, date, row.date))
      ? []
      : [[i, date]];
  });
}

/** Whether only days off lie between a holiday and the day in its place. */
function follows(calendar: Calendar, holiday: CivilDay, instead: CivilDay): boolean {
  let day = addDays(holiday, 1);
  for (let passed = 0; passed < carriedDaysMax && day < instead; passed++) {
    if (!calendar.years.includes(yearOf(day)) || !dayOff(calendar, day)) return false;
    day = addDays(day, 1);
  }
  return day === instead;
}
