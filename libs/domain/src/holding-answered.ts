// What does the word of a holder, that it did what a task asks, change of what it holds?
import { type Drafts } from './drafts.js';
import { type OrderedErasure } from './erasure-state.js';
import { type EntryOf } from './fact.js';
import { changeHoldings, means, type Holding, type Holdings } from './holding.js';
import { type Task } from './task/state.js';

interface Answered {
  readonly task: Task;
  /** The order to erase that the task comes from. */
  readonly order?: OrderedErasure | undefined;
  readonly entry: EntryOf<'TaskAcknowledged'>;
}

/**
 * The holdings after the first answer to a task: what went as the task said is held there no longer, a correction was taken over, a block is known
 * to stand there too. What was collected after the moment of the answer is another matter; single values are no holding.
 */
export function answerTask(holdings: Holdings, { task, order, entry }: Answered, drafts: Drafts): Holdings {
  const { holder, kind, values, acknowledged } = task;
  const { result } = entry.facts;
  if (holder === undefined || acknowledged || result === 'refused' || result === 'reported') return holdings;
  const isDone = result === 'done';
  if (kind === 'destroy') return values ? holdings : ended(holdings, { task, order, entry }, drafts);
  if (kind === 'correct' && isDone) {
    return changeHoldings(holdings, drafts, (holding) =>
      isMeant(holding, task, entry) && !holding.end ? { ...holding, corrected: entry.id } : holding,
    );
  }
  return kind === 'block' && isDone ? confirmBlock(holdings, holder, { task, entry }, drafts) : holdings;
}

function ended(holdings: Holdings, { task, order, entry }: Answered, drafts: Drafts): Holdings {
  const { happened: moment, result } = entry.facts;
  const named = task.categories ?? order?.categories;
  return changeHoldings(holdings, drafts, (holding) => {
    const { end } = holding;
    const manner = result === 'done' ? (task.manner ?? 'destroyed') : 'destroyed';
    const isLeft = !end || (end.manner === 'deleted' && manner !== 'deleted' && end.moment <= moment);
    if (!isLeft || !isMeant(holding, { ...task, categories: named }, entry)) return holding;
    const ground = order?.ground ?? 'task';
    const method = result === 'done' ? 'task-done' : result;
    return { ...holding, end: { manner, moment, event: entry.id, ground, method, task: task.event } };
  });
}

/** Whether it was there when the answer speaks of, and is what the task names. */
function isMeant(
  { holder, category, role, capacity, purposes, collected }: Holding,
  task: Pick<Task, 'holder' | 'role' | 'capacity' | 'purposes'> & {
    readonly categories?: readonly string[] | undefined;
  },
  { facts: { happened } }: EntryOf<'TaskAcknowledged'>,
): boolean {
  return (
    holder === task.holder &&
    collected <= happened &&
    (!task.categories || task.categories.some((named) => means(named, category))) &&
    (task.role === undefined || role === task.role) &&
    (task.capacity === undefined || capacity === task.capacity) &&
    (!task.purposes || purposes.every(({ code }) => task.purposes?.includes(code) === true))
  );
}

/** A block that was lifted meanwhile stands no longer, whoever says so late. */
function confirmBlock(
  holdings: Holdings,
  holder: string,
  { task, entry }: Pick<Answered, 'task' | 'entry'>,
  drafts: Drafts,
): Holdings {
  const said = { event: entry.id, moment: entry.facts.happened };
  const confirmed = [...holdings.blocks].flatMap(([category, byHolder]) =>
    [...byHolder].flatMap(([where, block]) =>
      block.event === task.cause
        ? [{ category, where, block: { ...block, confirmed: { ...block.confirmed, [holder]: said } } }]
        : [],
    ),
  );
  if (confirmed.length === 0) return holdings;
  const blocks = drafts.of(holdings.blocks);
  for (const { category, where, block } of confirmed) {
    blocks.set(category, new Map(blocks.get(category)).set(where, block));
  }
  return { ...holdings, blocks };
}
