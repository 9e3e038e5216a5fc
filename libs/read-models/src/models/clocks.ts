// Which clocks of the law run, by when is each due, and whom was that told? Rows by event: one told twice harms nothing.
import { type Clock, type DomainEvent } from '@derbes/domain';
import { termOf } from '@derbes/policy';
import { createHash } from 'node:crypto';
import { type RegisterDefinition } from '../page.js';
import { type EventModel } from '../read-model.js';
import { defineTable, is, nowMoment, optional, type RowOf, type Table } from '../table.js';

const columns = {
  /** By the strict reading where there is one: lists warn by it. */
  warns: is.moment,
  /** The event in which the clock stands. */
  event: is.id,
  term: is.code,
  profile: is.code,
  /** request · task · withdrawal · incident · assessment */
  kind: is.code,
  /** What ends it: the request, the task, the withdrawal, the incident, or what was assessed. */
  matter: is.id,
  version: is.code,
  calendar: optional(is.hash),
  began: is.moment,
  due: is.moment,
  strict: optional(is.moment),
  /** When it was recorded. */
  recorded: is.moment,
  request: optional(is.id),
  subject: optional(is.id),
  holder: optional(is.code),
  recipient: optional(is.code),
  /** `yes`: it was written down more than a working day after it came. */
  late: optional(is.code),
} as const;

const startedTable = defineTable({
  name: 'clock_started',
  columns,
  key: ['warns', 'event', 'term', 'profile', 'matter'],
  // By the last two a sweep finds what came since the one before, and leaves what ended long ago alone.
  indexes: [['matter', 'profile'], ['subject'], ['due'], ['recorded']],
});
type Started = RowOf<typeof startedTable>;

/**
 * `matter`: what was answered, settled or decided; or the person who was erased, whose withdrawals need no answer. `profile`: the law
 * of which alone the clock ends, where each has an authority of its own.
 */
const endedTable = defineTable({
  name: 'clock_ended',
  columns: { matter: is.id, event: is.id, ended: is.moment, how: is.code, profile: optional(is.code) },
  key: ['matter', 'event'],
  indexes: [],
});

const escalatedTable = defineTable({
  name: 'clock_escalated',
  columns: { clock: is.id, term: is.code, profile: is.code, stage: is.code, event: is.id, told: is.moment },
  key: ['clock', 'term', 'profile', 'stage', 'event'],
  indexes: [['told']],
});

type Ended = RowOf<typeof endedTable>;
type Escalated = RowOf<typeof escalatedTable>;

const uuidOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);
const subjectOf = (stream: string): { subject?: string } =>
  stream.startsWith('subject-') ? { subject: uuidOf(stream) } : {};

/** A finding has a long id and a class has none: both become one of the form that matters have. */
function assessedMatters({
  findings = [],
  class: of,
}: Extract<DomainEvent, { type: 'FindingAssessed' }>['facts']): string[] {
  const named = [...findings, ...(of ? [[of.code, of.clause, of.source, of.basis, of.period].join('|')] : [])];
  return named.map((name) => {
    const hex = createHash('sha256').update(name).digest('hex');
    return [
      [0, 8],
      [8, 12],
      [12, 16],
      [16, 20],
      [20, 32],
    ]
      .map(([from, to]) => hex.slice(from, to))
      .join('-');
  });
}

type About = Pick<Started, 'kind' | 'matter'> & Partial<Pick<Started, 'request' | 'holder' | 'recipient' | 'late'>>;

const startedBy = (event: DomainEvent, clocks: readonly Clock[], about: About): Started[] =>
  clocks.map((clock) => ({
    warns: clock.strict ?? clock.due,
    event: event.id,
    term: clock.term,
    profile: clock.profile,
    version: clock.version,
    ...(clock.calendar !== undefined && { calendar: clock.calendar }),
    began: clock.from,
    due: clock.due,
    ...(clock.strict !== undefined && { strict: clock.strict }),
    recorded: event.at,
    ...subjectOf(event.stream),
    ...about,
  }));

function started(event: DomainEvent): Started[] {
  switch (event.type) {
    case 'RequestReceived': {
      const request = uuidOf(event.stream);
      const { clocks, late } = event.facts;
      return startedBy(event, clocks, { kind: 'request', matter: request, request, ...(late && { late }) });
    }
    case 'RequestExtended': {
      const request = uuidOf(event.stream);
      return startedBy(event, event.facts.clocks, { kind: 'request', matter: request, request });
    }
    case 'TaskOrdered': {
      const { clock, holder, recipient, request } = event.facts;
      if (!clock) return [];
      const whose = { ...(holder !== undefined && { holder }), ...(recipient !== undefined && { recipient }) };
      const asked = request === undefined ? {} : { request };
      return startedBy(event, [clock], { kind: 'task', matter: event.id, ...whose, ...asked });
    }
    case 'ConsentWithdrawn': {
      const { clock } = event.facts;
      return clock ? startedBy(event, [clock], { kind: 'withdrawal', matter: event.id }) : [];
    }
    case 'FindingAssessed': {
      const { clocks = [], request } = event.facts;
      const asked = request === undefined ? {} : { request };
      return assessedMatters(event.facts).flatMap((matter) =>
        startedBy(event, clocks, { kind: 'assessment', matter, ...asked }),
      );
    }
    case 'IncidentDetected':
      return startedBy(event, event.facts.clocks, { kind: 'incident', matter: uuidOf(event.stream) });
    default:
      return [];
  }
}

