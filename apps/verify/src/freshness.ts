// How old is what the checkpoint says? By when its witnesses saw it, for the log itself can write any time it likes.
import { meetsQuorum, type Policy, type WitnessedCheckpoint } from '@derbes/transparency';
import { type Problem } from './verdict.js';

/** Clocks of witnesses may be ahead of the inspector's by so much. */
const aheadSecondsMax = 300;

export interface AsOf {
  readonly seconds: number;
  readonly by: 'witnesses' | 'newest entry';
}

/**
 * The latest moment by which enough witnesses had seen it; where the policy asks for none, or too few cosigned, when the newest entry was
 * recorded. Undefined for a log without entries that nobody cosigned.
 */
export function asOf(policy: Policy, { cosignatures }: WitnessedCheckpoint, newestSeconds?: number): AsOf | undefined {
  const latestFirst = [...cosignatures].sort((a, b) => b.timeSeconds - a.timeSeconds);
  for (const [i, { timeSeconds }] of latestFirst.entries()) {
    const soFar = new Set(latestFirst.slice(0, i + 1).map(({ witness }) => witness));
    if (meetsQuorum(policy, soFar)) return { seconds: timeSeconds, by: 'witnesses' };
  }
  return newestSeconds === undefined ? undefined : { seconds: newestSeconds, by: 'newest entry' };
}

/** Against the clock of the machine that verifies. */
export function judgeAge(when: AsOf | undefined, maxAgeSeconds: number, nowSeconds: number): Problem | undefined {
  if (!when) return { word: 'STALE', where: 'checkpoint', says: 'nothing in it tells when it was made' };
  const age = nowSeconds - when.seconds;
  const moment = isoOf(when.seconds);
  if (age > maxAgeSeconds) return { word: 'STALE', where: 'checkpoint', says: `is as of ${moment} (${when.by})` };
  if (age < -aheadSecondsMax) {
    return { word: 'STALE', where: 'checkpoint', says: `is as of ${moment} (${when.by}), which is yet to come` };
  }
  return undefined;
}

/** Beyond what a Date can hold the number itself. */
export function isoOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `second ${seconds}` : date.toISOString().replace('.000Z', 'Z');
}
