// What may be said of a task: delivered, answered, undeliverable, closed? Decided on the stream in which it stands.
import { Refused, type Facts, type Seal } from '@derbes/kernel';
import { type FactDraft } from '../record.js';
import { type DeliveryMode, type TaskProof, type TaskResult } from './events.js';
import { addresseeOf, type Task, type Tasks } from './state.js';

/** For whom somebody speaks: the holder or recipient that its key or signature belongs to, or an officer, who speaks of any. */
export type Speaker = { readonly holder: string } | { readonly recipient: string } | { readonly officer: true };

interface AboutTask {
  /** The TaskOrdered event. */
  readonly task: string;
  /** Handle of the value of `meta.reference`: the number of a letter. */
  readonly reference?: number | undefined;
  /** Under whose key the reference is sealed: the controller's organisation, for the person may be erased. Needed with a reference. */
  readonly referenceOwner?: string | undefined;
  readonly staff?: string | undefined;
}

export interface DeliverTask extends AboutTask {
  readonly type: 'DeliverTask';
  readonly by: DeliveryMode;
  /** Now when absent. */
  readonly happened?: string | undefined;
}

export interface AcknowledgeTask extends AboutTask {
  readonly type: 'AcknowledgeTask';
  readonly speaker: Speaker;
  readonly result: TaskResult;
  readonly by: DeliveryMode;
  readonly proof: TaskProof;
  readonly happened?: string | undefined;
  /** For `refused`, a code. */
  readonly reason?: string | undefined;
  /** For `reported`: categories, each with the handle of its value where one was sent. */
  readonly held?: readonly { readonly category: string; readonly value?: number }[] | undefined;
}

export interface FailTask extends Omit<AboutTask, 'reference' | 'referenceOwner'> {
  readonly type: 'FailTask';
  readonly reason: string;
  readonly attempts: number;
}

export interface CloseTask extends Omit<AboutTask, 'reference' | 'referenceOwner'> {
  readonly type: 'CloseTask';
  readonly reason: string;
}

export interface ResendTask extends Omit<AboutTask, 'reference' | 'referenceOwner'> {
  readonly type: 'ResendTask';
  readonly reason: string;
}

export type TaskCommand = DeliverTask | AcknowledgeTask | FailTask | ResendTask | CloseTask;

export interface TaskDecision {
  /** `repeated`: it was said before; nothing new is recorded. */
  readonly outcome: 'recorded' | 'repeated';
  readonly drafts: readonly FactDraft[];
  readonly task: Task;
}

/**
 * `tasks` are those of the one stream in which it stands. Refuses TASK_UNKNOWN (another's task too: nobody learns what others have to
 * do), TASK_DECIDED (another result after the first), TASK_NOT_RESENDABLE, RESULT_MALFORMED, HAPPENED_IN_FUTURE, HAPPENED_BEFORE_TASK.
 */
export function decideTask(command: TaskCommand, tasks: Tasks, at: string): TaskDecision {
  const task = tasks.get(command.task);
  if (!task || (command.type === 'AcknowledgeTask' && !isHers(task, command.speaker))) {
    throw new Refused('TASK_UNKNOWN', 'there is no such task for whoever asks', { task: command.task });
  }
  switch (command.type) {
    case 'DeliverTask':
      return deliver(command, task, at);
    case 'AcknowledgeTask':
      return acknowledge(command, task, at);
    case 'FailTask':
      return task.acknowledged || task.closed
        ? repeated(task)
        : recorded(task, 'TaskFailed', { reason: command.reason, attempts: String(command.attempts) }, at);
    case 'ResendTask':
      return resend(command, task, at);
    case 'CloseTask':
      return close(command, task, at);
  }
}

function isHers(task: Task, speaker: Speaker): boolean {
  if ('officer' in speaker) return true;
  return addresseeOf(task) === addresseeOf(speaker);
}

