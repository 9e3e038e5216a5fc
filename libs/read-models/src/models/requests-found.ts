// How do findings about requests stand in the register of findings? Made when it is read, since a request is late by the clock alone.
import { articleOf, requestFindingCodes } from '@derbes/domain';
import { lastDelivery, requestDue, requestIsLate } from './requests.js';

const profiles = ['kz', 'gdpr'] as const;

const article = `case t.profile::text || ' ' || f.code::text ${profiles
  .flatMap((profile) =>
    requestFindingCodes.map((code) => `when '${profile} ${code}' then '${articleOf(profile, code)}'`),
  )
  .join(' ')} else '-' end`;

/** From when it stands, by which an assessment of its class covers it or not. */
const since = `(case when f.code::text = 'REQUEST_OVERDUE' then ${requestDue} else f.recorded end)`;

/** The same order as `standingAssessment`: the last, and of one moment the one that names it. */
const assessment = `(select a.event, a.verdict, a.moment, a.measure from {requests.request_assessment} a
  where a.code = f.code and (a.about = t.event and a.category = f.category
    or a.about is null and a.source = t.source and a.period::text = left(t.received::text, 7) and a.until >= ${since})
  order by a.moment desc, a.about is null, a.revision desc limit 1)`;

/** They name the request and nobody: whom it is about is a matter of the request, and goes with her. */
export const requestFindings = `select t.received as occurred, t.event, f.code, f.category, '-'::read_models.code as purpose,
  null::uuid as subject, '-'::read_models.place as clause, (${article})::read_models.place as article, t.source,
  '-'::read_models.code as basis, left(t.received::text, 7)::read_models.place as period, f.params,
  ${since}::read_models.moment as recorded, coalesce(a.verdict::text, 'open')::read_models.code as assessment,
  a.moment as assessed, a.event as assessed_by, a.measure, null::read_models.code as term, null::read_models.moment as due,
  null::read_models.moment as strict,
  array[t.event] || array_remove(array[nullif(f.event, t.event), a.event], null) as events
  from {requests.request_finding} f join {requests.request_received} t on t.request = f.request
  left join lateral ${assessment} a on true
  where case f.code::text when 'REQUEST_OVERDUE' then ${requestIsLate}
    when 'ANSWER_NOT_DELIVERED' then f.event = ${lastDelivery} else true end`;
