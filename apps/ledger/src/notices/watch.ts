// How many transfers is nobody told of yet, for whoever watches the service?
import { type NoticeCounts, type NoticeQueue } from '@derbes/read-models';
import { CountsWatch } from '../counts-watch.js';

/** `now`: the moment, in whole seconds of UTC. */
export const noticeWatch = (queue: Pick<NoticeQueue, 'counts'>, now: () => string): CountsWatch<NoticeCounts> =>
  new CountsWatch(() => queue.counts(now()), {
    name: 'notices',
    state: ({ overdue, undated }) => (overdue > 0 ? 'overdue' : undated > 0 ? 'calendar-ends' : 'in-time'),
    gauges: [
      ['owed', 'Transfers of which people have yet to be told, in time, that no notice names.', ({ owed }) => owed],
      ['prepared', 'Transfers that a notice under way names, in time.', ({ prepared }) => prepared],
      ['overdue', 'Transfers of which nobody was told in time. Any is an alarm.', ({ overdue }) => overdue],
      ['undated', 'Transfers of which people have to be told and no calendar says by when.', ({ undated }) => undated],
    ],
  });
