// What is suspicious about how a request was taken in and answered, and about what holders said for it?
import { type RequestEvent } from '../catalogue.js';
import { articleOf, findingId, type Finding, type FindingCode, type FindingParams } from '../finding.js';
import { dueOfRequest, leftAt, requestOfStream, type RequestState } from './request-state.js';

export const requestFindingCodes = [
  'REQUEST_OVERDUE',
  'INTAKE_LATE',
  'ANSWER_NOT_DELIVERED',
  'UNTOLD_HOLDING',
  'HOLDING_GONE',
  'TASK_REFUSED',
] as const satisfies readonly FindingCode[];
export type RequestFindingCode = (typeof requestFindingCodes)[number];

/** What one event of a request says that is suspicious, whatever comes after it; of deliveries the last word alone counts. */
export interface RequestSuspicion {
  readonly code: RequestFindingCode;
  readonly category?: string;
  readonly params: FindingParams;
}

/** Whether it is late is no matter of one event: see `judgeRequest`. */
export function suspicionsIn(event: RequestEvent): RequestSuspicion[] {
  const request = requestOfStream(event.stream);
  if (event.type === 'RequestReceived') {
    return event.facts.late === undefined ? [] : [{ code: 'INTAKE_LATE', params: { request } }];
  }
  if (event.type === 'DeliveryReported' && event.facts.outcome === 'failed') {
    const { how, fault = '-' } = event.facts;
    return [{ code: 'ANSWER_NOT_DELIVERED', params: { request, how, fault } }];
  }
  if (event.type !== 'RequestAnswered') return [];
  const holders = new Map<string, { code: RequestFindingCode; category: string; holders: string[] }>();
  for (const { code, holder, categories } of event.facts.differences ?? []) {
    for (const category of categories) {
      const known = holders.get(`${code} ${category}`) ?? { code, category, holders: [] };
      known.holders.push(holder);
      holders.set(`${code} ${category}`, known);
    }
  }
  const differences = [...holders.values()].map(({ code, category, holders: [holder = '', ...others] }) => ({
    code,
    category,
    params: { request, holder: others.length === 0 ? holder : [holder, ...others] },
  }));
  const [refusing = '', ...others] = (event.facts.holders ?? []).flatMap(({ holder, said }) =>
    said === 'refused' ? [holder] : [],
  );
  if (refusing === '') return differences;
  // Whoever was asked again and said it in time refuses no more: the answer has the last word of each.
  const params = { request, holder: others.length === 0 ? refusing : [refusing, ...others] };
  return [...differences, { code: 'TASK_REFUSED', params }];
}

/** A finding of a request, and since when it stands: by that an assessment of its class covers it or not. */
export interface RequestJudged {
  readonly finding: Finding;
  readonly since: string;
}

/** All stand on RequestReceived. `now`: a request that nobody answered is overdue from the second after it was due. */
export function judgeRequest(state: RequestState, now: string): RequestJudged[] {
  const { received, answered, deliveries } = state;
  const due = dueOfRequest(state);
  if (!received || !due) return [];
  const judged = [received, ...(answered ? [answered] : []), ...deliveries.slice(-1)].flatMap((event) =>
    suspicionsIn(event).map((suspicion) => ({ ...suspicion, since: event.at })),
  );
  const left = leftAt(state) ?? now;
  const params = { request: requestOfStream(received.stream) };
  if (left > due.due) judged.push({ code: 'REQUEST_OVERDUE', params, since: due.due });
  return judged.map(({ since, ...suspicion }) => ({ since, finding: findingOf(received.id, due.profile, suspicion) }));
}

function findingOf(event: string, profile: string, { code, category, params }: RequestSuspicion): Finding {
  return {
    id: findingId(event, code, { category }),
    event,
    code,
    clause: '-',
    article: articleOf(profile, code),
    ...(category !== undefined && { category }),
    params,
  };
}
