// When did the example day happen? Its files say so by durations from the day's end, the base, and here they become moments.

/** `base-P45DT5H50M`, or `date(base+P30D)` for the date alone. */
const relative = /^(date\()?base([+-])(P[0-9DTHMS]+)(\))?$/;
const duration = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Milliseconds of an ISO 8601 duration in days, hours, minutes and seconds. Throws RangeError for any other. */
export function durationMs(text: string): number {
  const [, ...counts] = duration.exec(text) ?? [];
  if (counts.length === 0 || /[PT]$/.test(text))
    throw new RangeError('no duration in days, hours, minutes and seconds');
  const [days, hours, minutes, seconds] = counts.map((count) => Number(count ?? 0));
  return ((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000;
}

const textOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`;

/** The moment at a signed duration such as `-PT8H12M` from the base. */
export function momentAt(base: string, offset: string): string {
  const sign = offset.startsWith('-') ? -1 : 1;
  return textOf(Date.parse(base) + sign * durationMs(offset.replace(/^[+-]/, '')));
}

/** The same value with every moment that is relative to the base put in its place. */
export function atBase<T>(value: T, base: string): T {
  if (typeof value === 'string') return placed(value, base) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => atBase(item, base)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, atBase<unknown>(item, base)])) as T;
}

function placed(text: string, base: string): string {
  const [, date, sign = '', length = '', closed] = relative.exec(text) ?? [];
  if (length === '' || (date === undefined) !== (closed === undefined)) return text;
  const moment = momentAt(base, `${sign}${length}`);
  return date ? moment.slice(0, 'YYYY-MM-DD'.length) : moment;
}
