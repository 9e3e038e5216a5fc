// Does whoever was told to correct, block, destroy or stop refuse, or have nothing of what the ledger was told?
import { termOf } from '@derbes/policy';
import { type Case } from '../case.js';
import { type EntryOf } from '../fact.js';
import { type Finding } from '../finding.js';
import { means } from '../holding.js';
import { termOfTask } from './terms.js';
import { type Task } from './state.js';

/** The first answer counts. The article is that of the term within which the task was to be done. */
export function judgeAnswer({ entry, state, profile, findings }: Case<EntryOf<'TaskAcknowledged'>>): Finding[] {
  const task = state.tasks.get(entry.facts.task);
  if (!task || task.acknowledged) return [];
  const { result, reason = '-' } = entry.facts;
  const { event, kind, holder, recipient } = task;
  const whose = { ...(holder !== undefined && { holder }), ...(recipient !== undefined && { recipient }) };
  if (result === 'refused') {
    const article = termOf(profile, termOfTask[kind])?.article;
    findings.add('TASK_REFUSED', '-', {}, { ...whose, kind, reason, task: event }, article);
  }
  // An inquiry is answered to the person: what it differs in is found with her request.
  if (result === 'nothing-held' && kind !== 'report') {
    for (const category of toldOf(task, state))
      findings.add('HOLDING_GONE', '-', { category }, { ...whose, task: event });
  }
  return findings.all;
}

/** What the ledger was told that this holder has of what the task names. */
function toldOf({ holder, categories }: Task, { holdings }: Case['state']): readonly string[] {
  const held = [...holdings.current.values()].filter(
    (one) =>
      one.holder === holder && !one.end && (!categories || categories.some((named) => means(named, one.category))),
  );
  return [...new Set(held.map(({ category }) => category))].sort();
}
