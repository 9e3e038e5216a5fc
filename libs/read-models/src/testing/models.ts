// How is a spec of read models set up, waited for and compared? On a database of its own, with workers that are stopped after it.
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { type Pool } from 'pg';
import { readModelsHealth } from '../health.js';
import { listRebuilds, requestRebuild } from '../jobs.js';
import { servingBuild } from '../builds.js';
import { readModelsMigrations } from '../migrations.js';
import { readModels } from '../models.js';
import { type ReadModel } from '../read-model.js';
import { Runner, type RunnerOptions } from '../runner.js';
import { type SampleLedger } from '../testing.js';
import { ProjectedWait, type Waited } from '../wait.js';

/** What only waits for a processor comes to be in the end. */
const conditionMsMax = 90_000;
const lookEveryMs = 20;

/** Waits until it holds; throws with what it last saw when it never does. */
export async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const deadline = performance.now() + conditionMsMax;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > deadline) throw new Error(`it never came to be: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** Waits as long as a spec waits for anything, which is longer than a caller of the service would. */
export function projected(wait: ProjectedWait, position: string): Promise<Waited> {
  return until(
    () => wait.until(position),
    ({ outcome }) => outcome !== 'late',
  );
}

/** Waits until all models have seen the position and nothing is due. */
export async function settled(pool: Pool, position: string, models: readonly ReadModel[] = readModels): Promise<void> {
  await until(
    () => readModelsHealth(pool, models),
    (health) => health.models.every(({ state }) => state === 'live' || state === 'stopped'),
  );
  const waited = await projected(new ProjectedWait(pool), position);
  if (waited.outcome !== 'projected') {
    const stopped = (await readModelsHealth(pool, models)).models.filter(({ stop }) => stop);
    throw new Error(`${waited.outcome}: ${waited.behind.join(', ')} ${JSON.stringify(stopped)}`);
  }
  await until(
    () => readModelsHealth(pool, models),
    (health) => health.models.every(({ due }) => (due ?? 0) === 0),
  );
}

export async function contents(
  pool: Pool,
  models: readonly ReadModel[] = readModels,
): Promise<Record<string, string[]>> {
  const tables: Record<string, string[]> = {};
  for (const model of models) {
    const build = await servingBuild(pool, model.name);
    if (!build) throw new Error(`${model.name} has no serving build`);
    for (const { name } of model.tables) {
      const { rows } = await pool.query<{ row: string }>(
        `select to_jsonb(t)::text as row from ${build.physical(name)} t`,
      );
      tables[name] = rows.map(({ row }) => row).sort();
    }
  }
  return tables;
}

/** Rebuilds all and waits for the end of it. */
export async function rebuildAll(pool: Pool, model?: string): Promise<void> {
  const jobs = await requestRebuild(pool, model);
  const ids = new Set(jobs.map(({ id }) => id));
  const ended = await until(
    async () => (await listRebuilds(pool)).filter(({ id }) => ids.has(id)),
    (all) => all.every(({ state }) => state === 'done' || state === 'failed'),
  );
  const failed = ended.find(({ state }) => state === 'failed');
  if (failed) throw new Error(`the rebuild of ${failed.model} failed: ${failed.failure}`);
}

/** A database with the workers that a test starts on it. */
export class Workplace {
  readonly troubles: unknown[] = [];
  private readonly runners: Runner[] = [];

  private constructor(readonly db: TestDatabase) {}

  static async open(): Promise<Workplace> {
    return new Workplace(await testDatabase(readModelsMigrations));
  }

  get pool(): Pool {
    return this.db.app;
  }

  start(ledger: SampleLedger, options: Partial<RunnerOptions> = {}): Runner {
    const runner = new Runner({
      pool: this.pool,
      store: ledger.store,
      documents: ledger.documentStore,
      onTrouble: (error) => this.troubles.push(error),
      ...options,
    });
    this.runners.push(runner);
    runner.start();
    return runner;
  }

  /** Stops the workers and leaves the database as a new one. Throws what interrupted a worker, unless a test took it. */
  async clear(): Promise<void> {
    await Promise.all(this.runners.splice(0).map((runner) => runner.stop()));
    const { rows } = await this.pool.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'read_models'`,
    );
    for (const { name } of rows) await this.pool.query(`drop table ${name}`);
    await this.db.owner.query('truncate read_model, rebuild_job, register_stream');
    const [trouble] = this.troubles.splice(0);
    if (trouble !== undefined) throw new Error('a worker was interrupted', { cause: trouble });
  }

  async close(): Promise<void> {
    await this.db.drop();
  }
}
