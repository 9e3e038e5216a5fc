// Who was told to do what about whom, by when, and what came back? The register of tasks, the silent and the failed ones among them.
import { taskStateAt, type SubjectFold, type Task } from '@derbes/domain';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { defineTable, is, nowMoment, optional, type RowOf } from '../table.js';
import { agreeing, collecting, identifying, telling, unmovedBy, using } from '../unmoved.js';

const taskTable = defineTable({
  name: 'task',
  columns: {
    /** The survivor, where several subjects are one person. */
    subject: is.id,
    /** The subject in whose stream it stands. */
    of: is.id,
    task: is.id,
    /** correct · block · unblock · destroy · stop · unpublish · notify; inquiries and answers of uploaders stand with their request */
    kind: is.code,
    /** deleted · destroyed · anonymised, of a task to destroy */
    manner: optional(is.code),
    holder: optional(is.code),
    recipient: optional(is.code),
    /** Absent: all that it has. */
    categories: optional(is.codes),
    /** The event that asks for it. */
    cause: is.id,
    request: optional(is.id),
    ordered: is.moment,
    /** By its clock; absent where no term could be counted. */
    dueBy: optional(is.moment),
    /** webhook · poll · person */
    route: is.code,
    /** open · told · done · refused · failed · closed · silent */
    status: is.code,
    delivered: optional(is.moment),
    answered: optional(is.moment),
    /** done · nothing-held · refused · reported */
    result: optional(is.code),
    /** Why it was refused, could not be delivered, or is waited for no more. */
    why: optional(is.code),
    events: is.ids,
  },
  key: ['ordered', 'task'],
  indexes: [['subject'], ['holder'], ['recipient'], ['status', 'dueBy']],
});
export type TaskRow = RowOf<typeof taskTable>;

function rowOf(task: Task, of: string, subject: string): TaskRow {
  const { event, kind, manner = 'destroyed', holder, recipient, categories, cause, request, ordered, clock, by } = task;
  const { delivered, acknowledged, failed, closed } = task;
  const why = (acknowledged ?? closed ?? failed)?.reason;
  return {
    subject,
    of,
    task: event,
    kind,
    ...(kind === 'destroy' && { manner }),
    ...(holder !== undefined && { holder }),
    ...(recipient !== undefined && { recipient }),
    ...(categories && { categories }),
    cause,
    ...(request !== undefined && { request }),
    ordered,
    ...(clock && { dueBy: clock.due }),
    route: by,
    // As when it was ordered: whether its term is over shows when it is asked.
    status: taskStateAt(task, ordered),
    ...(delivered && { delivered: delivered.moment }),
    ...(acknowledged && { answered: acknowledged.moment, result: acknowledged.result }),
    ...(why !== undefined && { why }),
    events: [event, ...[delivered, failed, closed, acknowledged].flatMap((one) => one?.event ?? [])],
  };
}

const rowsOfOne = ({ state }: SubjectFold, of: string, subject: string): TaskRow[] =>
  [...state.tasks.values()].map((task) => rowOf(task, of, subject));

export const tasks = subjectModel({
  name: 'tasks',
  version: 2,
  table: taskTable,
  judges: false,
  unmovedBy: unmovedBy(...identifying, ...collecting, ...using, 'DataTransferred', ...agreeing, ...telling),
  rows: ({ subject, members, folds }): TaskRow[] =>
    folds.flatMap((fold, i) => rowsOfOne(fold, members[i] ?? subject, subject)),
});

// A term runs out without anybody telling of it, so who is silent depends on when it is asked.
const status = `(case when t.status::text in ('open', 'told') and t.due_by < ${nowMoment} then 'silent' else t.status::text end)`;

export type TaskFilter = 'subject' | 'holder' | 'recipient' | 'category' | 'status' | 'from' | 'until';

export const taskRegister: RegisterDefinition<TaskFilter> = {
  name: 'tasks',
  model: 'tasks',
  table: taskTable,
  select: { status },
  conditions: {
    subject: 't.subject = $::uuid',
    holder: 't.holder = $',
    recipient: 't.recipient = $',
    /** A task without categories is about all of them. */
    category: '(t.categories is null or $::read_models.code = any(t.categories))',
    status: `${status} = $`,
    from: 't.ordered >= $',
    until: 't.ordered < $',
  },
};
