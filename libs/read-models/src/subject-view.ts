// What does a projection about a subject look at? The person's folded history, and all that it is judged by.
import { type Finding, type Outside, type SubjectFold } from '@derbes/domain';

export interface SubjectView extends Outside {
  /** The subject under whose id the rows stand: the survivor of merged ones. */
  readonly subject: string;
  /** All who were found to be this person, the subject among them. */
  readonly members: readonly string[];
  /** Of the streams of all members together who are not erased. */
  readonly fold: SubjectFold;
  /** Of each member's own stream, those of the erased among them: what was ordered and done to them stays to be shown. */
  readonly folds: readonly SubjectFold[];
  /** Findings about single facts, by finding id; taken from the last time where that is still true. */
  readonly judgedFacts: () => ReadonlyMap<string, Finding>;
}

/** The same for what is said about the ledger itself. */
export interface LedgerView extends Outside {
  readonly opened: { readonly event: string; readonly occurred: string };
  /** Recorded moment of the log's last event, so that a replay needs no clock. */
  readonly now: string;
}
