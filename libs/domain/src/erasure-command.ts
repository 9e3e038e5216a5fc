// What may an officer ask of a destruction, and what comes of it?
import { type Outside } from './case.js';
import { type PlacedPart } from './dossier/shape.js';
import { type ErasureGround, type ErasureScope, type Kept } from './erasure.js';
import { type holdEndGrounds, type holdGrounds } from './legal-hold.js';
import { type FactDraft } from './record.js';
import { type HoldExtent } from './restricted/state.js';
import { type HolderManner } from './task/manner.js';

export interface PlaceHold {
  readonly type: 'PlaceHold';
  readonly subject: string;
  readonly ground: (typeof holdGrounds)[number];
  readonly act?: string | undefined;
  readonly article?: string | undefined;
  /** Absent: everything about the subject. */
  readonly categories?: readonly string[] | undefined;
  readonly until?: string | undefined;
  /** `<uuid>` of a staff member, as in OfficerAppointed. */
  readonly staff?: string | undefined;
}

export interface LiftHold {
  readonly type: 'LiftHold';
  readonly subject: string;
  /** The LegalHoldPlaced event. */
  readonly hold: string;
  readonly ground: (typeof holdEndGrounds)[number];
  readonly staff?: string | undefined;
}

export interface OrderErasure {
  readonly type: 'OrderErasure';
  readonly subject: string;
  readonly scope: ErasureScope;
  /** With scope `category`; a group or an open category stands for all in it. */
  readonly categories?: readonly string[] | undefined;
  /** With scope `value`: `<event id>/<p>`. */
  readonly parts?: readonly string[] | undefined;
  readonly ground: ErasureGround;
  /** Needed for the ground `other-law`. */
  readonly act?: string | undefined;
  readonly article?: string | undefined;
  /** What becomes of data under a row of the policy whose term nobody confirmed; without it such an order is refused. */
  readonly decide?: 'keep' | 'erase' | undefined;
  /** Why, with `decide`. */
  readonly reason?: string | undefined;
  /** Whether it is destroyed here before those were told for whom nobody said how they are reached; `go` when absent. */
  readonly untold?: 'go' | 'wait' | undefined;
  /** What becomes of it at holders that need not destroy it. */
  readonly manners?: readonly HolderManner[] | undefined;
  /** The request that asks for it. */
  readonly request?: string | undefined;
  readonly staff?: string | undefined;
}

export type ErasureCommand = PlaceHold | LiftHold | OrderErasure;

export interface ErasureOutside extends Outside {
  /** When it is decided, by the writer's clock. */
  readonly at: string;
  /** Random uuids for the orders: one for the subject and one for each merged into it. The first is the certificate's number. */
  readonly ids: readonly string[];
  /** Sealed parts owned by the subject and those merged into it, in any stream. */
  readonly parts: readonly PlacedPart[];
  /** Holds in restricted streams that stand on any of them. A preview is decided without: it tells what may be told. */
  readonly restricted?: readonly HoldExtent[];
}

export interface ErasureDecision {
  readonly outcome: 'placed' | 'lifted' | 'ordered' | 'narrowed' | 'refused';
  readonly drafts: readonly FactDraft[];
  /** Id of the subject's own ErasureOrdered: the certificate's number. */
  readonly order?: string;
  /** What stays, by which act. */
  readonly kept: readonly Kept[];
}
