// What is suspicious about a subject in all, and how is that kept true when one more fact comes?
import { type SubjectEvent } from './catalogue.js';
import { type Outside } from './case.js';
import { type Entry } from './fact.js';
import { type Finding } from './finding.js';
import { judge, judgeHoldings } from './judge.js';
import { isLate, evolveSubject, type SubjectFold } from './subject-fold.js';
import { Drafts } from './drafts.js';
import { emptyState, evolveState } from './subject-state.js';

export interface JudgedSubject {
  readonly fold: SubjectFold;
  /** Findings about facts, by finding id. */
  readonly byFact: ReadonlyMap<string, Finding>;
}

/** All findings about the facts of a fold, each judged by what stood before it. */
export function judgeFacts(fold: SubjectFold, outside: Outside): ReadonlyMap<string, Finding> {
  const byFact = new Map<string, Finding>();
  const drafts = new Drafts();
  let state = emptyState;
  for (const entry of fold.entries) {
    for (const finding of judge(entry, state, outside)) byFact.set(finding.id, finding);
    state = evolveState(state, entry, drafts);
  }
  return byFact;
}

/** All findings about a subject: about each fact, and about the holdings as they stand at the fold's end. */
export function judgeSubject(fold: SubjectFold, outside: Outside): Finding[] {
  return [...judgeFacts(fold, outside).values(), ...judgeHoldings(fold.state, outside)];
}

/**
 * The same after one more event: a fact that is the latest to have occurred is judged alone, a late one or a retraction
 * re-judges the subject. Equals judging the whole, see the property in the spec.
 */
export function judgeNext(judged: JudgedSubject, event: SubjectEvent, outside: Outside): JudgedSubject {
  const fold = evolveSubject(judged.fold, event);
  if (fold === judged.fold) return judged;
  if (isLate(judged.fold, event)) return { fold, byFact: judgeFacts(fold, outside) };
  const entry: Entry | undefined = fold.entries.at(-1);
  if (entry?.id !== event.id) return { fold, byFact: judged.byFact };
  const byFact = new Map(judged.byFact);
  for (const finding of judge(entry, judged.fold.state, outside)) byFact.set(finding.id, finding);
  return { fold, byFact };
}

/** As `judgeSubject`, from what was kept up to date by `judgeNext`. */
export const findingsOf = (judged: JudgedSubject, outside: Outside): Finding[] => [
  ...judged.byFact.values(),
  ...judgeHoldings(judged.fold.state, outside),
];
