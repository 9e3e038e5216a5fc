// Who may say what of a task, how often, and what is refused?
import { Refused } from '@derbes/kernel';
import { catalogue } from '../catalogue.js';
import { sampleUuid } from '../vocabulary.js';
import { decideTask, type AcknowledgeTask, type TaskCommand, type TaskDecision } from './command.js';
import { type TaskKind } from './events.js';
import { emptyTasks, evolveTasks, isConfirmed, isSettled, taskStateAt, type Task } from './state.js';

const id = sampleUuid(20);
const stream = `subject-${sampleUuid(1)}`;
const ordered = '2026-11-20T09:00:00Z';
const now = '2026-11-20T12:00:00Z';

type Said = TaskCommand extends infer C ? (C extends TaskCommand ? Omit<C, 'task'> & { task?: string } : never) : never;

/** One task, and what is said of it. */
class OneTask {
  tasks = emptyTasks;

  constructor(kind: TaskKind = 'destroy') {
    const clock = { term: 'destruction', profile: 'kz', version: '3', from: ordered, due: '2026-11-23T18:59:59Z' };
    this.record('TaskOrdered', { kind, holder: 'crm', cause: sampleUuid(16), by: 'webhook', clock }, id, ordered);
  }

  get task(): Task {
    const task = this.tasks.get(id);
    if (!task) throw new Error('it is gone');
    return task;
  }

  say(command: Said, at = now): TaskDecision {
    const decision = decideTask({ task: id, ...command }, this.tasks, at);
    for (const { type, facts } of decision.drafts) this.record(type, facts, sampleUuid(this.tasks.size + 30), at);
    return decision;
  }

  acknowledge(more: Partial<AcknowledgeTask> = {}, at = now): TaskDecision {
    const said = { result: 'done', by: 'webhook', proof: 'hmac', speaker: { holder: 'crm' } } as const;
    return this.say({ type: 'AcknowledgeTask', ...said, ...more }, at);
  }

  refusal(work: () => unknown): string {
    try {
      work();
    } catch (error) {
      if (error instanceof Refused) return error.code;
      throw error;
    }
    return 'not refused';
  }

  private record(type: string, facts: object, event: string, occurred: string): void {
    catalogue.get(type).check(facts as Parameters<ReturnType<typeof catalogue.get>['check']>[0]);
    const envelope = { id: event, stream, revision: 1, at: occurred, occurred, actor: 'ledger', parts: [] };
    this.tasks = evolveTasks(this.tasks, { type, facts, ...envelope });
  }
}

