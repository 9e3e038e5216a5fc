// Do the durations of the example files become the moments that they mean?
import { atBase, durationMs, momentAt } from './moments.js';

const base = '2026-11-20T16:00:00Z';

describe('a duration from the base', () => {
  it.each([
    ['-PT8H12M', '2026-11-20T07:48:00Z'],
    ['-PT0S', '2026-11-20T16:00:00Z'],
    ['-P45DT5H50M', '2026-10-06T10:10:00Z'],
    ['+P1DT1S', '2026-11-21T16:00:01Z'],
  ])('%s is %s', (offset, moment) => {
    expect(momentAt(base, offset)).toBe(moment);
  });

  it.each(['P', 'PT', 'P1Y', '8H', '', 'PT-1H'])('%p is none', (text) => {
    expect(() => durationMs(text)).toThrow(RangeError);
  });
});

describe('a fact placed at the base', () => {
  it('has real moments and dates wherever they were relative, at any depth', () => {
    const data = { items: [{ until: 'base+P1D' }], copiesUntil: 'date(base+P30D)', since: { moment: 'base-PT1M' } };
    expect(atBase(data, base)).toEqual({
      items: [{ until: '2026-11-21T16:00:00Z' }],
      copiesUntil: '2026-12-20',
      since: { moment: '2026-11-20T15:59:00Z' },
    });
  });

  it('leaves every other text as it is', () => {
    const data = { text: 'base', other: 'database-P1D', open: 'date(base+P1D', yes: true, name: 'base-name' };
    expect(atBase(data, base)).toEqual(data);
  });
});
