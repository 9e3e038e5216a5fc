// When does a ledger that nobody writes to say that it lives? After an hour without a checkpoint, by a heartbeat, so that a frozen log shows.
import { type Head } from './head-table.js';

const silentMsMax = 3_600_000;

export class Silence {
  private since: number;

  /** `now`: milliseconds that no clock that is set moves. */
  constructor(
    { publishedAt }: Pick<Head, 'publishedAt'>,
    clock: () => Date,
    private readonly now: () => number = () => performance.now(),
  ) {
    // A clock that was set back or forth makes it an hour at most.
    const silentMs = publishedAt ? clock().getTime() - publishedAt.getTime() : 0;
    this.since = now() - Math.min(silentMsMax, Math.max(0, silentMs));
  }

  /** Something was published. */
  broken(): void {
    this.since = this.now();
  }

  /** Whether it has lasted an hour; asked again only an hour later. */
  lasted(): boolean {
    if (this.now() - this.since < silentMsMax) return false;
    this.broken();
    return true;
  }
}
