// What may be wanted done about data whose last term is over, and what comes of it?
import { type RetentionAct } from '@derbes/policy';
import { type ErasureOutside } from '../erasure-command.js';
import { type Kept } from '../erasure.js';
import { type FactDraft } from '../record.js';

/** All that is due and that the policy lets go without an officer, and the consents that are over. */
export interface CarryOutRetention {
  readonly type: 'CarryOutRetention';
  readonly subject: string;
}

/** An officer's word about what is due; only what all of the names that are given fit. */
export interface DecideRetention {
  readonly type: 'DecideRetention';
  readonly subject: string;
  readonly category?: string | undefined;
  readonly holder?: string | undefined;
  readonly purpose?: string | undefined;
  readonly decide: RetentionAct | 'keep';
  /** With `keep`: until when, and by which act and article. */
  readonly until?: string | undefined;
  readonly act?: string | undefined;
  readonly article?: string | undefined;
  readonly reason: string;
  readonly staff?: string | undefined;
}

export type RetentionCommand = CarryOutRetention | DecideRetention;

/** `ids`: `retentionIdsOf` how many. */
export type RetentionOutside = ErasureOutside;

/** Holdings that one command decides; what is left is decided by the next. */
export const retentionAtOnceMax = 100;
/** Grounds that an order to erase may name for what is due. */
const groundsMax = 5;

/** Random uuids that a decision may need for a person of so many merged subjects. */
export const retentionIdsOf = (members: number): number => retentionAtOnceMax + members * groundsMax;

/** What stays although it is due. */
export interface KeptHolding {
  readonly category: string;
  readonly holder: string;
  readonly why: Kept['why'];
  readonly until?: string;
}

export interface RetentionOutcome {
  readonly drafts: readonly FactDraft[];
  /** Holdings that were ordered to go, or are kept from now on. */
  readonly decided: number;
  readonly kept: readonly KeptHolding[];
  /** Orders to erase what is sealed here: numbers of certificates. */
  readonly orders: readonly string[];
  readonly expired: number;
}
