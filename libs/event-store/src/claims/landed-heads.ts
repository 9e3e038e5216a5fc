// Does what a unit was decided on stand in a store elsewhere? A revision once reached stays reached, so knowing it never goes stale.
import { noStream, type EventStore } from '../port.js';
import { type Unit } from '../unit.js';

/** About 200 bytes each; a stream that is forgotten is asked for once more. */
const streamsMax = 50_000;
/** Reads at a time, so that a cold start leaves the store to others too. */
const readsTogether = 32;

interface Place {
  readonly stream: string;
  readonly revision: number;
}

export class LandedHeads {
  private readonly heads = new Map<string, number>();
  /** By stream, how many claims of this process are landing in it: they will tell by themselves. */
  private readonly landing = new Map<string, number>();

  constructor(private readonly store: EventStore) {}

  /** A revision that the stream has for certain, whatever it has beyond; undefined when nothing is known of it. */
  reached(stream: string): number | undefined {
    return this.heads.get(stream);
  }

  note(stream: string, revision: number): void {
    const known = this.heads.get(stream) ?? noStream;
    this.heads.delete(stream);
    this.heads.set(stream, Math.max(known, revision));
    const [oldest] = this.heads.size > streamsMax ? this.heads.keys() : [];
    if (oldest !== undefined) this.heads.delete(oldest);
  }

  /** Says that a claim is landing in these streams; answers how to say that it is through. */
  expect(streams: Iterable<string>): () => void {
    const distinct = [...new Set(streams)];
    for (const stream of distinct) this.landing.set(stream, (this.landing.get(stream) ?? 0) + 1);
    return () => {
      for (const stream of distinct) {
        const others = (this.landing.get(stream) ?? 1) - 1;
        if (others > 0) this.landing.set(stream, others);
        else this.landing.delete(stream);
      }
    };
  }

  /** Asks the store for what these units stand on, as far as it is not known; by unit, why that could not be read. */
  async learn(units: readonly Unit<unknown>[]): Promise<readonly (Error | undefined)[]> {
    const places = this.unknownPlaces(units);
    const failed = new Map<string, Error>();
    for (let from = 0; from < places.length; from += readsTogether) {
      const some = places.slice(from, from + readsTogether);
      const reads = await Promise.allSettled(some.map((place) => this.look(place)));
      for (const [i, read] of reads.entries()) {
        const { stream } = some[i] ?? { stream: '' };
        if (read.status === 'rejected') failed.set(stream, asError(read.reason));
      }
    }
    if (failed.size === 0) return [];
    return units.map(({ events }) => {
      const unread = events.find(({ stream }) => failed.has(stream));
      return unread && failed.get(unread.stream);
    });
  }

  /** Not what an earlier unit of the same flush makes: that is judged with the flush. */
  private unknownPlaces(units: readonly Unit<unknown>[]): Place[] {
    const places = new Map<string, Place>();
    const made = new Map<string, number>();
    for (const { stream, expectedRevision } of units.flatMap(({ events }) => events)) {
      const follows = made.get(stream) === expectedRevision;
      made.set(stream, expectedRevision + 1);
      if (follows || this.landing.has(stream)) continue;
      if (expectedRevision > (this.heads.get(stream) ?? noStream)) {
        places.set(`${stream} ${expectedRevision}`, { stream, revision: expectedRevision });
      }
    }
    return [...places.values()];
  }

  private async look({ stream, revision }: Place): Promise<void> {
    for await (const event of this.store.readStream(stream, revision)) {
      this.note(stream, event.revision);
      return;
    }
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
