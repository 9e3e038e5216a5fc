// May the responsible person say this of these findings, and which clocks start by it?
import { Refused, type Facts } from '@derbes/kernel';
import { type FindingClass, type Verdict } from './assessment.js';
import { isOfData, type Assessable, type Assessment } from './assessment-state.js';
import { type Clock } from './clock.js';
import { startClock } from './clock-start.js';
import { type Outside } from './case.js';
import { type Finding } from './finding.js';
import { blockOf } from './holding.js';
import { staffKnown } from './hold-decider.js';
import { policyStream } from './policy-command.js';
import { type FactDraft } from './record.js';
import { officerAt } from './registers.js';
import { subjectStream, type SubjectFold } from './subject-fold.js';

interface Assessing {
  readonly type: 'AssessFindings';
  readonly verdict: Verdict;
  /** What is done about it; needed with `remedied`. */
  readonly measure?: string | undefined;
  readonly act?: string | undefined;
  readonly article?: string | undefined;
  /** The complaint that it answers. */
  readonly request?: string | undefined;
  readonly staff: string;
}

/** Single findings, or a class of them as it stands. */
export type AssessFindings = Assessing &
  (
    | { readonly findings: readonly string[]; readonly class?: undefined }
    | { readonly class: FindingClass; readonly findings?: undefined }
  );

/** A finding as it stands now. */
export interface StandingFinding extends Assessable {
  readonly category?: string;
  /** Whom it is about, the survivor where several subjects are one person; absent for the ledger's own and a source's. */
  readonly subject?: string;
  /** Whether what it is about is blocked. */
  readonly blocked: boolean;
  readonly assessment?: Assessment | undefined;
}

export interface AssessmentOutside extends Outside {
  /** When it is decided, by the writer's clock. */
  readonly at: string;
  /** Of single findings: those named that stand. */
  readonly standing: readonly StandingFinding[];
  /** Of a class: how many stand, about how many people, on events recorded up to when. */
  readonly counted?: { readonly found: number; readonly people: number; readonly until: string };
}

export interface AssessmentDecision {
  readonly drafts: readonly FactDraft[];
  /** Each that started, once. */
  readonly clocks: readonly Clock[];
  /** Findings that the verdict is new to, or those of the class. */
  readonly assessed: number;
}

/** A class without a category is about data by its code alone. */
interface Assessed {
  readonly code: string;
  readonly blocked: boolean;
}

/**
 * Refuses STAFF_UNKNOWN, NOT_RESPONSIBLE (another was appointed since, or nobody is yet), MEASURE_MISSING, FINDING_UNKNOWN,
 * CLASS_EMPTY, CALENDAR_ENDS. A verdict that stands already says nothing new: no draft.
 */
export function decideAssessment(command: AssessFindings, outside: AssessmentOutside): AssessmentDecision {
  responsible(command.staff, outside);
  if (command.verdict === 'remedied' && command.measure === undefined) {
    throw new Refused('MEASURE_MISSING', 'say what was done about it', { verdict: command.verdict });
  }
  return command.class ? ofClass(command, command.class, outside) : single(command, command.findings, outside);
}

/** An assessment is the responsible person's own, never a deputy's of long ago. */
function responsible(staff: string, outside: AssessmentOutside): void {
  staffKnown(staff, outside);
  const now = officerAt(outside.registers, outside.at);
  if (now?.staff === staff) return;
  throw new Refused('NOT_RESPONSIBLE', 'only the person appointed now assesses findings', { staff });
}

