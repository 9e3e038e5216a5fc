// When does a term end? ISO 8601 durations of a policy file, counted in the calendar.

const durationForm = /^P([1-9]\d{0,3})([YMD])$/;

/** The moment `term` (`P5Y`, `P6M`, `P30D`) after `from`; undefined for another form. A day that the month lacks is its last. */
export function termEnd(from: string, term: string): string | undefined {
  const [, digits, unit] = durationForm.exec(term) ?? [];
  if (digits === undefined) return undefined;
  const count = Number(digits);
  const end = new Date(from);
  if (unit === 'D') end.setUTCDate(end.getUTCDate() + count);
  else {
    const day = end.getUTCDate();
    end.setUTCDate(1);
    end.setUTCMonth(end.getUTCMonth() + count * (unit === 'Y' ? 12 : 1));
    const lastDay = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
    end.setUTCDate(Math.min(day, lastDay));
  }
  return `${end.toISOString().slice(0, 19)}Z`;
}
