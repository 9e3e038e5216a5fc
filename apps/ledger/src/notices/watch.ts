// How many transfers is nobody told of yet, for whoever watches the service? A state without numbers for anybody, numbers for whoever has a key.
import { type NoticeCounts, type NoticeQueue } from '@derbes/read-models';
import { type Registry } from 'prom-client';
import { countedSeldom } from '../counted-seldom.js';
import { makeGauges } from '../gauges.js';
import { type Indicator } from '../http/health-controller.js';

export class NoticeWatch {
  /** Undefined while the model is built for the first time. */
  readonly counts: () => Promise<NoticeCounts | undefined>;

  /** `now`: the moment, in whole seconds of UTC. */
  constructor(queue: Pick<NoticeQueue, 'counts'>, now: () => string) {
    this.counts = countedSeldom(() => queue.counts(now()));
  }

  /** What is overdue is the officer's matter and turns nobody away. */
  indicator(): Indicator {
    return {
      name: 'notices',
      check: async () => {
        const counts = await this.counts();
        if (!counts) return { ok: true, state: 'building' };
        if (counts.overdue > 0) return { ok: true, state: 'overdue' };
        return { ok: true, state: counts.undated > 0 ? 'calendar-ends' : 'in-time' };
      },
    };
  }

  /** `derbes_notices_owed`, `_prepared`, `_overdue` and `_undated`. */
  register(registry: Registry): void {
    makeGauges(registry, 'derbes_notices', this.counts, [
      ['owed', 'Transfers of which people have yet to be told, in time, that no notice names.', ({ owed }) => owed],
      ['prepared', 'Transfers that a notice under way names, in time.', ({ prepared }) => prepared],
      ['overdue', 'Transfers of which nobody was told in time. Any is an alarm.', ({ overdue }) => overdue],
      ['undated', 'Transfers of which people have to be told and no calendar says by when.', ({ undated }) => undated],
    ]);
  }
}
