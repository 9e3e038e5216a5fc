// How do numbers that everybody asks for reach whoever watches the service? A state without numbers for anybody, numbers for whoever has a key.
import { type Registry } from 'prom-client';
import { countedSeldom } from './counted-seldom.js';
import { makeGauges, type Numbers } from './gauges.js';
import { type Indicator } from './http/health-controller.js';

export interface Watched<Counts> {
  /** Of the part of health; of the gauges behind `derbes_`. */
  readonly name: string;
  /** What is overdue is the officer's matter and turns nobody away, so every state is well. */
  readonly state: (counts: Counts) => string;
  /** A state that holds whatever is counted. */
  readonly always?: () => string | undefined;
  readonly gauges: Numbers<Counts>;
}

export class CountsWatch<Counts> {
  /** Counted at most every few seconds, however often it is asked; undefined while the model is built for the first time. */
  readonly counts: () => Promise<Counts | undefined>;

  constructor(
    count: () => Promise<Counts | undefined>,
    private readonly watched: Watched<Counts>,
  ) {
    this.counts = countedSeldom(count);
  }

  indicator(): Indicator {
    const { name, state, always } = this.watched;
    return {
      name,
      check: async () => {
        const standing = always?.();
        if (standing !== undefined) return { ok: true, state: standing };
        const counts = await this.counts();
        return { ok: true, state: counts ? state(counts) : 'building' };
      },
    };
  }

  register(registry: Registry): void {
    const { name, gauges } = this.watched;
    makeGauges(registry, `derbes_${name}`, this.counts, gauges);
  }
}
