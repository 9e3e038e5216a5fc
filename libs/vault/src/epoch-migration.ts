// Where does the close of an epoch stand, how many should survive it, and which wrapped keys changed since the last backup of them?
import { sql, type Kysely } from 'kysely';

/** The tables whose changes are backed up between closes, with the columns whose change counts. */
const keyTables = {
  key_owner: ['epoch', 'wrapped_sk', 'state', 'generation'],
  part_key: ['owner', 'wrapped_pk'],
  lookup: ['token', 'owner', 'epoch', 'inner_wrapped'],
  lookup_past: ['token', 'epoch', 'inner_wrapped'],
} as const;

export async function closeEpochs(db: Kysely<unknown>): Promise<void> {
  await sql`alter table epoch drop constraint epoch_state_check`.execute(db);
  await sql`
    alter table epoch
      add constraint epoch_state_check check (state in ('coming', 'open', 'closing', 'closed')),
      add column owners bigint not null default 0,
      add column custodians text[] not null default '{}'`.execute(db);
  await sql`update epoch set owners = (select count(*) from key_owner) where state = 'open'`.execute(db);
  await sql`create unique index epoch_open on epoch ((true)) where state = 'open'`.execute(db);
  await sql`
    create table epoch_close (
      epoch integer primary key,
      step text not null,
      asked_by text not null,
      approved_by text[] not null default '{}',
      accepted_by text,
      held text,
      missing bigint not null default 0,
      unexplained bigint not null default 0,
      total bigint not null default 0,
      done bigint not null default 0,
      busy_ms bigint not null default 0,
      past text collate "C" not null default '',
      owners bigint,
      tokens bigint,
      erasures bigint,
      list text,
      destroyed text[] not null default '{}',
      began_at timestamptz not null default now(),
      done_at timestamptz
    )`.execute(db);
  await sql`grant select, insert, update, delete on epoch_close to derbes_app`.execute(db);
  await sql`
    create function note_key_change() returns trigger language plpgsql as
    'begin new.changed := pg_current_xact_id()::text::bigint; return new; end'`.execute(db);
  for (const [name, columns] of Object.entries(keyTables)) {
    // The transaction that wrote a row: those that committed since a snapshot are found without a queue that all writers share.
    const table = sql.table(name);
    const of = sql.join(columns.map((column) => sql.ref(column)));
    await sql`alter table ${table} add column changed bigint not null default pg_current_xact_id()::text::bigint`.execute(
      db,
    );
    await sql`
      create trigger note_key_change before update of ${of} on ${table}
      for each row execute function note_key_change()`.execute(db);
  }
  // What erasure removes the journal tells; an identifier that was only unlinked must not find anybody again after a restore.
  await sql`
    create table key_gone (token bytea not null, changed bigint not null default pg_current_xact_id()::text::bigint)`.execute(
    db,
  );
  await sql`create index key_gone_changed on key_gone (changed)`.execute(db);
  await sql`
    create function note_token_gone() returns trigger language plpgsql as
    'begin insert into key_gone (token) select token from gone; return null; end'`.execute(db);
  await sql`
    create trigger note_token_gone after delete on lookup referencing old table as gone
    for each statement execute function note_token_gone()`.execute(db);
  await sql`grant select, insert, delete on key_gone to derbes_app`.execute(db);
  await sql`create index key_owner_changed on key_owner (changed)`.execute(db);
  await sql`create index lookup_changed on lookup (changed)`.execute(db);
  await sql`create index lookup_past_changed on lookup_past (changed)`.execute(db);
  // Keys of parts are written in the order of transactions and seldom changed: a summary of each range of pages is enough.
  await sql`create index part_key_changed on part_key using brin (changed) with (pages_per_range = 32, autosummarize = on)`.execute(
    db,
  );
}

/** Fences go into the backup of keys too: they are written once, and deleted with their epoch. */
export async function backUpFences(db: Kysely<unknown>): Promise<void> {
  await sql`alter table token_fence add column changed bigint not null default pg_current_xact_id()::text::bigint`.execute(
    db,
  );
  await sql`create index token_fence_changed on token_fence (changed)`.execute(db);
}

/** The key of an epoch outlasts its close until a published checkpoint covers that. */
export async function waitForLog(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table epoch_close
      add column unwitnessed_by text,
      add column log_needed bigint,
      add column log_published bigint,
      add column log_witnesses text,
      add column log_since timestamptz`.execute(db);
}

/** Less of what a close writes of everybody: fewer index entries, no call of a trigger, and rows go on in their own blocks. */
export async function writeLess(db: Kysely<unknown>): Promise<void> {
  for (const [name, columns] of Object.entries(keyTables)) {
    const table = sql.table(name);
    const of = sql.join(columns.map((column) => sql.ref(column)));
    await sql`drop trigger note_key_change on ${table}`.execute(db);
    // Whoever gives `changed` saves the call of the function, which costs as much as the row.
    await sql`
      create trigger note_key_change before update of ${of} on ${table}
      for each row when (new.changed = old.changed) execute function note_key_change()`.execute(db);
  }
  for (const name of ['key_owner', 'lookup', 'lookup_past']) {
    await sql`drop index ${sql.ref(`${name}_changed`)}`.execute(db);
    // As of part_key; and from PostgreSQL 16 on such an index lets a row stay in its block, and all other indexes as they are.
    await sql`create index ${sql.ref(`${name}_changed`)} on ${sql.table(name)}
      using brin (changed) with (pages_per_range = 32, autosummarize = on)`.execute(db);
  }
  // Half of a block for the rows' next version: the close of an epoch leaves as much room behind it anyway, elsewhere.
  for (const name of ['key_owner', 'lookup'])
    await sql`alter table ${sql.table(name)} set (fillfactor = 50)`.execute(db);
}
