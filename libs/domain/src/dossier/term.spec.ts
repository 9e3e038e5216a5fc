// When does a term end, counted in the calendar?
import { termEnd } from './term.js';

describe('term', () => {
  it.each([
    ['P1Y', '2026-11-20T10:00:00Z', '2027-11-20T10:00:00Z'],
    ['P5Y', '2024-02-29T00:00:00Z', '2029-02-28T00:00:00Z'],
    ['P1M', '2027-01-31T23:59:59Z', '2027-02-28T23:59:59Z'],
    ['P6M', '2026-08-31T00:00:00Z', '2027-02-28T00:00:00Z'],
    ['P30D', '2026-12-15T00:00:00Z', '2027-01-14T00:00:00Z'],
  ])('%s from %s ends at %s', (term, from, end) => {
    expect(termEnd(from, term)).toBe(end);
  });

  it('does not guess at another form', () => {
    expect(termEnd('2026-11-20T10:00:00Z', 'PT5H')).toBeUndefined();
  });
});
