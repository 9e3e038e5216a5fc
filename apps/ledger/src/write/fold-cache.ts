// What does this process know of a subject without reading its stream again? Bounded folds, codes only, one step ahead of the disk.
import {
  catalogue,
  emptyFold,
  subjectOfStream,
  evolveSubjectAll,
  foldSubject,
  Standing,
  type SubjectEvent,
  type SubjectFold,
} from '@derbes/domain';
import { noStream, type EventStore } from '@derbes/event-store';
import { type Recorded } from '@derbes/kernel';
import { type Head } from './unit-maker.js';

/** What is kept at most, see docs/operations/performance.md for what it takes. */
export interface FoldBounds {
  /** Facts of the subjects whose history is kept, at about 0.8 KiB each and 2 KiB a subject (measured): some 17 MB when full. */
  readonly factsMax: number;
  /** What stands about all others, see `Standing.size`. */
  readonly standingMax: number;
}
const bounds: FoldBounds = { factsMax: 16_000, standingMax: 32_000 };
/** A history that is never read before what is on its way has landed: then the fact goes round again. */
const historyReadsMax = 20;

export interface KnownSubject {
  readonly subject: string;
  /** Of a subject that is told of less than others only what stands. */
  readonly fold: SubjectFold;
  readonly head: Head;
  /** Pairwise references given already, by source: their look-up rows stand, so they need not be made again. */
  readonly refs: ReadonlyMap<string, string>;
  /** Events that are taken in and not known to be on the disk. */
  readonly ahead: readonly SubjectEvent[];
}

const unknown = { fold: emptyFold(), head: { revision: noStream }, refs: new Map<string, string>(), ahead: [] };

export class FoldCache {
  private readonly histories: Lately;
  private readonly standing: Lately;
  private asked: ReadonlySet<string> = new Set();

  constructor(
    private readonly store: EventStore,
    { factsMax, standingMax } = bounds,
  ) {
    this.histories = new Lately(factsMax, factsOf);
    this.standing = new Lately(standingMax, standingOf);
  }

  /** The subject as cached; undefined when its stream must be read. */
  peek(subject: string): KnownSubject | undefined {
    return this.histories.get(subject) ?? this.standing.get(subject);
  }

  /**
   * Reads what is not cached, and the `histories` of those of whom only what stands is. A subject without events gets the empty
   * fold. What was asked for together stays at hand until the next is, however much it is.
   */
  async load(subjects: readonly string[], histories: readonly string[] = []): Promise<void> {
    this.asked = new Set([...subjects, ...histories]);
    const missing = [...new Set(subjects)].filter((one) => !this.peek(one));
    await Promise.all([
      ...missing.map((one) => this.read(one)),
      ...[...new Set(histories)].map((one) => this.readHistory(one)),
    ]);
  }

  /**
   * The subject as it stands on the disk, whatever is cached or on its way there: for commands, which are refused by what stands
   * and must not land on anything else.
   */
  async onDisk(subject: string): Promise<KnownSubject> {
    return known(subject, await this.events(subject));
  }

  /**
   * Takes in events that are on their way to the disk, so that the next fact about the same subject is decided on them. When they
   * do not land there, whoever sent them must `drop` the subject; what was decided meanwhile then fails by its revision. Throws
   * HistoryNeeded where only what stands is cached and they do not go behind it.
   */
  advance(subject: string, events: readonly Recorded[]): void {
    const { fold, head, refs, ahead } = this.peek(subject) ?? unknown;
    const last = events.at(-1);
    const told = events as readonly SubjectEvent[];
    this.keep({
      subject,
      fold: fold instanceof Standing ? fold.evolve(told) : evolveSubjectAll(fold, told),
      head: last ? { revision: last.revision, at: last.at } : head,
      refs,
      ahead: [...ahead, ...told],
    });
  }

  /** Remembers a reference whose look-up row is durable. */
  gaveRef(subject: string, source: string, ref: string): void {
    const found = this.peek(subject);
    if (found) this.keep({ ...found, refs: new Map(found.refs).set(source, ref) });
  }

  /** As `advance`, for the events of one unit, whichever streams they stand in. */
  advanceAll(events: readonly Recorded[]): void {
    for (const [subject, here] of bySubject(events)) this.advance(subject, here);
  }

