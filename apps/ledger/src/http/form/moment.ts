// Is this text a moment or a date that exists? RFC 3339 read strictly, against the real calendar.

const date = '(\\d{4})-(\\d{2})-(\\d{2})';
export const dayPattern = new RegExp(`^${date}$`);
export const momentPattern = new RegExp(
  `^${date}T(\\d{2}):(\\d{2}):(\\d{2})(?:\\.\\d{1,9})?(?:Z|[+-](\\d{2}):(\\d{2}))$`,
);

/** Outside these years a moment is a mistake, and its UTC form could need more than four digits. */
export const yearMin = 1900;
export const yearMax = 9998;

const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function dayExists(year: number, month: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const last = month === 2 && leap ? 29 : (daysOfMonth[month - 1] ?? 0);
  return year >= yearMin && year <= yearMax && day >= 1 && day <= last;
}

export function isCalendarDay(text: unknown): boolean {
  const [, year, month, day] = (typeof text === 'string' && dayPattern.exec(text)) || [];
  return dayExists(Number(year), Number(month), Number(day));
}

/** A full date-time with its offset. A leap second is refused: no clock here could say when it was. */
export function isCalendarMoment(text: unknown): boolean {
  const found = typeof text === 'string' ? momentPattern.exec(text) : null;
  if (!found) return false;
  const [year, month, day, hour, minute, second, offsetHour = 0, offsetMinute = 0] = found
    .slice(1)
    .map((n) => Number(n ?? 0));
  return (
    dayExists(year ?? 0, month ?? 0, day ?? 0) &&
    (hour ?? 24) <= 23 &&
    (minute ?? 60) <= 59 &&
    (second ?? 60) <= 59 &&
    offsetHour <= 23 &&
    offsetMinute <= 59
  );
}
