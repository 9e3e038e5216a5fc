// Do the keys that were restored open what was restored, and none more? Keys and values may come from two moments.
import { type PoolClient } from 'pg';
import { BackupError } from './backup-error.js';
import { type KnownSubjects } from './events-in.js';

/** Whom the events know, for as long as the transaction lasts. */
export async function prepareKnownSubjects(tx: PoolClient): Promise<void> {
  await tx.query(
    'create temp table known_subject (stream text collate "C" not null, erased boolean not null) on commit drop',
  );
}

export async function noteSubjects(tx: PoolClient, { registered, erased }: KnownSubjects): Promise<void> {
  if (registered.length + erased.length === 0) return;
  await tx.query(
    `insert into known_subject select s, false from unnest($1::text[]) s union all select s, true from unnest($2::text[]) s`,
    [registered, erased],
  );
}

/**
 * Throws KEY_STORE_OLD, or LEDGER_BEHIND where the keys are the newer ones, when a living person has no key row or a sealed value no
 * key: by a missing row the vault would take her for erased.
 */
export async function refuseMissingKeys(tx: PoolClient, keysAreNewer: boolean): Promise<void> {
  await tx.query('analyze known_subject');
  const { rows } = await tx.query<{ people: string; parts: string }>(
    `select
       (select count(*) from (
          select stream from known_subject group by stream having not bool_or(erased)
        ) s where not exists (select from key_owner o where o.owner = s.stream)) as people,
       (select count(*) from part p where not exists (select from part_key k where k.event = p.event and k.part = p.p)
          and exists (select from key_owner o where o.owner = p.owner and o.state = 'live')) as parts`,
  );
  const { people, parts } = rows[0] ?? { people: '0', parts: '0' };
  // Keys of single values go with an erasure that the journal or the newer events tell of; those of a whole person leave a row
  // until her epoch is closed.
  if (people === '0' && (parts === '0' || keysAreNewer)) return;
  if (keysAreNewer) {
    throw new BackupError(
      'LEDGER_BEHIND',
      `the events are older than the key store, and ${people} people whom they know have no key any more: they were erased since, and ` +
        'their epoch was closed. Restore newer events: these would deny what was destroyed. Nothing was restored',
    );
  }
  throw new BackupError(
    'KEY_STORE_OLD',
    `the key store is older than the events: ${people} people and ${parts} sealed values that the backup knows have no key in it. ` +
      'Restore with a key store of the same moment or a later one of the same epoch (--keys-dir), which may be the KEY_BACKUP_DIR of the ' +
      'service. Nothing was restored',
  );
}

/**
 * Removes the keys of people whom a newer key store knows and the events do not: their facts were lost with the events, and whoever
 * tells them again begins anew. An identifier that had moved to one of them finds again whom it meant before. Answers how many
 * owners went; `controller` is the ledger's own.
 */
export async function dropUnknownOwners(tx: PoolClient, controller: string): Promise<number> {
  const { rows } = await tx.query<{ owner: string }>(
    `delete from key_owner o
     where o.owner <> $1
       and not exists (select from known_subject s where s.stream = o.owner)
       and not exists (select from part p where p.owner = o.owner)
       and not exists (select from claim c where c.token = o.claim)
     returning owner`,
    [controller],
  );
  const owners = rows.map(({ owner }) => owner);
  if (owners.length === 0) return 0;
  await tx.query('delete from part_key where owner = any($1::text[])', [owners]);
  await tx.query('delete from lookup_past where owner = any($1::text[])', [owners]);
  const { rows: freed } = await tx.query<{ token: Buffer }>(
    'delete from lookup where owner = any($1::text[]) returning token',
    [owners],
  );
  await tx.query(
    `with latest as (
       select distinct on (token) token, owner, until from lookup_past where token = any($1::bytea[]) order by token, until desc
     ), again as (
       delete from lookup_past p using latest l where p.token = l.token and p.owner = l.owner and p.until = l.until returning p.*
     )
     insert into lookup (token, owner, scheme, norm, epoch, inner_wrapped)
       select token, owner, scheme, norm, epoch, inner_wrapped from again on conflict (token) do nothing`,
    [freed.map(({ token }) => token)],
  );
  return owners.length;
}
