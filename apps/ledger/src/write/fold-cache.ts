// What does this process know of a subject without reading its stream again? Bounded folds, codes only, one step ahead of the disk.
import {
  catalogue,
  emptyFold,
  subjectOfStream,
  evolveSubjectAll,
  foldSubject,
  type SubjectEvent,
  type SubjectFold,
} from '@derbes/domain';
import { noStream, type EventStore } from '@derbes/event-store';
import { type Recorded } from '@derbes/kernel';
import { type Head } from './unit-maker.js';

/** Facts held over all cached subjects, at about 0.8 KiB each and 2 KiB a subject (measured): some 35 MB when full. */
const cachedFactsMax = 32_000;

export interface KnownSubject {
  readonly subject: string;
  readonly fold: SubjectFold;
  readonly head: Head;
  /** Pairwise references given already, by source: their look-up rows stand, so they need not be made again. */
  readonly refs: ReadonlyMap<string, string>;
}

export class FoldCache {
  /** In the order of last use, oldest first. */
  private readonly known = new Map<string, KnownSubject>();
  private facts = 0;

  constructor(
    private readonly store: EventStore,
    private readonly factsMax = cachedFactsMax,
  ) {}

  /** The subject as cached; undefined when its stream must be read. */
  peek(subject: string): KnownSubject | undefined {
    const found = this.known.get(subject);
    if (found) {
      this.known.delete(subject);
      this.known.set(subject, found);
    }
    return found;
  }

  /** Reads what is not cached. A subject without events gets the empty fold. */
  async load(subjects: Iterable<string>): Promise<void> {
    await Promise.all([...new Set(subjects)].filter((one) => !this.known.has(one)).map((one) => this.read(one)));
  }

  /**
   * The subject as it stands on the disk, whatever is cached or on its way there: for commands, which are refused by what stands
   * and must not land on anything else.
   */
  async onDisk(subject: string): Promise<KnownSubject> {
    const events: SubjectEvent[] = [];
    for await (const stored of this.store.readStream(`subject-${subject}`)) {
      events.push(catalogue.readStored(stored.bytes) as SubjectEvent);
    }
    const last = events.at(-1);
    const head = last ? { revision: last.revision, at: last.at } : { revision: noStream };
    return { subject, fold: foldSubject(events), head, refs: new Map() };
  }

  /**
   * Takes in events that are on their way to the disk, so that the next fact about the same subject is decided on them. When they
   * do not land there, whoever sent them must `drop` the subject; what was decided meanwhile then fails by its revision.
   */
  advance(subject: string, events: readonly Recorded[]): void {
    const { fold, head, refs } = this.peek(subject) ?? {
      fold: emptyFold(),
      head: { revision: noStream },
      refs: new Map(),
    };
    const last = events.at(-1);
    const next = evolveSubjectAll(fold, events as readonly SubjectEvent[]);
    this.keep({ subject, fold: next, head: last ? { revision: last.revision, at: last.at } : head, refs });
  }

  /** Remembers a reference whose look-up row is durable. */
  gaveRef(subject: string, source: string, ref: string): void {
    const found = this.known.get(subject);
    if (found) this.known.set(subject, { ...found, refs: new Map(found.refs).set(source, ref) });
  }

  /** As `advance`, for the events of one unit, whichever streams they stand in. */
  advanceAll(events: readonly Recorded[]): void {
    const [first] = events;
    if (!first) return;
    const here = events.filter(({ stream }) => stream === first.stream);
    this.advance(subjectOfStream(first.stream), here);
    if (here.length < events.length) this.advanceAll(events.filter(({ stream }) => stream !== first.stream));
  }

  drop(subject: string): void {
    const found = this.known.get(subject);
    if (!found) return;
    this.known.delete(subject);
    this.facts -= sizeOf(found);
  }

  private async read(subject: string): Promise<void> {
    const standing = await this.onDisk(subject);
    // Somebody may have advanced the subject while its stream was being read; their knowledge is newer.
    if (!this.known.has(subject)) this.keep(standing);
  }

  private keep(subject: KnownSubject): void {
    this.drop(subject.subject);
    this.known.set(subject.subject, subject);
    this.facts += sizeOf(subject);
    for (const [oldest, found] of this.known) {
      if (this.facts <= this.factsMax || oldest === subject.subject) break;
      this.known.delete(oldest);
      this.facts -= sizeOf(found);
    }
  }
}

const sizeOf = ({ fold }: KnownSubject): number => fold.entries.length + fold.retracted.length + 1;
