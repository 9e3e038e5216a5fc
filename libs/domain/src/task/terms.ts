// Within which term of the profile is each kind of task to be done?
import { type TaskKind } from './events.js';

/** Term of the profile for each kind of task. */
export const termOfTask: Readonly<Record<TaskKind, string>> = {
  correct: 'correction',
  block: 'blocking',
  unblock: 'unblocking',
  destroy: 'destruction',
  stop: 'withdrawal',
  unpublish: 'unpublication',
  report: 'access',
  notify: 'transfer-notice',
  answer: 'access',
};
