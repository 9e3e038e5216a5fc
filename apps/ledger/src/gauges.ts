// How do several numbers of one count become gauges? Read when they are collected, and no number where the count is not known.
import { Gauge, type Registry } from 'prom-client';

/** Name behind the prefix, help, and which number of the count it is. */
export type Numbers<Counts> = readonly (readonly [name: string, help: string, read: (counts: Counts) => number])[];

/** `counts`: undefined where nothing is known yet, or another process knows; a count that failed is told as none. */
export function makeGauges<Counts>(
  registry: Registry,
  prefix: string,
  counts: () => Counts | undefined | Promise<Counts | undefined>,
  numbers: Numbers<Counts>,
): void {
  for (const [name, help, read] of numbers) {
    const gauge: Gauge = new Gauge({
      name: `${prefix}_${name}`,
      help,
      registers: [registry],
      async collect() {
        const now = await Promise.resolve(counts()).catch(() => undefined);
        gauge.set(now === undefined ? Number.NaN : read(now));
      },
    });
  }
}
