// What does the active worker do? Follows the store for all models, makes due rows anew, and lets rebuilt models take over.
import { comparePositions, followPages, type EventStore } from '@derbes/event-store';
import { type Pool, type PoolClient } from 'pg';
import { arrivedOf } from './arrived.js';
import { allBuilds, dropBuild, resumeModel, serve, type Build } from './builds.js';
import { isTransient } from './failure.js';
import { Feed, type Fed } from './feed.js';
import { endJob, recoverJobs, releaseJobs, requestRebuild, takeJobs } from './jobs.js';
import { LedgerContext, type DocumentStore } from './ledger-context.js';
import { Mutex } from './mutex.js';
import { type ReadModel } from './read-model.js';
import { rebuild } from './rebuilding.js';
import { pause } from './pause.js';

/** Between looks for rebuilds, resumed models and subjects that are due. */
const choresEveryMs = 250;

export interface SessionOptions {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly documents: DocumentStore;
  readonly models: readonly ReadModel[];
  readonly bulkBytesMax?: number;
  /** Of this worker: all its sessions bear it, and are ended together when it hangs. */
  readonly name: string;
}

/** The work of one worker while it holds the lock. */
export class Session {
  private readonly mutex = new Mutex();
  private readonly context: LedgerContext;
  private readonly feed: Feed;
  private readonly signal: AbortSignal;
  private readonly failed = new AbortController();
  private restart = new AbortController();
  private fed: Fed[] = [];
  private rebuilding = false;

  constructor(
    private readonly options: SessionOptions,
    private readonly client: PoolClient,
    stop: AbortSignal,
  ) {
    this.context = new LedgerContext(options.store, options.documents);
    this.feed = new Feed(client, options.store, this.context);
    this.signal = AbortSignal.any([stop, this.failed.signal]);
  }

  /** Ends when told to stop; throws what interrupted it. */
  async run(): Promise<void> {
    await this.takeOver();
    const tasks = [this.follow(), this.doChores(), this.doRebuilds()].map((task) =>
      task.catch((error: unknown) => {
        this.failed.abort();
        throw error;
      }),
    );
    const ended = await Promise.allSettled(tasks);
    for (const { reason } of ended.filter((task) => task.status === 'rejected')) throw reason;
  }

  private async takeOver(): Promise<void> {
    for (const model of this.options.models) await resumeModel(this.client, model.name);
    const builds = await allBuilds(this.client);
    for (const model of this.options.models) {
      const own = builds.filter(({ name, version }) => name === model.name && version === model.version);
      const serving = own.find((build) => build.serving);
      // A build without a position is one that a worker died over.
      const whole = own.findLast((build) => !build.serving && build.position !== undefined);
      for (const build of [serving, whole]) if (build) this.fed.push({ model, build });
    }
    const taken = this.fed.map(({ model }) => model.name);
    const joining = this.fed.filter(({ build }) => !build.serving).map(({ model }) => model.name);
    await recoverJobs(this.client, joining);
    for (const { name } of this.options.models) if (!taken.includes(name)) await requestRebuild(this.client, name);
    await this.reachAll();
    await this.takeOverReady();
  }

  private reachAll(): Promise<void> {
    return this.context.reach(
      this.client,
      this.fed.map(({ build }) => build),
    );
  }

  private async follow(): Promise<void> {
    while (!this.signal.aborted) {
      this.restart = new AbortController();
      const signal = AbortSignal.any([this.signal, this.restart.signal]);
      const moving = this.fed.filter(({ build }) => build.reach.state !== 'stopped').map(({ build }) => build);
      const lowest = moving.sort(byPosition)[0];
      if (!lowest) {
        await ended(signal);
        continue;
      }
      const from = lowest.position === undefined ? {} : { after: lowest.position };
      for await (const page of followPages(this.options.store, { ...from, signal })) {
        await this.mutex.run(() => this.put(page.map(arrivedOf)));
      }
    }
  }

  private async put(events: Parameters<Feed['put']>[0]): Promise<void> {
    await this.feed.put(events, this.fed);
    await this.takeOverReady();
  }

