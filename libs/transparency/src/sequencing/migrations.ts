// Where does the database remember which event is which leaf, and how far the log is? Three tables, and what keeps a halted ledger from being written.
import { sql, type Kysely, type Migration } from 'kysely';

/** SQLSTATE of whatever is refused because the log is halted; the message begins with the halt's code. */
export const haltedState = 'LGH01';

async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table log_leaf (
      index bigint primary key check (index >= 0),
      id uuid not null unique,
      hash bytea not null
    )`.execute(db);
  // The leaves are assigned and the head is moved in one statement; the files follow, then the signature.
  await sql`
    create table log_head (
      one boolean primary key default true check (one),
      size bigint not null default 0,
      root bytea not null,
      edge bytea not null default '',
      position text collate "C",
      before_size bigint not null default 0,
      before_position text collate "C",
      written_size bigint not null default 0,
      published_size bigint not null default 0,
      published_note text,
      published_at timestamptz,
      below_quorum boolean not null default false,
      check (published_size <= written_size and before_size <= written_size and written_size <= size)
    ) with (fillfactor = 50)`.execute(db);
  await sql`
    create table log_halt (
      one boolean primary key default true check (one),
      code text not null,
      detail text not null,
      at timestamptz not null default now()
    )`.execute(db);
  await sql`grant select, insert on log_leaf to derbes_app`.execute(db);
  await sql`grant select, insert, update on log_head to derbes_app`.execute(db);
  // Only whoever owns the database lets a halted ledger go on, when it was recovered.
  await sql`grant select, insert on log_halt to derbes_app`.execute(db);
  await sql`
    create function log_halt_fence() returns trigger language plpgsql as $$
      declare
        halt log_halt;
      begin
        select * into halt from log_halt;
        if not found then return null; end if;
        raise exception '%: %', halt.code, halt.detail using errcode = '${sql.raw(haltedState)}';
      end
    $$`.execute(db);
  await sql`
    create trigger ledger_event_halt before insert on ledger_event
      for each statement execute function log_halt_fence()`.execute(db);
  await sql`
    create trigger claim_halt before insert on claim
      for each statement execute function log_halt_fence()`.execute(db);
}

export const transparencyMigrations: Record<string, Migration> = { '2026-11-23-transparency-1': { up } };
