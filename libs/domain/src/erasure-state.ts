// What stands about one subject of holds, ordered and executed erasures, and what is kept and locked?
import { type Drafts } from './drafts.js';
import {
  type ErasureCause,
  type ErasureExecuted,
  type ErasureGround,
  type ErasureOrdered,
  type ErasureScope,
  type Kept,
} from './erasure.js';
import { type Entry, type EntryOf } from './fact.js';
import { means } from './holding.js';
import { type holdGrounds } from './legal-hold.js';
import { type RecordedOf } from '@derbes/kernel';

export interface Hold {
  readonly event: string;
  /** In whose stream it stands. */
  readonly subject: string;
  readonly ground: (typeof holdGrounds)[number];
  readonly since: string;
  readonly act?: string;
  readonly article?: string;
  /** Absent: everything. */
  readonly categories?: readonly string[];
  readonly until?: string;
  readonly lifted?: { readonly event: string; readonly moment: string; readonly ground: string };
}

export interface OrderedErasure {
  readonly event: string;
  readonly subject: string;
  readonly scope: ErasureScope;
  readonly categories?: readonly string[];
  readonly parts?: readonly string[];
  readonly ground: ErasureGround;
  readonly ordered: string;
  /** The order about the survivor of a merge under which this one stands. */
  readonly under?: string;
}

export interface Execution {
  readonly event: string;
  readonly subject: string;
  readonly order: string;
  readonly cause: ErasureCause;
  readonly scope: ErasureScope;
  readonly categories?: readonly string[];
  readonly parts?: readonly string[];
  readonly ordered: string;
  readonly executed: string;
  readonly destroyed: RecordedOf<typeof ErasureExecuted>['facts']['destroyed'];
  /** Another execution of the same order follows. */
  readonly more: boolean;
}

/** Kept though it was to be destroyed: it answers the person, courts and the regulator, and is not used. */
export interface Lock {
  readonly category: string;
  readonly since: string;
  /** ErasureNarrowed or ErasureRefused. */
  readonly event: string;
  readonly why: readonly Kept['why'][];
  /** Collected anew since then: what was collected after the lock may be used. */
  readonly renewed?: string;
}

export interface Erasures {
  /** By the event id of LegalHoldPlaced. */
  readonly holds: ReadonlyMap<string, Hold>;
  /** By the event id of ErasureOrdered. */
  readonly orders: ReadonlyMap<string, OrderedErasure>;
  /** By the order that each answers, in the order in which they count. */
  readonly executions: ReadonlyMap<string, readonly Execution[]>;
  /** By category. */
  readonly locks: ReadonlyMap<string, Lock>;
}

export const emptyErasures: Erasures = {
  holds: new Map(),
  orders: new Map(),
  executions: new Map(),
  locks: new Map(),
};

const subjectOf = ({ stream }: Pick<Entry, 'stream'>): string => stream.slice('subject-'.length);

/** The erasures after one more entry; the very same when it says nothing of them. */
export function evolveErasures(erasures: Erasures, entry: Entry, drafts: Drafts): Erasures {
  switch (entry.type) {
    case 'LegalHoldPlaced':
      return { ...erasures, holds: drafts.of(erasures.holds).set(entry.id, holdOf(entry)) };
    case 'LegalHoldLifted':
      return lift(erasures, entry, drafts);
    case 'ErasureOrdered':
      return { ...erasures, orders: drafts.of(erasures.orders).set(entry.id, orderedBy(entry)) };
    case 'ErasureNarrowed':
    case 'ErasureRefused':
      return lock(erasures, entry, drafts);
    case 'ErasureExecuted':
      return execute(erasures, entry, drafts);
    case 'DataCollected':
      return erasures.locks.size === 0 ? erasures : renew(erasures, entry, drafts);
    default:
      return erasures;
  }
}

function holdOf(entry: EntryOf<'LegalHoldPlaced'>): Hold {
  const { ground, act, article, categories, until } = entry.facts;
  return {
    event: entry.id,
    subject: subjectOf(entry),
    ground,
    since: entry.occurred,
    ...(act !== undefined && { act }),
    ...(article !== undefined && { article }),
    ...(categories && { categories }),
    ...(until !== undefined && { until }),
  };
}

