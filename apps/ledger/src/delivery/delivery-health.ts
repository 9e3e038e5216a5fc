// How does the telling of tasks do, for whoever looks at the service?
import { type Indicator } from '../http/health-controller.js';
import { type Sender } from './sender.js';

/** Something that should have left so long ago is an alarm. */
const lateS = 300;

/** Tasks that could not be delivered are somebody's work, and no reason to turn anybody away. */
export const deliveryIndicator = (sender: () => Sender | undefined): Indicator => ({
  name: 'outbox',
  check: () => {
    const counts = sender()?.counts;
    if (!counts) return { ok: true, state: 'standby' };
    const said = [
      ...(counts.dead > 0 ? [`${counts.dead} not delivered`] : []),
      ...(counts.overdueS > lateS ? ['late'] : []),
    ];
    return { ok: true, state: said.join(', ') || 'well' };
  },
});
