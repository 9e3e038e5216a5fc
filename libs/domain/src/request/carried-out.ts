// By which events about a person was her request carried out, or refused in part?
import { type SubjectFold } from '../subject-fold.js';
import { eventIdsMax } from '../vocabulary.js';

/** Those that decide what was asked; what follows from them (tasks, executions) is found by them. */
const deciding: ReadonlySet<string> = new Set([
  'ConsentWithdrawn',
  'ProcessingStopped',
  'WithdrawalRefused',
  'ErasureOrdered',
  'ErasureRefused',
  'TaskAcknowledged',
]);

/** In the order in which they count. An acknowledgement counts where its task names the request. */
export function carriedOut({ entries, state }: SubjectFold, request: string): string[] {
  const tasks = new Set([...state.tasks.values()].filter((task) => task.request === request).map(({ event }) => event));
  const found = entries.filter(({ type, facts }) => {
    if (!deciding.has(type)) return false;
    const named = facts as { readonly request?: string; readonly task?: string };
    return named.request === request || (named.task !== undefined && tasks.has(named.task));
  });
  return found.map(({ id }) => id).slice(0, eventIdsMax);
}
