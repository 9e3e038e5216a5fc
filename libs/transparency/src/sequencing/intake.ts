// How do events reach the sequencer: all of them in the store's order, as they come, and no more at once than memory is for?
import { followPageMax, type EventStore, type Position, type StoredEvent } from '@derbes/event-store';
import { type Subscription } from 'rxjs';

export interface BatchLimits {
  readonly eventsMax: number;
  readonly bytesMax: number;
}

/** Follows the store from a position, with back-pressure, until it is closed. */
export class Intake {
  private readonly waiting: StoredEvent[] = [];
  private bytes = 0;
  private failed: { readonly error: unknown } | undefined;
  private ended = false;
  private readonly following: Subscription;
  private changed: () => void = () => undefined;
  private emptied: () => void = () => undefined;

  /** With `until: 'head'` it ends with what stood when it began. */
  constructor(
    store: EventStore,
    private readonly limits: BatchLimits,
    from: { readonly after?: Position; readonly until?: 'head' },
  ) {
    this.following = store.follow({ ...from, ready: () => this.room() }).subscribe({
      next: (event) => {
        this.waiting.push(event);
        this.bytes += event.bytes.length;
        this.changed();
      },
      error: (error: unknown) => {
        this.failed = { error };
        this.changed();
      },
      complete: () => {
        this.ended = true;
        this.changed();
      },
    });
  }

  /** Resolves when there is something to take, when nothing will come any more, or when the signal aborts. */
  async wait(signal?: AbortSignal): Promise<void> {
    if (this.waiting.length > 0 || this.failed || this.ended || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.changed = done;
      signal?.addEventListener('abort', done);
    });
  }

  /** Up to so many of what came so far, by number and bytes; throws what following failed with, when all before it was taken. */
  take(eventsMax = this.limits.eventsMax): StoredEvent[] {
    if (this.waiting.length === 0 && this.failed) throw this.failed.error;
    let count = 0;
    let bytes = 0;
    for (const event of this.waiting) {
      bytes += event.bytes.length;
      if (count > 0 && (count >= Math.min(eventsMax, this.limits.eventsMax) || bytes > this.limits.bytesMax)) break;
      count++;
    }
    const taken = this.waiting.splice(0, count);
    for (const event of taken) this.bytes -= event.bytes.length;
    this.emptied();
    return taken;
  }

  get exhausted(): boolean {
    return this.ended && this.waiting.length === 0;
  }

  close(): void {
    this.following.unsubscribe();
    this.emptied();
  }

  private room(): Promise<void> | void {
    if (!this.isFull()) return;
    return new Promise((resolve) => {
      this.emptied = () => {
        if (!this.isFull() || this.following.closed) resolve();
      };
    });
  }

  /** One page more than a batch may come: the store asks before each page. */
  private isFull(): boolean {
    const eventsMax = Math.max(0, this.limits.eventsMax - followPageMax);
    return this.waiting.length > eventsMax || this.bytes > this.limits.bytesMax;
  }
}
