// How does a rebuild go on when one of the models fails in it? The others are made without it, and it is told at which event.
import { type Pool, type PoolClient } from 'pg';
import { type EventStore } from '@derbes/event-store';
import { BulkLoad } from './bulk-load.js';
import { createBuild, dropBuild, servingBuild } from './builds.js';
import { codeOf, isTransient } from './failure.js';
import { type Fed } from './feed.js';
import { endJob, progressJobs, type RebuildJob } from './jobs.js';
import { bearName } from './hung-worker.js';
import { type DocumentStore } from './ledger-context.js';
import { type ReadModel } from './read-model.js';

const progressEveryMs = 500;

export interface RebuildingOptions {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly documents: DocumentStore;
  readonly signal: AbortSignal;
  readonly bulkBytesMax?: number;
  /** Of the worker that rebuilds. */
  readonly name: string;
}

/** New builds of these models, whole but not serving. Throws failures of the connection and AbortError. */
export async function rebuild(
  options: RebuildingOptions,
  models: readonly ReadModel[],
  jobs: readonly RebuildJob[],
): Promise<readonly Fed[]> {
  const client = await options.pool.connect();
  client.on('error', () => undefined);
  try {
    await bearName(client, options.name);
    return await together(client, options, models, jobs);
  } finally {
    client.release(true);
  }
}

async function together(
  client: PoolClient,
  options: RebuildingOptions,
  models: readonly ReadModel[],
  jobs: readonly RebuildJob[],
): Promise<readonly Fed[]> {
  try {
    return await pass(client, options, models, jobs);
  } catch (error) {
    if (options.signal.aborted || isTransient(error)) throw error;
    const [only] = models;
    if (models.length === 1 && only) return await failed(client, only, error);
  }
  const made: Fed[] = [];
  for (const model of models) made.push(...(await together(client, options, [model], jobs)));
  return made;
}

async function pass(
  client: PoolClient,
  { pool, store, documents, signal, bulkBytesMax }: RebuildingOptions,
  models: readonly ReadModel[],
  jobs: readonly RebuildJob[],
): Promise<readonly Fed[]> {
  let told = performance.now();
  const onProgress = async (applied: number) => {
    if (performance.now() - told < progressEveryMs) return;
    told = performance.now();
    await progressJobs(pool, jobs, applied);
  };
  const bulk = new BulkLoad(client, models, {
    store,
    documents,
    signal,
    onProgress,
    ...(bulkBytesMax !== undefined && { bytesMax: bulkBytesMax }),
  });
  try {
    const made = await bulk.run();
    const applied = made[0]?.build.applied ?? 0;
    await progressJobs(pool, jobs, applied);
    return made;
  } catch (error) {
    if (!isTransient(error)) for (const build of bulk.builds) await dropBuild(client, build);
    throw error;
  }
}

/**
 * A model that never had a build gets an empty one: fed event by event it answers with what stands before the event that it
 * fails at, and says which that is. Where one answers already it goes on doing so.
 */
async function failed(client: PoolClient, model: ReadModel, error: unknown): Promise<readonly Fed[]> {
  await endJob(client, model.name, codeOf(error));
  if (await servingBuild(client, model.name)) return [];
  return [{ model, build: await createBuild(client, model, { serving: false, indexes: true }) }];
}
