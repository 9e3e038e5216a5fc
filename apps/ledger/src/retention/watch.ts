// How much is due to go, for whoever watches the service? A state without numbers for anybody, numbers for whoever has a key.
import { type RetentionCounts } from '@derbes/read-models';
import { type Registry } from 'prom-client';
import { type Indicator } from '../http/health-controller.js';
import { type RetentionSweep } from './sweep.js';
import { countedSeldom } from '../counted-seldom.js';
import { makeGauges } from '../gauges.js';

export class RetentionWatch {
  /** Undefined while the model is built for the first time. */
  readonly counts: () => Promise<RetentionCounts | undefined>;

  constructor(private readonly sweep: Pick<RetentionSweep, 'counts'>) {
    this.counts = countedSeldom(() => sweep.counts());
  }

  /** What is overdue is the officer's matter and turns nobody away. */
  indicator(): Indicator {
    return {
      name: 'retention',
      check: async () => {
        const counts = await this.counts();
        if (!counts) return { ok: true, state: 'building' };
        if (counts.overdue > 0) return { ok: true, state: 'overdue' };
        return { ok: true, state: counts.due > 0 ? 'due' : 'in-time' };
      },
    };
  }

  /** `derbes_retention_due_soon`, `_due`, `_overdue`, `_waiting` and `_stopped`. */
  register(registry: Registry): void {
    makeGauges(registry, 'derbes_retention', this.counts, [
      ['due_soon', 'Holdings whose last term is over soon.', ({ dueSoon }) => dueSoon],
      ['due', 'Holdings whose last term is over.', ({ due }) => due],
      ['overdue', 'Holdings still there behind their term. Any is an alarm.', ({ overdue }) => overdue],
      ['waiting', 'Holdings whose term is over and that an officer has to decide.', ({ waiting }) => waiting],
      ['stopped', 'Holdings whose term is over and that a hold or a block keeps.', ({ stopped }) => stopped],
    ]);
  }
}
