// When does a ledger that nobody writes to say that it lives, whatever its clock is set to?
import { Silence } from './silence.js';

const hourMs = 3_600_000;
const publishedAt = new Date('2026-11-20T09:00:00Z');
const after = (ms: number) => () => new Date(publishedAt.getTime() + ms);

describe('a silence', () => {
  let now = 5_000;
  const monotonic = () => now;
  const begun = (clock: () => Date, published: Date | undefined = publishedAt) =>
    new Silence({ ...(published && { publishedAt: published }) }, clock, monotonic);

  it('lasts an hour from the last checkpoint, and is told of once an hour', () => {
    const silence = begun(after(hourMs - 60_000));
    expect(silence.lasted()).toBe(false);
    now += 60_000;
    expect([silence.lasted(), silence.lasted()]).toEqual([true, false]);
    now += hourMs - 1;
    expect(silence.lasted()).toBe(false);
    now += 1;
    expect(silence.lasted()).toBe(true);
  });

  it('is broken by whatever is published', () => {
    const silence = begun(after(hourMs - 1));
    silence.broken();
    now += hourMs - 1;
    expect(silence.lasted()).toBe(false);
    now += 1;
    expect(silence.lasted()).toBe(true);
  });

  it('begins at the start where nothing was published yet', () => {
    const silence = new Silence({}, after(0), monotonic);
    now += hourMs - 1;
    expect(silence.lasted()).toBe(false);
    now += 1;
    expect(silence.lasted()).toBe(true);
  });

  it('of a clock that was set back begins anew, and of one that was set forth is an hour at most', () => {
    const back = begun(after(-30 * 24 * hourMs));
    const forth = begun(after(30 * 24 * hourMs));
    expect([back.lasted(), forth.lasted(), forth.lasted()]).toEqual([false, true, false]);
    now += hourMs;
    expect([back.lasted(), forth.lasted()]).toEqual([true, true]);
  });

  it('is not moved by a clock that jumps while it lasts', () => {
    let clock = after(0);
    const silence = begun(() => clock());
    for (const jump of [-hourMs * 48, hourMs * 48, 0]) {
      clock = after(jump);
      expect(silence.lasted()).toBe(false);
    }
    now += hourMs;
    expect(silence.lasted()).toBe(true);
  });
});
