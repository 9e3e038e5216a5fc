// Are moments held against the real calendar, and is the word probably meant found?
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isCalendarDay, isCalendarMoment } from './moment.js';
import { nearest } from './nearest.js';

describe('a moment', () => {
  it.each([
    '2026-11-20T09:00:00Z',
    '2026-11-20T09:00:00.123456789+05:00',
    '2028-02-29T23:59:59-11:30',
    '2000-02-29T00:00:00Z',
    '1900-01-01T00:00:00Z',
  ])('is taken: %s', (text) => {
    expect(isCalendarMoment(text)).toBe(true);
    expect(Number.isNaN(Date.parse(text))).toBe(false);
  });

  it.each([
    '2026-11-20',
    '2026-11-20T09:00:00',
    '2026-11-20 09:00:00Z',
    '2026-11-20T09:00Z',
    '2026-W47-5T09:00:00Z',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+05',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00z',
    '0000-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    ' 2026-01-01T00:00:00Z',
    '',
    null,
    20261120,
  ])('is refused: %s', (text) => {
    expect(isCalendarMoment(text)).toBe(false);
  });

  it('is taken whenever the clock of this machine writes one', () => {
    const dates = fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        expect(isCalendarMoment(date.toISOString())).toBe(true);
        expect(isCalendarDay(date.toISOString().slice(0, 'YYYY-MM-DD'.length))).toBe(true);
      }),
    );
  });
});

describe('the nearest word', () => {
  it.each([
    ['purpose', ['purposes', 'holder'], 'purposes'],
    ['holdr', ['holder', 'hold'], 'holder'],
    ['COUNTRY', ['countries'], 'countries'],
    ['basis', ['holder', 'role'], undefined],
    ['x', [], undefined],
    ['x'.repeat(100), ['x'.repeat(99)], undefined],
  ])('to %s among %j is %s', (word, known, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });
});
