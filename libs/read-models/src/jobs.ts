// Which rebuilds are asked for, how far are they, and how did they end?
import { randomUUID } from 'node:crypto';
import { type ClientBase, type Pool } from 'pg';
import { modelNames } from './models.js';

/** A worker that died in the middle is followed by another; after so many it is no accident. */
export const rebuildAttemptsMax = 3;
export const rebuildsListedMax = 100;

export type RebuildState = 'waiting' | 'running' | 'done' | 'failed';

/** One rebuild of one model, for a progress bar. */
export interface RebuildJob {
  readonly id: string;
  readonly model: string;
  readonly state: RebuildState;
  /** Events applied so far, and about how many there are. */
  readonly applied: number;
  readonly total: number;
  readonly requestedAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Stable code of why it failed. */
  readonly failure?: string;
}

/** There is no model of this name. */
export class UnknownModel extends Error {
  readonly code = 'UNKNOWN_MODEL';
}

interface JobRecord {
  id: string;
  model: string;
  state: RebuildState;
  applied: string;
  total: string;
  failure: string | null;
  requested_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
}

const moment = (date: Date): string => `${date.toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`;

const jobOf = (record: JobRecord): RebuildJob => ({
  id: record.id,
  model: record.model,
  state: record.state,
  applied: Number(record.applied),
  total: Math.max(Number(record.total), Number(record.applied)),
  requestedAt: moment(record.requested_at),
  ...(record.started_at && { startedAt: moment(record.started_at) }),
  ...(record.ended_at && { endedAt: moment(record.ended_at) }),
  ...(record.failure !== null && { failure: record.failure }),
});

/**
 * Asks for a rebuild of one model, or of all in one pass; answers at once with the jobs. A model whose rebuild waits or
 * runs already gets no second one. Throws UnknownModel.
 */
export async function requestRebuild(on: Pool | ClientBase, model?: string): Promise<readonly RebuildJob[]> {
  const names: readonly string[] = model === undefined ? modelNames : [model];
  if (model !== undefined && !modelNames.includes(model)) throw new UnknownModel(`no read model ${model}`);
  await on.query(
    `insert into rebuild_job (id, model, state) select * from unnest($1::uuid[], $2::text[]), (values ('waiting')) s
     on conflict do nothing`,
    [names.map(() => randomUUID()), names],
  );
  const { rows } = await on.query<JobRecord>(
    `select * from rebuild_job where model = any($1) and state in ('waiting', 'running') order by model`,
    [names],
  );
  return rows.map(jobOf);
}

/** The latest rebuilds, newest first. */
export async function listRebuilds(on: Pool | ClientBase): Promise<readonly RebuildJob[]> {
  const { rows } = await on.query<JobRecord>('select * from rebuild_job order by requested_at desc, model limit $1', [
    rebuildsListedMax,
  ]);
  return rows.map(jobOf);
}

/** Jobs of a worker that is no more: to be begun again, or given up. Those whose new build is whole only await its turn. */
export async function recoverJobs(client: ClientBase, whole: readonly string[]): Promise<void> {
  await client.query(
    `update rebuild_job set state = case when attempts < $1 then 'waiting' else 'failed' end, applied = 0,
       failure = case when attempts < $1 then null else 'WORKER_LOST' end,
       ended_at = case when attempts < $1 then null else now() end
     where state = 'running' and not (model = any($2))`,
    [rebuildAttemptsMax, whole],
  );
}

/** Takes all that wait, as one pass; `total` is how many events the serving builds have seen. */
export async function takeJobs(client: ClientBase): Promise<readonly RebuildJob[]> {
  const { rows } = await client.query<JobRecord>(
    `update rebuild_job j set state = 'running', attempts = attempts + 1, started_at = now(),
       total = (select coalesce(max(applied), 0) from read_model where serving)
     where state = 'waiting' returning *`,
  );
  return rows.map(jobOf);
}

export async function progressJobs(on: Pool, jobs: readonly RebuildJob[], applied: number): Promise<void> {
  await on.query('update rebuild_job set applied = $2 where id = any($1)', [jobs.map(({ id }) => id), applied]);
}

/** `failure` undefined: done. */
export async function endJob(on: Pool | ClientBase, model: string, failure?: string): Promise<void> {
  await on.query(
    `update rebuild_job set state = $2, failure = $3, ended_at = now() where model = $1 and state = 'running'`,
    [model, failure === undefined ? 'done' : 'failed', failure ?? null],
  );
}

/** A worker that stops in good order, and still holds the lock, leaves its rebuilds to the next; that counts as no attempt. */
export async function releaseJobs(client: ClientBase): Promise<void> {
  await client.query(
    `update rebuild_job set state = 'waiting', attempts = attempts - 1, applied = 0 where state = 'running'`,
  );
}
