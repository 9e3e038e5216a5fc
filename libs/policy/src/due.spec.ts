// By when? Worked examples with every date derived in its comment, and what holds of all terms, calendars and moments.
import { Refused } from '@derbes/kernel';
import fc from 'fast-check';
import { builtInCalendars, builtInProfile, type Calendar, dayOff, type Due, dueOf, termOf } from './index.js';
import { type Term, type Zone } from './profile-terms.js';
import { addDays, civilDay, dayBegins, dayEnds } from './zone.js';

const [kz] = builtInCalendars;
const zone = builtInProfile('kz').counting?.zone;
if (!kz || !zone) throw new Error('the profile of kz counts by a calendar in a zone');
const calendar: Calendar = kz;
const almaty: Zone = zone;

function term(code: string, profile: 'kz' | 'gdpr' = 'kz'): Term {
  const found = termOf(builtInProfile(profile), code);
  if (!found) throw new Error(`${profile} has no term ${code}`);
  return found;
}
const due = (code: string, from: string): Due => dueOf(term(code), from, calendar, almaty);
/** The day in Almaty with whose last second it ends. */
const lastDay = (moment: string): string => {
  const day = civilDay(almaty, Date.parse(moment));
  expect(Date.parse(moment)).toBe(dayEnds(almaty, day));
  return day;
};

