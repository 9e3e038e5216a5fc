// Who else had what is destroyed, was each told, and what did it say?
import { addresseeOf, isConfirmed, tasksOfOrder, taskStateAt, type SubjectFold, type Task } from '@derbes/domain';
import { type CertificateView, type Elsewhere } from './certificate-view.js';

type HoldingEnd = NonNullable<SubjectFold['state']['holdings']['past'][number]['end']>;

interface Ordered {
  readonly order: string;
  readonly scope: CertificateView['scope'];
  readonly categories: readonly string[];
  /** When it was ordered. */
  readonly at: string;
}

/** What one of them had, with what it told of the end of each. */
interface Had {
  readonly categories: Set<string>;
  readonly ends: (HoldingEnd | undefined)[];
}

export const isConfirmedBy = ({ state }: Elsewhere): boolean => state === 'confirmed';

/** Other systems that had it when it was ordered, and whoever ever received it; each with what it was told and told since. */
export function elsewhereOf(
  fold: SubjectFold,
  ordered: Ordered,
  issued: string,
): Pick<CertificateView, 'holders' | 'recipients'> {
  const tasks = tasksOfOrder(fold, ordered.order);
  // One value that was put right or taken back here is no order to anybody else; one that an officer ordered was told to some.
  const [holders, recipients] =
    ordered.scope === 'value' ? [new Map<string, Had>(), new Map<string, Had>()] : everybodyOf(fold, ordered);
  for (const { holder, recipient, categories = [] } of tasks) {
    if (holder !== undefined) add(holders, holder, categories);
    if (recipient !== undefined) add(recipients, recipient, categories);
  }
  const line = (had: Had, whom: { readonly holder: string } | { readonly recipient: string }): Elsewhere => {
    const code = 'holder' in whom ? whom.holder : whom.recipient;
    const categories = [...had.categories].sort();
    const known = { code, categories };
    return endedLine(known, had.ends) ?? taskLine(known, taskFor(fold, tasks, whom, categories), issued);
  };
  return {
    holders: [...holders].map(([holder, had]) => line(had, { holder })),
    recipients: [...recipients].map(([recipient, had]) => line(had, { recipient })),
  };
}

function add(all: Map<string, Had>, code: string, categories: readonly string[], end?: HoldingEnd): void {
  const had = all.get(code);
  if (!had) all.set(code, { categories: new Set(categories), ends: [end] });
  else for (const category of categories) had.categories.add(category);
  if (had) had.ends.push(end);
}

function everybodyOf({ state, entries }: SubjectFold, { scope, categories, at }: Ordered) {
  const goes = (category: string): boolean => scope === 'person' || categories.includes(category);
  const holders = new Map<string, Had>();
  for (const { category, holder, end } of [...state.holdings.past, ...state.holdings.current.values()]) {
    if (!goes(category) || holder === 'ledger' || (end && end.moment < at)) continue;
    add(holders, holder, [category], end);
  }
  const recipients = new Map<string, Had>();
  for (const entry of entries) {
    if (entry.type !== 'DataTransferred') continue;
    const passed = entry.facts.categories.filter(goes);
    if (passed.length > 0) add(recipients, entry.facts.recipient, passed);
  }
  return [holders, recipients] as const;
}

/** Of this order, else of an earlier one that asked for as much: nobody is asked twice. */
function taskFor(
  { state }: SubjectFold,
  ofOrder: readonly Task[],
  whom: { readonly holder?: string; readonly recipient?: string },
  categories: readonly string[],
): Task | undefined {
  const hers = (task: Task): boolean => addresseeOf(task) === addresseeOf(whom);
  const asksAll = (task: Task): boolean =>
    task.kind === 'destroy' && categories.every((one) => !task.categories || task.categories.includes(one));
  // What has to go in several manners is told in several tasks: whoever has one left to answer has not answered.
  const own = ofOrder.filter(hers);
  return (
    own.find(({ acknowledged }) => !acknowledged) ??
    own.at(-1) ??
    [...state.tasks.values()].findLast((task) => hers(task) && asksAll(task))
  );
}

type Known = Pick<Elsewhere, 'code' | 'categories'>;

/** Confirmed once everything that it held has ended there; the last end counts, and the weakest manner. */
function endedLine(known: Known, ends: readonly (HoldingEnd | undefined)[]): Elsewhere | undefined {
  const all = ends.filter((end) => end !== undefined);
  const last = [...all].sort((a, b) => (a.moment < b.moment ? -1 : 1)).at(-1);
  if (!last || all.length < ends.length) return undefined;
  const weakest = all.find((end) => end.manner === 'deleted') ?? last;
  return {
    ...known,
    state: 'confirmed',
    manner: weakest.manner,
    ...(weakest.copiesUntil !== undefined && { copiesUntil: weakest.copiesUntil }),
    confirmed: { moment: last.moment, event: last.event },
  };
}

/** By what it was told and answered. Whoever was never told did not fail to answer. */
function taskLine(line: Known, task: Task | undefined, issued: string): Elsewhere {
  if (!task) return { ...line, state: 'not-yet-asked' };
  const known = { ...line, ...(task.manner && { asked: task.manner }) };
  const { delivered, acknowledged, closed, failed } = task;
  const told = delivered && { told: { moment: delivered.moment, event: delivered.event } };
  if (acknowledged) {
    const { moment, event, result, reason } = acknowledged;
    return isConfirmed(task)
      ? { ...known, state: 'confirmed', ...told, confirmed: { moment, event }, result }
      : { ...known, state: 'refused', ...told, answered: { moment, event }, ...(reason !== undefined && { reason }) };
  }
  if (closed) {
    const { moment, event, reason } = closed;
    return { ...known, state: 'closed', ...told, answered: { moment, event }, reason };
  }
  const state = taskStateAt(task, issued);
  if (delivered && state === 'silent') return { ...known, state: 'did-not-answer', ...told };
  if (delivered) return { ...known, state: delivered.by === 'person' ? 'told-by-letter' : 'asked', ...told };
  return failed ? { ...known, state: 'undeliverable', reason: failed.reason } : { ...known, state: 'not-yet-asked' };
}
