// What is written together? A unit: one claim, the events it makes, and the rows that must be durable with it.
import { type Envelope } from '@derbes/kernel';
import { type Transaction } from './postgres/together.js';

/** One event of a claim, with the place it was decided for. */
export interface ClaimedEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly expectedRevision: number;
  readonly bytes: string;
  /** What `bytes` were just written from, if the caller vouches for it: it then need not be read back from them. */
  readonly envelope?: Envelope;
}

export interface Claim {
  /** HMAC(K_dedupe, source || 0 || id): 32 bytes. Never the client's own id. */
  readonly token: Buffer;
  /** A fact may be moved to a later revision; a command that has not begun to land is withdrawn and decided anew. */
  readonly kind: 'fact' | 'command';
  /** Commitment to what was received, keyed by a key of its own; absent for commands without a body. */
  readonly check?: Buffer;
  /** The event under whose part `check` the key K_chk stands in the key store. */
  readonly checkEvent?: string;
  /** What the caller is told, for ever: canonical JSON of codes. */
  readonly outcome: string;
}

/** `rows` is whatever the participant (the vault) wants durable in the same transaction. */
export interface Unit<Rows> {
  readonly claim: Claim;
  /** In the order in which they land; may be empty. */
  readonly events: readonly ClaimedEvent[];
  readonly rows: Rows;
}

/** Somebody whose rows are written in the claim's transaction. */
export interface Participant<Rows> {
  /**
   * Which of these units cannot be written now: by index, with a code (TOKEN_TAKEN, OWNER_NOT_LIVE, ...). Runs under the append
   * lock, so what it reads stays true until the commit; units are looked at in order, and an earlier one counts for a later one.
   * Locks the key rows of all owners FOR SHARE.
   */
  conflicts(tx: Transaction, units: readonly Rows[]): Promise<ReadonlyMap<number, string>>;
  /** Writes the rows of units without conflict, in bulk. */
  write(tx: Transaction, units: readonly Rows[]): Promise<void>;
  /** Whether `write` asks all that it asks of these in one breath: then the commit goes with it. It does not when absent. */
  writesAtOnce?(units: readonly Rows[]): boolean;
  /**
   * These claims, committed open, have landed: rows that name them need to no longer. Not called for claims that landed in
   * their own transaction (landing `inside`).
   */
  landed?(tx: Transaction, tokens: readonly Buffer[]): Promise<void>;
  /**
   * Removes what a claim wrote for these events, none of which landed, and what still names the claim. `landed` was called
   * before when other events of the claim have landed.
   */
  withdraw?(tx: Transaction, token: Buffer, eventIds: readonly string[]): Promise<void>;
  /** Which of these streams belong to a person erased since: a fact's claim on one of them is closed instead of moved. */
  erased?(tx: Transaction, streams: readonly string[]): Promise<ReadonlySet<string>>;
}
