// Where are keys kept? One table of hashes; a revoked key stays, so that "who looked" can still be explained.
import { type Kysely, type Migration, sql } from 'kysely';

export const keysMigrations: Record<string, Migration> = {
  '2026-11-23-keys-1': {
    async up(db: Kysely<unknown>) {
      await sql`
        create table api_key (
          id uuid primary key,
          hash bytea not null unique check (octet_length(hash) = 32),
          role text collate "C" not null check (role in ('admin', 'officer', 'auditor', 'emitter')),
          source text collate "C" check ((source is not null) = (role = 'emitter')),
          created_at timestamptz not null default now(),
          revoked_at timestamptz
        )`.execute(db);
      await sql`grant select, insert, update (revoked_at) on api_key to derbes_app`.execute(db);
    },
  },
  '2026-11-23-keys-2': {
    async up(db: Kysely<unknown>) {
      // Of a holder or recipient: the code that it is registered under.
      await sql`
        alter table api_key
          drop constraint api_key_role_check,
          add constraint api_key_role_check
            check (role in ('admin', 'officer', 'auditor', 'emitter', 'holder', 'recipient')),
          add column code text collate "C",
          add constraint api_key_code_check check ((code is not null) = (role in ('holder', 'recipient')))`.execute(db);
    },
  },
  '2026-11-23-keys-3': {
    async up(db: Kysely<unknown>) {
      await sql`
        alter table api_key
          drop constraint api_key_role_check,
          add constraint api_key_role_check check (
            role in ('admin', 'officer', 'auditor', 'emitter', 'holder', 'recipient', 'restricted-officer'))`.execute(
        db,
      );
    },
  },
};
