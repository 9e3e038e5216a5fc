// Which days are working days? A table of every year with the act behind each day; what it does not know, it does not guess.
import { Refused } from '@derbes/kernel';
import Type, { type Static } from 'typebox';
import { closed, Labels } from './format-entries.js';
import { type Article, ProfileCode, row } from './profile-destruction.js';
import { type CivilDay, weekdayOf, yearOf } from './zone.js';

const calendarFormat = 'derbes.calendar/v1';
const daysMax = 1_000;
const yearsMax = 50;
const [yearMin, yearMax] = [2000, 2200];

const date = Type.String({ pattern: '^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$' });

const CalendarDay = Type.Object(
  {
    date,
    kind: Type.Enum(['off', 'work'], { description: '`work`: a Saturday or Sunday on which people work.' }),
    why: ProfileCode,
    of: Type.Optional(date),
    announced: Type.Optional(
      Type.Literal('no', { description: 'Whoever fixes this day has not done so yet: the date is computed.' }),
    ),
    ...row,
  },
  {
    ...closed,
    description:
      'A day that is not what its weekday says, or a holiday on a weekend. `of`: the day that it stands for.',
  },
);
export type CalendarDay = Static<typeof CalendarDay>;

const CarryOver = Type.Object(
  { except: Type.Array(ProfileCode, { maxItems: 20, description: 'Holidays for which no other day is off.' }), ...row },
  {
    ...closed,
    description: 'A holiday on a weekend: the next working day after it is off. Each such day has its own row.',
  },
);

export const CalendarSchema = Type.Object(
  {
    format: Type.Literal(calendarFormat),
    code: ProfileCode,
    version: Type.String({
      description: 'Another one for every correction.',
      pattern: '^(?!.*[0-9]{7})[a-z0-9]+([.-][a-z0-9]+)*$',
      maxLength: 20,
    }),
    acts: Type.Array(
      Type.Object({ code: Type.String({ pattern: '^[A-Za-z0-9.-]+$', maxLength: 40 }), label: Labels }, closed),
      { maxItems: 40 },
    ),
    weekend: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
      description: 'ISO weekdays that are off: 6 is Saturday.',
      maxItems: 6,
      uniqueItems: true,
    }),
    carry_over: Type.Optional(CarryOver),
    years: Type.Array(Type.Integer({ minimum: yearMin, maximum: yearMax }), {
      description: 'Years of which every day is known; in any other nothing is counted.',
      minItems: 1,
      maxItems: yearsMax,
      uniqueItems: true,
    }),
    days: Type.Array(CalendarDay, { maxItems: daysMax }),
  },
  { ...closed, title: 'Derbes calendar of working days' },
);
export type Calendar = Static<typeof CalendarSchema>;

/** A day on which nothing has to be done, and why. `act` is absent for an ordinary weekend. */
export interface DayOff {
  readonly date: CivilDay;
  /** Code of the holiday, `carried-over`, `moved`, or `weekend`. */
  readonly why: string;
  readonly act?: Static<typeof Article>;
  readonly confidence?: CalendarDay['confidence'];
  /** Set where whoever fixes the day has not done so. */
  readonly announced?: 'no';
}

/** Saturdays and Sundays, where no calendar is named. */
const ordinaryWeekend: readonly number[] = [6, 7];

const indexes = new WeakMap<Calendar, ReadonlyMap<string, CalendarDay>>();

function dayIn(calendar: Calendar, day: CivilDay): CalendarDay | undefined {
  const index = indexes.get(calendar) ?? new Map(calendar.days.map((row) => [row.date, row]));
  indexes.set(calendar, index);
  return index.get(day);
}

/** Why a day is off; undefined for a working day. Refuses CALENDAR_ENDS in a year that the calendar does not know. */
export function dayOff(calendar: Calendar | undefined, day: CivilDay): DayOff | undefined {
  const weekend = (calendar?.weekend ?? ordinaryWeekend).includes(weekdayOf(day));
  if (!calendar) return weekend ? { date: day, why: 'weekend' } : undefined;
  if (!calendar.years.includes(yearOf(day))) {
    throw new Refused('CALENDAR_ENDS', `the calendar ${calendar.code} ${calendar.version} does not know this year`, {
      calendar: calendar.code,
      version: calendar.version,
      year: String(yearOf(day)),
      last: String(Math.max(...calendar.years)),
    });
  }
  const row = dayIn(calendar, day);
  if (row?.kind === 'work') return undefined;
  if (!row) return weekend ? { date: day, why: 'weekend' } : undefined;
  const { why, article: act, confidence, announced } = row;
  return { date: day, why, act, confidence, ...(announced && { announced }) };
}
