// What did the responsible person find of a suspicion: confirmed, not confirmed, remedied; and what is to follow by when?
import { defineEvent } from '@derbes/kernel';
import Type, { type Static } from 'typebox';
import { Clock } from './clock.js';
import { type Drafts } from './drafts.js';
import { type Entry, type EntryOf } from './fact.js';
import { findingCodes } from './finding.js';
import { Act, Article, closed, Code, codePattern, Decimal, Moment, optional, sampleUuid, Uuid } from './vocabulary.js';

/** Findings that one assessment names one by one. */
export const assessedAtOnceMax = 100;

export const verdicts = ['confirmed', 'not-confirmed', 'remedied'] as const;
export type Verdict = (typeof verdicts)[number];

const uuidPattern = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const codeOrNone = `(?:-|${codePattern.slice(1, -1)})`;
/** `<event>:<CODE>:<category>:<purpose>`, `-` where there is none. */
export const findingIdPattern = `^${uuidPattern}:[A-Z][A-Z_]{1,63}:[a-z0-9.-]{1,64}:[a-z0-9.-]{1,64}$`;
const FindingId = Type.String({ pattern: findingIdPattern, maxLength: 300 });
const CodeOrNone = Type.String({ pattern: `^${codeOrNone}$`, maxLength: 64 });
/** Clause of an edition's text. */
const Clause = Type.String({ pattern: '^[0-9A-Za-z.()-]{1,40}$' });
/** A CloudEvents source as in an envelope, `-` for what the ledger wrote itself. */
const Source = Type.String({ pattern: '^[\\x21-\\x7e]{1,256}$' });
const Month = Type.String({ pattern: '^[0-9]{4}-(?:0[1-9]|1[0-2])$' });

/** One suspicion raised many times: code × clause × source × basis × month, as the register of classes has it. */
const FindingClass = closed({
  code: Type.Enum([...findingCodes]),
  clause: Clause,
  source: Source,
  basis: CodeOrNone,
  period: Month,
});
export type FindingClass = Static<typeof FindingClass>;

/**
 * Of single findings it stands in the stream of the person whom they are about, or else in `policy`; of a class always there, and it
 * covers what stands on events recorded up to `until`: what comes later is new. `found` findings of `people` stood then.
 * `clocks`: what is due now, destruction once it is confirmed (Art. 25(2)(8)), unblocking once it is not.
 */
export const FindingAssessed = defineEvent('FindingAssessed', {
  v: 1,
  says: 'The responsible person looked into findings and said what is true of them and what is done about it.',
  facts: closed({
    findings: optional(Type.Array(FindingId, { minItems: 1, maxItems: assessedAtOnceMax })),
    class: optional(FindingClass),
    until: optional(Moment),
    found: optional(Decimal),
    people: optional(Decimal),
    verdict: Type.Enum([...verdicts]),
    measure: optional(Code),
    act: optional(Act),
    article: optional(Article),
    request: optional(Uuid),
    clocks: optional(Type.Array(Clock, { minItems: 1, maxItems: 2 })),
    staff: Uuid,
  }),
  sample: {
    findings: [`${sampleUuid(12)}:CONSENT_MISSING:email:analytics`],
    verdict: 'confirmed',
    measure: 'data-destroyed',
    act: '94-V',
    article: '25(2)(8)',
    staff: sampleUuid(4),
  },
});
type Facts = EntryOf<'FindingAssessed'>['facts'];

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
}

/** The assessment that stands: the last of those that name it or its class; undefined while it is open. */
export function standingAssessment(
  finding: Assessable,
  own: Assessments,
  register: AssessmentRegister,
): Assessment | undefined {
  const single = own.get(finding.id) ?? register.single.get(finding.id);
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

/** Findings that speak of how something was told or who answers for it: no data is unlawful by them, so none is blocked or destroyed. */
const aboutTelling: ReadonlySet<string> = new Set([
  'TOLD_LATE',
  'INTAKE_LATE',
  'REQUEST_OVERDUE',
  'NO_RESPONSIBLE_PERSON',
  'UNTOLD_HOLDING',
  'HOLDING_GONE',
  'UNDECLARED_HOLDER',
  'IDENTIFIERS_CONFLICT',
  'AFTER_ERASURE',
  'TRANSFER_NOT_NOTIFIED',
]);

/** Whether a finding is information that data is processed unlawfully (Art. 25(2)(8)). */
export const isOfData = (code: string): boolean => !aboutTelling.has(code);
