// Which breaches were there, by when was which authority to be told, when was it, and how many people did they concern?
import { incidentOfStream, type DomainEvent, type IncidentEvent } from '@derbes/domain';
import { type RegisterDefinition } from '../page.js';
import { type EventModel } from '../read-model.js';
import { defineTable, is, nowMoment, optional, type RowOf, type Table } from '../table.js';

const columns = {
  detected: is.moment,
  incident: is.id,
  /** The law by which an authority is to be told: each has its own due moment. */
  profile: is.code,
  event: is.id,
  recorded: is.moment,
  kind: is.code,
  due: is.moment,
  /** By the reading that counts from the moment itself. */
  strict: optional(is.moment),
  term: is.code,
} as const;

const scopeColumns = {
  holder: optional(is.code),
  recipient: optional(is.code),
  categories: optional(is.codes),
  since: optional(is.moment),
  until: optional(is.moment),
  /** Absent where nobody could be counted. */
  people: optional(is.count),
} as const;

const detectedTable = defineTable({
  name: 'incident_detected',
  columns,
  key: ['detected', 'incident', 'profile'],
  indexes: [['incident']],
});

/** One row for each scope that an incident had, and for each event after the first. */
const stepTable = defineTable({
  name: 'incident_step',
  columns: {
    incident: is.id,
    event: is.id,
    /** Which of the incident's events it is: several may be of one second. */
    revision: is.count,
    /** scope · notified · told · closed */
    step: is.code,
    moment: is.moment,
    profile: optional(is.code),
    authority: optional(is.code),
    outcome: optional(is.code),
    ...scopeColumns,
  },
  key: ['incident', 'event'],
  indexes: [],
});
type Step = RowOf<typeof stepTable>;

const answerTable = defineTable({
  name: 'incident_detected',
  columns: {
    ...columns,
    ...scopeColumns,
    /** detected · notified · closed */
    state: is.code,
    /** When the authority was first told. */
    actual: optional(is.moment),
    authority: optional(is.code),
    overdue: optional(is.code),
    /** When people were first told, or their list handed over. */
    told: optional(is.moment),
    closed: optional(is.moment),
    outcome: optional(is.code),
    events: is.ids,
  },
  key: ['detected', 'incident', 'profile'],
  indexes: [],
});
export type IncidentRow = RowOf<typeof answerTable>;

type Detected = Extract<IncidentEvent, { type: 'IncidentDetected' }>;

const detectedRows = ({ id: event, at: recorded, stream, facts }: Detected): object[] =>
  facts.clocks.map(({ profile, due, strict, term }) => ({
    detected: facts.detected,
    incident: incidentOfStream(stream),
    profile,
    event,
    recorded,
    kind: facts.kind,
    due,
    ...(strict !== undefined && { strict }),
    term,
  }));

function stepOf(event: IncidentEvent): Step {
  const { id, revision, stream, at } = event;
  const common = { incident: incidentOfStream(stream), event: id, revision };
  switch (event.type) {
    case 'IncidentDetected':
    case 'IncidentScopeChanged': {
      const { scope, radius } = event.facts;
      const { holder, recipient, categories, from, until } = scope;
      return {
        ...common,
        step: 'scope',
        moment: at,
        ...(holder !== undefined && { holder }),
        ...(recipient !== undefined && { recipient }),
        ...(categories && { categories }),
        ...(from !== undefined && { since: from }),
        ...(until !== undefined && { until }),
        ...(radius && { people: Number(radius.people) }),
      };
    }
    case 'AuthorityNotified': {
      const { told, profile, authority } = event.facts;
      return { ...common, step: 'notified', moment: told, profile, authority };
    }
    case 'AffectedTold':
      return { ...common, step: 'told', moment: event.facts.told, people: Number(event.facts.people) };
    case 'IncidentClosed':
      return { ...common, step: 'closed', moment: at, outcome: event.facts.outcome };
  }
}

const isOfIncident = (event: DomainEvent): event is IncidentEvent => event.stream.startsWith('incident-');

export const incidents: EventModel = {
  kind: 'event',
  name: 'incidents',
  version: 1,
  tables: [detectedTable, stepTable],
  follows: (stream) => stream.startsWith('incident-'),
  rows(events) {
    const told = events.filter(isOfIncident);
    return new Map<Table, readonly object[]>([
      [detectedTable, told.flatMap((event) => (event.type === 'IncidentDetected' ? detectedRows(event) : []))],
      [stepTable, told.map(stepOf)],
    ]);
  },
};

const steps = (what: string, step: string, which = 'true', order = 's.revision'): string =>
  `(select ${what} from {incident_step} s where s.incident = t.incident and s.step::text = '${step}' and ${which}
    order by ${order} limit 1)`;
const ofScope = (what: string): string => steps(what, 'scope', 'true', 's.revision desc');
const notified = 's.profile = t.profile';
const actual = steps('s.moment', 'notified', notified, 's.moment, s.revision');
const closed = steps('s.moment', 'closed');
const state = `(case when ${closed} is not null then 'closed' when ${actual} is not null then 'notified' else 'detected' end)`;
/** What was closed needs no notice any more: it was none, or an act is named. */
const overdue = `(case when coalesce(${actual}, ${closed}, ${nowMoment}) > t.due then 'yes' end)`;

export type IncidentFilter = 'holder' | 'recipient' | 'category' | 'profile' | 'status' | 'overdue' | 'from' | 'until';

export const incidentRegister: RegisterDefinition<IncidentFilter> = {
  name: 'incidents',
  model: 'incidents',
  table: answerTable,
  select: {
    holder: ofScope('s.holder'),
    recipient: ofScope('s.recipient'),
    categories: ofScope('s.categories'),
    since: ofScope('s.since'),
    until: ofScope('s.until'),
    people: ofScope('s.people'),
    state,
    actual,
    authority: steps('s.authority', 'notified', notified, 's.moment, s.revision'),
    overdue,
    told: steps('s.moment', 'told', 'true', 's.moment, s.revision'),
    closed,
    outcome: steps('s.outcome', 'closed'),
    events: `array(select s.event from {incident_step} s where s.incident = t.incident
      and (s.profile is null or s.profile = t.profile) order by s.revision)`,
  },
  conditions: {
    holder: `${ofScope('s.holder')} = $`,
    recipient: `${ofScope('s.recipient')} = $`,
    category: `$::read_models.code = any(coalesce(${ofScope('s.categories')}, '{}'))`,
    profile: 't.profile = $',
    status: `${state} = $`,
    overdue: `${overdue} = $`,
    from: 't.detected >= $',
    until: 't.detected < $',
  },
};