function deliver(command: DeliverTask, task: Task, at: string): TaskDecision {
  const happened = momentOf(command.happened, task, at);
  if (task.delivered || task.acknowledged) return repeated(task);
  return recorded(task, 'TaskDelivered', { by: command.by, happened, ...staffOf(command) }, at, referenceOf(command));
}

function acknowledge(command: AcknowledgeTask, task: Task, at: string): TaskDecision {
  const { result, by, proof, reason, held } = command;
  const { acknowledged } = task;
  if ((task.kind === 'report') !== (result === 'reported') && result !== 'nothing-held' && result !== 'refused') {
    throw new Refused('RESULT_MALFORMED', 'an inquiry is answered by a report, anything else is done', { result });
  }
  if ((result === 'reported') !== (held !== undefined)) {
    throw new Refused('RESULT_MALFORMED', 'a report says what is held, and only a report does', { result });
  }
  if ((result === 'refused') !== (reason !== undefined)) {
    throw new Refused('RESULT_MALFORMED', 'a refusal says why, and only a refusal does', { result });
  }
  const happened = momentOf(command.happened, task, at);
  if (acknowledged) {
    if (acknowledged.result === result && acknowledged.reason === reason) return repeated(task);
    throw new Refused('TASK_DECIDED', 'the task has been answered otherwise', { result: acknowledged.result });
  }
  const facts = {
    result,
    by,
    proof,
    happened,
    ...(reason !== undefined && { reason }),
    ...(held && { held: held.map(({ category }) => category) }),
    ...staffOf(command),
  };
  const values = (held ?? []).flatMap(({ category, value }): Seal[] =>
    value === undefined ? [] : [{ category, value, owner: task.stream }],
  );
  return recorded(task, 'TaskAcknowledged', facts, at, [...values, ...referenceOf(command)]);
}

/** What was answered or closed asks for nothing any more. */
function resend(command: ResendTask, task: Task, at: string): TaskDecision {
  const { acknowledged, closed, event } = task;
  if (acknowledged || closed) {
    throw new Refused('TASK_NOT_RESENDABLE', 'it is not sent again', { task: event });
  }
  return recorded(task, 'TaskResent', { reason: command.reason, ...staffOf(command) }, at);
}

function close(command: CloseTask, task: Task, at: string): TaskDecision {
  const { closed, acknowledged } = task;
  if (acknowledged) throw new Refused('TASK_DECIDED', 'the task has been answered', { result: acknowledged.result });
  if (closed) {
    if (closed.reason === command.reason) return repeated(task);
    throw new Refused('TASK_DECIDED', 'the task has been closed for another reason', { reason: closed.reason });
  }
  return recorded(task, 'TaskClosed', { reason: command.reason, ...staffOf(command) }, at);
}

/** When it happened, which is not before the task was ordered and not to come. */
function momentOf(happened: string | undefined, task: Task, at: string): string {
  if (happened === undefined) return at;
  if (happened > at) throw new Refused('HAPPENED_IN_FUTURE', 'this has not happened yet', { happened });
  if (happened < task.ordered) {
    throw new Refused('HAPPENED_BEFORE_TASK', 'the task was ordered later than that', { ordered: task.ordered });
  }
  return happened;
}

const staffOf = ({ staff }: Pick<AboutTask, 'staff'>) => (staff === undefined ? {} : { staff });

const referenceOf = ({ reference, referenceOwner: owner }: AboutTask): Seal[] =>
  reference === undefined || owner === undefined ? [] : [{ category: 'meta.reference', value: reference, owner }];

const repeated = (task: Task): TaskDecision => ({ outcome: 'repeated', drafts: [], task });

function recorded(task: Task, type: string, facts: Facts, at: string, seals: readonly Seal[] = []): TaskDecision {
  const draft: FactDraft = {
    type,
    stream: task.stream,
    occurred: at,
    facts: { task: task.event, ...facts },
    ...(seals.length > 0 && { seals }),
  };
  return { outcome: 'recorded', drafts: [draft], task };
}
