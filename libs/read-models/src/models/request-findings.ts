// What is suspicious about requests, and what did the responsible person say of that? Rows by event, for the register of findings.
import {
  requestFindingCodes,
  requestOfStream,
  suspicionsIn,
  type DomainEvent,
  type RequestEvent,
  type RequestSuspicion,
} from '@derbes/domain';
import { defineTable, is, optional, type RowOf } from '../table.js';

const none = '-';

/** REQUEST_OVERDUE stands here for every request, since none needs an event to be late; who reads sees it while it is. */
export const requestFindingTable = defineTable({
  name: 'request_finding',
  columns: {
    request: is.id,
    code: is.findingCode,
    category: is.code,
    event: is.id,
    recorded: is.moment,
    params: is.codesByName,
  },
  key: ['request', 'code', 'category', 'event'],
  indexes: [],
});
type FindingRow = RowOf<typeof requestFindingTable>;

export function requestFindingRows(event: RequestEvent): FindingRow[] {
  const request = requestOfStream(event.stream);
  const late: readonly RequestSuspicion[] =
    event.type === 'RequestReceived' ? [{ code: 'REQUEST_OVERDUE', params: { request } }] : [];
  return [...late, ...suspicionsIn(event)].map(({ code, category = none, params }) => ({
    request,
    code,
    category,
    event: event.id,
    recorded: event.at,
    params,
  }));
}

/** One finding (`about`, `category`), or a class (`source`, `period`, `until`). */
export const requestAssessmentTable = defineTable({
  name: 'request_assessment',
  columns: {
    event: is.id,
    ordinal: is.count,
    revision: is.count,
    moment: is.moment,
    verdict: is.code,
    measure: optional(is.code),
    code: is.findingCode,
    about: optional(is.id),
    category: optional(is.code),
    source: optional(is.source),
    period: optional(is.place),
    until: optional(is.moment),
  },
  key: ['event', 'ordinal'],
  indexes: [['code']],
});
type AssessmentRow = RowOf<typeof requestAssessmentTable>;

const ours: ReadonlySet<string> = new Set(requestFindingCodes);

export function requestAssessmentRows(event: DomainEvent): AssessmentRow[] {
  if (event.type !== 'FindingAssessed') return [];
  const { findings = [], class: of, until, verdict, measure } = event.facts;
  const said = { event: event.id, revision: event.revision, moment: event.occurred, verdict };
  const common = { ...said, ...(measure !== undefined && { measure }) };
  if (of && until !== undefined) {
    const { code, clause, basis, source, period } = of;
    const whole = ours.has(code) && clause === none && basis === none;
    return whole ? [{ ...common, ordinal: 0, code, source, period, until }] : [];
  }
  return findings.flatMap((id, ordinal): AssessmentRow[] => {
    const [about = '', code = '', category = none] = id.split(':');
    return ours.has(code) ? [{ ...common, ordinal, code, about, category }] : [];
  });
}
