// What may an officer, or the clock, want done about a withdrawal, and what comes of it?
import { type Clock } from '../clock.js';
import { type Outside } from '../case.js';
import { type ConsentScope } from '../consent.js';
import { type PlacedPart } from '../dossier/held-shape.js';
import { type FactDraft } from '../record.js';
import { type GoingOnReason, type StoppedGroup, type UntouchedGroup } from './events.js';

/** Either a notice that a service told already (`withdrawal`), or a new one that the officer takes in here. */
export interface DecideWithdrawal {
  readonly type: 'DecideWithdrawal';
  readonly subject: string;
  /** The ConsentWithdrawn event to be decided. */
  readonly withdrawal?: string | undefined;
  /** The ConsentGiven event; absent: every consent that stands. */
  readonly consent?: string | undefined;
  /** Absent: the whole consent. */
  readonly scope?: ConsentScope | undefined;
  /** When the notice reached anybody of the controller's; now when absent. */
  readonly received?: string | undefined;
  readonly channel?: string | undefined;
  /** The request that it answers. */
  readonly request?: string | undefined;
  /** What becomes of what a row of the policy retains whose term nobody confirmed. */
  readonly decide?: 'keep' | 'stop' | undefined;
  /** Why, with `decide`. */
  readonly reason?: string | undefined;
  readonly staff?: string | undefined;
}

/** What was refused stops, because its condition ended at `due`. */
export interface ReopenWithdrawal {
  readonly type: 'ReopenWithdrawal';
  readonly subject: string;
  /** The WithdrawalRefused event. */
  readonly refusal: string;
  readonly due: string;
}

export type WithdrawalCommand = DecideWithdrawal | ReopenWithdrawal;

export interface WithdrawalOutside extends Outside {
  /** When it is decided, by the writer's clock. */
  readonly at: string;
  /** Random uuids: one for each consent of the person, and two more. */
  readonly ids: readonly string[];
  /** Sealed parts of the subject and those merged into it: by its identifiers others find the person. */
  readonly parts: readonly PlacedPart[];
}

export interface KeptGroup extends StoppedGroup {
  readonly extent: 'use' | 'storage';
  readonly why: GoingOnReason;
  readonly obligation?: string;
  readonly hold?: string;
  readonly row?: string;
  readonly relation?: string;
  readonly act?: string;
  readonly article?: string;
  readonly until?: string;
  readonly reason?: string;
}

export interface Withdrawn {
  /** The ConsentWithdrawn event. */
  readonly withdrawal: string;
  readonly consent: string;
  readonly received: string;
  readonly clock?: Clock;
}

export interface WithdrawalDecision {
  /** `nothing`: nothing leaned on it. */
  readonly outcome: 'stopped' | 'partly-refused' | 'refused' | 'nothing';
  readonly drafts: readonly FactDraft[];
  readonly withdrawals: readonly Withdrawn[];
  readonly stopped: readonly StoppedGroup[];
  readonly kept: readonly KeptGroup[];
  readonly untouched: readonly UntouchedGroup[];
  /** The event that stopped something: the cause of the tasks that follow. */
  readonly stop?: string;
}
