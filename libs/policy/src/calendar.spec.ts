// Are the days off in Kazakhstan what the law says, and where does a well-known package say otherwise?
import Holidays from 'date-holidays';
import { calendarDocument, dayOff, loadCalendar, NotADocument, readCalendarDocument } from './index.js';
import { builtInCalendars } from './calendars/index.js';
import { type Calendar } from './calendar.js';
import { addDays, weekdayOf, yearOf } from './zone.js';

const [kz] = builtInCalendars;
if (!kz) throw new Error('the program brings a calendar of kz');
const calendar: Calendar = kz;

function daysOf(year: number): string[] {
  const days: string[] = [];
  for (let day = `${year}-01-01`; yearOf(day) === year; day = addDays(day, 1)) days.push(day);
  return days;
}
/** Days off on which people would work if only weekends counted, and weekend days that are worked. */
const offOnWeekdays = (year: number): string[] =>
  daysOf(year)
    .filter((day) => weekdayOf(day) < 6 && dayOff(calendar, day))
    .map((day) => day.slice(5));
const workedWeekends = (year: number): string[] =>
  daysOf(year)
    .filter((day) => weekdayOf(day) > 5 && !dayOff(calendar, day))
    .map((day) => day.slice(5));

describe('the calendar of kz', () => {
  it.each([
    [
      2024,
      [
        '01-01',
        '01-02',
        '03-08',
        '03-21',
        '03-22',
        '03-25',
        '05-01',
        '05-07',
        '05-08',
        '05-09',
        '07-08',
        '08-30',
        '10-25',
        '12-16',
      ],
      ['05-04'],
    ],
    [
      2025,
      [
        '01-01',
        '01-02',
        '01-03',
        '01-07',
        '03-10',
        '03-21',
        '03-24',
        '03-25',
        '05-01',
        '05-07',
        '05-09',
        '06-06',
        '07-07',
        '09-01',
        '10-27',
        '12-16',
      ],
      ['01-05'],
    ],
    [
      2026,
      [
        '01-01',
        '01-02',
        '01-07',
        '03-09',
        '03-23',
        '03-24',
        '03-25',
        '05-01',
        '05-07',
        '05-11',
        '05-27',
        '07-06',
        '10-26',
        '12-16',
      ],
      [],
    ],
    [
      2027,
      [
        '01-01',
        '01-04',
        '01-07',
        '03-08',
        '03-15',
        '03-22',
        '03-23',
        '03-24',
        '05-03',
        '05-07',
        '05-10',
        '07-06',
        '10-25',
        '12-16',
      ],
      [],
    ],
    [
      2028,
      [
        '01-03',
        '01-04',
        '01-07',
        '03-08',
        '03-15',
        '03-21',
        '03-22',
        '03-23',
        '05-01',
        '05-05',
        '05-08',
        '05-09',
        '07-06',
        '10-25',
        '12-18',
      ],
      [],
    ],
  ])('of %d has these weekdays off and these weekend days worked', (year, off, worked) => {
    expect(offOnWeekdays(year)).toEqual(off);
    expect(workedWeekends(year)).toEqual(worked);
  });

  it('marks what is computed and what nobody announced, and nothing else', () => {
    const unsure = calendar.days.filter(({ confidence }) => confidence !== 'S2');
    expect(new Set(unsure.map(({ date }) => yearOf(date)))).toEqual(new Set([2027, 2028]));
    expect(calendar.days.filter(({ announced }) => announced).map(({ date }) => date)).toEqual([
      '2027-05-16',
      '2028-05-05',
    ]);
  });

  it('is stored as a document and read back, and keeps its own rules', () => {
    const { bytes, sha256 } = calendarDocument(calendar);
    expect(readCalendarDocument(bytes, sha256)).toEqual(calendar);
    expect(() => readCalendarDocument(bytes, '0'.repeat(64))).toThrow(NotADocument);
    expect(loadCalendar(JSON.stringify(calendar))).toMatchObject({ ok: true, document: { sha256 } });
  });
});

