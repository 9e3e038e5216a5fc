// What is known about a subject at this place of the log? Folds kept while they are in use, read again when they are not.
import {
  emptyFold,
  evolveSubject,
  foldSubject,
  joinFolds,
  judgeFacts,
  judgeNext,
  subjectOfStream,
  subjectStream,
  type Finding,
  type SubjectEvent,
  type SubjectFold,
} from '@derbes/domain';
import { comparePositions, type EventStore, type Position } from '@derbes/event-store';
import { readBytes, type Arrived } from './arrived.js';
import { isTransient } from './failure.js';
import { type StandingRows } from './differences.js';
import { isErased } from './erased.js';
import { type LedgerContext } from './ledger-context.js';
import { type SubjectView } from './subject-view.js';
import { noSums, type PersonSums } from './sums.js';

/**
 * All that is kept: about 20,000 entries with the rows that follow from them. When more are told of in turn, streams are read again for
 * most of what is told.
 */
export const foldBytesMax = 67_108_864;
/** What an entry takes with its share of state and findings. */
const entryBytes = 2_048;
/** What a row takes with the text of its key: its texts are mostly those of the entries. */
const rowBytes = 640;
/** And what it adds to sums. */
const addedBytes = 320;
/** Persons merged into one another: a longer chain than any officer makes is a fault. */
const mergedMax = 100;

/** A merge that never ends, or joins more subjects than one person can have. */
export class MergeTooLong extends Error {
  readonly code = 'MERGE_TOO_LONG';
}

/** What was written last about a subject in one table of a build, and what that added to the model's sums. */
export interface Remembered {
  readonly rows: StandingRows;
  readonly sums?: PersonSums;
}

interface Kept {
  fold: SubjectFold;
  byFact: { readonly findings: ReadonlyMap<string, Finding>; readonly registers: object } | undefined;
  /** By table of a build. */
  readonly written: Map<string, { readonly remembered: Remembered; readonly bytes: number }>;
  /** Until the page that registered the subject is written, no table has anything about it. */
  fresh: boolean;
}

const mergers: ReadonlySet<string> = new Set(['SubjectsMerged', 'SubjectsUnmerged']);

/** The subjects of a page, each with what its stream failed with, if it did. */
export type Touched = ReadonlyMap<string, Error | undefined>;

export class SubjectFolds {
  private readonly kept = new Map<string, Kept>();
  private bytes = 0;

  constructor(
    private readonly store: EventStore,
    private readonly context: LedgerContext,
    private readonly bytesMax = foldBytesMax,
  ) {}

  /**
   * Takes in events of subjects, all of one page. What a subject's stream fails with stands beside it, so that it stops
   * only who asks; a failure of the connection is thrown.
   */
  async advance(events: readonly Arrived[], upTo: Position): Promise<Touched> {
    const bySubject = new Map<string, Arrived[]>();
    for (const arrived of events) {
      const subject = subjectOfStream(arrived.stream);
      const list = bySubject.get(subject);
      if (list) list.push(arrived);
      else bySubject.set(subject, [arrived]);
    }
    const touched = new Map<string, Error | undefined>();
    for (const [subject, list] of bySubject) {
      try {
        await this.take(
          subject,
          list.map((arrived) => arrived.read() as SubjectEvent),
          upTo,
        );
        touched.set(subject, undefined);
      } catch (error) {
        if (isTransient(error)) throw error;
        this.forget(subject);
        touched.set(subject, error instanceof Error ? error : new Error('not an error', { cause: error }));
      }
    }
    return touched;
  }

  private async take(subject: string, events: readonly SubjectEvent[], upTo: Position): Promise<void> {
    const first = events[0];
    const fresh = first?.revision === 0 && !this.kept.has(subject);
    // Events in between were not taken in, because nobody asked for them then.
    if (this.lacks(subject, first)) this.forget(subject);
    const kept = fresh ? this.keep(subject, emptyFold(), true) : await this.load(subject, upTo);
    const before = kept.fold.entries.length;
    for (const event of events) this.evolve(kept, event);
    // Which rows stand under which of the merged is then written anew.
    if (events.some(({ type }) => mergers.has(type))) this.forgetRecords(kept);
    this.bytes += (kept.fold.entries.length - before) * entryBytes;
    this.touch(subject, kept);
  }

  private lacks(subject: string, first: SubjectEvent | undefined): boolean {
    const kept = this.kept.get(subject);
    if (!kept || !first) return false;
    return (kept.fold.revisions.get(first.stream) ?? -1) < first.revision - 1;
  }

  private forget(subject: string): void {
    const kept = this.kept.get(subject);
    if (!kept) return;
    this.forgetRecords(kept);
    this.bytes -= kept.fold.entries.length * entryBytes;
    this.kept.delete(subject);
  }

  private evolve(kept: Kept, event: SubjectEvent): void {
    const { fold, byFact } = kept;
    kept.fold = evolveSubject(fold, event);
    kept.byFact = undefined;
    if (byFact?.registers !== this.context.registers) return;
    try {
      const judged = judgeNext({ fold, byFact: byFact.findings }, event, this.context);
      kept.fold = judged.fold;
      kept.byFact = { findings: judged.byFact, registers: byFact.registers };
    } catch {
      // Whoever asks for findings judges the whole and is told why that fails; other models are not its concern.
    }
  }