describe('a term of working days', () => {
  it.each([
    // Friday 20 March 2026, 15:00. Sat 21, Sun 22 and Mon 23 are Nauryz; Tue 24 and Wed 25 stand for the 21st and 22nd.
    // So Thu 26 is the first working day, Fri 27 the second, Mon 30 (after the weekend of 28–29) the third.
    ['access', '2026-03-20T15:00:00+05:00', '2026-03-30', ['21', '22', '23', '24', '25', '28', '29']],
    // Thursday 19 March 2026: Fri 20 is the first, then as above Thu 26 and Fri 27.
    ['access', '2026-03-19T10:00:00+05:00', '2026-03-27', ['21', '22', '23', '24', '25']],
    // The same Friday: one working day is Thu 26.
    ['correction', '2026-03-20T15:00:00+05:00', '2026-03-26', ['21', '22', '23', '24', '25']],
    // It came on the holiday itself, Mon 23 March: the next working day is the same Thu 26.
    ['correction', '2026-03-23T09:00:00+05:00', '2026-03-26', ['24', '25']],
    // Friday 6 March 2026: Sat 7, Sun 8 (a holiday) and Mon 9 in its place are off; Tue 10 is one working day.
    ['correction', '2026-03-06T18:00:00+05:00', '2026-03-10', ['07', '08', '09']],
    // 16 March 2026 is a working day: the day of the Constitution is off from 2027 on alone. Fri 13: Mon 16.
    ['correction', '2026-03-13T12:00:00+05:00', '2026-03-16', ['14', '15']],
    // Thursday 30 April 2026: Fri 1 May, Sat 2, Sun 3 off; Mon 4, Tue 5, Wed 6 are three working days.
    ['access', '2026-04-30T12:00:00+05:00', '2026-05-06', ['01', '02', '03']],
    // Wednesday 6 May 2026: Thu 7 is off, Fri 8 worked (1), Sat 9 a holiday, Sun 10, Mon 11 in place of the 9th; Tue 12 (2), Wed 13 (3).
    ['access', '2026-05-06T12:00:00+05:00', '2026-05-13', ['07', '09', '10', '11']],
    // Wednesday 6 May 2026, 15 working days: 8 | 12 13 14 15 | 18–22 | 25 26, 27 is Kurban Ait, 28 29 | Mon 1 June.
    // 1 + 4 + 5 + 2 + 2 = 14, and 1 June is the fifteenth.
    [
      'withdrawal',
      '2026-05-06T12:00:00+05:00',
      '2026-06-01',
      ['07', '09', '10', '11', '16', '17', '23', '24', '27', '30', '31'],
    ],
    // Tuesday 26 May 2026: Wed 27 is Kurban Ait; Thu 28, Fri 29, Mon 1 June.
    ['access', '2026-05-26T12:00:00+05:00', '2026-06-01', ['27', '30', '31']],
    // Wednesday 30 December 2026: Thu 31 (1); Fri 1 and Sat 2 January are New Year, Sun 3, Mon 4 in place of the 2nd; Tue 5 (2), Wed 6 (3).
    ['access', '2026-12-30T12:00:00+05:00', '2027-01-06', ['01', '02', '03', '04']],
    // Thursday 31 December 2026, 23:59:59 in Almaty: Tue 5 (1), Wed 6 (2), Thu 7 is Christmas, Fri 8 (3).
    ['access', '2026-12-31T23:59:59+05:00', '2027-01-08', ['01', '02', '03', '04', '07']],
    // One second later it is 1 January, a holiday: the same three days.
    ['access', '2027-01-01T00:00:00+05:00', '2027-01-08', ['02', '03', '04', '07']],
    // Friday 3 May 2024: Sat 4 is worked in place of Wed 8.
    ['correction', '2024-05-03T12:00:00+05:00', '2024-05-04', []],
    // Saturday 4 May 2024, worked: Sun 5 off, Mon 6 (1); Tue 7 a holiday, Wed 8 moved here, Thu 9 a holiday, Fri 10 (2), Mon 13 (3).
    ['access', '2024-05-04T12:00:00+05:00', '2024-05-13', ['05', '07', '08', '09', '11', '12']],
    // Tuesday 31 December 2024: 1, 2 January are New Year, Fri 3 moved here, Sat 4 off, Sun 5 worked (1), Mon 6 (2), Tue 7 Christmas, Wed 8 (3).
    ['access', '2024-12-31T12:00:00+05:00', '2025-01-08', ['01', '02', '03', '04', '07']],
    // Friday 29 August 2025: Sat 30 was the day of the Constitution, Mon 1 September stood for it; Tue 2.
    ['correction', '2025-08-29T12:00:00+05:00', '2025-09-02', ['30', '31', '01']],
  ])('%s from %s ends with %s', (code, from, ends, skipped) => {
    const found = due(code, from);
    expect(lastDay(found.due)).toBe(ends);
    expect(found.skipped.map(({ date }) => date.slice(-2))).toEqual(skipped);
  });

  it('says of each day why it was passed over, by which act, and how sure that is', () => {
    expect(due('correction', '2026-03-20T15:00:00+05:00').skipped).toEqual([
      { date: '2026-03-21', why: 'nauryz', act: '267-II:3', confidence: 'S2' },
      { date: '2026-03-22', why: 'nauryz', act: '267-II:3', confidence: 'S2' },
      { date: '2026-03-23', why: 'nauryz', act: '267-II:3', confidence: 'S2' },
      { date: '2026-03-24', why: 'carried-over', act: '267-II:5', confidence: 'S2' },
      { date: '2026-03-25', why: 'carried-over', act: '267-II:5', confidence: 'S2' },
    ]);
    // Kurban Ait of 2028 on Friday 5 May is computed: nobody announced it.
    expect(due('correction', '2028-05-04T15:00:00+05:00').skipped[0]).toEqual({
      date: '2028-05-05',
      why: 'kurban-ait',
      act: '414-V:84(5)',
      confidence: 'M',
      announced: 'no',
    });
    expect(due('correction', '2026-11-20T15:00:00+05:00').skipped).toEqual([
      { date: '2026-11-21', why: 'weekend' },
      { date: '2026-11-22', why: 'weekend' },
    ]);
  });

  it('has a strict reading from the moment itself where the act leaves that open', () => {
    // Friday 18:00 → by the next working day at 18:00, Monday.
    expect(due('breach-notice', '2026-11-20T18:00:00+05:00')).toMatchObject({
      due: '2026-11-23T18:59:59Z',
      strict: '2026-11-23T13:00:00Z',
    });
    // On a day off the working day has yet to begin: both readings end with Monday.
    expect(due('breach-notice', '2026-11-21T18:00:00+05:00').strict).toBeUndefined();
    expect(due('access', '2026-11-20T18:00:00+05:00').strict).toBeUndefined();
  });

  it('is refused in a year that the calendar does not know, also in a hole between two that it does', () => {
    const codeOf = (from: string, years = calendar.years) => {
      try {
        return dueOf(term('access'), from, { ...calendar, years }, almaty).due;
      } catch (error) {
        if (error instanceof Refused) return [error.code, error.facts['year']];
        throw error;
      }
    };
    // Wednesday 27 December 2028: 28 and 29 are two; the third lies in 2029.
    expect(codeOf('2028-12-27T12:00:00+05:00')).toEqual(['CALENDAR_ENDS', '2029']);
    // Tuesday 26 December 2028: 27, 28, 29.
    expect(codeOf('2028-12-26T12:00:00+05:00')).toBe('2028-12-29T18:59:59Z');
    expect(codeOf('2025-12-30T12:00:00+05:00', [2024, 2025, 2027, 2028])).toEqual(['CALENDAR_ENDS', '2026']);
    // It began in a year that the calendar does not know.
    expect(codeOf('2023-12-29T12:00:00+06:00')).toEqual(['CALENDAR_ENDS', '2023']);
  });
});

