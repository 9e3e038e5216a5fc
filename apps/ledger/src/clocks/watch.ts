// How do the law's clocks stand, for whoever watches the service?
import { type ClockCounts } from '@derbes/read-models';
import { CountsWatch } from '../counts-watch.js';
import { type ClockSweep } from './sweep.js';

export const clockWatch = (sweep: ClockSweep): CountsWatch<ClockCounts> =>
  new CountsWatch(() => sweep.counts(), {
    name: 'clocks',
    always: () => (sweep.jumped ? 'clock-jumped' : undefined),
    state: ({ overdue, dueSoon }) => (overdue > 0 ? 'overdue' : dueSoon > 0 ? 'due-soon' : 'in-time'),
    gauges: [
      ['running', 'Clocks of the law that run.', ({ running }) => running],
      ['due_soon', 'Running clocks that warn within CLOCK_LEAD_HOURS and are not overdue.', ({ dueSoon }) => dueSoon],
      ['overdue', 'Running clocks past their due moment. Any is an alarm.', ({ overdue }) => overdue],
    ],
  });
