// What stands about one person in the store and the vault? Own streams, streams found to be the same person's, and places of values.
import {
  catalogue,
  mergedSubjects,
  subjectStream,
  type PartRef,
  type PlacedPart,
  type SubjectEvent,
} from '@derbes/domain';
import { type EventStore } from '@derbes/event-store';
import { type Recorded } from '@derbes/kernel';
import { asOwnerName, mentionsMax, type Mention, type Vault } from '@derbes/vault';
import { type MentionedEvents } from './mentioned-events.js';

/** Subjects that may be one person; more is a mistake of whoever merged them, not a history. */
export const mergedMax = 50;
/** Pages of places of one person's values, `mentionsMax` each. */
const placePagesMax = 100;
/** Events of streams kept parsed between two reads; codes only, about 1 KiB each. */
const keptEventsMax = 50_000;

/** A person of whom more stands than one answer can hold. */
export class TooMuchStands extends Error {
  readonly code = 'TOO_MUCH_STANDS';
}

export interface ReadSubject {
  readonly subject: string;
  /** The subject's own stream first. */
  readonly streams: readonly (readonly SubjectEvent[])[];
  /** All subjects read, the asked one first. */
  readonly subjects: readonly string[];
}

export class SubjectReader {
  /** Streams as last read, oldest use first; a stream is append-only, so only its end is read again. */
  private readonly kept = new Map<string, readonly SubjectEvent[]>();
  private keptEvents = 0;

  constructor(
    private readonly store: EventStore,
    private readonly vault: Pick<Vault, 'partsOfOwner'>,
    private readonly mentions: MentionedEvents,
  ) {}

  /** The streams of a person as known at a moment; undefined when the ledger knows nobody under this id. */
  async streams(subject: string, asKnownAt: string): Promise<ReadSubject | undefined> {
    const own = await this.stream(subject);
    if (own.length === 0) return undefined;
    const streams = new Map([[subject, own]]);
    let named = mergedSubjects(own, asKnownAt);
    while (named.length > 0) {
      const fresh = [...new Set(named)].filter((other) => !streams.has(other));
      if (streams.size + fresh.length > mergedMax) {
        throw new TooMuchStands(`more than ${mergedMax} subjects are said to be one person`);
      }
      const read = await Promise.all(fresh.map((other) => this.stream(other)));
      fresh.forEach((other, i) => streams.set(other, read[i] ?? []));
      named = read.flatMap((stream) => mergedSubjects(stream, asKnownAt));
    }
    return { subject, streams: [...streams.values()], subjects: [...streams.keys()] };
  }

  /** Where values of these subjects stand, in whatever stream. */
  async places(subjects: readonly string[]): Promise<readonly PlacedPart[]> {
    return (await Promise.all(subjects.map((subject) => this.placesOf(subject)))).flat();
  }

  /** The events of other streams in which parts stand. */
  async mentioned(read: ReadSubject, parts: readonly PartRef[]): Promise<ReadonlyMap<string, Recorded>> {
    const own = new Set(read.streams.flatMap((stream) => stream.map(({ id }) => id)));
    const strange = [...new Set(parts.map(({ event }) => event))].filter((event) => !own.has(event));
    return strange.length === 0 ? new Map() : this.mentions.find(strange);
  }

  private async stream(subject: string): Promise<readonly SubjectEvent[]> {
    const kept = this.kept.get(subject) ?? [];
    const fresh: SubjectEvent[] = [];
    for await (const { bytes } of this.store.readStream(subjectStream(subject), kept.length)) {
      fresh.push(catalogue.readStored(bytes) as SubjectEvent);
    }
    const all = fresh.length === 0 ? kept : [...kept, ...fresh];
    this.keep(subject, all);
    return all;
  }

  private keep(subject: string, events: readonly SubjectEvent[]): void {
    this.keptEvents += events.length - (this.kept.get(subject)?.length ?? 0);
    this.kept.delete(subject);
    this.kept.set(subject, events);
    for (const [oldest, { length }] of this.kept) {
      if (this.keptEvents <= keptEventsMax || oldest === subject) break;
      this.kept.delete(oldest);
      this.keptEvents -= length;
    }
  }

  private async placesOf(subject: string): Promise<PlacedPart[]> {
    const owner = asOwnerName(subjectStream(subject));
    const places: PlacedPart[] = [];
    let after: Mention | undefined;
    for (let page = 0; page < placePagesMax; page++) {
      const found = await this.vault.partsOfOwner(owner, after);
      for (const { eventId: event, p, category } of found) places.push({ event, p, category, owner });
      if (found.length < mentionsMax) return places;
      after = found.at(-1);
    }
    throw new TooMuchStands('more values stand about this person than one answer can hold');
  }
}
