// What may an officer want done about a withdrawal, and what is the answer?
import { type KeptGroup, type StoppedGroup, type UntouchedGroup, type Withdrawn } from '@derbes/domain';
import { WithdrawalScopeForm } from '../http/facts/consent.js';
import { Code, Moment, Nested, OneOf, Optional, Uuid } from '../http/form/field.js';
import { AskedQuery } from '../read/queries.js';
import { AskedCommand, type Done } from '../write/commands.js';

export interface WithdrawalAnswer {
  /** `partly-refused`: something goes on for now; `nothing`: nothing leaned on it. */
  readonly outcome: 'stopped' | 'partly-refused' | 'refused' | 'nothing';
  /** The notices that it decides, each with the clock that started with its receipt. */
  readonly withdrawals: readonly Withdrawn[];
  readonly stopped: readonly StoppedGroup[];
  /** What is refused, by which act, and what ends it: then it stops by itself. */
  readonly refused: readonly KeptGroup[];
  /** What never leaned on the consent alone; a withdrawal does not touch it. */
  readonly untouched: readonly UntouchedGroup[];
}

export interface WithdrawalDecided extends Done, WithdrawalAnswer {}

export interface WithdrawalPreview extends WithdrawalAnswer {
  readonly preview: true;
  /** Rows of the policy whose term nobody confirmed: the decision needs `decide`. */
  readonly undecided: readonly string[];
}

/** A notice that a service told (`withdrawal`), or one that the officer takes in: of one consent, or of all. */
export class WithdrawConsent extends AskedCommand<WithdrawalDecided> {
  /** From the path. */
  subject: string;
  /** A notice told before, by the id of its event; nothing else is named then. */
  @Optional() @Uuid() withdrawal?: string;
  /** The consent by the id of its event; every consent that stands when absent. */
  @Optional() @Uuid() consent?: string;
  /** The whole consent when absent. */
  @Optional() @Nested(() => WithdrawalScopeForm) scope?: WithdrawalScopeForm;
  /** When the notice reached anybody of the controller's; now when absent. */
  @Optional() @Moment() received?: string;
  @Optional() @Code() channel?: string;
  /** Id of the request that it answers. */
  @Optional() @Uuid() request?: string;
  /** What becomes of data whose statutory term nobody confirmed; without it such a withdrawal is not decided. */
  @Optional() @OneOf(['keep', 'stop']) decide?: 'keep' | 'stop';
  /** Why, with `decide`. */
  @Optional() @Code() reason?: string;
  /** Id of the officer in OfficerAppointed who decided it. */
  @Optional() @Uuid() staff?: string;
}

/** What a withdrawal would stop, without deciding it. */
export class PreviewWithdrawal extends AskedQuery<WithdrawalPreview> {
  order: WithdrawConsent;
}
