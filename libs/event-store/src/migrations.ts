// Where do events and claims stand? The tables of the PostgreSQL adapter and of the claims.
import { sql, type Kysely, type Migration } from 'kysely';
import { storePlaceMigrations } from './store-place.js';

async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table ledger_event (
      position bigint primary key check (position > 0),
      stream_id text collate "C" not null,
      revision integer not null check (revision >= 0),
      event_id uuid not null unique,
      type text not null,
      body text not null,
      leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
      recorded_at timestamptz not null,
      unique (stream_id, revision)
    )`.execute(db);
  await sql`
    create function ledger_event_stays() returns trigger language plpgsql as $$
      begin
        raise exception 'ledger_event is append-only' using errcode = 'restrict_violation';
      end
    $$`.execute(db);
  // Also for the owner: whoever changes history has to change the schema first, which shows.
  await sql`
    create trigger ledger_event_stays before update or delete or truncate on ledger_event
      for each statement execute function ledger_event_stays()`.execute(db);
  await sql`grant select, insert on ledger_event to derbes_app`.execute(db);
  // `seq` is the order in which claims were committed (given under the append lock); claims of one stream land in it.
  // `attempt` names the call that wrote the row, so that a writer whose connection died at commit knows its own row again.
  await sql`
    create table claim (
      token bytea primary key check (octet_length(token) = 32),
      seq bigint not null generated always as identity,
      attempt uuid not null,
      kind text not null check (kind in ('fact', 'command')),
      state text not null check (state in ('open', 'landed', 'erased')),
      outcome text not null,
      "check" bytea,
      check_event uuid,
      lease_by text,
      lease_until timestamptz,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index claim_open on claim (seq) where state = 'open'`.execute(db);
  // The body goes when the event has landed; id, type and place stay, for references name an event by its claim.
  await sql`
    create table claim_event (
      id uuid primary key,
      token bytea not null,
      place integer not null,
      type text not null,
      stream_id text collate "C" not null,
      expected_revision integer not null,
      body text,
      unique (token, place)
    )`.execute(db);
  await sql`create index claim_event_open on claim_event (stream_id) where body is not null`.execute(db);
  await sql`
    create table claim_reserved (
      token bytea primary key check (octet_length(token) = 32),
      event_id uuid not null unique,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`grant select, insert, update, delete on claim, claim_event to derbes_app`.execute(db);
  await sql`grant select, insert, delete on claim_reserved to derbes_app`.execute(db);
}

export const eventStoreMigrations: Record<string, Migration> = {
  '2026-11-23-event-store-1': { up },
  ...storePlaceMigrations,
};
