// Which build of a model answers, which are being made, and how far is each? Rows of `read_model`, and the tables behind them.
import { type ClientBase, type Pool } from 'pg';
import { type Asking } from './one-breath.js';
import { createIndexes, createTable, type Table } from './table.js';

/** How far the answer reaches: `moment` is that of the last event the model has seen; a stopped model stays behind. */
export interface Reach {
  readonly state: 'live' | 'rebuilding' | 'stopped';
  readonly position?: string;
  readonly moment?: string;
}

/** What every model has, whatever it projects. */
export interface ModelShape {
  readonly name: string;
  /** Counts up with every change of tables or projection; a new one is built beside the old. */
  readonly version: number;
  readonly tables: readonly Table[];
}

/** Why a model stopped: at which event, and what its projection failed with. */
export interface Stop {
  /** UNKNOWN_EVENT or APPLY_FAILED. */
  readonly reason: string;
  /** A code of the failure: of our own errors, SQLSTATE, or the error's name. */
  readonly cause: string;
  /** Absent when it failed at a subject whose rows were due, and not at an event. */
  readonly event?: string;
  readonly eventPosition?: string;
}

export interface Build {
  readonly name: string;
  readonly version: number;
  readonly build: number;
  readonly serving: boolean;
  readonly position: string | undefined;
  readonly applied: number;
  readonly reach: Reach;
  readonly stop?: Stop & { readonly stoppedAt: string };
  /** The qualified name of one of the model's tables. */
  readonly physical: (table: string) => string;
}

type Connection = ClientBase | Pool;

interface BuildRecord {
  name: string;
  version: number;
  build: number;
  serving: boolean;
  state: Reach['state'];
  position: string | null;
  reached: string | null;
  applied: string;
  reason: string | null;
  cause: string | null;
  event: string | null;
  event_position: string | null;
  stopped_at: Date | null;
}

export const physicalName = (table: string, version: number, build: number): string =>
  `read_models.${table}_v${version}_b${build}`;

function buildOf(record: BuildRecord): Build {
  const { name, version, build, serving, state, position, reached, applied, reason, cause, event } = record;
  return {
    name,
    version,
    build,
    serving,
    position: position ?? undefined,
    applied: Number(applied),
    reach: { state, ...(position !== null && { position }), ...(reached !== null && { moment: reached }) },
    ...(reason !== null && {
      stop: {
        reason,
        cause: cause ?? '',
        ...(event !== null && { event }),
        ...(record.event_position !== null && { eventPosition: record.event_position }),
        stoppedAt: record.stopped_at?.toISOString() ?? '',
      },
    }),
    physical: (table) => physicalName(table, version, build),
  };
}

/** The build that answers questions; undefined before the model's first. */
export async function servingBuild(on: Connection, model: string): Promise<Build | undefined> {
  const { rows } = await on.query<BuildRecord>({
    name: 'read-model-serving',
    text: 'select * from read_model where name = $1 and serving',
    values: [model],
  });
  return rows[0] && buildOf(rows[0]);
}

/** The builds that answer questions, one for each model. */
export async function servingBuilds(on: Connection): Promise<readonly Build[]> {
  const { rows } = await on.query<BuildRecord>({
    name: 'read-models-serving',
    text: 'select * from read_model where serving order by name',
  });
  return rows.map(buildOf);
}

export async function allBuilds(on: Connection): Promise<Build[]> {
  const { rows } = await on.query<BuildRecord>('select * from read_model order by name, build');
  return rows.map(buildOf);
}

/** Makes the tables of a new build, empty; without indexes when rows are to be loaded first. */
export async function createBuild(
  client: ClientBase,
  model: ModelShape,
  options: { readonly serving: boolean; readonly indexes: boolean },
): Promise<Build> {
  const { rows } = await client.query<BuildRecord>(
    `insert into read_model (name, version, build, state, serving)
     values ($1, $2, nextval('read_model_build'), $3, $4) returning *`,
    [model.name, model.version, options.serving ? 'live' : 'rebuilding', options.serving],
  );
  if (!rows[0]) throw new Error('a build was not made');
  const build = buildOf(rows[0]);
  for (const table of model.tables) await client.query(createTable(table, build.physical(table.name)));
  if (options.indexes) await indexBuild(client, model, build);
  return build;
}

