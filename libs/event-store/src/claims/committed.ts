// What became of a unit? The answers of the claims to those who write and those who look up.
import { type Position } from '../port.js';

/** The unit is durable now and for ever. */
export interface RecordedUnit {
  readonly status: 'recorded';
  /** Position of the unit's last event; absent when it has none, or when the roll forward has yet to land it. */
  readonly position?: Position;
  /** True when an event stands at a later revision than it was decided for: a fold made from the unit is stale. */
  readonly moved: boolean;
}

/** The pair was claimed before; its first outcome holds. The caller compares `check`. */
export interface RepeatedUnit {
  readonly status: 'repeated';
  readonly outcome: string;
  readonly check?: Buffer;
  readonly checkEvent?: string;
}

/** Nothing of the unit was written; decide it anew. */
export interface ConflictingUnit {
  readonly status: 'conflict';
  /** WRONG_REVISION, EVENT_ID_TAKEN, RESERVED_ID (the pair has a reserved event id that no event took), or the participant's. */
  readonly code: string;
  /** With WRONG_REVISION: whose revision, and what it is; of a store elsewhere what it is at least, absent when not known. */
  readonly stream?: string;
  readonly actual?: number;
}

/** The pair's person has been erased. */
export interface ErasedUnit {
  readonly status: 'erased';
}

export type Committed = RecordedUnit | RepeatedUnit | ConflictingUnit | ErasedUnit;

export type AtomicCommitted =
  | { readonly status: 'recorded'; readonly units: readonly RecordedUnit[] }
  /** Nothing was written; why, by the unit's index. */
  | { readonly status: 'conflict'; readonly conflicts: ReadonlyMap<number, Exclude<Committed, RecordedUnit>> };

export type ClaimState = 'open' | 'landed' | 'erased';

/** What is known of a token. */
export type Found =
  | {
      readonly state: ClaimState;
      readonly outcome: string;
      readonly check?: Buffer;
      readonly checkEvent?: string;
      /** In the order of the claim; each stands at that revision when the claim has landed. */
      readonly events: readonly {
        readonly id: string;
        readonly type: string;
        readonly stream: string;
        readonly revision: number;
      }[];
    }
  /** Named by a reference before its CloudEvent came: the event named after that CloudEvent's type takes this id. */
  | { readonly state: 'reserved'; readonly eventId: string };

/** Where a claim can be cut off; a test throws there or kills the process. */
export type ClaimStep =
  /** Nothing is written yet. */
  | 'gathered'
  /** All is written, not yet committed. */
  | 'written'
  /** The claim is durable. */
  | 'committed'
  /** One event has landed, or several that follow one another in one stream. */
  | 'appended'
  /** An event's place is taken; its claim is about to be moved or withdrawn. */
  | 'displaced'
  /** The claim has been moved, its event not yet appended again. */
  | 'moved'
  /** All events have landed; the claim does not say so yet. */
  | 'landing'
  /** The claim says so; the caller has not been answered. */
  | 'landed';

export interface RolledForward {
  readonly landed: number;
  readonly withdrawn: number;
  readonly erased: number;
  /** Codes of the errors that left a claim open (CLAIM_STUCK, STORE_UNAVAILABLE, ...), one a claim. */
  readonly failed: readonly string[];
}
