// What did people ask of the controller, by when was it due, and when and how was it answered?
import { bindingClock, requestOfStream, type DomainEvent, type RequestEvent } from '@derbes/domain';
import { termOf } from '@derbes/policy';
import { type RegisterDefinition } from '../page.js';
import { type EventModel } from '../read-model.js';
import {
  requestAssessmentRows,
  requestAssessmentTable,
  requestFindingRows,
  requestFindingTable,
} from './request-findings.js';
import { defineTable, is, nowMoment, optional, type RowOf, type Table } from '../table.js';

const receivedColumns = {
  /** When it reached the controller, which starts its terms. */
  received: is.moment,
  request: is.id,
  event: is.id,
  recorded: is.moment,
  /** Which right; `right` alone is a word of SQL. */
  rightAsked: is.code,
  channel: is.code,
  language: is.code,
  behalf: optional(is.code),
  due: is.moment,
  strict: optional(is.moment),
  term: is.code,
  profile: is.code,
  /** It lay for longer than the term for writing it down (INTAKE_LATE). */
  late: optional(is.code),
} as const;

const receivedTable = defineTable({
  name: 'request_received',
  /** `source`: who told it, `-` for an officer's key that is bound to none. */
  columns: { ...receivedColumns, source: is.source },
  key: ['received', 'request'],
  indexes: [['request']],
});

/** One row for each event after the first, which it says by its kind. */
const stepTable = defineTable({
  name: 'request_step',
  columns: {
    request: is.id,
    event: is.id,
    /** Which of the request's events it is: several may be of one second. */
    revision: is.count,
    kind: is.code,
    recorded: is.moment,
    due: optional(is.moment),
    strict: optional(is.moment),
    subject: optional(is.id),
    outcome: optional(is.code),
    delivered: optional(is.moment),
  },
  key: ['request', 'event'],
  indexes: [['subject']],
});

/** What a page shows: the request with what its last steps say. */
const requestTable = defineTable({
  name: 'request_received',
  columns: {
    ...receivedColumns,
    /** received · identified · answered · refused */
    state: is.code,
    subject: optional(is.id),
    /** When the answer or refusal left. */
    actual: optional(is.moment),
    outcome: optional(is.code),
    overdue: optional(is.code),
    events: is.ids,
  },
  key: ['received', 'request'],
  indexes: [],
});
export type RequestRow = RowOf<typeof requestTable>;

type Received = Extract<RequestEvent, { type: 'RequestReceived' }>;
type Step = RowOf<typeof stepTable>;

function receivedRow({ id: event, at: recorded, stream, facts, source = '-' }: Received): object | undefined {
  const clock = bindingClock(facts.clocks);
  if (!clock) return undefined;
  const { right, channel, language, received, behalf, late } = facts;
  return {
    received,
    request: requestOfStream(stream),
    event,
    recorded,
    rightAsked: right,
    channel,
    language,
    ...(behalf !== undefined && { behalf }),
    due: clock.due,
    ...(clock.strict !== undefined && { strict: clock.strict }),
    term: clock.term,
    profile: clock.profile,
    ...(late && { late }),
    source,
  };
}

function stepOf(event: RequestEvent): Step | undefined {
  const { id, revision, at: recorded, stream } = event;
  const common = { request: requestOfStream(stream), event: id, revision, recorded };
  switch (event.type) {
    case 'IdentityVerified': {
      const { outcome, subject } = event.facts;
      return { ...common, kind: 'identity', outcome, ...(subject !== undefined && { subject }) };
    }
    case 'RequestExtended': {
      const clock = bindingClock(event.facts.clocks);
      if (!clock) return undefined;
      return {
        ...common,
        kind: 'extended',
        due: clock.due,
        ...(clock.strict !== undefined && { strict: clock.strict }),
      };
    }
    case 'RequestAnswered': {
      const { outcome, delivered, subject } = event.facts;
      return { ...common, kind: 'answered', outcome, delivered, ...(subject !== undefined && { subject }) };
    }
    case 'RequestRefused':
      return { ...common, kind: 'refused', outcome: event.facts.reason, delivered: event.facts.delivered };
    case 'AnswerMisdirected':
      return { ...common, kind: 'misdirected', outcome: event.facts.ground };
    default:
      return undefined;
  }
}

const isOfRequest = (event: DomainEvent): event is RequestEvent => event.stream.startsWith('request-');

export const requests: EventModel = {
  kind: 'event',
  name: 'requests',
  version: 3,
  tables: [receivedTable, stepTable, requestFindingTable, requestAssessmentTable],
  follows: (stream) => stream.startsWith('request-') || stream === 'policy',
  rows(events) {
    const asked = events.filter(isOfRequest);
    const received = asked.flatMap((event) => (event.type === 'RequestReceived' ? (receivedRow(event) ?? []) : []));
    return new Map<Table, readonly object[]>([
      [receivedTable, received],
      [stepTable, asked.flatMap((event) => stepOf(event) ?? [])],
      [requestFindingTable, asked.flatMap(requestFindingRows)],
      [requestAssessmentTable, events.flatMap(requestAssessmentRows)],
    ]);
  },
};

const steps = (what: string, kinds: string, which = 'true'): string =>
  `(select ${what} from {requests.request_step} s where s.request = t.request and s.kind::text in (${kinds}) and ${which}
    order by s.revision desc limit 1)`;
const ends = `'answered', 'refused'`;
/** When a request `t` was due: as it was made longer, where it was. */
export const requestDue = `coalesce(${steps('s.due', `'extended'`)}, t.due)`;
const ended = steps('s.kind', ends);
const proved = `exists (select from {requests.request_step} s where s.request = t.request and s.outcome::text = 'proved'
  and not exists (select from {requests.request_step} l where l.request = s.request and l.kind::text = 'identity' and l.revision > s.revision))`;
const state = `coalesce(${ended}::text, case when ${proved} then 'identified' else 'received' end)`;
const actual = steps('s.delivered', ends);
/** Whether the answer to a request `t` left late, or is late now. */
export const requestIsLate = `(coalesce(${actual}, ${nowMoment}) > ${requestDue})`;
const overdue = `(case when ${requestIsLate} then 'yes' end)`;
/** An attempt to prove who she is that failed names nobody. */
const subject = steps('s.subject', `'answered', 'identity'`, 's.subject is not null');

export type RequestFilter = 'subject' | 'status' | 'from' | 'until' | 'right' | 'overdue';

export const requestRegister: RegisterDefinition<RequestFilter> = {
  name: 'requests',
  model: 'requests',
  table: requestTable,
  alsoServes: ({ term }, profile) => [termOf(profile, String(term))?.article],
  select: {
    due: requestDue,
    strict: `(case when ${steps('s.due', `'extended'`)} is null then t.strict else ${steps('s.strict', `'extended'`)} end)`,
    state,
    subject,
    actual,
    outcome: steps('s.outcome', ends),
    overdue,
    events: `(array[t.event] || array(select s.event from {request_step} s where s.request = t.request order by s.revision))`,
  },
  conditions: {
    subject: `t.request in (select s.request from {request_step} s where s.subject = $::uuid)`,
    status: `${state} = $`,
    right: 't.right_asked = $',
    overdue: `${overdue} = $`,
    from: 't.received >= $',
    until: 't.received < $',
  },
};