describe('an answer to a task', () => {
  it('is recorded once, and a repeat of it is a repeat', () => {
    const one = new OneTask();
    expect(one.acknowledge()).toMatchObject({ outcome: 'recorded', drafts: [{ type: 'TaskAcknowledged', stream }] });
    expect(one.acknowledge()).toMatchObject({ outcome: 'repeated', drafts: [] });
    expect(taskStateAt(one.task, now)).toBe('done');
  });
  it('other than the first is refused', () => {
    const one = new OneTask();
    one.acknowledge();
    expect(one.refusal(() => one.acknowledge({ result: 'nothing-held' }))).toBe('TASK_DECIDED');
  });
  it('by another holder, by a recipient of the same name, or to a task that is none, is as if there were no task', () => {
    const one = new OneTask();
    expect(one.refusal(() => one.acknowledge({ speaker: { holder: 'billing' } }))).toBe('TASK_UNKNOWN');
    expect(one.refusal(() => one.acknowledge({ speaker: { recipient: 'crm' } }))).toBe('TASK_UNKNOWN');
    expect(one.refusal(() => one.acknowledge({ task: sampleUuid(99) }))).toBe('TASK_UNKNOWN');
  });
  it('may be an officer’s, with the number of a letter under a key that outlasts the person', () => {
    const owner = `organisation-${sampleUuid(3)}`;
    const said = {
      speaker: { officer: true },
      by: 'person',
      proof: 'officer',
      reference: 0,
      referenceOwner: owner,
    } as const;
    const { drafts } = new OneTask().acknowledge(said);
    expect(drafts[0]?.seals).toEqual([{ category: 'meta.reference', value: 0, owner }]);
  });
  it('may come after the task failed, and after it was closed', () => {
    const one = new OneTask();
    one.say({ type: 'FailTask', reason: 'connection-refused', attempts: 12 });
    expect(taskStateAt(one.task, now)).toBe('failed');
    one.say({ type: 'CloseTask', reason: 'system-switched-off' });
    expect(taskStateAt(one.task, now)).toBe('closed');
    expect(one.acknowledge().outcome).toBe('recorded');
    expect(taskStateAt(one.task, now)).toBe('done');
  });
  it('that refuses says why, and confirms nothing', () => {
    const one = new OneTask();
    expect(one.refusal(() => one.acknowledge({ result: 'refused' }))).toBe('RESULT_MALFORMED');
    expect(one.refusal(() => one.acknowledge({ reason: 'kept-by-law' }))).toBe('RESULT_MALFORMED');
    one.acknowledge({ result: 'refused', reason: 'kept-by-law' });
    expect(isConfirmed(one.task)).toBe(false);
    expect(taskStateAt(one.task, now)).toBe('refused');
  });
  it('is a report for an inquiry and for nothing else', () => {
    const held = [{ category: 'email', value: 0 }, { category: 'phone' }];
    const asked = new OneTask('report');
    expect(asked.refusal(() => asked.acknowledge())).toBe('RESULT_MALFORMED');
    expect(asked.refusal(() => asked.acknowledge({ result: 'reported' }))).toBe('RESULT_MALFORMED');
    expect(asked.acknowledge({ result: 'reported', held }).drafts).toMatchObject([
      { facts: { held: ['email', 'phone'] }, seals: [{ category: 'email', value: 0, owner: stream }] },
    ]);
    const other = new OneTask();
    expect(other.refusal(() => other.acknowledge({ result: 'reported', held }))).toBe('RESULT_MALFORMED');
  });
  it('is not to come, nor from before the task', () => {
    const one = new OneTask();
    expect(one.refusal(() => one.acknowledge({ happened: '2026-11-20T12:00:01Z' }))).toBe('HAPPENED_IN_FUTURE');
    expect(one.refusal(() => one.acknowledge({ happened: '2026-11-20T08:59:59Z' }))).toBe('HAPPENED_BEFORE_TASK');
  });
});

describe('a task', () => {
  it('that was delivered is told, and silent when its term is over', () => {
    const one = new OneTask();
    expect(taskStateAt(one.task, now)).toBe('open');
    one.say({ type: 'DeliverTask', by: 'person', happened: '2026-11-20T11:00:00Z' });
    expect(one.say({ type: 'DeliverTask', by: 'webhook' }).outcome).toBe('repeated');
    expect(taskStateAt(one.task, now)).toBe('told');
    expect(one.task.delivered).toMatchObject({ moment: '2026-11-20T11:00:00Z', by: 'person' });
    expect(taskStateAt(one.task, '2026-11-23T18:59:59Z')).toBe('told');
    expect(taskStateAt(one.task, '2026-11-23T19:00:00Z')).toBe('silent');
  });
  it('that failed and was delivered later is told', () => {
    const one = new OneTask();
    one.say({ type: 'FailTask', reason: 'timed-out', attempts: 3 }, '2026-11-20T10:00:00Z');
    one.say({ type: 'DeliverTask', by: 'webhook' });
    expect(taskStateAt(one.task, now)).toBe('told');
  });
  it('that nobody said anything of is waited for until its term is over', () => {
    const one = new OneTask();
    expect(isSettled(one.task, '2026-11-23T18:59:59Z')).toBe(false);
    expect(isSettled(one.task, '2026-11-23T19:00:00Z')).toBe(true);
  });
  it('is closed once, for one reason, and not after it was answered', () => {
    const one = new OneTask();
    one.say({ type: 'CloseTask', reason: 'system-switched-off' });
    expect(one.say({ type: 'CloseTask', reason: 'system-switched-off' }).outcome).toBe('repeated');
    expect(one.refusal(() => one.say({ type: 'CloseTask', reason: 'told-by-phone' }))).toBe('TASK_DECIDED');
    const other = new OneTask();
    other.acknowledge();
    expect(other.refusal(() => other.say({ type: 'CloseTask', reason: 'told-by-phone' }))).toBe('TASK_DECIDED');
    expect(other.say({ type: 'FailTask', reason: 'timed-out', attempts: 3 }).outcome).toBe('repeated');
  });
});
