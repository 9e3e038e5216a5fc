// How often is published? At once after silence; under load as often as the disk does it with half of its time, about five times a second at least.

const restMsMin = 30;
/** From one publication to the next, as far as the disk lets us. */
const intervalMsMax = 180;

export class Pace {
  private endedAt = -Infinity;
  private tookMs = 0;

  /** Runs one round and remembers how long it took. */
  async measured(round: () => Promise<void>): Promise<void> {
    const begun = performance.now();
    await round();
    this.endedAt = performance.now();
    this.tookMs = this.endedAt - begun;
  }

  /** Waits until the next round may begin. */
  async rest(signal: AbortSignal): Promise<void> {
    const restMs = Math.max(restMsMin, Math.min(this.tookMs, intervalMsMax - this.tookMs));
    const left = this.endedAt + restMs - performance.now();
    if (left > 0) await pause(left, signal);
  }
}

/** Resolves after so many milliseconds, or at once when the signal aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
