// How do many callers share one commit? What comes while a batch is under way makes the next batch; there is no linger timer.
import { StoreOverloaded } from './errors.js';

export interface Weight {
  readonly rows: number;
  readonly bytes: number;
}

export interface GatheringLimits {
  /** Rows of one batch; a single item may exceed it and then goes alone. */
  readonly batchRowsMax: number;
  readonly waitingRowsMax: number;
  readonly waitingBytesMax: number;
}

/** 10,000 rows are about two seconds of work on a small machine: whoever waits longer had better come again. */
export const defaultLimits: GatheringLimits = {
  batchRowsMax: 500,
  waitingRowsMax: 10_000,
  waitingBytesMax: 67_108_864,
};

const retryAfterMs = 1_000;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly weight: Weight;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** `flush` answers for each item, in order, a result or an Error; when it throws, all of its batch fail alike. */
export class GatheringQueue<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private rows = 0;
  private bytes = 0;
  private running: Promise<void> | undefined;

  constructor(
    private readonly flush: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>,
    private readonly limits: GatheringLimits = defaultLimits,
  ) {}

  /** Throws StoreOverloaded at once when too much waits. */
  add(item: Item, weight: Weight): Promise<Result> {
    const { waitingRowsMax, waitingBytesMax } = this.limits;
    if (
      this.waiting.length > 0 &&
      (this.rows + weight.rows > waitingRowsMax || this.bytes + weight.bytes > waitingBytesMax)
    ) {
      return Promise.reject(new StoreOverloaded(retryAfterMs));
    }
    return new Promise<Result>((resolve, reject) => {
      this.waiting.push({ item, weight, resolve, reject });
      this.rows += weight.rows;
      this.bytes += weight.bytes;
      this.running ??= this.run();
    });
  }

  /** Resolves when nothing waits and nothing is under way. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      // One turn of the event loop lets everybody whose socket is ready join this batch.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = this.take();
      try {
        const results = await this.flush(batch.map(({ item }) => item));
        batch.forEach(({ resolve, reject }, i) => {
          const result = results[i];
          if (result instanceof Error) reject(result);
          else resolve(result as Result);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.running = undefined;
  }

  private take(): Waiting<Item, Result>[] {
    let rows = 0;
    let count = 0;
    for (const { weight } of this.waiting) {
      if (count > 0 && rows + weight.rows > this.limits.batchRowsMax) break;
      rows += weight.rows;
      this.bytes -= weight.bytes;
      count++;
    }
    this.rows -= rows;
    return this.waiting.splice(0, count);
  }
}
