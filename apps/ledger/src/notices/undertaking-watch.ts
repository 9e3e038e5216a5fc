// Whose undertaking to keep the law has to be renewed (Art. 10(1)), for whoever watches the service? Said before it ends, not behind the first transfer.
import { type UndertakingCounts, type UndertakingQueue } from '@derbes/read-models';
import { CountsWatch } from '../counts-watch.js';

/**
 * `now`: the moment, in whole seconds of UTC. What has ended is the officer's matter: facts are taken, and each transfer is a finding.
 */
export const undertakingWatch = (
  queue: Pick<UndertakingQueue, 'counts'>,
  now: () => string,
): CountsWatch<UndertakingCounts> =>
  new CountsWatch(() => queue.counts(now()), {
    name: 'undertakings',
    state: ({ over, endsSoon }) => (over > 0 ? 'over' : endsSoon > 0 ? 'ends-soon' : 'in-time'),
    gauges: [
      ['ends_soon', 'Recipients whose undertaking ends within 30 days.', ({ endsSoon }) => endsSoon],
      [
        'over',
        'Recipients whose undertaking has ended, and who are not suspended. Any is an alarm.',
        ({ over }) => over,
      ],
      ['missing', 'Recipients of whom no undertaking was told, and who are not suspended.', ({ missing }) => missing],
    ],
  });