  private async load(subject: string, upTo: Position): Promise<Kept> {
    const kept = this.kept.get(subject);
    if (kept) return kept;
    const events: SubjectEvent[] = [];
    for await (const stored of this.store.readStream(subjectStream(subject))) {
      if (comparePositions(stored.position, upTo) > 0) break;
      events.push(readBytes(stored.bytes) as SubjectEvent);
    }
    // Another view may have loaded it meanwhile.
    return this.kept.get(subject) ?? this.keep(subject, foldSubject(events), false);
  }

  private keep(subject: string, fold: SubjectFold, fresh: boolean): Kept {
    const kept: Kept = { fold, byFact: undefined, written: new Map(), fresh };
    this.kept.set(subject, kept);
    this.bytes += fold.entries.length * entryBytes;
    return kept;
  }

  /** The order of a Map is that of insertion, so the least lately used come first. */
  private touch(subject: string, kept: Kept): void {
    this.kept.delete(subject);
    this.kept.set(subject, kept);
  }

  /** A page is written: what it brought is no longer new, and the least lately used beyond the limit are let go. */
  pageDone(subjects: Iterable<string>): void {
    for (const subject of subjects) {
      const kept = this.kept.get(subject);
      if (kept) kept.fresh = false;
    }
    for (const subject of this.kept.keys()) {
      if (this.bytes <= this.bytesMax) return;
      this.forget(subject);
    }
  }

  /** After a transaction that did not commit nothing is known of what stands. */
  forgetWritten(subjects: Iterable<string> = this.kept.keys()): void {
    for (const subject of subjects) {
      const kept = this.kept.get(subject);
      if (kept) this.forgetRecords(kept);
    }
  }

  private forgetRecords(kept: Kept, physicals: Iterable<string> = kept.written.keys()): void {
    for (const physical of physicals) {
      this.bytes -= kept.written.get(physical)?.bytes ?? 0;
      kept.written.delete(physical);
    }
  }

  /** What stands in a table about a person who is one subject alone; undefined when that is not known. */
  written(view: SubjectView, physical: string): Remembered | undefined {
    if (view.members.length > 1) return undefined;
    const kept = this.kept.get(view.subject);
    return kept?.written.get(physical)?.remembered ?? (kept?.fresh ? { rows: new Map(), sums: noSums() } : undefined);
  }

  remember(view: SubjectView, physical: string, remembered: Remembered): void {
    for (const member of view.members) {
      const kept = this.kept.get(member);
      if (!kept) continue;
      this.forgetRecords(kept, [physical]);
      if (view.members.length > 1) continue;
      const bytes = remembered.rows.size * (remembered.sums ? rowBytes + addedBytes : rowBytes);
      kept.written.set(physical, { remembered, bytes });
      this.bytes += bytes;
    }
  }

  /** The person behind a subject: its own fold, or that of all who were merged. Both streams must say so. */
  async view(subject: string, upTo: Position): Promise<SubjectView> {
    const root = await this.survivor(subject, upTo);
    const members = await this.members(root, upTo);
    const kept = await this.load(root, upTo);
    const folds = [kept.fold];
    for (const member of members.slice(1)) folds.push((await this.load(member, upTo)).fold);
    const [first, ...others] = folds.filter((one) => !isErased(one));
    const fold = others.reduce(joinFolds, first ?? emptyFold());
    const { registers, documents } = this.context;
    return {
      subject: root,
      members,
      fold,
      folds,
      registers,
      documents,
      judgedFacts: () => (fold === kept.fold ? this.judged(kept) : judgeFacts(fold, this.context)),
    };
  }

  private judged(kept: Kept): ReadonlyMap<string, Finding> {
    if (kept.byFact?.registers !== this.context.registers) {
      kept.byFact = { findings: judgeFacts(kept.fold, this.context), registers: this.context.registers };
    }
    return kept.byFact.findings;
  }

  private async survivor(subject: string, upTo: Position): Promise<string> {
    let current = subject;
    for (let step = 0; step < mergedMax; step++) {
      const into = (await this.load(current, upTo)).fold.state.identity.mergedInto?.other;
      if (into === undefined) return current;
      const { absorbed } = (await this.load(into, upTo)).fold.state.identity;
      if (!absorbed.has(current)) return current;
      current = into;
    }
    throw new MergeTooLong(`${subject} is merged in a circle`);
  }

  private async members(root: string, upTo: Position): Promise<string[]> {
    const members = [root];
    for (const member of members) {
      if (members.length > mergedMax) throw new MergeTooLong(`${root} survives too many`);
      for (const other of (await this.load(member, upTo)).fold.state.identity.absorbed.keys()) {
        const { mergedInto } = (await this.load(other, upTo)).fold.state.identity;
        if (mergedInto?.other === member) members.push(other);
      }
    }
    return members;
  }
}
