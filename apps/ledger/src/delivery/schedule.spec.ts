// Is a delivery tried for three days, with pauses that grow, and no sooner than the receiver asked?
import { describe, expect, it } from '@jest/globals';
import { pauseAfter, retryAfterOf, retryPausesMs } from './schedule.js';

const dayMs = 86_400_000;

describe('a delivery that fails', () => {
  it('is tried for three days, then given up', () => {
    const pauses = Array.from({ length: 12 }, (_, i) => pauseAfter(i + 1, 0));
    const sum = pauses.reduce<number>((all, pause) => all + (pause ?? 0), 0);
    expect(sum).toBeGreaterThanOrEqual(3 * dayMs);
    expect(sum).toBeLessThan(4 * dayMs);
    expect(pauses.slice(retryPausesMs.length)).toEqual([undefined, undefined, undefined]);
    expect(retryPausesMs).toEqual([...retryPausesMs].sort((a, b) => a - b));
  });

  it('comes back a little later than the others that failed with it', () => {
    expect(pauseAfter(2, 0)).toBe(300_000);
    expect(pauseAfter(2, 1)).toBe(330_000);
  });

  it('waits as long as it was asked to, up to a day, and never shorter than it would', () => {
    expect(pauseAfter(1, 0, 60_000)).toBe(60_000);
    expect(pauseAfter(2, 0, 60_000)).toBe(300_000);
    expect(pauseAfter(1, 0, 30 * dayMs)).toBe(dayMs);
    expect(pauseAfter(retryPausesMs.length + 1, 0, 60_000)).toBeUndefined();
  });

  it('reads Retry-After as seconds or as a date', () => {
    const nowMs = Date.parse('2026-11-20T09:00:00Z');
    expect(retryAfterOf('120', nowMs)).toBe(120_000);
    expect(retryAfterOf('Fri, 20 Nov 2026 09:00:30 GMT', nowMs)).toBe(30_000);
    expect(retryAfterOf('Fri, 20 Nov 2026 08:00:00 GMT', nowMs)).toBe(0);
    for (const one of [undefined, '', '-1', 'soon', '1.5', '2026-11-20'])
      expect(retryAfterOf(one, nowMs)).toBeUndefined();
  });
});
