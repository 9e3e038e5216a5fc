// What was ordered to be destroyed, about whom, by which act, and how far is that? The register of certificates.
import { entriesOf, isConfirmed, type EntryOf, type SubjectFold } from '@derbes/domain';
import { destructionGround } from '@derbes/policy';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { defineTable, is, optional, type RowOf } from '../table.js';
import { agreeing, collecting, identifying, telling, unmovedBy, using } from '../unmoved.js';

const columns = {
  /** The survivor, where several subjects are one person. */
  subject: is.id,
  /** Number of the certificate: the event that demanded the destruction, or the refusal. */
  orderEvent: is.id,
  /** The subject in whose stream it stands. */
  of: is.id,
  /** erasure · correction · retraction · holding-ended */
  cause: is.code,
  /** person · category · value */
  scope: is.code,
  categories: is.codes,
  /** Sealed values named one by one. */
  parts: is.count,
  ground: optional(is.code),
  /** `<act>:<article>`, where one was named. */
  article: optional(is.place),
  ordered: is.moment,
  executed: optional(is.moment),
  executedBy: optional(is.id),
  destroyedParts: optional(is.count),
  destroyedKeys: optional(is.count),
  destroyedTokens: optional(is.count),
  /** The event that says that less was ordered than asked, or nothing. */
  keptBy: optional(is.id),
  keptWhy: is.findingCodes,
  keptCategories: is.codes,
  keptArticles: is.places,
  refused: optional(is.moment),
  /** Holders and recipients that were told to destroy it, and those that confirmed it. */
  elsewhere: is.count,
  confirmed: is.count,
  events: is.ids,
} as const;

const erasureTable = defineTable({
  name: 'erasure',
  columns,
  key: ['ordered', 'orderEvent', 'of'],
  indexes: [['subject'], ['executed']],
});
type Row = RowOf<typeof erasureTable>;

type Ordered = EntryOf<'ErasureOrdered'>;
type Narrowed = EntryOf<'ErasureNarrowed'>;
type Refused = EntryOf<'ErasureRefused'>;
type Executed = EntryOf<'ErasureExecuted'>;
type Kept = Narrowed['facts']['kept'];

const distinct = (items: readonly (string | undefined)[]): string[] => [
  ...new Set(items.filter((item) => item !== undefined)),
];
const articleOf = ({ act, article }: { readonly act?: string; readonly article?: string }): string | undefined =>
  act !== undefined && article !== undefined ? `${act}:${article}` : undefined;
const sum = (executed: readonly Executed[], of: 'parts' | 'keys' | 'tokens'): number =>
  executed.reduce((all, { facts }) => all + Number(facts.destroyed[of]), 0);

const keptOf = (by: string | undefined, kept: Kept) => ({
  ...(by !== undefined && { keptBy: by }),
  keptWhy: distinct(kept.map(({ why }) => why)),
  keptCategories: distinct(kept.flatMap(({ categories }) => categories)),
  keptArticles: distinct(kept.map(articleOf)),
});

function asked({ categories = [], parts = [] }: Ordered['facts'] | Refused['facts'] | Executed['facts']) {
  return { categories, parts: parts.length };
}

/** Until it is said who else was told. */
const nobodyElse = { elsewhere: 0, confirmed: 0 };

function refusedRow(entry: Refused, of: string, subject: string): Row {
  const { facts, id, at } = entry;
  return {
    subject,
    of,
    orderEvent: id,
    cause: 'erasure',
    scope: facts.scope,
    ...asked(facts),
    ground: facts.ground,
    ordered: at,
    refused: at,
    ...keptOf(id, facts.kept),
    ...nobodyElse,
    events: [id],
  };
}

/** Done when the last of its events says so. */
function doneOf(executed: readonly Executed[]) {
  const last = executed.find(({ facts }) => facts.more === undefined);
  return {
    ...(last && {
      executed: last.at,
      executedBy: last.id,
      destroyedParts: sum(executed, 'parts'),
      destroyedKeys: sum(executed, 'keys'),
      destroyedTokens: sum(executed, 'tokens'),
    }),
  };
}

function orderedRow(
  { facts, id, at }: Ordered,
  executed: readonly Executed[],
  narrowed: readonly Narrowed[],
  of: string,
  subject: string,
): Row {
  const article = articleOf(facts);
  return {
    subject,
    of,
    orderEvent: id,
    cause: 'erasure',
    scope: facts.scope,
    ...asked(facts),
    ground: facts.ground,
    ...(article !== undefined && { article }),
    ordered: at,
    ...doneOf(executed),
    ...keptOf(
      narrowed[0]?.id,
      narrowed.flatMap(({ facts: { kept } }) => kept),
    ),
    ...nobodyElse,
    events: distinct([id, ...narrowed.map((one) => one.id), ...executed.map((one) => one.id)]),
  };
}

