// What is held, about whom, where, for what, since when, and what ends it?
import { blockOf, statusOf, staysOf, type Entry, type Holding, type HoldingStatus } from '@derbes/domain';
import { erasedIn } from '../erased.js';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { type SubjectView } from '../subject-view.js';
import { defineTable, is, optional, type RowOf } from '../table.js';
import { agreeing, identifying, telling, unmovedBy, using } from '../unmoved.js';

/** Events named by one row: the first and the latest. All of them stand in the person's timeline. */
const holdingEventsMax = 100;

const holdingTable = defineTable({
  name: 'holding',
  columns: {
    subject: is.id,
    category: is.code,
    holder: is.code,
    /** The event that began it. */
    began: is.id,
    role: is.code,
    capacity: is.code,
    /** The organisation for which the controller holds it. */
    organisation: optional(is.id),
    /** held · blocked · ended (every purpose has ended, due to go) · deleted · destroyed · anonymised */
    status: is.code,
    since: is.moment,
    /** exact · not-later-than */
    sincePrecision: is.code,
    purposes: is.codes,
    endedPurposes: is.codes,
    bases: is.codes,
    consents: is.ids,
    articles: is.places,
    origins: is.codes,
    country: optional(is.country),
    /** Edition that the latest collecting fact names: by it the term is counted. */
    edition: optional(is.hash),
    /** purpose-reached · term · not-set · no-edition, for each purpose in their order. */
    stays: is.codes,
    /** Relations whose end starts the clock. */
    endRelations: is.codes,
    /** When the last of its purposes is reached or runs out of term, once that is known of all. */
    due: optional(is.moment),
    blocked: optional(is.moment),
    ended: optional(is.moment),
    endGround: optional(is.code),
    endMethod: optional(is.code),
    copiesUntil: optional(is.date),
    corrected: optional(is.id),
    /** How often it was told of. */
    tellings: is.count,
    events: is.ids,
  },
  key: ['subject', 'category', 'holder', 'began'],
  indexes: [
    ['category', 'subject'],
    ['holder', 'subject'],
  ],
});
export type HoldingRow = RowOf<typeof holdingTable>;

const keyOf = (holding: Pick<Holding, 'holder' | 'role' | 'capacity' | 'for'>, category: string): string =>
  [category, holding.holder, holding.role, holding.capacity, holding.for ?? ''].join('|');

/** The collecting facts that each holding stands on, by the event that began it and its category. */
function tellings(holdings: readonly Holding[], entries: readonly Entry[]): Map<string, string[]> {
  const beginnings = new Set(holdings.map((holding) => `${keyOf(holding, holding.category)}|${holding.began}`));
  const current = new Map<string, string[]>();
  const told = new Map<string, string[]>();
  for (const entry of entries) {
    if (entry.type !== 'DataCollected' && entry.type !== 'DataDeclared') continue;
    for (const category of entry.facts.categories) {
      const key = keyOf(entry.facts, category);
      const begins = `${key}|${entry.id}`;
      if (beginnings.has(begins)) {
        const period: string[] = [];
        current.set(key, period);
        told.set(begins, period);
      }
      current.get(key)?.push(entry.id);
    }
  }
  return told;
}

const distinct = (items: readonly (string | undefined)[]): string[] => [
  ...new Set(items.filter((item) => item !== undefined)),
];

const firstAndLatest = (events: readonly string[]): readonly string[] =>
  events.length <= holdingEventsMax ? events : [...events.slice(0, 1), ...events.slice(1 - holdingEventsMax)];

/** What ends it, by the edition that the last collecting fact names; unknown where that names none. */
function staying(holding: Holding, view: SubjectView) {
  const policy = holding.edition === undefined ? undefined : view.documents.policy(holding.edition);
  if (!policy) return { stays: holding.purposes.map(() => 'no-edition'), endRelations: [] };
  const stays = staysOf(holding, view.fold.state.relations, policy);
  const dues = stays.map(({ due }) => due);
  const last = dues.every((due) => due !== undefined) ? dues.sort().at(-1) : undefined;
  return {
    stays: stays.map(({ rule }) => {
      const unset = !rule || (rule.until === 'term' && rule.term === undefined);
      return unset ? 'not-set' : rule.until;
    }),
    endRelations: distinct(stays.map(({ rule }) => rule?.relation)),
    ...(last !== undefined && { due: last }),
  };
}

function holdingRow(holding: Holding, status: HoldingStatus, events: readonly string[], view: SubjectView): HoldingRow {
  const { category, holder, role, capacity, began, since, purposes, bases, origins, country, corrected, end } = holding;
  const block = end ? undefined : blockOf(view.fold.state.holdings, category, holder);
  return {
    subject: view.subject,
    category,
    holder,
    began,
    role,
    capacity,
    ...(holding.for !== undefined && { organisation: holding.for.slice('organisation-'.length) }),
    status,
    since: since.moment,
    sincePrecision: since.precision,
    purposes: purposes.map(({ code }) => code),
    endedPurposes: purposes.filter(({ ended }) => ended !== undefined).map(({ code }) => code),
    bases: distinct(bases.map(({ code }) => code)),
    consents: distinct(bases.map(({ consent }) => consent)),
    articles: distinct(bases.map(({ law, article }) => (law && article ? `${law}:${article}` : undefined))),
    origins: distinct(origins.map(({ kind }) => kind)),
    ...(country !== undefined && { country }),
    ...(holding.edition !== undefined && { edition: holding.edition }),
    ...staying(holding, view),
    ...(block && { blocked: block.since }),
    ...(end && { ended: end.moment, endGround: end.ground, endMethod: end.method }),
    ...(end?.copiesUntil !== undefined && { copiesUntil: end.copiesUntil }),
    ...(corrected !== undefined && { corrected }),
    tellings: events.length,
    events: distinct([...firstAndLatest(events), corrected, block?.event, end?.event]),
  };
}

export const holdings = subjectModel({
  name: 'holdings',
  version: 2,
  table: holdingTable,
  judges: false,
  unmovedBy: unmovedBy(...identifying, ...using, 'DataTransferred', ...agreeing, ...telling, 'TaskDelivered'),
  rows(view): HoldingRow[] {
    const { state, entries } = view.fold;
    const all = [...state.holdings.past, ...state.holdings.current.values()];
    const told = tellings(all, entries);
    const erased = erasedIn(view.fold);
    return all.flatMap((holding) => {
      const by = told.get(`${keyOf(holding, holding.category)}|${holding.began}`) ?? [holding.began];
      return erased(holding.category, by) ? [] : [holdingRow(holding, statusOf(holding, state.holdings), by, view)];
    });
  },
});

export type HoldingFilter =
  'subject' | 'category' | 'purpose' | 'holder' | 'basis' | 'role' | 'status' | 'relation' | 'due' | 'from' | 'until';

export const holdingRegister: RegisterDefinition<HoldingFilter> = {
  name: 'holdings',
  model: 'holdings',
  table: holdingTable,
  conditions: {
    subject: 't.subject = $::uuid',
    category: 't.category = $',
    purpose: '$::read_models.code = any(t.purposes)',
    holder: 't.holder = $',
    basis: '$::read_models.code = any(t.bases)',
    role: 't.role = $',
    status: 't.status = $',
    relation: '$::read_models.code = any(t.end_relations)',
    /** Due before this moment, and still there. */
    due: `t.due < $ and t.status in ('held', 'blocked', 'ended')`,
    from: 't.since >= $',
    until: 't.since < $',
  },
};
