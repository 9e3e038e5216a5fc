// How much do so many callers get done who each wait for their answer before they ask again?

export interface Load {
  readonly callers: number;
  readonly ms: number;
  /** Makes what this load asks different from what any other asked. */
  readonly seed: string;
}

export interface Done {
  readonly count: number;
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
}

/** Latencies kept of one load; what comes after them only counts. */
export const latenciesMax = 200_000;

export async function callInProcess({ callers, ms }: Load, one: () => Promise<unknown>): Promise<Done> {
  const latenciesMs: number[] = [];
  const start = performance.now();
  let done = 0;
  const caller = async (): Promise<void> => {
    for (let now = performance.now(); now - start < ms;) {
      await one();
      const then = now;
      now = performance.now();
      done++;
      if (latenciesMs.length < latenciesMax) latenciesMs.push(now - then);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { count: done, perSecond: (done * 1000) / (performance.now() - start), latenciesMs };
}
