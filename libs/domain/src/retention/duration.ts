// Which moment is a duration after another, by the calendar?

/** A moment plus an ISO 8601 duration in years, months or days; a month too short for the day gives its last day. */
export function addDuration(moment: string, duration: string): string {
  const match = /^P(\d+)([YMD])$/.exec(duration);
  if (!match) throw new Error(`${duration} is not a duration in years, months or days`);
  const count = Number(match[1]);
  if (match[2] === 'D') return addDays(moment, count);
  const date = new Date(moment);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + (match[2] === 'Y' ? count * 12 : count));
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return wholeSeconds(date);
}

/** So many days later, or earlier where there are less than none. */
export function addDays(moment: string, days: number): string {
  const date = new Date(moment);
  date.setUTCDate(date.getUTCDate() + days);
  return wholeSeconds(date);
}

const wholeSeconds = (date: Date): string => `${date.toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`;
