// How long did it take?
export interface Timed<T> {
  readonly ms: number;
  readonly done: T;
}

export async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const start = performance.now();
  const done = await work();
  return { ms: performance.now() - start, done };
}
