// How much is due to go, for whoever watches the service?
import { type RetentionCounts } from '@derbes/read-models';
import { CountsWatch } from '../counts-watch.js';
import { type RetentionSweep } from './sweep.js';

export const retentionWatch = (sweep: Pick<RetentionSweep, 'counts'>): CountsWatch<RetentionCounts> =>
  new CountsWatch(() => sweep.counts(), {
    name: 'retention',
    state: ({ overdue, due }) => (overdue > 0 ? 'overdue' : due > 0 ? 'due' : 'in-time'),
    gauges: [
      ['due_soon', 'Holdings whose last term is over soon.', ({ dueSoon }) => dueSoon],
      ['due', 'Holdings whose last term is over.', ({ due }) => due],
      ['overdue', 'Holdings still there behind their term. Any is an alarm.', ({ overdue }) => overdue],
      ['waiting', 'Holdings whose term is over and that an officer has to decide.', ({ waiting }) => waiting],
      ['stopped', 'Holdings whose term is over and that a hold or a block keeps.', ({ stopped }) => stopped],
    ],
  });