/** An order that is no command: what a correction, a retraction or the end of the last holding took with it. */
function takenRow(executed: readonly Executed[], first: Executed, of: string, subject: string): Row {
  const { order, cause, scope, ordered } = first.facts;
  return {
    subject,
    of,
    orderEvent: order,
    cause,
    scope,
    categories: distinct(executed.flatMap(({ facts: { categories = [] } }) => categories)),
    parts: executed.reduce((all, { facts: { parts = [] } }) => all + parts.length, 0),
    ordered,
    ...doneOf(executed),
    ...keptOf(undefined, []),
    ...nobodyElse,
    events: distinct([order, ...executed.map(({ id }) => id)]),
  };
}

function byOrder<E extends Executed | Narrowed>(entries: readonly E[]): ReadonlyMap<string, readonly E[]> {
  const grouped = new Map<string, E[]>();
  for (const entry of entries) {
    const { order } = entry.facts;
    if (order === undefined) continue;
    grouped.set(order, [...(grouped.get(order) ?? []), entry]);
  }
  return grouped;
}

/** The tasks of an order stand in the stream of the survivor. */
function confirmedElsewhere(folds: readonly SubjectFold[], order: string, under: string | undefined) {
  const tasks = folds
    .flatMap(({ state }) => [...state.tasks.values()])
    .filter(({ cause }) => cause === (under ?? order));
  return { elsewhere: tasks.length, confirmed: tasks.filter(isConfirmed).length };
}

function rowsOfOne(fold: SubjectFold, folds: readonly SubjectFold[], of: string, subject: string): Row[] {
  const executions = byOrder(entriesOf(fold, 'ErasureExecuted'));
  const narrowings = byOrder(entriesOf(fold, 'ErasureNarrowed'));
  const orders = entriesOf(fold, 'ErasureOrdered');
  const ordered = new Set(orders.map(({ id }) => id));
  return [
    ...orders.map((one) => ({
      ...orderedRow(one, executions.get(one.id) ?? [], narrowings.get(one.id) ?? [], of, subject),
      ...confirmedElsewhere(folds, one.id, one.facts.under),
    })),
    ...[...executions].flatMap(([order, executed]) =>
      ordered.has(order) || !executed[0] ? [] : [takenRow(executed, executed[0], of, subject)],
    ),
    ...entriesOf(fold, 'ErasureRefused').map((one) => refusedRow(one, of, subject)),
  ];
}

export const erasures = subjectModel({
  name: 'erasures',
  version: 2,
  table: erasureTable,
  judges: false,
  unmovedBy: unmovedBy(...identifying, ...collecting, ...using, 'DataTransferred', ...agreeing, ...telling),
  rows: ({ subject, members, folds }): Row[] =>
    folds.flatMap((fold, i) => rowsOfOne(fold, folds, members[i] ?? subject, subject)),
});

/** The epoch whose close counted it: the last, should several have. */
const epoch = `(select c.epoch from {epochs.epoch_erasure} c where c.executed = t.executed_by
  order by length(c.epoch::text) desc, c.epoch desc limit 1)`;
const upTo = (of: string): string => `${of}.epoch::text::bigint <= (${epoch})::text::bigint`;
/**
 * When the last custodian destroyed the last key of that epoch and of all before it, as `finalBy` of the domain says; null while
 * one of them still has one.
 */
const final = `(select max(k.destroyed::text) from {epochs.epoch_key_destroyed} k
  where ${upTo('k')} and exists (select from {epochs.epoch_opened} o where o.epoch = ${epoch})
  and not exists (select from {epochs.epoch_opened} o cross join unnest(o.custodians) as c (custodian)
    where ${upTo('o')} and not exists (select from {epochs.epoch_key_destroyed} g
      where g.epoch = o.epoch and g.custodian = c.custodian)))`;
const status = `(case when t.refused is not null then 'refused' when t.executed is null then 'ordered'
  when ${final} is null then 'executed' else 'final' end)`;

const answerTable = defineTable({
  name: 'erasure',
  columns: { ...columns, status: is.code, epoch: optional(is.code), final: optional(is.moment) },
  key: ['ordered', 'orderEvent', 'of'],
  indexes: [],
});
/** `status`: ordered · executed · final · refused; `final`: when the epoch's key was destroyed. */
export type ErasureRow = RowOf<typeof answerTable>;

export type ErasureFilter = 'subject' | 'order' | 'category' | 'status' | 'from' | 'until';

export const erasureRegister: RegisterDefinition<ErasureFilter> = {
  name: 'erasures',
  model: 'erasures',
  with: ['epochs'],
  table: answerTable,
  alsoServes: ({ ground }, profile) => [destructionGround(profile, String(ground))?.article],
  select: { status, epoch, final },
  conditions: {
    subject: 't.subject = $::uuid',
    order: 't.order_event = $::uuid',
    category: '$::read_models.code = any(t.categories)',
    status: `${status} = $`,
    from: 't.ordered >= $',
    until: 't.ordered < $',
  },
};
