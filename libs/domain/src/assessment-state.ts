// What stands of each finding: nobody looked into it yet, or what did the responsible person say last?
import { type RecordedOf } from '@derbes/kernel';
import { type FindingAssessed, type FindingClass, type Verdict } from './assessment.js';
import { type Clock } from './clock.js';
import { type Drafts } from './drafts.js';
import { type Entry } from './fact.js';

type Facts = RecordedOf<typeof FindingAssessed>['facts'];

export interface Assessment {
  /** The FindingAssessed event. */
  readonly event: string;
  readonly moment: string;
  readonly verdict: Verdict;
  readonly measure?: string;
  readonly act?: string;
  readonly article?: string;
  readonly request?: string;
  readonly clocks: readonly Clock[];
  readonly staff: string;
}

export interface ClassAssessment extends Assessment {
  readonly class: FindingClass;
  /** It covers what stands on events recorded up to this moment. */
  readonly until: string;
}

/** The last assessment of each finding, by its id. */
export type Assessments = ReadonlyMap<string, Assessment>;

export const emptyAssessments: Assessments = new Map();

export function assessmentOf(event: {
  readonly id: string;
  readonly occurred: string;
  readonly facts: Facts;
}): Assessment {
  const { verdict, measure, act, article, request, clocks = [], staff } = event.facts;
  return {
    event: event.id,
    moment: event.occurred,
    verdict,
    ...(measure !== undefined && { measure }),
    ...(act !== undefined && { act }),
    ...(article !== undefined && { article }),
    ...(request !== undefined && { request }),
    clocks,
    staff,
  };
}

/** The assessments after one more entry of a subject; the very same when it says nothing of them. */
export function evolveAssessments(assessments: Assessments, entry: Entry, drafts: Drafts): Assessments {
  if (entry.type !== 'FindingAssessed') return assessments;
  const evolved = drafts.of(assessments);
  const assessment = assessmentOf(entry);
  for (const finding of entry.facts.findings ?? []) evolved.set(finding, assessment);
  return evolved;
}

/** What stands in `policy`: classes, and single findings that are about no person. */
export interface AssessmentRegister {
  readonly classes: readonly ClassAssessment[];
  readonly single: Assessments;
}

export const emptyAssessmentRegister: AssessmentRegister = { classes: [], single: new Map() };

export function evolveAssessmentRegister(
  register: AssessmentRegister,
  event: { readonly id: string; readonly occurred: string; readonly facts: Facts },
): AssessmentRegister {
  const assessment = assessmentOf(event);
  const { findings = [], class: of, until } = event.facts;
  const classes =
    of && until !== undefined ? [...register.classes, { ...assessment, class: of, until }] : register.classes;
  const single = new Map(register.single);
  for (const finding of findings) single.set(finding, assessment);
  return { classes, single };
}

/** What a finding is known by to whoever assesses it. */
export interface Assessable extends FindingClass {
  readonly id: string;
  /** When the event was recorded on which it stands. */
  readonly recorded: string;
  /** Of one that comes with the days: from when it stands. What was said before then was said of an earlier one of the same name. */
  readonly since?: string;
}

/** The assessment that stands: the last of those that name it or its class; undefined while it is open. */
export function standingAssessment(
  finding: Assessable,
  own: Assessments,
  register: AssessmentRegister,
): Assessment | undefined {
  const named = own.get(finding.id) ?? register.single.get(finding.id);
  const single = named && (finding.since === undefined || named.moment >= finding.since) ? named : undefined;
  const ofClass = register.classes.findLast((one) => finding.recorded <= one.until && isOf(finding, one.class));
  if (!single || !ofClass) return single ?? ofClass;
  return ofClass.moment > single.moment ? ofClass : single;
}

const isOf = (finding: FindingClass, of: FindingClass): boolean =>
  finding.code === of.code &&
  finding.clause === of.clause &&
  finding.source === of.source &&
  finding.basis === of.basis &&
  finding.period === of.period;

/**
 * Findings that speak of how something was told or who answers for it: no data is unlawful by them, so none is blocked or destroyed. What
 * is overdue to go is to be destroyed already, and a block would stop just that.
 */
const aboutTelling: ReadonlySet<string> = new Set([
  'TOLD_LATE',
  'INTAKE_LATE',
  'REQUEST_OVERDUE',
  'ANSWER_NOT_DELIVERED',
  'TASK_REFUSED',
  'NO_RESPONSIBLE_PERSON',
  'UNTOLD_HOLDING',
  'HOLDING_GONE',
  'UNDECLARED_HOLDER',
  'IDENTIFIERS_CONFLICT',
  'AFTER_ERASURE',
  'TRANSFER_NOT_NOTIFIED',
  'RETENTION_OVERDUE',
]);

/** Whether a finding is information that data is processed unlawfully (Art. 25(2)(8)). */
export const isOfData = (code: string): boolean => !aboutTelling.has(code);
