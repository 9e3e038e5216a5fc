// How is a model made anew from the whole store? Read once, folded in memory, loaded without indexes; what did not fit is made after.
import {
  emptyFold,
  foldSubject,
  judgeFacts,
  subjectOfStream,
  type DomainEvent,
  type SourceEvent,
  type SubjectEvent,
} from '@derbes/domain';
import { followPages, type EventStore, type Position } from '@derbes/event-store';
import { type ClientBase } from 'pg';
import { arrivedOf, readBytes, type Arrived } from './arrived.js';
import { createBuild, indexBuild, moveTo, type Build } from './builds.js';
import { addDue, markDue } from './due-subjects.js';
import { isErased } from './erased.js';
import { Feed, type Fed } from './feed.js';
import { isContextStream, LedgerContext, type DocumentStore } from './ledger-context.js';
import { RowLoader } from './row-loader.js';
import { followsSources, followsType, subjectStream, type ReadModel, type SubjectModel } from './read-model.js';
import { rowsOf } from './subject-rows.js';
import { type SubjectView } from './subject-view.js';
import { LoadedSums } from './sums-of-page.js';
import { analyzed } from './table.js';
import { isMoved } from './unmoved.js';

/** Bytes of events of subjects held in memory: about 50,000 events. */
const bulkBytesMax = 33_554_432;
/** When they are too many, the subjects least lately told of are written until this share is left. */
const keptShare = 0.75;
/** Subjects known to be due, so that each event of theirs does not name them again. */
const dueKnownMax = 50_000;

export interface BulkOptions {
  readonly store: EventStore;
  readonly documents: DocumentStore;
  readonly signal: AbortSignal;
  /** Told after each page how many events have been applied. */
  readonly onProgress: (applied: number) => Promise<void> | void;
  readonly bytesMax?: number;
}

/** What was told of one subject, as it stands in the store: parsed when its rows are made, so that it costs little to hold. */
interface Gathered {
  readonly bytes: string[];
  length: number;
}

/** One pass over the store for some models, on a connection of its own. */
export class BulkLoad {
  private readonly context: LedgerContext;
  private readonly loader: RowLoader;
  private readonly gathered = new Map<string, Gathered>();
  private readonly sums = new Map<SubjectModel, LoadedSums>();
  private readonly due = new Set<string>();
  private readonly dueKnown = new Set<string>();
  private readonly toldAfterWriting: DomainEvent[] = [];
  private held = 0;
  private written = false;
  private applied = 0;
  private position: Position | undefined;
  private fed: Fed[] = [];

  constructor(
    private readonly client: ClientBase,
    private readonly models: readonly ReadModel[],
    private readonly options: BulkOptions,
  ) {
    this.context = new LedgerContext(options.store, options.documents);
    this.loader = new RowLoader(client);
  }

  /**
   * The new builds, whole up to the end of what stood when the pass began; none of them serves yet. Throws what the pass
   * failed with: UnreadableEvent, what a projection threw, or AbortError.
   */
  async run(): Promise<readonly Fed[]> {
    for (const model of this.models) {
      const build = await createBuild(this.client, model, { serving: false, indexes: false });
      this.fed.push({ model, build });
      if (model.kind !== 'subject' || !model.sums) continue;
      this.sums.set(model, new LoadedSums(this.client, model.sums, build.physical));
    }
    const { store, signal } = this.options;
    for await (const page of followPages(store, { until: 'head', signal })) await this.take(page.map(arrivedOf));
    signal.throwIfAborted();
    await this.writeDownTo(0);
    await this.finish();
    await this.makeDue();
    return this.fed;
  }

  /** The builds made so far, to be dropped when the pass failed. */
  get builds(): readonly Build[] {
    return this.fed.map(({ build }) => build);
  }

  private async take(events: readonly Arrived[]): Promise<void> {
    await this.context.advance(events);
    if (this.written) this.toldAfterWriting.push(...this.context.changeBy(events, this.context.moment).told);
    // For models of subjects their events are read when their rows are made, or with their stream when the pass is over.
    const others = events.filter(({ stream }) => !subjectStream(stream));
    for (const { model, build } of this.fed) {
      if (model.kind === 'event') {
        const own = events.filter(({ stream, type }) => followsType(model, stream, type)).map((event) => event.read());
        for (const [table, rows] of model.rows(own, this.context)) this.loader.add(table, build, rows);
      }
      if (model.kind === 'subject' && model.sourceRows) {
        const told = others.filter(({ stream }) => followsSources(model, stream)).map((event) => event.read());
        this.loader.add(model.table, build, model.sourceRows(told as SourceEvent[], this.context));
      }
    }
    if (others.some(({ stream }) => isContextStream(stream))) {
      await this.loader.settled();
      await this.context.remember(this.client, events);
    }
    if (this.subjectModels.length > 0) for (const event of events) if (subjectStream(event.stream)) this.gather(event);
    const bytesMax = this.options.bytesMax ?? bulkBytesMax;
    if (this.held > bytesMax) {
      this.written = true;
      await this.writeDownTo(bytesMax * keptShare);
    }
    await this.loader.sendFull();
    await this.addDue();
    this.applied += events.length;
    this.position = events.at(-1)?.position ?? this.position;
    await this.options.onProgress(this.applied);
  }

