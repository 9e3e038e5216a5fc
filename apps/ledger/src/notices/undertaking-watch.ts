// Whose undertaking to keep the law has to be renewed (Art. 10(1)), for whoever watches the service? Said before it ends, not behind the first transfer.
import { type UndertakingCounts, type UndertakingQueue } from '@derbes/read-models';
import { type Registry } from 'prom-client';
import { countedSeldom } from '../counted-seldom.js';
import { makeGauges } from '../gauges.js';
import { type Indicator } from '../http/health-controller.js';

export class UndertakingWatch {
  /** Undefined while the model is built for the first time. */
  readonly counts: () => Promise<UndertakingCounts | undefined>;

  /** `now`: the moment, in whole seconds of UTC. */
  constructor(queue: Pick<UndertakingQueue, 'counts'>, now: () => string) {
    this.counts = countedSeldom(() => queue.counts(now()));
  }

  /** What has ended is the officer's matter and turns nobody away: facts are taken, and each transfer is a finding. */
  indicator(): Indicator {
    return {
      name: 'undertakings',
      check: async () => {
        const counts = await this.counts();
        if (!counts) return { ok: true, state: 'building' };
        if (counts.over > 0) return { ok: true, state: 'over' };
        return { ok: true, state: counts.endsSoon > 0 ? 'ends-soon' : 'in-time' };
      },
    };
  }

  /** `derbes_undertakings_ends_soon`, `_over` and `_missing`. */
  register(registry: Registry): void {
    makeGauges(registry, 'derbes_undertakings', this.counts, [
      ['ends_soon', 'Recipients whose undertaking ends within 30 days.', ({ endsSoon }) => endsSoon],
      [
        'over',
        'Recipients whose undertaking has ended, and who are not suspended. Any is an alarm.',
        ({ over }) => over,
      ],
      ['missing', 'Recipients of whom no undertaking was told, and who are not suspended.', ({ missing }) => missing],
    ]);
  }
}
