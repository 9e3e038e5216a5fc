// How do the law's clocks stand, for whoever watches the service? A state without numbers for anybody, numbers for whoever has a key.
import { type ClockCounts } from '@derbes/read-models';
import { type Registry } from 'prom-client';
import { type Indicator } from '../http/health-controller.js';
import { type ClockSweep } from './sweep.js';
import { countedSeldom } from '../counted-seldom.js';
import { makeGauges } from '../gauges.js';

/** Counts at most every few seconds, however often it is asked. */
export class ClockWatch {
  /** Undefined while the model is built for the first time. */
  readonly counts: () => Promise<ClockCounts | undefined>;

  constructor(private readonly sweep: ClockSweep) {
    this.counts = countedSeldom(() => sweep.counts());
  }

  /** What is overdue is the officer's matter and turns nobody away; how many there are is told to keys alone. */
  indicator(): Indicator {
    return {
      name: 'clocks',
      check: async () => {
        if (this.sweep.jumped) return { ok: true, state: 'clock-jumped' };
        const counts = await this.counts();
        if (!counts) return { ok: true, state: 'building' };
        if (counts.overdue > 0) return { ok: true, state: 'overdue' };
        return { ok: true, state: counts.dueSoon > 0 ? 'due-soon' : 'in-time' };
      },
    };
  }

  /** `derbes_clocks_running`, `_due_soon` and `_overdue`. */
  register(registry: Registry): void {
    makeGauges(registry, 'derbes_clocks', this.counts, [
      ['running', 'Clocks of the law that run.', ({ running }) => running],
      ['due_soon', 'Running clocks that warn within CLOCK_LEAD_HOURS and are not overdue.', ({ dueSoon }) => dueSoon],
      ['overdue', 'Running clocks past their due moment. Any is an alarm.', ({ overdue }) => overdue],
    ]);
  }
}