describe('a term of calendar days', () => {
  it.each([
    // Friday 20 November 2026 and 15 days: Saturday 5 December, so Monday 7.
    ['2026-11-20T12:00:00+05:00', '2026-12-07', ['05', '06']],
    // Monday 23 November and 15 days: Tuesday 8 December.
    ['2026-11-23T12:00:00+05:00', '2026-12-08', []],
  ])('from %s ends with %s', (from, ends, skipped) => {
    const found = due('deletion', from);
    expect(lastDay(found.due)).toBe(ends);
    expect(found.skipped.map(({ date }) => date.slice(-2))).toEqual(skipped);
  });
});

describe('a term of months or hours (Reg. 1182/71)', () => {
  const gdpr = (code: string, from: string, extended = false) =>
    dueOf(term(code, 'gdpr'), from, undefined, almaty, extended);

  it.each([
    // The same date a month later.
    ['2026-11-23T12:00:00+05:00', false, '2026-12-23'],
    // There is no 31 September: the 30th, a Wednesday.
    ['2026-08-31T12:00:00+05:00', false, '2026-09-30'],
    // 28 February 2027 is a Sunday: Monday 1 March.
    ['2027-01-31T12:00:00+05:00', false, '2027-03-01'],
    // 5 December 2026 is a Saturday: Monday 7.
    ['2026-11-05T12:00:00+05:00', false, '2026-12-07'],
    // One month and two more: 30 November → 28 February 2027, a Sunday, → Monday 1 March.
    ['2026-11-30T12:00:00+05:00', true, '2027-03-01'],
    ['2026-11-23T12:00:00+05:00', true, '2027-02-23'],
  ])('from %s, extended %s, ends with %s', (from, extended, ends) => {
    expect(lastDay(gdpr('access', from, extended).due)).toBe(ends);
  });

  it('in hours counts from the next full hour, or strictly from the moment, and over any day off', () => {
    // 10:20 on a Friday: the hour from 11:00 on is the first of 72, which end on Monday at 11:00.
    expect(gdpr('breach-notice', '2026-11-20T10:20:00Z')).toEqual({
      due: '2026-11-23T10:59:59Z',
      strict: '2026-11-23T10:19:59Z',
      skipped: [],
    });
  });

  it('is extended only where the law knows an extension', () => {
    expect(() => gdpr('breach-notice', '2026-11-20T10:20:00Z', true)).toThrow(Refused);
  });
});

