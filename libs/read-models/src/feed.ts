// How is a page of events put into the models? All of them in one transaction; one that fails is stopped alone, at its event.
import { type SourceEvent } from '@derbes/domain';
import { Together, type EventStore } from '@derbes/event-store';
import { type ClientBase } from 'pg';
import { after, isReadable, type Arrived } from './arrived.js';
import { moveTo, stopBuild, type Build, type Move } from './builds.js';
import { markDue, takeDue } from './due-subjects.js';
import { isTransient, reasonOf } from './failure.js';
import { type LedgerContext } from './ledger-context.js';
import { allOf, type Asking } from './one-breath.js';
import { PageOfEvents, viewsOf } from './page-of-events.js';
import {
  follows,
  followsSources,
  subjectStream,
  type ReadModel,
  type RegisterModel,
  type SubjectModel,
} from './read-model.js';
import { SubjectFolds, type Touched } from './subject-folds.js';
import { writeSubjects } from './subject-rows.js';
import { asRecords, insertRows, replaceRows, type Table } from './table.js';

/** A model and the build of it that is being fed. */
export interface Fed {
  readonly model: ReadModel;
  build: Build;
}

const positionOf = (events: readonly Arrived[]): string => events.at(-1)?.position ?? '0';

/** Puts pages of one client's choosing into builds; the client's session holds the lock of the one active worker. */
export class Feed {
  private readonly folds: SubjectFolds;
  /** Builds in which nobody was due when they were last asked, and nothing came since that makes anybody so. */
  private readonly noneDue = new Set<number>();

  constructor(
    private readonly client: ClientBase,
    private readonly store: EventStore,
    readonly context: LedgerContext,
  ) {
    this.folds = new SubjectFolds(store, context);
  }

  /** Puts the page into every build that has not seen it yet. Failures of the connection are thrown, nothing is kept then. */
  async put(events: readonly Arrived[], fed: readonly Fed[]): Promise<void> {
    const behind = fed.filter(
      ({ build }) => build.reach.state !== 'stopped' && after(events, build.position).length > 0,
    );
    await this.context.advance(events);
    const failed = await this.putTogether(events, behind);
    for (const one of failed) await this.putOneByOne(events, one);
  }

  private async putTogether(events: readonly Arrived[], fed: readonly Fed[]): Promise<readonly Fed[]> {
    const touched = await this.touched(events, fed);
    const page = new PageOfEvents(events, this.folds, touched);
    let failed: readonly Fed[] = [];
    try {
      await this.putAll(page, fed);
    } catch (error) {
      if (isTransient(error)) throw error;
      failed = await this.putApart(page, fed);
      this.folds.forgetWritten();
    }
    this.folds.pageDone(touched.keys());
    return failed;
  }

  /** As nearly always: no model fails, so nothing is kept apart and all positions move together. */
  private async putAll(page: PageOfEvents, fed: readonly Fed[]): Promise<void> {
    if (fed.length === 0) return;
    const moves = fed.map(({ build }) => ({ build, applied: page.after(build.position).length }));
    const moved = await this.transaction(async (asking) => {
      const put = fed.map((one) => this.apply(asking, one, page));
      const [builds] = await allOf([
        this.move(asking, moves, page),
        this.context.remember(asking, page.events),
        ...put,
      ]);
      return builds;
    }, new Together(this.client));
    fed.forEach((one, i) => (one.build = moved[i] ?? one.build));
  }

  /** The same when one of them fails: the others are put, and it is told which. */
  private async putApart(page: PageOfEvents, fed: readonly Fed[]): Promise<readonly Fed[]> {
    const failed: Fed[] = [];
    const moved: { readonly one: Fed; readonly build: Build | undefined }[] = [];
    await this.transaction(async (asking) => {
      await this.context.remember(asking, page.events);
      for (const one of fed) {
        try {
          const build = await this.savepoint(() => this.putOne(asking, one, page));
          moved.push({ one, build });
        } catch (error) {
          if (isTransient(error)) throw error;
          failed.push(one);
        }
      }
    });
    for (const { one, build } of moved) one.build = build ?? one.build;
    return failed;
  }

  private async putOne(asking: Asking, one: Fed, page: PageOfEvents): Promise<Build | undefined> {
    const move = { build: one.build, applied: page.after(one.build.position).length };
    const [, [build]] = await allOf([this.apply(asking, one, page), this.move(asking, [move], page)]);
    return build;
  }

  private move(asking: Asking, moves: readonly Move[], { position }: PageOfEvents): Promise<readonly Build[]> {
    return moveTo(asking, moves, { position, reached: this.context.moment });
  }

  /** Those that cannot be read stop the models that follow them, in `apply`. */
  private async touched(events: readonly Arrived[], fed: readonly Fed[]): Promise<Touched> {
    if (!fed.some(({ model }) => model.kind === 'subject')) return new Map();
    const readable = events.filter(({ stream, read }) => subjectStream(stream) && isReadable(read));
    return this.folds.advance(readable, positionOf(events));
  }

  /** Finds the event that a model fails at, with folds that know nothing after it, and stops the model there. */
  private async putOneByOne(events: readonly Arrived[], one: Fed): Promise<void> {
    const folds = new SubjectFolds(this.store, this.context);
    for (const event of after(events, one.build.position)) {
      try {
        const mine = subjectStream(event.stream) && follows(one.model, event.stream) ? [event] : [];
        const page = new PageOfEvents([event], folds, await folds.advance(mine, event.position));
        one.build = (await this.transaction((asking) => this.putOne(asking, one, page))) ?? one.build;
        folds.forgetWritten();
      } catch (error) {
        if (isTransient(error)) throw error;
        const stop = { ...reasonOf(error), event: event.id, eventPosition: event.position };
        one.build = await stopBuild(this.client, one.build, stop);
        return;
      }
    }
  }

