// When is a delivery that failed tried again, and when is it given up?

const s = 1_000;
const min = 60 * s;
const h = 60 * min;

/** Pauses between ten attempts, three days and some hours in all: Standard Webhooks 1.0, "Deliverability and reliability". */
export const retryPausesMs: readonly number[] = [
  5 * s,
  5 * min,
  30 * min,
  2 * h,
  5 * h,
  10 * h,
  14 * h,
  20 * h,
  24 * h,
];
/** Whoever is asked for longer than the longest pause is asked again after it. */
const pauseMsMax = 24 * h;
/** So that those who failed together do not come back together. */
const jitterShare = 0.1;

/**
 * Pause before the next attempt after `attempts` failed ones; undefined when it is given up. `random` from 0 to 1. What the receiver
 * asked for by Retry-After (RFC 9110 section 10.2.3) is waited for, up to a day.
 */
export function pauseAfter(attempts: number, random: number, retryAfterMs = 0): number | undefined {
  const pause = retryPausesMs[attempts - 1];
  if (pause === undefined) return undefined;
  return Math.round(Math.max(pause, Math.min(retryAfterMs, pauseMsMax)) * (1 + jitterShare * random));
}

/** Milliseconds of a Retry-After header: seconds, or a date; undefined for anything else. */
export function retryAfterOf(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * s;
  const at = Date.parse(header);
  return Number.isNaN(at) || !/GMT$/.test(header) ? undefined : Math.max(0, at - nowMs);
}
