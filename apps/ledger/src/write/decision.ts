// What can come of one told fact, and what is at hand when it is decided?
import { type Outside, type Recording } from '@derbes/domain';
import { type KeyRing, type KeyRow, type OwnerName, type Vault } from '@derbes/vault';
import { type SpreadingFact } from '../cascade/spreading-facts.js';
import { type ErasureOrder } from '../erasure/erasure-orders.js';
import { type FoldCache } from './fold-cache.js';
import { type Outcome, type TellableFinding } from './outcome.js';
import { type LookedUp } from './resolving.js';
import { type Underway } from './underway.js';
import { type Made } from './unit-maker.js';

/** Folds, their histories or key rows are missing that only the disk has: the fact goes round again once they are loaded. */
export interface Lacking {
  readonly lacking: 'folds' | 'histories' | 'owners';
  readonly subjects: readonly string[];
}

export type Decision =
  | {
      readonly made: Made;
      readonly recording: Recording;
      readonly outcome: StoredOutcome;
      /** Subjects on whose folds it was decided. */
      readonly read: readonly string[];
      /** Destructions that it demands. */
      readonly orders: readonly ErasureOrder[];
      /** Facts that others are told of. */
      readonly spreading: readonly SpreadingFact[];
      /** By subject whose values it seals, how many orders to erase were known. */
      readonly ordersKnown: ReadonlyMap<string, number>;
    }
  | Lacking
  | { readonly refused: NonNullable<Outcome['problem']> }
  | { readonly erased: true }
  /** It begins somebody anew once this subject's erasure, which is ordered, has been carried out. */
  | { readonly erasing: string };

/** What a claim keeps of an outcome: codes only; the ref is computed anew for whoever asks again. */
export interface StoredOutcome {
  /** `erased`: nothing of it was kept but that its source told it. */
  readonly status: 'recorded' | 'erased';
  readonly findings?: readonly TellableFinding[];
}

export type Stopped = Extract<Decision, { erased: true } | { erasing: string }>;

export interface Deciding {
  readonly vault: Vault;
  readonly ring: KeyRing;
  readonly cache: FoldCache;
  readonly underway: Underway;
  readonly outside: Outside;
  readonly editionAt: (moment: string) => string | undefined;
  readonly looked: LookedUp;
  /** Ids reserved for pairs referred to, by token in hex. */
  readonly reserved: ReadonlyMap<string, string>;
  /** Key rows read besides those that identifiers found. */
  readonly owners: ReadonlyMap<OwnerName, KeyRow>;
  /** The id that the event named after the CloudEvent's type takes. */
  readonly mainId: string;
  readonly landing: 'inside' | 'after';
  readonly actor: string;
  readonly now: string;
}

/** What a round knows besides what is in memory. */
export type ReadForRound = Pick<Deciding, 'ring' | 'looked' | 'reserved' | 'owners'>;