function lift(erasures: Erasures, { id, occurred, facts }: EntryOf<'LegalHoldLifted'>, drafts: Drafts): Erasures {
  const hold = erasures.holds.get(facts.hold);
  if (!hold || hold.lifted) return erasures;
  const lifted = { ...hold, lifted: { event: id, moment: occurred, ground: facts.ground } };
  return { ...erasures, holds: drafts.of(erasures.holds).set(hold.event, lifted) };
}

/** An order as its event says it. */
export function orderedBy(
  entry: Pick<EntryOf<'ErasureOrdered'>, 'id' | 'stream' | 'occurred'> & {
    readonly facts: RecordedOf<typeof ErasureOrdered>['facts'];
  },
): OrderedErasure {
  const { scope, categories, parts, ground, under } = entry.facts;
  return {
    event: entry.id,
    subject: subjectOf(entry),
    scope,
    ...(categories && { categories }),
    ...(parts && { parts }),
    ground,
    ordered: entry.occurred,
    ...(under !== undefined && { under }),
  };
}

const locking = new Set<Kept['why']>(['LEGAL_HOLD', 'STATUTORY_RETENTION', 'RETENTION_UNCONFIRMED']);

/** What an open obligation keeps may serve it, and a block forbids more than a lock: neither locks. */
function lock(
  erasures: Erasures,
  { id, occurred, facts }: EntryOf<'ErasureNarrowed'> | EntryOf<'ErasureRefused'>,
  drafts: Drafts,
): Erasures {
  const kept = facts.kept.filter(({ why }) => locking.has(why));
  if (kept.length === 0) return erasures;
  const locks = drafts.of(erasures.locks);
  for (const category of new Set(kept.flatMap(({ categories }) => categories))) {
    const why = kept.filter(({ categories }) => categories.includes(category)).map((one) => one.why);
    locks.set(category, { category, since: occurred, event: id, why: [...new Set(why)] });
  }
  return { ...erasures, locks };
}

function execute(erasures: Erasures, entry: EntryOf<'ErasureExecuted'>, drafts: Drafts): Erasures {
  const { facts, id, occurred } = entry;
  const { more, ...said } = facts;
  const execution = { ...said, event: id, subject: subjectOf(entry), executed: occurred, more: more !== undefined };
  const before = erasures.executions.get(facts.order) ?? [];
  const executions = drafts.of(erasures.executions).set(facts.order, [...before, execution]);
  const unlocked = [...erasures.locks.keys()].filter(
    (category) => facts.scope === 'person' || facts.categories?.includes(category) === true,
  );
  if (unlocked.length === 0) return { ...erasures, executions };
  const locks = drafts.of(erasures.locks);
  for (const category of unlocked) locks.delete(category);
  return { ...erasures, executions, locks };
}

function renew(erasures: Erasures, { occurred, facts }: EntryOf<'DataCollected'>, drafts: Drafts): Erasures {
  const renewed = [...erasures.locks.values()].filter(
    (one) => one.renewed === undefined && facts.categories.includes(one.category),
  );
  if (renewed.length === 0) return erasures;
  const locks = drafts.of(erasures.locks);
  for (const one of renewed) locks.set(one.category, { ...one, renewed: occurred });
  return { ...erasures, locks };
}

/** Whether a hold stands at a moment: placed, not lifted, its term not over. */
export const holdStands = ({ since, until, lifted }: Hold, moment: string): boolean =>
  since <= moment && (until === undefined || moment < until) && (lifted === undefined || moment < lifted.moment);

/** The holds that stand on a category at a moment. */
export const holdsOn = ({ holds }: Erasures, category: string, moment: string): Hold[] =>
  [...holds.values()].filter(
    (hold) => holdStands(hold, moment) && (!hold.categories || hold.categories.some((named) => means(named, category))),
  );

/** The last execution of an order about a subject; undefined while it is not carried out to its end. */
export const executionOf = ({ executions }: Erasures, order: string, subject: string): Execution | undefined =>
  executions.get(order)?.findLast((execution) => execution.subject === subject && !execution.more);