  /** Asks all that it can before it waits, so that what all models ask goes together. */
  private async apply(asking: Asking, { model, build }: Fed, page: PageOfEvents): Promise<void> {
    const fresh = page.after(build.position);
    const mine = fresh.filter(({ stream }) => follows(model, stream));
    const read = mine.map((event) => event.read());
    switch (model.kind) {
      case 'event':
        await allOf([...model.rows(read, this.context)].map(([table, rows]) => insert(asking, table, build, rows)));
        break;
      case 'register':
        if (mine.length > 0) await this.writeRegister(asking, model, build);
        break;
      case 'subject':
        await this.writeSubjects(asking, model, build, page);
        break;
    }
  }

  private async writeRegister(asking: Asking, model: RegisterModel, build: Build): Promise<void> {
    const physical = build.physical(model.table.name);
    const rows = model.rows(this.context.registers, this.context.documents);
    await asking.query(replaceRows(model.table, physical, 'all'), [asRecords(model.table, rows)]);
  }

  private async writeSubjects(asking: Asking, model: SubjectModel, build: Build, page: PageOfEvents): Promise<void> {
    const fresh = page.after(build.position);
    const { told, changed } = this.context.changeBy(fresh, build.reach.moment ?? '');
    const asked: Promise<void>[] = [];
    if (model.judges && told.length > 0) {
      this.noneDue.delete(build.build);
      asked.push(markDue(asking, model, build, told));
    }
    if (model.ledgerRows && changed) asked.push(this.writeLedgerRows(asking, model, build));
    if (model.sourceRows) {
      const told = fresh.filter(({ stream }) => followsSources(model, stream)).map((event) => event.read());
      asked.push(insert(asking, model.table, build, model.sourceRows(told as SourceEvent[], this.context)));
    }
    if (told.some(({ type }) => type === 'FindingAssessed')) asked.push(this.updateSources(asking, model, build));
    asked.push(page.moved(model).then((views) => writeSubjects(asking, model, build, views, page.folds, false)));
    await allOf(asked);
  }

  private async updateSources(asking: Asking, model: SubjectModel, build: Build): Promise<void> {
    const updates = model.sourceUpdates?.(this.context.registers, build.physical) ?? [];
    await allOf(updates.map(({ text, values }) => asking.query(text, [...values])));
  }

  private async writeLedgerRows(asking: Asking, model: SubjectModel, build: Build): Promise<void> {
    const { opened, registers, documents, moment } = this.context;
    if (!opened) return;
    const rows = model.ledgerRows?.({ opened, registers, documents, now: moment }) ?? [];
    const replace = replaceRows(model.table, build.physical(model.table.name), 'of-the-ledger');
    await asking.query(replace, [asRecords(model.table, rows), opened.event]);
  }

  /** Writes what follows from the registers alone. */
  async putRegisters({ model, build }: Fed): Promise<void> {
    if (model.kind === 'register') await this.writeRegister(this.client, model, build);
    if (model.kind !== 'subject') return;
    if (model.ledgerRows) await this.writeLedgerRows(this.client, model, build);
    await this.updateSources(this.client, model, build);
  }

  /** Makes the rows of some subjects anew that are due; false when none was. A failure stops the model. */
  async putDue(one: Fed): Promise<boolean> {
    const { build } = one;
    if (build.position === undefined || build.reach.state === 'stopped' || this.noneDue.has(build.build)) return false;
    try {
      const worked = await this.putDueTogether([one]);
      if (!worked) this.noneDue.add(build.build);
      return worked;
    } catch (error) {
      if (isTransient(error)) throw error;
      one.build = await stopBuild(this.client, build, reasonOf(error));
      return false;
    }
  }

  /** The same for models at one position, each subject being read once for all of them. Throws what one of them fails with. */
  async putDueTogether(fed: readonly Fed[]): Promise<boolean> {
    const subjects = new Set<string>();
    const folds = new SubjectFolds(this.store, this.context);
    try {
      return await this.transaction(async (asking) => {
        for (const { model, build } of fed) {
          if (model.kind !== 'subject' || subjects.size > 0) continue;
          for (const subject of await takeDue(asking, model, build)) subjects.add(subject);
        }
        for (const { model, build } of fed) {
          if (model.kind !== 'subject' || build.position === undefined) continue;
          const views = new Map(
            (await viewsOf(folds, [...subjects], build.position)).map(([, view]) => [view.subject, view]),
          );
          await writeSubjects(asking, model, build, [...views.values()], folds, true);
        }
        return subjects.size > 0;
      });
    } finally {
      this.folds.forgetWritten(subjects);
    }
  }

  private async transaction<T>(work: (asking: Asking) => Promise<T>, asking: Asking = this.client): Promise<T> {
    try {
      const [, result] = await allOf([asking.query('begin'), work(asking)]);
      await this.client.query('commit');
      return result;
    } catch (error) {
      this.folds.forgetWritten();
      await this.client.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  private async savepoint<T>(work: () => Promise<T>): Promise<T> {
    await this.client.query('savepoint model');
    try {
      const result = await work();
      await this.client.query('release savepoint model');
      return result;
    } catch (error) {
      if (!isTransient(error)) await this.client.query('rollback to savepoint model');
      throw error;
    }
  }
}

async function insert(asking: Asking, table: Table, build: Build, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return;
  const physical = build.physical(table.name);
  const name = `insert ${physical}`;
  await asking.query({ name, text: insertRows(table, physical), values: [asRecords(table, rows)] });
}
