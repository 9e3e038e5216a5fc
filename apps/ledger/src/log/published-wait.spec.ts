// Is whoever waits answered by the first checkpoint that covers the event, and told when none came in time?
import { describe, expect, it } from '@jest/globals';
import { PublishedWait } from './published-wait.js';

const head = (size: number, position: string, publishedSize: number, belowQuorum = false) => ({
  size,
  position,
  publishedSize,
  note: `note of ${publishedSize}`,
  belowQuorum,
});
type HowFar = ReturnType<typeof head>;

/** Answers with each in turn, then with the last for ever. */
const heads = (...all: readonly (HowFar | undefined | Error)[]) => {
  let at = 0;
  return {
    read: () => {
      const one = all[Math.min(at++, all.length - 1)];
      return one instanceof Error ? Promise.reject(one) : Promise.resolve(one);
    },
    get asked() {
      return at;
    },
  };
};

describe('whoever waits for a checkpoint', () => {
  it('gets the first one that covers the event, though the log grows all the while', async () => {
    const log = heads(
      head(7, '99', 7),
      head(12, '100', 7),
      head(20, '108', 11),
      head(31, '119', 12),
      head(44, '132', 31),
    );
    await expect(new PublishedWait(log).until('100')).resolves.toEqual({
      outcome: 'published',
      note: 'note of 12',
      size: 12,
      belowQuorum: false,
    });
    expect(log.asked).toBe(4);
  });

  it('waits over a log that has not begun and a database that does not answer, and hears of a missing quorum', async () => {
    const log = heads(undefined, new Error('gone'), head(3, '5', 3, true));
    await expect(new PublishedWait(log).until('5')).resolves.toMatchObject({ outcome: 'published', belowQuorum: true });
  });

  it('is told that it is late when the event is in no checkpoint in time, signed or not', async () => {
    await expect(new PublishedWait(heads(head(7, '99', 7))).until('100', 50)).resolves.toEqual({ outcome: 'late' });
    await expect(new PublishedWait(heads(head(8, '100', 7))).until('100', 50)).resolves.toEqual({ outcome: 'late' });
  });

  it('shares one question with all who wait at the same time', async () => {
    const log = heads(head(3, '5', 3));
    const wait = new PublishedWait(log);
    await Promise.all(['1', '2', '3', '4', '5'].map((position) => wait.until(position)));
    expect(log.asked).toBe(1);
  });
});