describe('a civil day in Almaty', () => {
  it('was UTC+6 until the end of February 2024 and is UTC+5 since, with the hour between counted to 29 February', () => {
    expect(dayBegins(almaty, '2024-02-29')).toBe(Date.parse('2024-02-28T18:00:00Z'));
    expect(dayEnds(almaty, '2024-02-29')).toBe(Date.parse('2024-02-29T18:59:59Z'));
    expect(dayBegins(almaty, '2024-03-01')).toBe(Date.parse('2024-02-29T19:00:00Z'));
    expect(civilDay(almaty, Date.parse('2024-02-29T17:59:59Z'))).toBe('2024-02-29');
    expect(civilDay(almaty, Date.parse('2024-02-29T18:30:00Z'))).toBe('2024-02-29');
    expect(civilDay(almaty, Date.parse('2024-02-29T19:00:00Z'))).toBe('2024-03-01');
  });

  it('is what this machine’s own time zones say of every day that the calendar knows', () => {
    const local = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Almaty', dateStyle: 'short' });
    for (let day = '2024-01-01'; day < '2029-01-01'; day = addDays(day, 1)) {
      for (const ms of [dayBegins(almaty, day), dayEnds(almaty, day)]) {
        expect(local.format(ms)).toBe(day);
        expect(civilDay(almaty, ms)).toBe(day);
      }
    }
  });
});

describe('of every term from every moment', () => {
  const begins = Date.parse('2024-01-01T00:00:00Z');
  const ends = Date.parse('2028-10-01T00:00:00Z');
  const moments = fc.integer({ min: begins / 1000, max: ends / 1000 }).map((s) => new Date(s * 1000).toISOString());
  const terms = fc.record({
    amount: fc.integer({ min: 1, max: 20 }),
    unit: fc.constantFrom<Term['unit']>('working-day', 'calendar-day'),
    strict: fc.constant('from-moment' as const),
  });
  const dates = fc.integer({ min: 0, max: 1_700 }).map((n) => addDays('2024-01-01', n));
  const runs = { numRuns: 300 };

  /** The same calendar with one working day more that is off. */
  const withOff = (date: string): Calendar => ({
    ...calendar,
    days: [
      ...calendar.days.filter((row) => row.date !== date),
      {
        date,
        kind: 'off',
        why: 'invented',
        article: '267-II:3',
        confidence: 'M',
        source: 'an invention',
        label: { ru: 'день', kk: 'күн', en: 'day' },
      },
    ],
  });

  it('the last day is never a day off, and the strict reading never ends later or on a day off either', () => {
    fc.assert(
      fc.property(terms, moments, (counted, from) => {
        const found = dueOf(counted, from, calendar, almaty);
        expect(dayOff(calendar, lastDay(found.due))).toBeUndefined();
        const strict = found.strict ?? found.due;
        expect(strict <= found.due).toBe(true);
        expect(dayOff(calendar, civilDay(almaty, Date.parse(strict)))).toBeUndefined();
        expect(strict > from.slice(0, 19)).toBe(true);
      }),
      runs,
    );
  });

  it('it never ends earlier when a day more is off', () => {
    fc.assert(
      fc.property(terms, moments, dates, (counted, from, off) => {
        expect(dueOf(counted, from, withOff(off), almaty).due >= dueOf(counted, from, calendar, almaty).due).toBe(true);
      }),
      runs,
    );
  });

  it('what begins later never ends earlier, by either reading', () => {
    fc.assert(
      fc.property(terms, moments, moments, (counted, one, other) => {
        const [earlier, later] = [one, other].sort();
        const first = dueOf(counted, earlier ?? one, calendar, almaty);
        const second = dueOf(counted, later ?? other, calendar, almaty);
        expect(first.due <= second.due).toBe(true);
        expect((first.strict ?? first.due) <= (second.strict ?? second.due)).toBe(true);
      }),
      runs,
    );
  });

  it('so many working days lie after it as the term has', () => {
    fc.assert(
      fc.property(terms, moments, ({ amount }, from) => {
        const found = dueOf({ amount, unit: 'working-day' }, from, calendar, almaty);
        let worked = 0;
        const last = lastDay(found.due);
        for (let day = addDays(civilDay(almaty, Date.parse(from)), 1); day <= last; day = addDays(day, 1)) {
          if (!dayOff(calendar, day)) worked++;
        }
        expect(worked).toBe(amount);
      }),
      runs,
    );
  });
});
