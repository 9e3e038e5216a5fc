// In which ways can an append or a claim fail, and by which code is each told apart for ever?

/** Every error of this lib; `code` is part of the public interface, messages name no value of an event. */
export abstract class EventStoreError extends Error {
  abstract readonly code: string;
}

/** The stream's last revision is `actual` (-1: it has no event), not the one that the caller decided on. */
export class WrongRevision extends EventStoreError {
  readonly code = 'WRONG_REVISION';
  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`${stream} stands at revision ${actual}, not ${expected}`);
  }
}

/** The id stands already with other bytes, at another revision, in another stream, or twice in one call. */
export class EventIdTaken extends EventStoreError {
  readonly code = 'EVENT_ID_TAKEN';
  constructor(readonly id: string) {
    super(`the event id ${id} is taken`);
  }
}

export class EventTooLarge extends EventStoreError {
  readonly code = 'EVENT_TOO_LARGE';
  constructor(
    readonly bytes: number,
    readonly bytesMax: number,
  ) {
    super(`an event of ${bytes} bytes; at most ${bytesMax} are stored`);
  }
}

/** More events or bytes than one call may carry on every adapter. */
export class AppendTooLarge extends EventStoreError {
  readonly code = 'APPEND_TOO_LARGE';
}

export class EmptyAppend extends EventStoreError {
  readonly code = 'EMPTY_APPEND';
  constructor() {
    super('an append of no events');
  }
}

/** Bytes that are no envelope, or an envelope that disagrees with its id, type, stream or revision. */
export class MalformedEvent extends EventStoreError {
  readonly code = 'MALFORMED_EVENT';
}

/** The store could not be reached or did not answer: the outcome is unknown and the same call may be made again. */
export class StoreUnavailable extends EventStoreError {
  readonly code = 'STORE_UNAVAILABLE';
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}

/** Too much waits already; nothing was taken. Answered as 429. */
export class StoreOverloaded extends EventStoreError {
  readonly code = 'STORE_OVERLOADED';
  constructor(readonly retryAfterMs: number) {
    super('the append queue is full');
  }
}

/** Another process holds the claim's lease and did not land it in time. Answered as 503. */
export class ClaimBusy extends EventStoreError {
  readonly code = 'CLAIM_BUSY';
  constructor(readonly retryAfterMs: number) {
    super('the claim is being landed by another process');
  }
}

/** The store lacks events that an open claim stands on, or holds a claimed event elsewhere: somebody changed the store. */
export class ClaimStuck extends EventStoreError {
  readonly code = 'CLAIM_STUCK';
  constructor(
    readonly stream: string,
    readonly revision: number,
    reason: string,
  ) {
    super(`a claim on ${stream} at revision ${revision} cannot land: ${reason}`);
  }
}

/** A place in the total order that this store could not have given. */
export class MalformedPosition extends EventStoreError {
  readonly code = 'MALFORMED_POSITION';
  constructor(readonly position: string) {
    super('a position is a decimal number of up to 20 digits');
  }
}

/** Why a server is not taken as this ledger's store; told at the start, or when its rights are changed under a running one. */
export class StoreRefused extends EventStoreError {
  constructor(
    readonly code:
      'STORE_URL_MALFORMED' | 'STORE_ACCESS_DENIED' | 'STORE_TLS_MISMATCH' | 'STORE_TOO_OLD' | 'STORE_FOREIGN',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/**
 * The store holds what the ledger did not write, or lacks what it wrote: somebody changed it behind our back. Nothing from
 * this place on is given out; `position` is where it shows, as far as the server tells.
 */
export class StoreTampered extends EventStoreError {
  constructor(
    readonly code: 'FOREIGN_EVENT' | 'STREAM_DELETED' | 'STREAM_TRUNCATED' | 'STORE_BEHIND',
    readonly stream: string,
    readonly position: string | undefined,
    reason: string,
  ) {
    super(`${stream}${position === undefined ? '' : ` at position ${position}`}: ${reason}`);
  }
}
