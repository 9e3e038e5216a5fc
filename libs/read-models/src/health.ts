// Are the registers well, and if not, which one is not and why?
import { type Pool } from 'pg';
import { allBuilds, type Build, type Stop } from './builds.js';
import { countDue } from './due-subjects.js';
import { readModels } from './models.js';
import { type ReadModel } from './read-model.js';

export interface ModelHealth {
  readonly name: string;
  /** `absent`: never built, so it cannot answer. */
  readonly state: 'live' | 'rebuilding' | 'stopped' | 'absent';
  readonly position?: string;
  /** Recorded moment of the last event it has seen. */
  readonly moment?: string;
  readonly stop?: Stop & { readonly stoppedAt: string };
  /** Subjects whose rows are to be made anew, and those that cannot be judged by what is published. */
  readonly due?: number;
  readonly notJudgeable?: number;
}

export interface ReadModelsHealth {
  /** Something answers, and no model is stopped or absent. */
  readonly well: boolean;
  /** How many models answer, in whatever version; none while a ledger's registers are built for the first time. */
  readonly serving: number;
  readonly models: readonly ModelHealth[];
}

async function healthOf(pool: Pool, model: ReadModel, builds: readonly Build[]): Promise<ModelHealth> {
  const own = builds.filter(({ name, version }) => name === model.name && version === model.version);
  const serving = own.find((build) => build.serving);
  const name = `${model.name}@${model.version}`;
  if (!serving) return { name, state: own.length > 0 ? 'rebuilding' : 'absent' };
  const { state, position, moment } = serving.reach;
  const subjects = model.kind === 'subject' ? await countDue(pool, model, serving) : undefined;
  return {
    name,
    state,
    ...(position !== undefined && { position }),
    ...(moment !== undefined && { moment }),
    ...(serving.stop && { stop: serving.stop }),
    ...subjects,
  };
}

/** Asks the database, so any process may; whether a worker is at work is that worker's own to say. */
export async function readModelsHealth(
  pool: Pool,
  models: readonly ReadModel[] = readModels,
): Promise<ReadModelsHealth> {
  const builds = await allBuilds(pool);
  const healths = await Promise.all(models.map((model) => healthOf(pool, model, builds)));
  const serving = models.filter(({ name }) => builds.some((build) => build.serving && build.name === name)).length;
  const whole = healths.every(({ state }) => state === 'live' || state === 'rebuilding');
  return { well: whole && serving > 0, serving, models: healths };
}

/** Why the registers are not well, in codes and ids alone; undefined when they are. */
export function whyUnwell({ well, serving, models }: ReadModelsHealth): string | undefined {
  if (well) return undefined;
  if (serving === 0) return 'nothing serves yet; the read models are built for the first time';
  const told = models.flatMap(({ name, state, stop }) => {
    if (stop) return [`${name} stopped: ${stop.reason} ${stop.cause} at event ${stop.event ?? '-'}`];
    return state === 'absent' ? [`${name} absent`] : [];
  });
  return told.join('; ');
}
