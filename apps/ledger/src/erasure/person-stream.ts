// What stands in the streams of one person and of all who are merged with her? Read once, then only what has come since.
import {
  catalogue,
  evolveSubjectAll,
  foldOfFamily,
  foldsNeeded,
  foldSubject,
  subjectStream,
  type SubjectEvent,
  type SubjectFold,
} from '@derbes/domain';
import { noStream, type EventStore } from '@derbes/event-store';
import { type Head } from '../write/unit-maker.js';

export class PersonStream {
  readonly events: SubjectEvent[] = [];
  readonly stream: string;
  private readonly byId = new Map<string, SubjectEvent>();
  private known: { readonly events: number; readonly fold: SubjectFold } | undefined;

  constructor(
    private readonly store: EventStore,
    readonly subject: string,
  ) {
    this.stream = subjectStream(subject);
  }

  /** Reads on to the end. */
  async read(): Promise<this> {
    for await (const { bytes } of this.store.readStream(this.stream, this.events.length)) {
      const event = catalogue.readStored(bytes) as SubjectEvent;
      this.events.push(event);
      this.byId.set(event.id, event);
    }
    return this;
  }

  find(id: string): SubjectEvent | undefined {
    return this.byId.get(id);
  }

  /** Where it ended when it was last read. */
  get head(): Head {
    const last = this.events.at(-1);
    return last ? { revision: last.revision, at: last.at } : { revision: noStream };
  }

  /** Of what was read; only what came since the last time is folded. */
  get fold(): SubjectFold {
    const { known, events } = this;
    if (known?.events === events.length) return known.fold;
    const fold = known ? evolveSubjectAll(known.fold, events.slice(known.events)) : foldSubject(events);
    this.known = { events: events.length, fold };
    return fold;
  }
}

/** The streams that one order asks for several times, while it is decided and carried out: each is read once, then only what has come since. */
export class PersonStreams {
  private readonly streams = new Map<string, PersonStream>();

  constructor(private readonly store: EventStore) {}

  /** To its end as it is now. */
  read(subject: string): Promise<PersonStream> {
    const stream = this.streams.get(subject) ?? new PersonStream(this.store, subject);
    this.streams.set(subject, stream);
    return stream.read();
  }
}

export interface Standing {
  /** Hers, and of whoever is merged with her. */
  readonly folds: ReadonlyMap<string, SubjectFold>;
  /** Where each stream ended that was folded, by its name. */
  readonly heads: ReadonlyMap<string, Head>;
}

export async function standingOf(streams: PersonStreams, subject: string, at: string): Promise<Standing> {
  const folds = new Map<string, SubjectFold>();
  const heads = new Map<string, Head>();
  for (let needed = [subject]; needed.length > 0; needed = foldsNeeded([{ subject }], at, folds)) {
    for (const one of needed) {
      const { stream, head, fold } = await streams.read(one);
      folds.set(one, fold);
      heads.set(stream, head);
    }
  }
  return { folds, heads };
}

export interface Family {
  /** Of the survivor with everybody merged into her. */
  readonly fold: SubjectFold;
  readonly members: readonly string[];
}

/** Merges may be chained; a longer chain than this is a mistake. */
const hopsMax = 16;

export async function familyAround(streams: PersonStreams, subject: string, at: string): Promise<Family> {
  const { folds } = await standingOf(streams, subject, at);
  let survivor = subject;
  for (let hop = 0; hop < hopsMax; hop++) survivor = folds.get(survivor)?.state.identity.mergedInto?.other ?? survivor;
  return { fold: foldOfFamily(survivor, folds), members: [...folds.keys()] };
}