function single(command: AssessFindings, ids: readonly string[], outside: AssessmentOutside): AssessmentDecision {
  const standing = new Map(outside.standing.map((finding) => [finding.id, finding]));
  const unknown = ids.find((id) => !standing.has(id));
  if (unknown !== undefined) throw new Refused('FINDING_UNKNOWN', 'no such finding stands', { finding: unknown });
  const news = [...new Set(ids)].flatMap((id) => {
    const finding = standing.get(id);
    return finding && !saysTheSame(command, finding.assessment) ? [finding] : [];
  });
  const byStream = new Map<string, StandingFinding[]>();
  for (const finding of news) {
    const stream = finding.subject === undefined ? policyStream : subjectStream(finding.subject);
    byStream.set(stream, [...(byStream.get(stream) ?? []), finding]);
  }
  const started = [...byStream].map(([stream, findings]) => ({
    stream,
    findings: findings.map(({ id }) => id),
    clocks: clocksOf(command, findings, outside),
  }));
  return {
    drafts: started.map(({ stream, findings, clocks }) => draft(stream, { findings }, command, clocks, outside.at)),
    clocks: distinct(started.flatMap(({ clocks }) => clocks)),
    assessed: news.length,
  };
}

const saysTheSame = (command: AssessFindings, standing: Assessment | undefined): boolean =>
  standing?.verdict === command.verdict && standing.measure === command.measure;

function ofClass(command: AssessFindings, of: FindingClass, outside: AssessmentOutside): AssessmentDecision {
  const { counted } = outside;
  if (!counted || counted.found === 0) {
    throw new Refused('CLASS_EMPTY', 'no finding of this class stands', { code: of.code });
  }
  const { found, people, until } = counted;
  const clocks = clocksOf(command, [{ code: of.code, blocked: true }], outside);
  const said = { class: { ...of }, until, found: String(found), people: String(people) };
  return { drafts: [draft(policyStream, said, command, clocks, outside.at)], clocks, assessed: found };
}

/** Art. 25(2)(8): what is unlawful is destroyed within a working day of its confirmation, what is not is unblocked within one. */
function clocksOf({ verdict }: AssessFindings, findings: readonly Assessed[], outside: AssessmentOutside): Clock[] {
  const ofData = findings.filter(({ code }) => isOfData(code));
  if (verdict === 'confirmed' && ofData.length > 0) return started('destruction', outside);
  if (verdict === 'not-confirmed' && ofData.some(({ blocked }) => blocked)) return started('unblocking', outside);
  return [];
}

/** A profile that does not know the term starts no clock. */
function started(term: string, outside: AssessmentOutside): Clock[] {
  try {
    return [startClock(outside, { term, from: outside.at })];
  } catch (error) {
    if (error instanceof Refused && error.code === 'TERM_UNKNOWN') return [];
    throw error;
  }
}

const distinct = (clocks: readonly Clock[]): Clock[] => [
  ...new Map(clocks.map((clock) => [JSON.stringify(clock), clock])).values(),
];

function draft(
  stream: string,
  what: Facts,
  { verdict, measure, act, article, request, staff }: AssessFindings,
  clocks: readonly Clock[],
  occurred: string,
): FactDraft {
  const facts: Facts = {
    ...what,
    verdict,
    ...(measure !== undefined && { measure }),
    ...(act !== undefined && { act }),
    ...(article !== undefined && { article }),
    ...(request !== undefined && { request }),
    ...(clocks.length > 0 && { clocks: clocks.map((clock) => ({ ...clock })) }),
    staff,
  };
  return { type: 'FindingAssessed', stream, occurred, facts };
}

const none = '-';

/** The words by which a finding is one of a class. `since`: of one that comes with the days, from when it stands. */
export function assessableOf(
  finding: Finding,
  on: { readonly at: string; readonly occurred: string; readonly source?: string },
  basis: string = none,
  since?: string,
): Assessable {
  const { id, code, clause } = finding;
  const period = on.occurred.slice(0, 'YYYY-MM'.length);
  const as = { id, code, clause, source: on.source ?? none, basis, period };
  return since === undefined ? { ...as, recorded: on.at } : { ...as, recorded: since, since };
}

/** Whether what a finding is about is blocked anywhere. */
export const isBlocked = ({ state }: SubjectFold, { category }: Pick<Finding, 'category'>): boolean =>
  category !== undefined && blockOf(state.holdings, category) !== undefined;