  private get subjectModels(): readonly (Fed & { readonly model: SubjectModel })[] {
    return this.fed.filter((one): one is Fed & { readonly model: SubjectModel } => one.model.kind === 'subject');
  }

  /** A subject whose beginning is no longer held is read as a whole when the pass is over. */
  private gather(arrived: Arrived): void {
    const subject = subjectOfStream(arrived.stream);
    const gathered = this.gathered.get(subject);
    if (!gathered && arrived.revision > 0) {
      if (!this.dueKnown.has(subject)) this.due.add(subject);
      return;
    }
    const { bytes } = arrived;
    this.held += bytes.length;
    const one = gathered ?? { bytes: [], length: 0 };
    one.bytes.push(bytes);
    one.length += bytes.length;
    // The order of a Map is that of insertion, so the subjects least lately told of come first.
    this.gathered.delete(subject);
    this.gathered.set(subject, one);
  }

  private async writeDownTo(heldMax: number): Promise<void> {
    for (const [subject, { bytes, length }] of this.gathered) {
      if (this.held <= heldMax) return;
      this.gathered.delete(subject);
      this.held -= length;
      this.write(
        subject,
        bytes.map((one) => readBytes(one) as SubjectEvent),
      );
      const sending = this.loader.sendFull();
      if (sending) await sending;
      for (const sums of this.sums.values()) if (sums.isFull) await this.writeSums(sums);
    }
  }

  private write(subject: string, events: readonly SubjectEvent[]): void {
    const own = foldSubject(events);
    const fold = isErased(own) ? emptyFold() : own;
    const { mergedInto, absorbed } = own.state.identity;
    if (mergedInto || absorbed.size > 0) {
      this.due.add(subject);
      return;
    }
    const { registers, documents } = this.context;
    const view: SubjectView = {
      subject,
      members: [subject],
      fold,
      folds: [own],
      registers,
      documents,
      judgedFacts: () => judgeFacts(fold, this.context),
    };
    const types = new Set(events.map(({ type }) => type));
    for (const { model, build } of this.subjectModels) {
      if (!isMoved(model, types)) continue;
      for (const [table, rows] of rowsOf(model, view)) {
        this.loader.add(table, build, rows);
        if (table === model.table) this.sums.get(model)?.add(rows);
      }
    }
  }

  private async writeSums(sums: LoadedSums): Promise<void> {
    await this.loader.settled();
    await sums.write();
  }

  private async addDue(): Promise<void> {
    if (this.due.size === 0) return;
    const subjects = [...this.due];
    this.due.clear();
    await this.loader.flush();
    for (const { model, build } of this.subjectModels) await addDue(this.client, model, build, subjects);
    if (this.dueKnown.size > dueKnownMax) this.dueKnown.clear();
    for (const subject of subjects) this.dueKnown.add(subject);
  }

  private async finish(): Promise<void> {
    await this.addDue();
    await this.loader.flush();
    for (const sums of this.sums.values()) await this.writeSums(sums);
    const feed = new Feed(this.client, this.options.store, this.context);
    for (const one of this.fed) {
      await indexBuild(this.client, one.model, one.build);
      if (one.model.kind === 'subject' && one.model.judges) {
        await markDue(this.client, one.model, one.build, this.toldAfterWriting);
      }
      await feed.putRegisters(one);
      if (this.position === undefined) continue;
      const to = { position: this.position, reached: this.context.moment };
      const [moved] = await moveTo(this.client, [{ build: one.build, applied: this.applied }], to);
      one.build = moved ?? one.build;
      const { tables } = one.model;
      await this.client.query(
        `analyze ${tables.map((table) => analyzed(table, one.build.physical(table.name))).join(', ')}`,
      );
    }
  }

  private async makeDue(): Promise<void> {
    const feed = new Feed(this.client, this.options.store, this.context);
    while (await feed.putDueTogether(this.fed)) this.options.signal.throwIfAborted();
  }
}
