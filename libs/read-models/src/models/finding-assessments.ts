// What has become of a suspicion: what the responsible person said of it, and what is due because of that?
import {
  isBlocked,
  isOfData,
  standingAssessment,
  suspicionClock,
  type Assessable,
  type Assessment,
  type Clock,
  type Outside,
  type Registers,
  type SubjectFold,
} from '@derbes/domain';

/** Columns of a finding's row that say what became of it. */
export interface Assessed {
  /** open until the responsible person assesses it: confirmed · not-confirmed · remedied */
  readonly assessment: string;
  readonly assessed?: string;
  /** The FindingAssessed event. */
  readonly assessedBy?: string;
  readonly measure?: string;
  /** What is due, by term of the profile: blocking · destruction · unblocking; absent once it is done. */
  readonly term?: string;
  readonly due?: string;
  readonly strict?: string;
}

const assessedBy = ({ event, moment, verdict, measure }: Assessment): Assessed => ({
  assessment: verdict,
  assessed: moment,
  assessedBy: event,
  ...(measure !== undefined && { measure }),
});

const dueOf = (clock: Clock | undefined) =>
  clock && { term: clock.term, due: clock.due, ...(clock.strict !== undefined && { strict: clock.strict }) };

/** Whole seconds whose clocks are kept while the registers stay as they are: many findings are known in one. */
const keptClocksMax = 10_000;
const clocks = new WeakMap<Registers, Map<string, Clock | undefined>>();

/** The clock of a suspicion depends on nothing but the moment at which it was known, and on the registers. */
function clockOf(outside: Outside, known: string): Clock | undefined {
  const kept = clocks.get(outside.registers) ?? new Map<string, Clock | undefined>();
  clocks.set(outside.registers, kept);
  if (kept.has(known)) return kept.get(known);
  const clock = suspicionClock(outside, known);
  if (kept.size >= keptClocksMax) kept.clear();
  kept.set(known, clock);
  return clock;
}

/** Of a finding about a person. */
export function assessedOf(finding: Assessable & { readonly category?: string }, fold: SubjectFold, outside: Outside) {
  const standing = standingAssessment(finding, fold.state.assessments, outside.registers.assessments);
  const blocked = isBlocked(fold, finding);
  if (standing) {
    const clock = standing.clocks.find(({ term }) =>
      term === 'unblocking' ? blocked : term !== 'destruction' || isHeld(fold, finding.category),
    );
    return { ...assessedBy(standing), ...dueOf(clock) };
  }
  const suspected = isOfData(finding.code) && !blocked ? clockOf(outside, finding.recorded) : undefined;
  return { assessment: 'open', ...dueOf(suspected) };
}

/** Of a finding about the ledger itself, or against a source: no data of anybody is blocked or destroyed by it. */
export function assessedApart(finding: Assessable, { assessments }: Registers): Assessed {
  const standing = standingAssessment(finding, new Map(), assessments);
  return standing ? assessedBy(standing) : { assessment: 'open' };
}

/** Whether anything is left that could be destroyed; a finding of no category is about all that is held. */
const isHeld = ({ state }: SubjectFold, category: string | undefined): boolean =>
  [...state.holdings.current.values()].some(
    (holding) => !holding.end && (category === undefined || holding.category === category),
  );
