// Does a close rest as long as it works, longer while somebody is answered, and never so long that it does not end in its term?
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Pace, type ClosePace, type Surroundings } from './epoch-pace.js';

/** A machine whose clock goes as its sleepers do. */
class Machine implements Surroundings {
  at = 1_000_000;
  readonly slept: number[] = [];
  looks = 0;
  /** How much later than asked the sleeper wakes, by the number of its sleep. */
  late: (sleep: number) => number = () => 0;
  answering: (look: number) => boolean = () => false;

  now(): number {
    return this.at;
  }

  pause(ms: number): Promise<void> {
    this.at += ms + this.late(this.slept.length);
    this.slept.push(ms);
    return Promise.resolve();
  }

  isAnswering(): Promise<boolean> {
    return Promise.resolve(this.answering(this.looks++));
  }
}

/** Owners that a close has to be ahead of its term by, so that it may wait for others at all. */
const ahead = 1_000_000;
let machine: Machine;
const pace = (asked: ClosePace): Pace => new Pace(asked, machine);
beforeEach(() => {
  machine = new Machine();
});

describe('a page', () => {
  it.each<[ClosePace, number, boolean]>([
    [{}, 500, false],
    [{ duty: 1 }, 500, false],
    [{ duty: 0.5 }, 50, true],
    [{ duty: 0.5, pageOwners: 7 }, 7, true],
    [{ pageOwners: 3 }, 3, false],
  ])('of %j has %i owners; rests behind it: %p', (asked, owners, rests) => {
    expect([pace(asked).pageOwners, pace(asked).rests]).toEqual([owners, rests]);
  });
});

describe('behind a page', () => {
  it('a close that rests for nobody goes on at once, and asks nobody', async () => {
    machine.answering = () => true;
    await pace({}).rest(ahead, 40);
    expect([machine.slept, machine.looks]).toEqual([[], 0]);
  });

  it.each([
    [0.5, 40, 40],
    [0.25, 40, 120],
    [0.8, 40, 10],
    // No share is so small that the close stands still: a twentieth is worked.
    [0.001, 40, 760],
    [0, 40, 760],
  ])('at a share of %d, which took %i ms, it rests %i ms', async (duty, took, rest) => {
    await pace({ duty }).rest(50, took);
    expect(machine.slept.map((ms) => Math.round(ms))).toEqual([rest]);
  });
});

describe('while somebody is answered', () => {
  it('it waits until nobody is, looking every 5 ms', async () => {
    machine.answering = (look) => look < 4;
    await pace({ duty: 0.5 }).rest(ahead, 40);
    expect([machine.slept, machine.looks]).toEqual([[40, 5, 5, 5, 5], 5]);
  });

  it('a sleeper who wakes late knows it without asking: this process had others to run', async () => {
    machine.late = (sleep) => (sleep < 3 ? 3.5 : 3);
    await pace({ duty: 0.5 }).rest(ahead, 40);
    expect([machine.slept, machine.looks]).toEqual([[40, 5, 5, 5], 1]);
  });

  it('for ever, it goes on after a thousand looks all the same', async () => {
    machine.answering = () => true;
    await pace({ duty: 0.5 }).rest(100 * ahead, 40);
    expect([machine.slept.length, machine.looks]).toEqual([1_001, 1_000]);
  });

  it('it waits for nobody where it is behind its term: 1,900 owners a second since it began', async () => {
    machine.answering = () => true;
    const one = pace({ duty: 0.5 });
    // 50 owners in 80 ms are 625 a second.
    await one.rest(50, 40);
    expect([machine.slept, machine.looks]).toEqual([[40], 0]);
    // Of 3,990 owners the last may be late for 2,100 ms; from then on nobody is waited for.
    await one.rest(3_940, 40);
    expect(machine.at - 1_000_000).toBeGreaterThanOrEqual(2_100);
    expect(machine.at - 1_000_000).toBeLessThan(2_110);
  });

  it('what it waited for once is not taken from the next page', async () => {
    machine.answering = (look) => look < 2;
    const one = pace({ duty: 0.5 });
    await one.rest(ahead, 40);
    await one.rest(1, 30);
    expect(machine.slept).toEqual([40, 5, 5, 30]);
  });
});