  /**
   * New builds answer as soon as they are as far as those that do; together, so that whoever waits for the registers never takes the
   * first of them for all.
   */
  private async takeOverReady(): Promise<void> {
    const servingOf = (one: Fed) => this.fed.find(({ model, build }) => model === one.model && build.serving);
    const ready = this.fed
      .filter(({ build }) => !build.serving)
      .map((one) => ({ one, before: servingOf(one) }))
      .filter(({ one, before }) => !before || byPosition(one.build, before.build) >= 0);
    if (ready.length === 0) return;
    await this.client.query('begin');
    for (const { one } of ready) {
      await serve(this.client, one.build);
      await endJob(this.client, one.model.name);
    }
    await this.client.query('commit');
    for (const { one } of ready) {
      one.build = { ...one.build, serving: true, reach: { ...one.build.reach, state: 'live' } };
    }
    const replaced = new Set(ready.map(({ before }) => before));
    this.fed = this.fed.filter((other) => !replaced.has(other));
  }

  private async doChores(): Promise<void> {
    while (!this.signal.aborted) {
      let worked = false;
      for (const one of this.fed) if (await this.mutex.run(() => this.putDue(one))) worked = true;
      await this.mutex.run(() => this.refresh());
      if (!worked) await this.pause();
    }
  }

  private async putDue(one: Fed): Promise<boolean> {
    // Another build may have taken its place since.
    return !this.signal.aborted && this.fed.includes(one) && (await this.feed.putDue(one));
  }

  /** Takes up models that somebody resumed, and drops builds that nobody needs any more. */
  private async refresh(): Promise<void> {
    if (this.signal.aborted) return;
    const builds = await allBuilds(this.client);
    for (const one of this.fed.filter(({ build }) => build.reach.state === 'stopped')) {
      const standing = builds.find(({ name, build }) => name === one.build.name && build === one.build.build);
      if (!standing || standing.reach.state === 'stopped') continue;
      await this.context.loadMissing();
      one.build = standing;
      this.restart.abort();
    }
    if (this.rebuilding) return;
    const needed = new Set(this.fed.map(({ build }) => build.build));
    const own = new Set(this.options.models.map(({ name }) => name));
    for (const build of builds.filter(({ name, serving, build }) => own.has(name) && !serving && !needed.has(build))) {
      await this.dropLeisurely(build);
    }
  }

  /** A page of the old build may still be read; then it is tried again with the next chores. */
  private async dropLeisurely(build: Build): Promise<void> {
    await this.client.query('begin');
    try {
      await this.client.query(`set local lock_timeout = '1s'`);
      await dropBuild(this.client, build);
      await this.client.query('commit');
    } catch (error) {
      await this.client.query('rollback');
      if (!isTransient(error)) throw error;
    }
  }

  private async doRebuilds(): Promise<void> {
    while (!this.signal.aborted) {
      const jobs = await this.mutex.run(() => takeJobs(this.client));
      const models = this.options.models.filter(({ name }) => jobs.some(({ model }) => model === name));
      if (models.length === 0) {
        await this.pause();
        continue;
      }
      this.rebuilding = true;
      try {
        const made = await rebuild({ ...this.options, signal: this.signal }, models, jobs);
        await this.mutex.run(() => this.join(made));
      } finally {
        this.rebuilding = false;
        if (this.signal.aborted) await this.mutex.run(() => releaseJobs(this.client)).catch(() => undefined);
      }
    }
  }

  private async join(made: readonly Fed[]): Promise<void> {
    const names = new Set(made.map(({ model }) => model.name));
    this.fed = [...this.fed.filter(({ model, build }) => build.serving || !names.has(model.name)), ...made];
    await this.reachAll();
    await this.takeOverReady();
    this.restart.abort();
  }

  private pause(): Promise<void> {
    return pause(choresEveryMs, this.signal);
  }
}

/** A build that has seen nothing comes first. */
const byPosition = (a: Build, b: Build): number => comparePositions(a.position ?? '0', b.position ?? '0');

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
