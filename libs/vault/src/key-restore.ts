// How do keys come back from their backup? File by file, each proved to follow upon the one before, into tables that are empty.
import { type PoolClient } from 'pg';
import { expand } from './formulas.js';
import { MacKey } from './hmac.js';
import { damaged, filesIn, readFileOf } from './key-backup-file.js';
import { keyTableNames, LinesIn, makeAside } from './key-tables.js';
import { type Keep } from './keep.js';
import { VaultError } from './vault-error.js';

/**
 * Puts the newest backup's rows into the tables of keys, which must be empty. What was erased since is to be destroyed again, from
 * the journal. Throws KEY_BACKUP_DAMAGED, KEY_BACKUP_MISSING, KEY_STORE_OLD, KEEP_OF_ANOTHER_LEDGER or KEY_TABLES_NOT_EMPTY.
 */
export async function restoreKeys(
  tx: PoolClient,
  dir: string,
  keep: Keep,
): Promise<{ readonly epoch: number; readonly rows: number }> {
  const standing = await tx.query('select from epoch union all (select from key_owner limit 1)');
  if (standing.rowCount !== 0)
    throw new VaultError('KEY_TABLES_NOT_EMPTY', 'keys stand in this database: it is no place to restore to');
  const epoch = await newestEpoch(dir, keep);
  const { rows } = await readAll(tx, dir, keep, epoch, 'public');
  const { rows: closing } = await tx.query<{ epoch: number }>(
    `select epoch from epoch e where state = 'closing'
      and not exists (select from key_owner o where o.epoch = e.epoch and o.state <> 'erased')`,
  );
  for (const one of closing) {
    // The backup was written while that epoch ended; its key went since.
    if (await keep.hk(one.epoch)) continue;
    await tx.query(`update epoch set state = 'closed', wrapped_kek = null where epoch = $1`, [one.epoch]);
  }
  // As the end of the close leaves it: who was erased in it has no row any more, which tells events of before that they lack an erasure.
  for (const table of ['key_owner', 'token_fence', 'lookup', 'lookup_past']) {
    await tx.query(`delete from ${table} where epoch in (select epoch from epoch where state = 'closed')`);
  }
  await tx.query(`update epoch set owners = case state when 'open' then (select count(*) from key_owner) else 0 end`);
  // A close that was under way is gone on with.
  await tx.query(
    `insert into epoch_close (epoch, step, asked_by)
      select epoch, 'wrapping', 'schedule' from epoch where state = 'closing'
      union all
      select epoch - 1, 'preparing', 'schedule' from epoch where state = 'coming'`,
  );
  return { epoch, rows };
}

/**
 * Puts the newest backup's rows in the place of all keys that stand, as a restore would; the journal destroys again what was erased
 * since. Throws as `restoreKeys` does.
 */
export async function replaceKeys(
  tx: PoolClient,
  dir: string,
  keep: Keep,
): Promise<{ readonly epoch: number; readonly rows: number }> {
  // `key_gone` last: what goes from `lookup` is noted there.
  for (const table of ['epoch_close', ...keyTableNames.filter((name) => name !== 'key_gone'), 'key_gone']) {
    await tx.query(`delete from ${table}`);
  }
  const put = await restoreKeys(tx, dir, keep);
  await tx.query('update erasure_journal set entries = 0');
  return put;
}

/**
 * Reads the newest backup into tables beside the real ones, which they hide from `tx` until it ends. Throws as `restoreKeys` does.
 */
export async function backedUpAside(tx: PoolClient, dir: string, keep: Keep): Promise<void> {
  const epoch = await newestEpoch(dir, keep);
  await makeAside(tx);
  await readAll(tx, dir, keep, epoch, 'pg_temp');
}

/** Hashes all files of the newest epoch, writes nothing, and answers that epoch. Throws as `restoreKeys` does. */
export async function proveKeyBackup(dir: string, keep: Keep): Promise<number> {
  const epoch = await newestEpoch(dir, keep);
  await readLines(dir, keep, epoch, { take: () => Promise.resolve(), end: () => Promise.resolve() });
  return epoch;
}

async function newestEpoch(dir: string, keep: Keep): Promise<number> {
  const epoch = (await filesIn(dir)).at(-1)?.epoch;
  if (epoch === undefined) throw new VaultError('KEY_BACKUP_MISSING', `${dir} holds no backup of keys`);
  if (await keep.hk(epoch)) return epoch;
  throw new VaultError('KEY_STORE_OLD', `${dir} holds keys of epoch ${epoch}, which is closed: its key is destroyed`);
}

/** Whether the directory is one that `KeyBackup` writes to. A directory that is not there holds none. */
export async function holdsKeyBackup(dir: string): Promise<boolean> {
  const files = await filesIn(dir).catch((error: unknown) => {
    const { code } = error as { code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  });
  return files.length > 0;
}

/** Reads all files of an epoch into the tables of a schema: each must follow upon the one before. */
export async function readAll(
  tx: PoolClient,
  dir: string,
  keep: Keep,
  epoch: number,
  schema: string,
): Promise<{ rows: number }> {
  const into = new LinesIn(tx, schema);
  await readLines(dir, keep, epoch, into);
  return { rows: into.rows };
}

async function readLines(
  dir: string,
  keep: Keep,
  epoch: number,
  into: { take(line: string): Promise<void>; end(): Promise<void> },
): Promise<void> {
  const files = (await filesIn(dir)).filter((file) => file.epoch === epoch);
  const key = backupKey(keep);
  let before = '';
  for (const [n, file] of files.entries()) {
    const { head, mac } = await readFileOf(file, key, keep.ledger, (line) => into.take(line));
    if (head.n !== n || head.before !== before) throw damaged(file.path, 'does not follow upon the file before it');
    await into.end();
    before = mac;
  }
  if (files.length === 0) throw new VaultError('KEY_BACKUP_MISSING', `${dir} holds no keys of epoch ${epoch}`);
}

export const backupKey = (keep: Keep): Buffer => expand(MacKey.of(keep.kStatic), 'derbes/key-backup/v1');
