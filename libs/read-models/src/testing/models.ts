// What stands in the tables now? Everything, in an order that does not depend on how it came there.
import { type Pool } from 'pg';
import { readModelsHealth } from '../health.js';
import { listRebuilds, requestRebuild } from '../jobs.js';
import { servingBuild } from '../builds.js';
import { readModels } from '../models.js';
import { type ReadModel } from '../read-model.js';
import { ProjectedWait } from '../wait.js';

const conditionMsMax = 20_000;
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

/** Waits until all models have seen the position and nothing is due. */
export async function settled(pool: Pool, position: string, models: readonly ReadModel[] = readModels): Promise<void> {
  await until(
    () => readModelsHealth(pool, models),
    (health) => health.models.every(({ state }) => state === 'live' || state === 'stopped'),
  );
  const waited = await new ProjectedWait(pool).until(position);
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
