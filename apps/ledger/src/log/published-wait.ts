// How does whoever told a fact wait until a published checkpoint covers it? By asking how far the log is, in whatever process it is written.
import { comparePositions, type Position } from '@derbes/event-store';
import { type Head } from '@derbes/transparency/sequencing.js';
import { setTimeout as pause } from 'node:timers/promises';

/** Between two looks, which all who wait in one process share: at first, and when it takes longer. */
const lookEveryMs = 20;
const lookEveryMsMax = 200;
/** As long as for the read models; a log that is in time publishes within a second. */
export const publishedMsMax = 10_000;

/** `published`: the checkpoint covers it; `late`: none did in time, and one will later. */
export type Publication =
  | { readonly outcome: 'published'; readonly note: string; readonly size: number; readonly belowQuorum: boolean }
  | { readonly outcome: 'late' };

type HowFar = Pick<Head, 'size' | 'position' | 'publishedSize' | 'note' | 'belowQuorum'>;

export class PublishedWait {
  private looking: Promise<HowFar | undefined> | undefined;

  constructor(private readonly head: { read(): Promise<HowFar | undefined> }) {}

  /**
   * Waits until a published checkpoint covers the event at this position of the store, at most `timeoutMs` (10 s when absent). Never
   * throws: what was recorded is durable already, so a database that cannot be asked only makes the answer late.
   */
  async until(position: Position, timeoutMs = publishedMsMax): Promise<Publication> {
    const deadline = performance.now() + timeoutMs;
    let covering: number | undefined;
    for (let everyMs = lookEveryMs; ; everyMs = Math.min(everyMs * 1.5, lookEveryMsMax)) {
      const head = await this.look();
      // The first head that has the event: no later leaf is waited for.
      if (covering === undefined && head?.position !== undefined && comparePositions(head.position, position) >= 0)
        covering = head.size;
      if (covering !== undefined && head?.note !== undefined && head.publishedSize >= covering) {
        const { note, publishedSize: size, belowQuorum } = head;
        return { outcome: 'published', note, size, belowQuorum };
      }
      if (performance.now() > deadline) return { outcome: 'late' };
      await pause(everyMs);
    }
  }

  private look(): Promise<HowFar | undefined> {
    this.looking ??= this.head
      .read()
      .catch(() => undefined)
      .finally(() => (this.looking = undefined));
    return this.looking;
  }
}