describe('a calendar file', () => {
  const mistakesOf = (change: (days: Calendar['days']) => Calendar['days'], more: Partial<Calendar> = {}) => {
    const loaded = loadCalendar(JSON.stringify({ ...calendar, ...more, days: change(calendar.days) }, null, 1));
    return loaded.ok ? [] : loaded.mistakes.map(({ code, message, line }) => [code, message, line > 1]);
  };
  const [first] = calendar.days;
  if (!first) throw new Error('the calendar has days');

  it('names a day that does not exist, stands there twice, lies in an unknown year, or is worked anyway', () => {
    expect(mistakesOf((days) => [...days, { ...first, date: '2026-02-30' }])).toEqual([
      ['DATE_UNKNOWN', 'there is no 2026-02-30', true],
    ]);
    expect(mistakesOf((days) => [...days, first])).toEqual([['DUPLICATE_CODE', '2024-01-01 stands there twice', true]]);
    expect(mistakesOf((days) => [...days, { ...first, date: '2029-01-01' }])).toEqual([
      ['YEAR_UNKNOWN', '2029 is none of the years of this file', true],
    ]);
    expect(mistakesOf((days) => [...days, { ...first, date: '2026-11-23', kind: 'work' }])).toEqual([
      ['WORKED_ANYWAY', '2026-11-23 is worked without a row', true],
    ]);
  });

  it('names a holiday on a weekend without the day in its place', () => {
    expect(mistakesOf((days) => days.filter(({ date }) => date !== '2026-05-11'))).toEqual([
      [
        'NOT_CARRIED_OVER',
        '2026-05-09 is a holiday on a weekend, and no working day after it is off in its place',
        true,
      ],
    ]);
    // A working day lies between.
    const moved = (days: Calendar['days']) =>
      days.map((day) => (day.date === '2026-05-11' ? { ...day, date: '2026-05-13' } : day));
    expect(mistakesOf(moved)).toHaveLength(1);
    // Christmas and Kurban Ait are days off, and no holidays of the Law on holidays.
    expect(
      mistakesOf((days) => days.filter(({ date }) => date !== '2026-05-11'), { carry_over: undefined as never }),
    ).toEqual([]);
  });

  it('of another form is named by its line, and what is no YAML as such', () => {
    expect(mistakesOf((days) => days, { version: 'ONE' })).toEqual([
      ['WRONG_FORM', 'ONE has not the form of version', true],
    ]);
    expect(loadCalendar(': :')).toMatchObject({ ok: false, mistakes: [{ code: 'NOT_YAML' }] });
  });
});

describe('the package date-holidays', () => {
  /** Weekdays off by it, by the date alone: Kurban Ait runs from sunset to sunset there. */
  function offByPackage(year: number): string[] {
    const found = new Holidays('KZ').getHolidays(year).filter(({ type }) => type === 'public');
    const days = found.map(({ date }) => date.slice(0, 'YYYY-MM-DD'.length)).filter((day) => weekdayOf(day) < 6);
    return [...new Set(days)]
      .filter((day) => yearOf(day) === year)
      .map((day) => day.slice(5))
      .sort();
  }
  const missing = (from: readonly string[], in_: readonly string[]) => from.filter((day) => !in_.includes(day));

  it.each([
    // It knows no day that the ministry of labour moved: 8 May 2024 for Saturday 4 May, 3 January 2025 for Sunday 5 January.
    [2024, { ours: ['05-08'], theirs: [] }],
    [2025, { ours: ['01-03'], theirs: [] }],
    // Two days of Nauryz fall on a weekend and it carries one over; and it has the day of the Constitution a year early.
    [2026, { ours: ['03-25'], theirs: ['03-16'] }],
    // The first day of Nauryz is a Sunday, for which it carries nothing over.
    [2027, { ours: ['03-24'], theirs: [] }],
    [2028, { ours: [], theirs: [] }],
  ])('of %d disagrees with the calendar in these days alone', (year, known) => {
    const theirs = offByPackage(year);
    const ours = offOnWeekdays(year);
    expect({ ours: missing(ours, theirs), theirs: missing(theirs, ours) }).toEqual(known);
  });
});
