// What did people ask of the controller, by when was it due, and when and how was it answered?
import { bindingClock, openToAll, requestOfStream, type DomainEvent, type RequestEvent } from '@derbes/domain';
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
  indexes: [['request'], ['recorded']],
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
    /** By what somebody knows that it arrived, or why it came back. */
    proof: optional(is.code),
  },
  key: ['request', 'event'],
  indexes: [['subject'], ['kind', 'recorded']],
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
    /** unsent · sent · delivered · failed: what is known of the answer or refusal on its way; `sent` as long as nobody says otherwise. */
    delivery: optional(is.code),
    /** When it arrived or came back. */
    arrived: optional(is.moment),
    proof: optional(is.code),
    /** kept · destroyed: what was decided of what the request itself said, when its term was over. */
    records: optional(is.code),
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
    case 'RequestRefused': {
      const { reason, delivered, unsent } = event.facts;
      // What the ledger said by itself has left when somebody says so.
      return { ...common, kind: 'refused', outcome: reason, ...(unsent ? { proof: 'unsent' } : { delivered }) };
    }
    case 'DeliveryReported': {
      const { outcome, happened, proof, fault } = event.facts;
      const said = proof ?? fault;
      return { ...common, kind: 'delivery', outcome, delivered: happened, ...(said !== undefined && { proof: said }) };
    }
    case 'RequestRecordsDecided':
      return { ...common, kind: 'records', outcome: event.facts.decide === 'keep' ? 'kept' : 'destroyed' };
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
  version: 5,
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
/** Whether a request `t` is open, and nobody has shown who asks where that must be known. */
export const requestUnproved = `${ended} is null and not ${proved}
  and t.right_asked::text not in (${[...openToAll].map((right) => `'${right}'`).join(', ')})`;
const state = `coalesce(${ended}::text, case when ${proved} then 'identified' else 'received' end)`;
const unsent = `s.kind::text = 'refused' and s.proof::text = 'unsent'`;
/** Of what somebody had to send first, from when somebody says that it was sent. */
const actual = `coalesce(${steps('s.delivered', ends)}, (select min(s.delivered::text) from {requests.request_step} s
  where s.request = t.request and s.kind::text = 'delivery' and s.outcome::text <> 'failed'
    and exists (select from {requests.request_step} u where u.request = s.request and u.kind::text = 'refused')))`;
/** What of deliveries a request `t` and a step `s` say: the last word counts. */
const delivery = `coalesce(${steps('s.outcome', `'delivery'`)}::text, case when ${steps('true', ends, unsent)} then 'unsent' when ${ended} is not null then 'sent' end)`;
/** The event of the last word on a delivery. */
export const lastDelivery = steps('s.event', `'delivery'`);
/** Whether the answer to a request `t` left late, or is late now. */
export const requestIsLate = `(coalesce(${actual}, ${nowMoment}) > ${requestDue})`;
const overdue = `(case when ${requestIsLate} then 'yes' end)`;
/** An attempt to prove who she is that failed names nobody. */
const subject = steps('s.subject', `'answered', 'identity'`, 's.subject is not null');

export type RequestFilter = 'subject' | 'status' | 'from' | 'until' | 'right' | 'overdue' | 'delivery';

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
    delivery,
    arrived: steps('s.delivered', `'delivery'`, `s.outcome::text <> 'sent'`),
    proof: steps('s.proof', `'delivery'`),
    records: steps('s.outcome', `'records'`),
    overdue,
    events: `(array[t.event] || array(select s.event from {request_step} s where s.request = t.request order by s.revision))`,
  },
  conditions: {
    subject: `t.request in (select s.request from {request_step} s where s.subject = $::uuid)`,
    status: `${state} = $`,
    right: 't.right_asked = $',
    overdue: `${overdue} = $`,
    delivery: `${delivery} = $`,
    from: 't.received >= $',
    until: 't.received < $',
  },
};
