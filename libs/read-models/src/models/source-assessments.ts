// What becomes of findings against sources when the responsible person assesses them? Their rows never follow from a person's history.
import { type Assessment, type FindingClass, type Registers } from '@derbes/domain';
import { type SourceUpdate } from '../read-model.js';

/** What alone is found against a source. */
const code = 'AFTER_ERASURE';

/** All assessments of such findings, in the order in which they count, so that doing it again changes nothing. */
export function sourceAssessments({ assessments }: Registers, physical: (table: string) => string): SourceUpdate[] {
  const { classes, single } = assessments;
  const ofClasses = classes
    .filter((one) => one.class.code === code)
    .map((one) => ofClass(one, one.class, one.until, physical));
  const singles = [...single].filter(([id]) => id.includes(`:${code}:`)).map(([id, one]) => ofOne(one, id, physical));
  return [...ofClasses, ...singles].sort((a, b) => (a.moment < b.moment ? -1 : a.moment > b.moment ? 1 : 0));
}

const assess = (physical: (table: string) => string): string =>
  `update ${physical('finding')} set assessment = $1, assessed = $2, assessed_by = $3, measure = $4,
    events = array[event, $3::uuid]
  where subject is null and code = '${code}'`;

const said = ({ verdict, moment, event, measure }: Assessment): unknown[] => [verdict, moment, event, measure ?? null];

const ofClass = (
  assessment: Assessment,
  { clause, source, basis, period }: FindingClass,
  until: string,
  physical: (table: string) => string,
): SourceUpdate => ({
  moment: assessment.moment,
  text: `${assess(physical)} and clause = $5 and source = $6 and basis = $7 and period = $8 and recorded <= $9`,
  values: [...said(assessment), clause, source, basis, period, until],
});

const ofOne = (assessment: Assessment, id: string, physical: (table: string) => string): SourceUpdate => ({
  moment: assessment.moment,
  text: `${assess(physical)} and event = $5::uuid`,
  values: [...said(assessment), id.slice(0, id.indexOf(':'))],
});
