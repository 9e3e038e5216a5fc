// What must a store of events be able to do? Three things, the same over every adapter.
import { type Observable } from 'rxjs';
import { MalformedPosition } from './errors.js';

/** An event ready to be stored: `bytes` is the canonical envelope, stored exactly and hashed exactly. */
export interface PendingEvent {
  /** UUID in lower case; the same id at the same revision with the same bytes is the same event for ever. */
  readonly id: string;
  readonly type: string;
  readonly bytes: string;
}

export interface StoredEvent extends PendingEvent {
  readonly stream: string;
  readonly revision: number;
  /** Opaque and strictly increasing in the store's one total order; means nothing outside, and may have gaps. */
  readonly position: Position;
}

/** A place in the total order: a decimal string of up to 20 digits; compare with `comparePositions`. */
export type Position = string;

export interface Appended {
  /** Revision of the last event of the call. */
  readonly revision: number;
  readonly position: Position;
  /** True when these very events stood there already. */
  readonly repeated: boolean;
}

/** The revision of a stream that has no event. */
export const noStream = -1;

export interface EventStore {
  /**
   * Appends to one stream, all or nothing. `expectedRevision` is the revision of the stream's last event, `noStream`
   * (-1) when it must have none; "any" does not exist. The same ids with the same bytes at the same revision succeed
   * again as `repeated`, also as the beginning or the end of an earlier call. Throws WrongRevision, EventIdTaken (the id stands
   * with other bytes, revision or stream; told before a wrong revision), EmptyAppend, EventTooLarge, AppendTooLarge,
   * MalformedEvent (bytes that are not the envelope of this very place), StoreUnavailable (outcome unknown: the same call may
   * be made again), StoreOverloaded.
   */
  append(stream: string, expectedRevision: number, events: readonly PendingEvent[]): Promise<Appended>;

  /** The stream's events forwards from a revision; nothing for a stream that does not exist. */
  readStream(stream: string, fromRevision?: number): AsyncIterable<StoredEvent>;

  /**
   * All events in the total order, after `after` (from the beginning when absent), first those that stand, then new ones as
   * they come. Misses nothing and doubles nothing. With `until: 'head'` it completes at the end of what stood when it began.
   */
  follow(options?: FollowOptions): Observable<StoredEvent>;
}

export interface FollowOptions {
  readonly after?: Position;
  readonly until?: 'head';
  /**
   * Back-pressure, for an Observable knows none: asked before each page (at most `followPageMax` events), which is read only
   * when it has resolved. Without it pages come as fast as they are read. `followPages` sets it.
   */
  readonly ready?: () => Promise<void> | void;
}

/** Events emitted between two questions of `ready`. */
export const followPageMax = 1_000;

const positionForm = /^\d{1,20}$/;

/** Throws MalformedPosition for what no store could have given. */
export function assertPosition(position: Position): void {
  if (!positionForm.test(position)) throw new MalformedPosition(position);
}

export const comparePositions = (a: Position, b: Position): number =>
  a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length;
