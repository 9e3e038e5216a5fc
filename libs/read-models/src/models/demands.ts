// Which demands of courts and state bodies came of which people may be told, by when were they to be answered, and what became of each?
import { demandOfStream, type DemandEvent, type DomainEvent } from '@derbes/domain';
import { type RegisterDefinition } from '../page.js';
import { type EventModel } from '../read-model.js';
import { defineTable, is, nowMoment, optional, type RowOf, type Table } from '../table.js';

const columns = {
  received: is.moment,
  demand: is.id,
  event: is.id,
  recorded: is.moment,
  authority: is.code,
  /** The moment that the demand itself sets. */
  due: optional(is.moment),
  /** The act that it names. */
  law: optional(is.place),
  article: optional(is.place),
  categories: optional(is.codes),
  /** Whom it names, of those who were known here. */
  people: is.count,
} as const;

const receivedTable = defineTable({
  name: 'demand_received',
  columns: { ...columns, subjects: is.ids },
  key: ['received', 'demand'],
  indexes: [],
});

/** A demand is closed once. */
const closedTable = defineTable({
  name: 'demand_closed',
  columns: {
    demand: is.id,
    event: is.id,
    closed: is.moment,
    /** fulfilled · partly · nothing-held · refused */
    outcome: is.code,
    /** Why it was refused. */
    refusal: optional(is.code),
    closedLaw: optional(is.place),
    closedArticle: optional(is.place),
    given: optional(is.codes),
    transfers: optional(is.ids),
  },
  key: ['demand'],
  indexes: [],
});

const answerTable = defineTable({
  name: 'demand_received',
  columns: {
    ...columns,
    /** open · answered · refused */
    state: is.code,
    overdue: optional(is.code),
    closed: optional(is.moment),
    outcome: optional(is.code),
    refusal: optional(is.code),
    closedLaw: optional(is.place),
    closedArticle: optional(is.place),
    given: optional(is.codes),
    transfers: optional(is.ids),
    events: is.ids,
  },
  key: ['received', 'demand'],
  indexes: [],
});
export type DemandRow = RowOf<typeof answerTable>;

type Received = Extract<DemandEvent, { type: 'AuthorityDemandReceived' }>;
type Closing = Exclude<DemandEvent, Received>;

function receivedRow({ id: event, at: recorded, stream, facts }: Received): RowOf<typeof receivedTable> {
  const { authority, received, due, act, article, categories, subjects = [] } = facts;
  return {
    received,
    demand: demandOfStream(stream),
    event,
    recorded,
    authority,
    ...(due !== undefined && { due }),
    ...(act !== undefined && { law: act }),
    ...(article !== undefined && { article }),
    ...(categories && { categories }),
    people: subjects.length,
    subjects,
  };
}

function closedRow(event: Closing): RowOf<typeof closedTable> {
  const common = { demand: demandOfStream(event.stream), event: event.id, closed: event.facts.moment };
  if (event.type === 'AuthorityDemandAnswered') {
    const { outcome, categories, transfers } = event.facts;
    return { ...common, outcome, ...(categories && { given: categories }), ...(transfers && { transfers }) };
  }
  const { reason, act, article } = event.facts;
  return {
    ...common,
    outcome: 'refused',
    refusal: reason,
    ...(act !== undefined && { closedLaw: act }),
    ...(article !== undefined && { closedArticle: article }),
  };
}

const isOfDemand = (event: DomainEvent): event is DemandEvent => event.stream.startsWith('demand-');

export const demands: EventModel = {
  kind: 'event',
  name: 'demands',
  version: 1,
  tables: [receivedTable, closedTable],
  follows: (stream) => stream.startsWith('demand-'),
  rows(events) {
    const told = events.filter(isOfDemand);
    return new Map<Table, readonly object[]>([
      [receivedTable, told.flatMap((event) => (event.type === 'AuthorityDemandReceived' ? [receivedRow(event)] : []))],
      [closedTable, told.flatMap((event) => (event.type === 'AuthorityDemandReceived' ? [] : [closedRow(event)]))],
    ]);
  },
};

const ofClosing = (what: string): string => `(select ${what} from {demand_closed} c where c.demand = t.demand)`;
const closed = ofClosing('c.closed');
const outcome = ofClosing('c.outcome');
const state = `coalesce((case when ${outcome}::text = 'refused' then 'refused' when ${outcome} is not null then 'answered' end), 'open')`;
const overdue = `(case when coalesce(${closed}, ${nowMoment}) > t.due then 'yes' end)`;

export type DemandFilter = 'subject' | 'category' | 'status' | 'overdue' | 'from' | 'until';

export const demandRegister: RegisterDefinition<DemandFilter> = {
  name: 'demands',
  model: 'demands',
  table: answerTable,
  select: {
    state,
    overdue,
    closed,
    outcome,
    refusal: ofClosing('c.refusal'),
    closedLaw: ofClosing('c.closed_law'),
    closedArticle: ofClosing('c.closed_article'),
    given: ofClosing('c.given'),
    transfers: ofClosing('c.transfers'),
    events: `(array[t.event] || array(select c.event from {demand_closed} c where c.demand = t.demand)
      || coalesce(${ofClosing('c.transfers')}, '{}'::uuid[]))`,
  },
  alsoServes: ({ law, article }) =>
    typeof law === 'string' && typeof article === 'string' ? [`${law}:${article}`] : [],
  conditions: {
    subject: '$::uuid = any(t.subjects)',
    category: "$::read_models.code = any(coalesce(t.categories, '{}'))",
    status: `${state} = $`,
    overdue: `${overdue} = $`,
    from: 't.received >= $',
    until: 't.received < $',
  },
};
