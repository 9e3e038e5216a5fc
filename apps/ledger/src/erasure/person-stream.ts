// What stands in the streams of one person and of all who are merged with her? Read once, then only what has come since.
import {
  catalogue,
  foldOfFamily,
  foldsNeeded,
  foldSubject,
  subjectStream,
  type SubjectEvent,
  type SubjectFold,
} from '@derbes/domain';
import { type EventStore } from '@derbes/event-store';

export class PersonStream {
  readonly events: SubjectEvent[] = [];
  readonly stream: string;

  constructor(
    private readonly store: EventStore,
    readonly subject: string,
  ) {
    this.stream = subjectStream(subject);
  }

  /** Reads on to the end. */
  async read(): Promise<this> {
    for await (const { bytes } of this.store.readStream(this.stream, this.events.length)) {
      this.events.push(catalogue.readStored(bytes) as SubjectEvent);
    }
    return this;
  }

  find(id: string): SubjectEvent | undefined {
    return this.events.find((event) => event.id === id);
  }
}

/** The streams that one execution asks for several times: each is read once and folded once, then only when more has come. */
export class PersonStreams {
  private readonly streams = new Map<string, PersonStream>();
  private readonly folded = new Map<string, { readonly events: number; readonly fold: SubjectFold }>();

  constructor(private readonly store: EventStore) {}

  /** To its end as it is now. */
  read(subject: string): Promise<PersonStream> {
    const stream = this.streams.get(subject) ?? new PersonStream(this.store, subject);
    this.streams.set(subject, stream);
    return stream.read();
  }

  async fold(subject: string): Promise<SubjectFold> {
    const { events } = await this.read(subject);
    const known = this.folded.get(subject);
    if (known?.events === events.length) return known.fold;
    const fold = foldSubject(events);
    this.folded.set(subject, { events: events.length, fold });
    return fold;
  }
}

export interface Family {
  /** Of the survivor with everybody merged into her. */
  readonly fold: SubjectFold;
  readonly members: readonly string[];
}

/** Merges may be chained; a longer chain than this is a mistake. */
const hopsMax = 16;

export async function familyAround(streams: PersonStreams, subject: string, at: string): Promise<Family> {
  const folds = new Map<string, SubjectFold>();
  let needed = [subject];
  while (needed.length > 0) {
    for (const one of needed) folds.set(one, await streams.fold(one));
    needed = foldsNeeded([{ subject }], at, folds);
  }
  let survivor = subject;
  for (let hop = 0; hop < hopsMax; hop++) survivor = folds.get(survivor)?.state.identity.mergedInto?.other ?? survivor;
  return { fold: foldOfFamily(survivor, folds), members: [...folds.keys()] };
}
