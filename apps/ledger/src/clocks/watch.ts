// How do the law's clocks stand, for whoever watches the service? A state without numbers for anybody, numbers for whoever has a key.
import { type ClockCounts } from '@derbes/read-models';
import { Gauge, type Registry } from 'prom-client';
import { type Indicator } from '../http/health-controller.js';
import { type ClockSweep } from './sweep.js';

/** How long counted numbers are told again: whoever scrapes more often counts no more often. */
const countedMsMax = 15_000;

/** Counts at most every few seconds, however often it is asked. */
export class ClockWatch {
  private counted: { readonly at: number; readonly counts: Promise<ClockCounts | undefined> } | undefined;

  constructor(private readonly sweep: ClockSweep) {}

  counts(): Promise<ClockCounts | undefined> {
    const at = performance.now();
    if (this.counted && at - this.counted.at < countedMsMax) return this.counted.counts;
    const counts = this.sweep.counts();
    this.counted = { at, counts };
    counts.catch(() => (this.counted = undefined));
    return counts;
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
    const numbers: readonly (readonly [string, string, (counts: ClockCounts) => number])[] = [
      ['running', 'Clocks of the law that run.', ({ running }) => running],
      ['due_soon', 'Running clocks that warn within CLOCK_LEAD_HOURS and are not overdue.', ({ dueSoon }) => dueSoon],
      ['overdue', 'Running clocks past their due moment. Any is an alarm.', ({ overdue }) => overdue],
    ];
    for (const [name, help, read] of numbers) {
      const counts = (): Promise<ClockCounts | undefined> => this.counts().catch(() => undefined);
      const gauge: Gauge = new Gauge({
        name: `derbes_clocks_${name}`,
        help,
        registers: [registry],
        async collect() {
          const now = await counts();
          gauge.set(now ? read(now) : Number.NaN);
        },
      });
    }
  }
}
