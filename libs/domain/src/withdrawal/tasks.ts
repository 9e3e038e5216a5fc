// Who else has to stop what a withdrawal stops: systems that hold it, recipients to whom it went, whoever published it?
import { bindingClock, type Clock } from '../clock.js';
import { type FactDraft } from '../record.js';
import { type SubjectFold } from '../subject-fold.js';
import { tasksFor, type TaskOutside, type Telling } from '../task/order.js';
import { type WithdrawalDecision } from './command.js';
import { type StoppedGroup } from './events.js';

interface Stopping {
  readonly subject: string;
  readonly request?: string | undefined;
  readonly decision: Pick<WithdrawalDecision, 'stop' | 'stopped' | 'withdrawals'>;
}

/** The tasks that follow from what was stopped, by the term of the withdrawal itself; none where nothing was. */
export function stopTasks(
  { subject, request, decision }: Stopping,
  family: SubjectFold,
  outside: TaskOutside,
): FactDraft[] {
  const { stop, stopped, withdrawals } = decision;
  if (stop === undefined) return [];
  const clock = bindingClock(withdrawals.flatMap((one): Clock[] => (one.clock ? [one.clock] : [])));
  return stopped.flatMap((group) =>
    tasksFor({ subject, cause: stop, request, clock, ...toldOf(group) }, family, outside),
  );
}

function toldOf({
  purposes,
  categories,
  recipients,
  publication,
}: StoppedGroup): Pick<Telling, 'kind' | 'purposes' | 'categories' | 'holders' | 'recipients'> {
  if (publication) return { kind: 'unpublish', categories, purposes, recipients: [] };
  if (recipients) return { kind: 'stop', categories, purposes, holders: [], recipients };
  return { kind: 'stop', categories, purposes, recipients: [] };
}
