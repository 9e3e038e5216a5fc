// Where do wrapped keys, sealed parts and look-up tokens stand? The vault's tables.
import { sql, type Kysely, type Migration } from 'kysely';
import { backUpFences, closeEpochs, waitForLog, writeLess } from './epoch-migration.js';

async function up(db: Kysely<unknown>): Promise<void> {
  // No foreign keys: conflicts() has locked and checked every owner that a write names, and these tables take every fact.
  await sql`
    create table epoch (
      epoch integer primary key,
      wrapped_kek bytea,
      kcv bytea not null,
      state text not null check (state in ('open', 'closing', 'closed')),
      opened_at timestamptz not null default now()
    )`.execute(db);
  await sql`
    create table key_owner (
      owner text collate "C" primary key,
      kind text not null generated always as (split_part(owner, '-', 1)) stored,
      epoch integer not null,
      wrapped_sk bytea,
      state text not null default 'live' check (state in ('live', 'erasing', 'erased')),
      claim bytea,
      check ((wrapped_sk is null) = (state = 'erased'))
    )`.execute(db);
  await sql`create index key_owner_claim on key_owner (claim) where claim is not null`.execute(db);
  await sql`
    create table part_key (
      event uuid not null,
      part text collate "C" not null,
      owner text collate "C" not null,
      wrapped_pk bytea not null,
      primary key (event, part)
    )`.execute(db);
  await sql`create index part_key_owner on part_key (owner)`.execute(db);
  // Every answer to an emitter needs the subject's ref: one probe instead of all keys of the owner.
  await sql`create unique index part_key_ref on part_key (owner) where part = 'ref'`.execute(db);
  await sql`
    create table part (
      event uuid not null,
      p text collate "C" not null,
      owner text collate "C" not null,
      category text not null,
      blob bytea not null,
      primary key (event, p)
    )`.execute(db);
  await sql`create index part_owner on part (owner, event, p)`.execute(db);
  // Ciphertext does not compress; trying would cost every fact.
  await sql`alter table part alter column blob set storage external`.execute(db);
  await sql`
    create table lookup (
      token bytea primary key,
      owner text collate "C" not null,
      scheme text not null,
      norm smallint not null,
      epoch integer not null,
      inner_wrapped bytea not null,
      claim bytea
    )`.execute(db);
  await sql`create index lookup_owner on lookup (owner)`.execute(db);
  await sql`create index lookup_claim on lookup (claim) where claim is not null`.execute(db);
  // Erasure and epochs change and remove rows here; the event log itself is append-only.
  await sql`grant select, insert, update, delete on epoch, key_owner, part_key, part, lookup to derbes_app`.execute(db);
}

/** Numbers are re-issued and cookies identified: whom an identifier found before, so that facts told late still find that owner. */
async function keepPastLookup(db: Kysely<unknown>): Promise<void> {
  // As a row of lookup, so that erasing its owner removes it and the close of an epoch wraps it anew; it may hold several of a token.
  await sql`
    create table lookup_past (
      token bytea not null,
      owner text collate "C" not null,
      scheme text not null,
      norm smallint not null,
      since text collate "C" not null,
      until text collate "C" not null,
      epoch integer not null,
      inner_wrapped bytea not null,
      claim bytea
    )`.execute(db);
  await sql`create index lookup_past_token on lookup_past (token)`.execute(db);
  await sql`create index lookup_past_owner on lookup_past (owner)`.execute(db);
  await sql`create index lookup_past_claim on lookup_past (claim) where claim is not null`.execute(db);
  await sql`grant select, insert, update, delete on lookup_past to derbes_app`.execute(db);
}

/** What destruction leaves: tokens that say no more than that somebody was erased, and how far the journal of the keep had come. */
async function fenceTokens(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table token_fence (
      token bytea not null,
      since text collate "C" not null,
      until text collate "C",
      epoch integer not null
    )`.execute(db);
  await sql`create index token_fence_token on token_fence (token)`.execute(db);
  await sql`alter table key_owner add column generation integer not null default 0`.execute(db);
  // Journal and database stand for each other: whichever lags behind was restored from an older copy.
  await sql`
    create table erasure_journal (
      one boolean primary key default true check (one),
      entries bigint not null check (entries >= 0)
    )`.execute(db);
  await sql`insert into erasure_journal (entries) values (0)`.execute(db);
  await sql`grant select, insert, update, delete on token_fence to derbes_app`.execute(db);
  await sql`grant select, update on erasure_journal to derbes_app`.execute(db);
}

export const vaultMigrations: Record<string, Migration> = {
  '2026-11-23-vault-1': { up },
  '2026-11-23-vault-2': { up: keepPastLookup },
  '2026-11-23-vault-3': { up: fenceTokens },
  '2026-11-23-vault-4': { up: closeEpochs },
  '2026-11-23-vault-5': { up: backUpFences },
  '2026-11-23-vault-6': { up: waitForLog },
  '2026-11-23-vault-7': { up: writeLess },
};