  /** What was advanced by these events is on the disk now. */
  landed(events: readonly Recorded[]): void {
    for (const [subject, here] of bySubject(events)) {
      const found = this.peek(subject);
      const upTo = here.at(-1)?.revision ?? noStream;
      if (found) this.keep({ ...found, ahead: found.ahead.filter(({ revision }) => revision > upTo) });
    }
  }

  drop(subject: string): void {
    this.histories.delete(subject);
    this.standing.delete(subject);
  }

  private async read(subject: string): Promise<void> {
    const standing = await this.onDisk(subject);
    // Somebody may have advanced the subject while its stream was being read; their knowledge is newer.
    if (!this.peek(subject)) this.keep(standing);
  }

  private async readHistory(subject: string): Promise<void> {
    for (let reads = 0; reads < historyReadsMax; reads++) {
      if (this.histories.get(subject)) return;
      const events = await this.events(subject);
      const found = this.peek(subject);
      if (found && !(found.fold instanceof Standing)) return;
      const upTo = events.at(-1)?.revision ?? noStream;
      const ahead = found?.ahead.filter(({ revision }) => revision > upTo) ?? [];
      const whole = known(subject, [...events, ...ahead]);
      // What landed after the stream was read is in neither: it is read again.
      if (found && whole.head.revision < found.head.revision) continue;
      this.keep({ ...whole, refs: found?.refs ?? whole.refs, ahead });
      return;
    }
    this.drop(subject);
  }

  private async events(subject: string): Promise<SubjectEvent[]> {
    const events: SubjectEvent[] = [];
    for await (const stored of this.store.readStream(`subject-${subject}`)) {
      events.push(catalogue.readStored(stored.bytes) as SubjectEvent);
    }
    return events;
  }

  private keep(subject: KnownSubject): void {
    this.drop(subject.subject);
    const isStanding = subject.fold instanceof Standing;
    for (const pushed of (isStanding ? this.standing : this.histories).put(subject, this.asked)) {
      const fold = isStanding ? undefined : Standing.of(pushed.subject, pushed.fold);
      if (fold) this.standing.put({ ...pushed, fold }, this.asked);
    }
  }
}

function known(subject: string, events: readonly SubjectEvent[]): KnownSubject {
  const last = events.at(-1);
  const head = last ? { revision: last.revision, at: last.at } : unknown.head;
  return { ...unknown, subject, fold: foldSubject(events), head };
}

function bySubject(events: readonly Recorded[]): Map<string, Recorded[]> {
  const told = new Map<string, Recorded[]>();
  for (const event of events) {
    const subject = subjectOfStream(event.stream);
    const here = told.get(subject);
    if (here) here.push(event);
    else told.set(subject, [event]);
  }
  return told;
}

const factsOf = ({ fold }: KnownSubject): number => fold.entries.length + fold.retracted.length + 1;
const standingOf = ({ fold }: KnownSubject): number => (fold instanceof Standing ? fold.size : 1);

/** Subjects in the order of last use, as many as weigh no more than a limit. */
class Lately {
  private readonly kept = new Map<string, { readonly known: KnownSubject; readonly weight: number }>();
  private weight = 0;

  constructor(
    private readonly weightMax: number,
    private readonly weigh: (known: KnownSubject) => number,
  ) {}

  get(subject: string): KnownSubject | undefined {
    const found = this.kept.get(subject);
    if (!found) return undefined;
    // The order of a Map is that of insertion, so the least lately used come first.
    this.kept.delete(subject);
    this.kept.set(subject, found);
    return found.known;
  }

  delete(subject: string): void {
    this.weight -= this.kept.get(subject)?.weight ?? 0;
    this.kept.delete(subject);
  }

  /** Takes in a subject that is not there; those that it pushes out, which are none of `needed`. */
  put(known: KnownSubject, needed: ReadonlySet<string>): KnownSubject[] {
    const weight = this.weigh(known);
    this.kept.set(known.subject, { known, weight });
    this.weight += weight;
    const pushed: KnownSubject[] = [];
    for (const [oldest, found] of this.kept) {
      if (this.weight <= this.weightMax) break;
      // What is on its way there is on no disk to be read again from.
      if (oldest === known.subject || needed.has(oldest) || found.known.ahead.length > 0) continue;
      this.delete(oldest);
      pushed.push(found.known);
    }
    return pushed;
  }
}
