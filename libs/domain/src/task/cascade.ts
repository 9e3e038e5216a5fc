// What does an event mean for everybody else who has the data: who is told what, and what waits for it?
import { type Entry, type EntryOf } from '../fact.js';
import { fenceOf } from '../fence.js';
import { means } from '../holding.js';
import { type FactDraft } from '../record.js';
import { nameOf } from '../erasure-demand.js';
import { entriesOf, type SubjectFold } from '../subject-fold.js';
import { tasksFor, type TaskOutside, type Telling } from './order.js';
import { type HolderManner } from './manner.js';
import { isSettled, type Task } from './state.js';

type Told = Omit<Telling, 'subject' | 'cause'>;

/** Facts of services that others are told of. */
const spreading = new Set<string>(['DataCorrected', 'DataBlocked', 'DataUnblocked', 'DataUnpublished']);

/** Whether an event asks others to do something; whether there is anybody to tell shows when it is decided. */
export const spreads = (type: string): boolean => spreading.has(type);

/**
 * The tasks that a told fact asks for, in the survivor's stream; none where nobody else has it, where it was ordered already, or where
 * the person is erased. `family` is the fold of `subject` with everybody merged into her.
 */
export function cascadeOf(event: string, subject: string, family: SubjectFold, outside: TaskOutside): FactDraft[] {
  const entry = family.entries.find(({ id }) => id === event);
  if (!entry || fenceOf(family)) return [];
  const told = tellingOf(entry, family, outside);
  return told ? tasksFor({ ...told, subject, cause: event }, family, outside) : [];
}

function tellingOf(entry: Entry, family: SubjectFold, { parts }: TaskOutside): Told | undefined {
  switch (entry.type) {
    case 'DataCorrected': {
      if (answersTask(entry, family)) return undefined;
      const { categories, role, holder } = entry.facts;
      const values = parts.filter(
        ({ event, category }) => event === entry.id && categories.some((one) => means(one, category)),
      );
      return { kind: 'correct', categories, role, except: holder, values: values.map(nameOf) };
    }
    case 'DataBlocked':
    case 'DataUnblocked': {
      const { categories, holder } = entry.facts;
      // Blocked in one system alone, it is not blocked in the others; whoever got it must stop all the same.
      const kind = entry.type === 'DataBlocked' ? 'block' : 'unblock';
      return { kind, categories, ...(holder !== undefined && { holders: [] }) };
    }
    case 'DataUnpublished': {
      const { categories, ground } = entry.facts;
      // Taken down without a ground, it was the end of a page and nobody's demand.
      return ground === undefined ? undefined : { kind: 'unpublish', categories, holders: publishers(entry, family) };
    }
    default:
      return undefined;
  }
}

/** A correction that a holder made because a task told it to: everybody was told by the correction that the task came from. */
function answersTask({ facts, occurred }: EntryOf<'DataCorrected'>, { state }: SubjectFold): boolean {
  return [...state.tasks.values()].some(
    ({ kind, holder, categories, ordered, acknowledged }) =>
      kind === 'correct' &&
      holder === facts.holder &&
      facts.categories.every(
        (one) => !categories || categories.some((named) => means(named, one) || means(one, named)),
      ) &&
      ordered <= occurred &&
      (acknowledged === undefined || occurred <= acknowledged.moment),
  );
}

/** Holders that still have it published elsewhere. */
function publishers({ facts: { categories, place } }: EntryOf<'DataUnpublished'>, family: SubjectFold): string[] {
  const taken = entriesOf(family, 'DataUnpublished');
  const standing = entriesOf(family, 'DataPublished').filter(
    (one) =>
      one.facts.place !== place &&
      one.facts.categories.some((category) => categories.some((named) => means(named, category))) &&
      !taken.some(({ facts, occurred }) => facts.place === one.facts.place && occurred >= one.occurred),
  );
  return [...new Set(standing.flatMap(({ facts }) => facts.holder ?? []))];
}

/** What an order to erase asks of others; `categories` and `parts` are those that go, neither for the whole person. */
export interface ErasureTelling {
  readonly subject: string;
  readonly order: string;
  readonly categories?: readonly string[];
  /** Of a whole person, what is kept. */
  readonly but?: readonly string[];
  readonly parts?: readonly { readonly event: string; readonly p: string; readonly category: string }[];
  readonly request?: string | undefined;
  readonly waitForAll?: boolean | undefined;
  readonly manners?: readonly HolderManner[] | undefined;
}

/** The tasks that stand right behind an order: of single values, for the systems that told them and for whoever got the category. */
export function erasureTasks(
  { subject, order, categories, but, parts, request, waitForAll, manners }: ErasureTelling,
  family: SubjectFold,
  outside: TaskOutside,
): FactDraft[] {
  const telling: Telling = { kind: 'destroy', subject, cause: order, request, waitForAll };
  if (!parts) return tasksFor({ ...telling, categories, but, manners }, family, outside);
  const told = new Set(parts.map(({ event }) => event));
  const holders = family.entries.flatMap((entry) =>
    told.has(entry.id) && 'holder' in entry.facts ? (entry.facts.holder ?? []) : [],
  );
  const named = [...new Set(parts.map(({ category }) => category))];
  return tasksFor({ ...telling, categories: named, values: parts.map(nameOf), holders }, family, outside);
}

/** Tasks of an order to erase, the newest last; `order` may be that of somebody merged, who goes with the survivor. */
export function tasksOfOrder({ state }: SubjectFold, order: string): Task[] {
  const cause = state.erasures.orders.get(order)?.under ?? order;
  return [...state.tasks.values()].filter((task) => task.cause === cause);
}

/** Tasks of an order that have to be settled before what it names may be destroyed here. */
export const untold = (family: SubjectFold, order: string, at: string): Task[] =>
  tasksOfOrder(family, order).filter((task) => task.waits && !isSettled(task, at));
