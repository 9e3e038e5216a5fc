// What stands about one person in the store and the vault? Own streams, streams found to be the same person's, and places of values.
import {
  catalogue,
  mergedSubjects,
  subjectStream,
  type PartRef,
  type PlacedPart,
  type SubjectEvent,
} from '@derbes/domain';
import { type EventStore, type StoredEvent } from '@derbes/event-store';
import { type Recorded } from '@derbes/kernel';
import { asOwnerName, mentionsMax, type Mention, type Vault } from '@derbes/vault';
import { CompactEvents } from './compact-events.js';
import { type MentionedEvents } from './mentioned-events.js';

/** Subjects that may be one person; more is a mistake of whoever merged them, not a history. */
export const mergedMax = 50;
/** Pages of places of one person's values, `mentionsMax` each. */
const placePagesMax = 100;
/** Events of streams kept parsed between two reads; codes only, about 1 KiB each. */
const keptEventsMax = 50_000;
/** A longer stream is long: its answers leave while they are made. */
export const longFromEvents = 2_000;

/** A person of whom more stands than one answer can hold. */
export class TooMuchStands extends Error {
  readonly code = 'TOO_MUCH_STANDS';
}

/** Whoever asked has gone: what is left of the answer is not made. */
export class Abandoned extends Error {
  readonly code = 'ABANDONED';
}

export interface ReadSubject {
  readonly subject: string;
  /** The subject's own stream first. */
  readonly streams: readonly (readonly SubjectEvent[])[];
  /** All subjects read, the asked one first. */
  readonly subjects: readonly string[];
}

type Places = Pick<Vault, 'partsOfOwner'>;

/** A stream as far as it was read: to its end, or to where it turned out to be long. */
export interface Begun {
  readonly subject: string;
  readonly events: readonly SubjectEvent[];
  /** What comes after `events`; absent at the end of the stream. */
  readonly rest?: AsyncIterator<StoredEvent>;
}

export class SubjectReader {
  /** Streams as last read, oldest use first; a stream is append-only, so only its end is read again. */
  private readonly kept = new Map<string, readonly SubjectEvent[]>();
  private keptEvents = 0;

  constructor(
    private readonly store: EventStore,
    private readonly vault: Places,
    private readonly mentions: MentionedEvents,
  ) {}

  /** Reads until it is known whether the stream is long. */
  async begin(subject: string): Promise<Begun> {
    const kept = this.kept.get(subject) ?? [];
    const stored = this.store.readStream(subjectStream(subject), kept.length)[Symbol.asyncIterator]();
    const fresh: SubjectEvent[] = [];
    let ended = false;
    while (!ended && kept.length + fresh.length <= longFromEvents) {
      const next = await stored.next();
      if (next.done === true) ended = true;
      else fresh.push(catalogue.readStored(next.value.bytes) as SubjectEvent);
    }
    const events = fresh.length === 0 ? kept : [...kept, ...fresh];
    if (!ended) return { subject, events, rest: stored };
    this.keep(subject, events);
    return { subject, events };
  }

  /** The streams of a person as known at a moment; undefined when the ledger knows nobody under this id. */
  async streams(begun: Begun, asKnownAt: string, gone?: AbortSignal): Promise<ReadSubject | undefined> {
    const { subject } = begun;
    const own = await this.finish(begun, gone);
    if (own.length === 0) return undefined;
    const streams = new Map([[subject, own]]);
    let named = mergedSubjects(own, asKnownAt);
    while (named.length > 0) {
      const fresh = [...new Set(named)].filter((other) => !streams.has(other));
      if (streams.size + fresh.length > mergedMax) {
        throw new TooMuchStands(`more than ${mergedMax} subjects are said to be one person`);
      }
      const read = await Promise.all(fresh.map(async (other) => this.finish(await this.begin(other), gone)));
      fresh.forEach((other, i) => streams.set(other, read[i] ?? []));
      named = read.flatMap((stream) => mergedSubjects(stream, asKnownAt));
    }
    return { subject, streams: [...streams.values()], subjects: [...streams.keys()] };
  }

  /** Where values of these subjects stand, in whatever stream. `vault`: the answer's own view, if it will open them. */
  async places(subjects: readonly string[], vault = this.vault): Promise<readonly PlacedPart[]> {
    return (await Promise.all(subjects.map((subject) => placesOf(subject, vault)))).flat();
  }

  /** The events of other streams in which parts stand. */
  async mentioned(read: ReadSubject, parts: readonly PartRef[]): Promise<ReadonlyMap<string, Recorded>> {
    const own = new Set(read.streams.flatMap((stream) => stream.map(({ id }) => id)));
    const strange = [...new Set(parts.map(({ event }) => event))].filter((event) => !own.has(event));
    return strange.length === 0 ? new Map() : this.mentions.find(strange);
  }

  /** The whole stream. Throws Abandoned when nobody waits for it any more. */
  private async finish({ subject, events, rest }: Begun, gone?: AbortSignal): Promise<readonly SubjectEvent[]> {
    if (!rest) return events;
    const compact = new CompactEvents();
    const all: SubjectEvent[] = [];
    for (const event of events) all.push(compact.of(event));
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      all.push(compact.of(catalogue.readStored(next.value.bytes) as SubjectEvent));
      if (gone?.aborted) {
        await rest.return?.();
        throw new Abandoned();
      }
    }
    // What was kept stays the same array as long as nothing came to it: what follows from it is remembered by it.
    if (all.length === this.kept.get(subject)?.length) return events;
    if (all.length <= keptEventsMax) this.keep(subject, all);
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
}

async function placesOf(subject: string, vault: Places): Promise<PlacedPart[]> {
  const owner = asOwnerName(subjectStream(subject));
  const places: PlacedPart[] = [];
  let after: Mention | undefined;
  for (let page = 0; page < placePagesMax; page++) {
    const found = await vault.partsOfOwner(owner, after);
    for (const { eventId: event, p, category } of found) places.push({ event, p, category, owner });
    if (found.length < mentionsMax) return places;
    after = found.at(-1);
  }
  throw new TooMuchStands('more values stand about this person than one answer can hold');
}
