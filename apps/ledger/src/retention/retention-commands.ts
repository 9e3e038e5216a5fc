// What may an officer say about data whose last term is over, of one person or of a class?
import { retentionActs, type RetentionAct } from '@derbes/policy';
import { Act, Article, Code, Moment, OneOf, Optional, Uuid } from '../http/form/field.js';
import { AskedCommand, type Done } from '../write/commands.js';

const decisions = [...retentionActs, 'keep'] as const;
export type RetentionWord = RetentionAct | 'keep';

export interface RetentionKept {
  readonly category: string;
  readonly holder: string;
  /** LEGAL_HOLD, BLOCKED, STATUTORY_RETENTION or RETENTION_UNCONFIRMED. */
  readonly why: string;
  readonly until?: string;
}

export interface RetentionSaid extends Done {
  /** Holdings that were ordered to go, or are kept from now on. */
  readonly decided: number;
  readonly kept: readonly RetentionKept[];
  /** Numbers of the certificates of what is sealed here. */
  readonly orders: readonly string[];
}

/** Only what all of the names that are given fit; all that is due of the person when none is. */
export class DecideRetention extends AskedCommand<RetentionSaid> {
  /** From the path. */
  subject: string;
  @Optional() @Code() category?: string;
  @Optional() @Code() holder?: string;
  @Optional() @Code() purpose?: string;
  @OneOf(decisions) decide: RetentionWord;
  /** With `keep`: until when, and by which act and article. */
  @Optional() @Moment() until?: string;
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
  /** Why. */
  @Code() reason: string;
  /** Id of the officer in OfficerAppointed who decided it. */
  @Optional() @Uuid() staff?: string;
}

export interface RetentionClassSaid {
  readonly people: number;
  readonly decided: number;
  readonly kept: number;
  /** More people are in the class than one command decides: ask again. */
  readonly more: boolean;
}

/** What waits for an officer of one category, holder or purpose: at least one is named. */
export class DecideRetentionClass extends AskedCommand<RetentionClassSaid> {
  @Optional() @Code() category?: string;
  @Optional() @Code() holder?: string;
  @Optional() @Code() purpose?: string;
  @OneOf(decisions) decide: RetentionWord;
  @Optional() @Moment() until?: string;
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
  @Code() reason: string;
  @Optional() @Uuid() staff?: string;
}
