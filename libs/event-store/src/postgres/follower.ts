// How is everything read in order without missing a row? By keyset pages of gap-free positions, woken by notices.
import { type Pool } from 'pg';
import { Observable, type Subscriber } from 'rxjs';
import { assertPosition, followPageMax, type FollowOptions, type StoredEvent } from '../port.js';
import { readLastPosition, readPage } from './ledger-table.js';
import { backoffMs, isUncertain } from './transaction.js';
import { type Wake } from './wake.js';

/** Notices come at once; this is for those that were lost with a connection. */
const pollMs = 1_000;
const pauseMsMax = 5_000;
const noEnd = '9223372036854775807';

/** Never gives up on a lost connection; ends with an error when the database refuses the question itself. */
export function followLedger(pool: Pool, wake: Wake, options: FollowOptions): Observable<StoredEvent> {
  assertPosition(options.after ?? '0');
  return new Observable((subscriber) => {
    const follower = new Follower(pool, subscriber, options);
    subscriber.add(() => follower.rouse());
    if (options.until !== 'head') subscriber.add(wake.listen(() => follower.rouse()));
    void follower.run();
  });
}

class Follower {
  private cursor: string;
  private roused = false;
  private wakeUp: () => void = () => undefined;

  constructor(
    private readonly pool: Pool,
    private readonly subscriber: Subscriber<StoredEvent>,
    private readonly options: FollowOptions,
  ) {
    this.cursor = options.after ?? '0';
  }

  rouse(): void {
    this.roused = true;
    this.wakeUp();
  }

  async run(): Promise<void> {
    let end = this.options.until === 'head' ? undefined : noEnd;
    let failures = 0;
    while (!this.subscriber.closed) {
      try {
        await this.options.ready?.();
        if (this.subscriber.closed) return;
        end ??= await readLastPosition(this.pool);
        this.roused = false;
        const page = await readPage(this.pool, this.cursor, end, followPageMax);
        failures = 0;
        this.emit(page);
        if (page.length === followPageMax) continue;
        if (this.options.until === 'head') return this.subscriber.complete();
        await this.sleep(pollMs);
      } catch (error) {
        if (!isUncertain(error)) return this.subscriber.error(error);
        await this.sleep(backoffMs(failures++, pauseMsMax));
      }
    }
  }

  private emit(page: readonly StoredEvent[]): void {
    for (const event of page) {
      if (this.subscriber.closed) return;
      this.cursor = event.position;
      this.subscriber.next(event);
    }
  }

  private async sleep(ms: number): Promise<void> {
    if (this.roused) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