function ended(event: DomainEvent): Ended[] {
  const by = (matter: string, how: string): Ended => ({ matter, event: event.id, ended: event.at, how });
  switch (event.type) {
    case 'RequestAnswered':
      return [by(uuidOf(event.stream), 'answered')];
    // What the ledger said by itself is in time only when somebody has sent it.
    case 'RequestRefused':
      return event.facts.unsent ? [] : [by(uuidOf(event.stream), 'refused')];
    case 'DeliveryReported':
      return event.facts.outcome === 'failed' ? [] : [by(uuidOf(event.stream), 'answered')];
    case 'TaskAcknowledged':
      return [by(event.facts.task, event.facts.result)];
    case 'TaskClosed':
      return [by(event.facts.task, 'closed')];
    case 'ProcessingStopped':
      return event.facts.withdrawals.map((withdrawal) => by(withdrawal, 'stopped'));
    case 'WithdrawalRefused':
      return event.facts.withdrawals.map((withdrawal) => by(withdrawal, 'refused'));
    case 'FactRetracted':
      return [by(event.facts.fact, 'retracted')];
    // What is said anew takes the place of what was said before; what starts nothing ends it.
    case 'FindingAssessed':
      return event.facts.clocks ? [] : assessedMatters(event.facts).map((matter) => by(matter, event.facts.verdict));
    case 'AuthorityNotified':
      return [{ ...by(uuidOf(event.stream), 'notified'), ended: event.facts.told, profile: event.facts.profile }];
    case 'IncidentClosed':
      return [by(uuidOf(event.stream), 'closed')];
    case 'ErasureExecuted':
      return event.facts.scope === 'person' ? [by(uuidOf(event.stream), 'erased')] : [];
    default:
      return [];
  }
}

const escalated = (event: DomainEvent): Escalated[] => {
  if (event.type !== 'ClockEscalated') return [];
  const { clock, term, profile, stage } = event.facts;
  return [{ clock, term, profile, stage, event: event.id, told: event.at }];
};

export const clocks: EventModel = {
  kind: 'event',
  name: 'clocks',
  version: 3,
  tables: [startedTable, endedTable, escalatedTable],
  follows: (stream) => /^(?:policy$|(?:subject|request|clock|incident)-)/.test(stream),
  ofSubjects: new Set<DomainEvent['type']>([
    'TaskOrdered',
    'ConsentWithdrawn',
    'TaskAcknowledged',
    'TaskClosed',
    'ProcessingStopped',
    'WithdrawalRefused',
    'FactRetracted',
    'FindingAssessed',
    'ErasureExecuted',
  ]),
  rows: (events) =>
    new Map<Table, readonly object[]>([
      [startedTable, events.flatMap(started)],
      [endedTable, events.flatMap(ended)],
      [escalatedTable, events.flatMap(escalated)],
    ]),
};

/** Which rows of what ended concern a clock `t`: its matter; of a withdrawal the person's erasure too. */
const endsIt = `e.matter = t.matter and (e.profile is null or e.profile = t.profile)
  and (t.kind::text <> 'assessment' or e.ended >= t.recorded)`;
const endOf = `(select min(e.ended::text) from {clock_ended} e
  where (${endsIt}) or (t.kind::text = 'withdrawal' and e.matter = t.subject))`;
/** An extension takes the place of the clock of the same request and law. */
const replaced = `exists (select from {clock_started} l where l.matter = t.matter and l.profile = t.profile
  and l.recorded > t.recorded)`;

/** Whether the clock `t` still runs. */
export const clockRuns = `not exists (select from {clock_ended} e where ${endsIt})
  and not (t.kind::text = 'withdrawal' and exists (select from {clock_ended} e where e.matter = t.subject))
  and not ${replaced}`;
/** Whether a stage of the clock `t` was told; `$` is the stage. */
export const stageTold = (stage: string): string => `exists (select from {clock_escalated} c
  where c.clock = t.event and c.term = t.term and c.profile = t.profile and c.stage::text = ${stage})`;

// A clock runs out without anybody telling of it, so its state depends on when it is asked.
const state = `(case when not (${clockRuns}) then 'ended' when t.due < ${nowMoment} then 'overdue'
  when ${stageTold(`'due-soon'`)} then 'due-soon' else 'open' end)`;
const finding = `(case when t.kind::text <> 'request' then null
  when not (${clockRuns}) and coalesce(${endOf}, '') <= t.due::text then null
  when t.due < coalesce(${endOf}, ${nowMoment}) then 'REQUEST_OVERDUE' end)`;

const answerTable = defineTable({
  name: 'clock_started',
  columns: {
    ...columns,
    /** open · due-soon · overdue · ended */
    state: is.code,
    ended: optional(is.moment),
    /** REQUEST_OVERDUE · INTAKE_LATE */
    findings: is.findingCodes,
  },
  key: ['warns', 'event', 'term', 'profile', 'matter'],
  indexes: [],
});
export type ClockRow = RowOf<typeof answerTable>;

export type ClockFilter = 'subject' | 'holder' | 'recipient' | 'status' | 'code' | 'from' | 'until';

const findings = `array_remove(array[${finding}, case when t.late::text = 'yes' then 'INTAKE_LATE' end], null)`;

export const clockRegister: RegisterDefinition<ClockFilter> = {
  name: 'clocks',
  model: 'clocks',
  table: answerTable,
  alsoServes: ({ term }, profile) => [termOf(profile, String(term))?.article],
  select: { state, ended: endOf, findings },
  conditions: {
    subject: 't.subject = $::uuid',
    holder: 't.holder = $',
    recipient: 't.recipient = $',
    /** `running`: whatever has not ended. */
    status: `(case when $::text = 'running' then ${state} <> 'ended' else ${state} = $::text end)`,
    code: `$::text = any(${findings})`,
    from: 't.warns >= $',
    until: 't.warns < $',
  },
};
