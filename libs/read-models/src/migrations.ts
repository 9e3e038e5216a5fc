// Where do read models stand? The forms that their columns may have, the list of their builds, and the jobs that rebuild them.
import { sql, type Kysely, type Migration } from 'kysely';

/**
 * The tables of a model are made by the service itself, one set for each build, in a schema where `derbes_app` may create:
 * a rebuild then makes its set beside the one that answers, and dropping the old set is the service's own business. All of
 * it follows from the events, so owning it lets the service change nothing that the owner role protects.
 */
const lengthMax = (chars: number): string => `length(value) between 1 and ${chars}`;
/** What no text among the codes may have: other letters than ours, a space that JSON did not put, seven digits in a row. */
const unspeakable = `[^A-Za-z0-9_.:,()/{}"\\[\\] -]|[^:,] |[0-9]{7}`;
const idsAndHashes = `"([0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"`;

// Each row of a rebuild passes these, so they are written for what PostgreSQL is quick at: one search for what may not be.
const domains = {
  code: `text collate "C" check (value !~ '[^a-z0-9.-]|[0-9]{7}' and ${lengthMax(64)})`,
  finding_code: `text collate "C" check (value !~ '[^A-Z_]' and ${lengthMax(64)})`,
  moment: `text collate "C" check (length(value) = 20 and translate(value, '0123456789', '') = '--T::Z')`,
  day: `text collate "C" check (length(value) = 10 and translate(value, '0123456789', '') = '--')`,
  country: `text collate "C" check (value ~ '^[A-Z]{2}$')`,
  sha256: `text collate "C" check (length(value) = 64 and value !~ '[^0-9a-f]')`,
  place: `text collate "C" check (value !~ '[^A-Za-z0-9.:,()/-]|[0-9]{7}' and ${lengthMax(64)})`,
  source: `text collate "C" check (value !~ '[^!-~]' and ${lengthMax(256)})`,
  codes_by_name: `jsonb check (value::text !~ '${unspeakable}'
    or regexp_replace(value::text, '${idsAndHashes}', '', 'g') !~ '${unspeakable}')`,
} as const;

async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create schema read_models`.execute(db);
  await sql`grant usage, create on schema read_models to derbes_app`.execute(db);
  for (const [name, definition] of Object.entries(domains)) {
    await sql.raw(`create domain read_models.${name} as ${definition}`).execute(db);
  }
  await sql`
    create table read_model (
      name text collate "C" not null,
      version integer not null,
      build integer not null,
      state text not null check (state in ('live', 'rebuilding', 'stopped')),
      serving boolean not null default false,
      position text collate "C",
      reached text collate "C",
      applied bigint not null default 0,
      reason text,
      cause text,
      event uuid,
      event_position text collate "C",
      stopped_at timestamptz,
      primary key (name, build),
      check ((state = 'stopped') = (reason is not null))
    )`.execute(db);
  await sql`create unique index read_model_serving on read_model (name) where serving`.execute(db);
  await sql`create sequence read_model_build`.execute(db);
  await sql`
    create table rebuild_job (
      id uuid primary key,
      model text not null,
      state text not null check (state in ('waiting', 'running', 'done', 'failed')),
      applied bigint not null default 0,
      total bigint not null default 0,
      attempts integer not null default 0,
      failure text,
      requested_at timestamptz not null default now(),
      started_at timestamptz,
      ended_at timestamptz
    )`.execute(db);
  await sql`create unique index rebuild_job_open on rebuild_job (model) where state in ('waiting', 'running')`.execute(
    db,
  );
  // Which streams the registers are made of; a worker that takes over reads these alone and not the whole store.
  await sql`create table register_stream (stream text collate "C" primary key)`.execute(db);
  await sql`grant select, insert on register_stream to derbes_app`.execute(db);
  await sql`grant select, insert, update, delete on read_model, rebuild_job to derbes_app`.execute(db);
  await sql`grant usage on sequence read_model_build to derbes_app`.execute(db);
}

export const readModelsMigrations: Record<string, Migration> = { '2026-11-23-read-models-1': { up } };