export async function indexBuild(client: ClientBase, model: ModelShape, build: Build): Promise<void> {
  for (const table of model.tables) {
    for (const statement of createIndexes(table, build.physical(table.name))) await client.query(statement);
  }
}

/** Removes a build and its tables, whatever version made them. */
export async function dropBuild(client: ClientBase, build: Build): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname = 'read_models' and tablename ~ $1`,
    [`_v${build.version}_b${build.build}$`],
  );
  for (const { name } of rows) await client.query(`drop table ${name}`);
  await client.query('delete from read_model where name = $1 and build = $2', [build.name, build.build]);
}

/** From now on this build answers in place of the one that did. */
export async function serve(client: ClientBase, build: Build): Promise<void> {
  await client.query('update read_model set serving = false where name = $1 and serving', [build.name]);
  await client.query(`update read_model set serving = true, state = 'live' where name = $1 and build = $2`, [
    build.name,
    build.build,
  ]);
}

/** Thrown when a build's position is not the one that this worker left: another worker is at it. */
export class PositionMoved extends Error {
  readonly code = 'POSITION_MOVED';
}

export interface Move {
  readonly build: Build;
  /** Events that it has seen since. */
  readonly applied: number;
}

/** Moves builds to one position, in the transaction of their rows; answers them in the order given. Throws PositionMoved. */
export async function moveTo(
  asking: Asking,
  moves: readonly Move[],
  to: { readonly position: string; readonly reached: string | undefined },
): Promise<readonly Build[]> {
  const { rows } = await asking.query<BuildRecord>({
    name: 'read-models-move',
    text: `update read_model m set position = $5, reached = coalesce($6, m.reached), applied = m.applied + d.applied
      from unnest($1::text[], $2::integer[], $3::text[], $4::bigint[]) as d (name, build, position, applied)
      where m.name = d.name and m.build = d.build and m.position is not distinct from d.position and m.state <> 'stopped'
      returning m.*`,
    values: [
      moves.map(({ build }) => build.name),
      moves.map(({ build }) => build.build),
      moves.map(({ build }) => build.position ?? null),
      moves.map(({ applied }) => applied),
      to.position,
      to.reached ?? null,
    ],
  });
  const moved = new Map(rows.map((row) => [row.build, buildOf(row)]));
  return moves.map(({ build }) => {
    const one = moved.get(build.build);
    if (!one) throw new PositionMoved(`${build.name} build ${build.build} stands elsewhere`);
    return one;
  });
}

export async function stopBuild(client: ClientBase, build: Build, stop: Stop): Promise<Build> {
  const { rows } = await client.query<BuildRecord>(
    `update read_model set state = 'stopped', reason = $3, cause = $4, event = $5, event_position = $6, stopped_at = now()
     where name = $1 and build = $2 returning *`,
    [build.name, build.build, stop.reason, stop.cause, stop.event ?? null, stop.eventPosition ?? null],
  );
  if (!rows[0]) throw new PositionMoved(`${build.name} build ${build.build} is gone`);
  return buildOf(rows[0]);
}

/** Lets a stopped model try again from where it stopped; true when there was one. The worker notices within a second. */
export async function resumeModel(on: Connection, model: string): Promise<boolean> {
  const { rowCount } = await on.query(
    `update read_model set state = case when serving then 'live' else 'rebuilding' end, reason = null, cause = null,
       event = null, event_position = null, stopped_at = null where name = $1 and state = 'stopped'`,
    [model],
  );
  return (rowCount ?? 0) > 0;
}
