// What does an error of the client mean: that nothing was written, or that nobody knows?
import {
  AccessDeniedError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  UnknownError,
} from '@eventstore/db-client';
import {
  AppendTooLarge,
  EventStoreError,
  MalformedPosition,
  StoreRefused,
  StoreTampered,
  StoreUnavailable,
} from '../errors.js';

export const isNotFound = (error: unknown): boolean => error instanceof StreamNotFoundError;

/**
 * The error to give up with, or undefined when the same call may be made again: every error that is not known to be a
 * refusal is ambiguous, be it ours of a lost connection, UnavailableError, DeadlineExceededError, TimeoutError, CancelledError, NotLeaderError,
 * UnknownError, or a raw error of gRPC without a type.
 */
export function refusalOf(error: unknown, stream: string, position?: string): EventStoreError | undefined {
  if (error instanceof StoreUnavailable) return undefined;
  if (error instanceof EventStoreError) return error;
  if (error instanceof StreamDeletedError) {
    return new StoreTampered('STREAM_DELETED', stream, position, 'the stream was deleted for good');
  }
  if (error instanceof AccessDeniedError) {
    return new StoreRefused('STORE_ACCESS_DENIED', 'EventStoreDB refuses the user or the password', error);
  }
  if (error instanceof MaxAppendSizeExceededError) {
    return new AppendTooLarge('EventStoreDB is set to take less than 1,048,576 bytes a call');
  }
  if (
    position !== undefined &&
    error instanceof UnknownError &&
    /InvalidPosition|invalid position/.test(error.message)
  ) {
    return new MalformedPosition(position);
  }
  return undefined;
}

const firstPauseMs = 50;
const pauseMsMax = 1_000;
/** A server that was killed is back by then; who waits longer had better come again. */
const giveUpAfterMs = 20_000;

/** How long one piece of work is tried again; progress makes it young again. */
export class Patience {
  private failures = 0;
  private failingSince: number | undefined;

  progress(): void {
    this.failures = 0;
    this.failingSince = undefined;
  }

  /** Waits before the next attempt and answers how many have failed in a row. */
  async failed(): Promise<number> {
    this.failingSince ??= performance.now();
    const ms = Math.min(pauseMsMax, firstPauseMs * 2 ** Math.min(this.failures, 20));
    await new Promise((resolve) => setTimeout(resolve, ms));
    return ++this.failures;
  }

  /** As `failed`. Throws StoreUnavailable when the time is up. */
  async failedOnce(error: unknown): Promise<number> {
    this.failingSince ??= performance.now();
    if (performance.now() - this.failingSince >= giveUpAfterMs) {
      throw new StoreUnavailable('EventStoreDB did not answer', error);
    }
    return this.failed();
  }
}
