// How far is each task that stands in a stream: not sent, sent, answered, failed, closed?
import { type Drafts } from '../drafts.js';
import { type RecordedOf } from '@derbes/kernel';
import {
  type DeliveryMode,
  type TaskAcknowledged,
  type TaskClosed,
  type TaskDelivered,
  type TaskFacts,
  type TaskFailed,
  type TaskOrdered,
  type TaskProof,
  type TaskResent,
  type TaskResult,
} from './events.js';

export type TaskEvent = RecordedOf<
  | typeof TaskOrdered
  | typeof TaskDelivered
  | typeof TaskAcknowledged
  | typeof TaskFailed
  | typeof TaskResent
  | typeof TaskClosed
>;

export interface Task extends Omit<TaskFacts, 'waits'> {
  /** The TaskOrdered event. */
  readonly event: string;
  readonly stream: string;
  readonly ordered: string;
  /** Destruction here waits until it is settled. */
  readonly waits: boolean;
  readonly delivered?: { readonly event: string; readonly moment: string; readonly by: DeliveryMode };
  readonly acknowledged?: {
    readonly event: string;
    readonly moment: string;
    readonly result: TaskResult;
    readonly by: DeliveryMode;
    readonly proof: TaskProof;
    readonly reason?: string;
    readonly held?: readonly string[];
  };
  /** The last failure; none once it is sent again. */
  readonly failed?: { readonly event: string; readonly moment: string; readonly reason: string } | undefined;
  /** The last decision to send it again. */
  readonly resent?: { readonly event: string; readonly moment: string; readonly reason: string };
  readonly closed?: { readonly event: string; readonly moment: string; readonly reason: string };
}

/** By the event id of TaskOrdered, in the order in which they were ordered. */
export type Tasks = ReadonlyMap<string, Task>;

export const emptyTasks: Tasks = new Map();

type TaskEntry = TaskEvent extends infer E ? (E extends TaskEvent ? Omit<E, 'parts'> : never) : never;

const taskTypes: ReadonlySet<string> = new Set<TaskEvent['type']>([
  'TaskOrdered',
  'TaskDelivered',
  'TaskAcknowledged',
  'TaskFailed',
  'TaskResent',
  'TaskClosed',
]);

/** Whether an event of any stream says something of a task. */
export const isOfTask = (event: { readonly type: string }): event is TaskEvent => taskTypes.has(event.type);

/** The tasks after one more event; the very same when it says nothing of them. What names a task that is not there changes nothing. */
export function evolveTasks(
  tasks: Tasks,
  event: TaskEntry | { readonly type: string; readonly facts: object },
  drafts?: Drafts,
): Tasks {
  if (!taskTypes.has(event.type)) return tasks;
  const entry = event as TaskEntry;
  if (entry.type === 'TaskOrdered') return changed(tasks, taskBy(entry), drafts);
  const task = tasks.get(entry.facts.task);
  return task ? changed(tasks, after(task, entry), drafts) : tasks;
}

/** The tasks of whole streams, from their events in order. */
export const tasksAmong = (
  events: Iterable<{ readonly type: string; readonly facts: object }>,
  from: Tasks = emptyTasks,
): Tasks => {
  let tasks = from;
  for (const event of events) tasks = evolveTasks(tasks, event);
  return tasks;
};

function changed(tasks: Tasks, task: Task, drafts: Drafts | undefined): Tasks {
  const next = drafts ? drafts.of(tasks) : new Map(tasks);
  return next.set(task.event, task);
}

function taskBy({ id: event, stream, occurred, facts }: Extract<TaskEntry, { type: 'TaskOrdered' }>): Task {
  const { waits, ...said } = facts;
  return { ...said, event, stream, ordered: occurred, waits: waits !== undefined };
}

function after(task: Task, entry: Exclude<TaskEntry, { type: 'TaskOrdered' }>): Task {
  const { id: event } = entry;
  switch (entry.type) {
    case 'TaskDelivered': {
      const { happened: moment, by } = entry.facts;
      return task.delivered ? task : { ...task, delivered: { event, moment, by } };
    }
    case 'TaskAcknowledged': {
      const { happened: moment, result, by, proof, reason, held } = entry.facts;
      const said = { ...(reason !== undefined && { reason }), ...(held && { held }) };
      return task.acknowledged ? task : { ...task, acknowledged: { event, moment, result, by, proof, ...said } };
    }
    case 'TaskFailed':
      return { ...task, failed: { event, moment: entry.occurred, reason: entry.facts.reason } };
    case 'TaskResent': {
      return { ...task, failed: undefined, resent: { event, moment: entry.occurred, reason: entry.facts.reason } };
    }
    case 'TaskClosed': {
      const closed = { event, moment: entry.occurred, reason: entry.facts.reason };
      return task.closed ? task : { ...task, closed };
    }
  }
}

/** `holder/crm`, `recipient/example-bank`, `uploader/organisation-…`: whose a task is. */
export function addresseeOf({
  holder,
  recipient,
  uploader,
}: {
  readonly holder?: string | undefined;
  readonly recipient?: string | undefined;
  readonly uploader?: string | undefined;
}): string {
  if (holder !== undefined) return `holder/${holder}`;
  return uploader === undefined ? `recipient/${recipient ?? ''}` : `uploader/${uploader}`;
}

/** Done, or nothing was there: what it asked for is so, by the word of whoever it was for. */
export const isConfirmed = ({ acknowledged }: Task): boolean =>
  acknowledged !== undefined && acknowledged.result !== 'refused';

/** Nobody has to be told of it any more before the values go by which the person is named. */
export const isSettled = ({ delivered, acknowledged, failed, closed, clock }: Task, at: string): boolean =>
  [delivered, acknowledged, failed, closed].some((one) => one !== undefined) || (clock !== undefined && clock.due < at);

/** How a task stands at a moment. `silent`: its term is over without an answer. */
export const taskStates = ['open', 'told', 'done', 'refused', 'failed', 'closed', 'silent'] as const;
export type TaskState = (typeof taskStates)[number];

export function taskStateAt(task: Task, at: string): TaskState {
  const { acknowledged, closed, delivered, failed, clock } = task;
  if (acknowledged) return acknowledged.result === 'refused' ? 'refused' : 'done';
  if (closed) return 'closed';
  if (failed && !(delivered && delivered.moment >= failed.moment)) return 'failed';
  if (clock && clock.due < at) return 'silent';
  return delivered ? 'told' : 'open';
}
