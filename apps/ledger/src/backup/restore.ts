// How do two folders of a backup become a ledger again: whole, of one ledger, into nothing else, or not at all?
import { placeOf, type EventStoreDbStore } from '@derbes/event-store';
import { LauncherError, migrate } from '@derbes/postgres';
import { holdsKeyBackup, openKeep, restoreKeys, vaultMigrations, VaultError, type Keep } from '@derbes/vault';
import { type Pool, type PoolClient } from 'pg';
import { openEventStoreDb } from '@derbes/event-store';
import { ledgerMigrations } from '../database.js';
import { keepPlaceOf } from '../keep-place.js';
import { type Progress } from '../progress.js';
import { type Settings } from '../settings.js';
import { advanceSequences, insertLines, rowSettings, tablesOf, type Table } from '../table-rows.js';
import { beginningLock, controllerOwner } from '../write/opening.js';
import { asDatabaseLost, asDiskFull, BackupError } from './backup-error.js';
import { eventsFile, fileOf, keyTables, ledgerTables, seededTables } from './contents.js';
import { putIntoDatabase, putIntoStore, readEvents } from './events-in.js';
import { readLinePages, verifyFile } from './line-file.js';
import { readManifest, type FileEntry, type Manifest } from './manifest.js';
import { openDatabaseOf, type Folders } from './places.js';
import { dropUnknownOwners, noteSubjects, prepareKnownSubjects, refuseMissingKeys } from './restored-keys.js';

const pageRowsMax = 500;

export interface Restored {
  readonly ledger: string;
  readonly events: number;
  readonly rows: number;
  /** Key owners that the events do not know; only where keys and events are of two backups. */
  readonly dropped: number;
}

interface Sides {
  readonly ledger: Manifest;
  /** Absent where the keys come from what the service wrote to KEY_BACKUP_DIR: of no backup's moment, but of the last minute. */
  readonly keys: Manifest | undefined;
  readonly keep: Keep;
}

/**
 * Into an empty database, the one that the service's own settings name. All rows enter in one transaction, so a restore that is cut
 * off leaves none; events that went into an EventStoreDB are gone on from. Throws BackupError, VaultError, LauncherError and
 * EventStoreError.
 */
export async function restore(
  folders: Folders,
  settings: Settings,
  progress: Progress,
  log: (line: string) => void,
): Promise<Restored> {
  const sides = await readSides(folders, settings);
  await verifyFiles(folders, sides, progress);
  if (sides.keys) await refuseOldKeys(sides.keys, sides.keep);
  const database = await openDatabaseOf(settings, log);
  let store: EventStoreDbStore | undefined;
  try {
    await prepareDatabase(database.pool, sides, database.access.grantTo);
    const { eventstoreUrl } = settings;
    store = eventstoreUrl === undefined ? undefined : await openEventStoreDb(eventstoreUrl);
    const place = eventstoreUrl === undefined ? '' : placeOf(eventstoreUrl);
    return await new Restoring(folders, sides, progress).into(database.pool, place, store);
  } catch (error) {
    const dataDir = settings.databaseUrl === undefined ? settings.dataDir : undefined;
    throw asDiskFull(asDatabaseLost(error, dataDir), 'where the ledger is restored to');
  } finally {
    await store?.close();
    await database.close();
  }
}

async function readSides({ dir, keysDir }: Folders, settings: Settings): Promise<Sides> {
  const ledger = await readManifest(dir, 'ledger');
  const keys = (await holdsKeyBackup(keysDir)) ? undefined : await readManifest(keysDir, 'keys');
  if (keys && ledger.ledger !== keys.ledger) {
    throw new BackupError(
      'RESTORE_OF_ANOTHER_LEDGER',
      `the events are those of ledger ${ledger.ledger}, the key store that of ${keys.ledger}`,
    );
  }
  const unknown = migrationsOf({ ledger, keys }).filter((name) => !(name in ledgerMigrations));
  if (unknown.length > 0) {
    throw new BackupError(
      'BACKUP_NEWER',
      `a newer build made this backup (${unknown.join(', ')}): restore with that one`,
    );
  }
  return { ledger, keys, keep: await openKeepOf(ledger.ledger, settings) };
}

/** The tables that the rows of both sides need; what the service writes between closes fits those of this build. */
const migrationsOf = ({ ledger, keys }: Pick<Sides, 'ledger' | 'keys'>): string[] => [
  ...new Set([...ledger.migrations, ...(keys?.migrations ?? Object.keys(vaultMigrations))]),
];

async function verifyFiles({ dir, keysDir }: Folders, { ledger, keys }: Sides, progress: Progress): Promise<void> {
  const files = [
    ...ledger.files.map((entry) => [dir, entry] as const),
    ...(keys?.files ?? []).map((entry) => [keysDir, entry] as const),
  ];
  progress.phase(
    'verifying',
    files.reduce((sum, [, { bytes }]) => sum + Number(bytes), 0),
    'bytes',
  );
  let read = 0;
  for (const [folder, entry] of files) {
    await verifyFile(folder, entry, (bytes) => {
      read += bytes;
      progress.at(read);
    });
  }
}

/** Throws RESTORE_OF_ANOTHER_LEDGER, and what opening the keep throws. */
async function openKeepOf(ledger: string, settings: Settings): Promise<Keep> {
  return openKeep(keepPlaceOf(settings), ledger).catch((error: unknown) => {
    if (!(error instanceof VaultError) || error.code !== 'KEEP_OF_ANOTHER_LEDGER') throw error;
    throw new BackupError(
      'RESTORE_OF_ANOTHER_LEDGER',
      `the keep in ${settings.keepDir} is not that of the ledger ${ledger} of this backup`,
      {
        cause: error,
      },
    );
  });
}

/** Throws KEY_STORE_OLD for keys of an epoch whose key the keep has no more. */
async function refuseOldKeys({ epochs }: Manifest, keep: Keep): Promise<void> {
  for (const epoch of epochs) {
    if (await keep.hk(Number(epoch))) continue;
    if (Number(epoch) > keep.epoch) {
      throw new VaultError(
        'KEEP_BEHIND_DATABASE',
        `the key store needs the key of epoch ${epoch}, the keep ends at epoch ${keep.epoch}: put back the keep that belongs to it`,
      );
    }
    throw new BackupError(
      'KEY_STORE_OLD',
      `this key store is of epoch ${epoch}, whose key was destroyed when the epoch closed; the keep is at epoch ${keep.epoch}. Nobody can ` +
        'open it, and that is what an erasure rests on. The way out: restore these events with a key store of the epoch that stands, ' +
        '`derbes restore DIR --keys-dir NEWER`; NEWER may be the KEY_BACKUP_DIR of the service',
    );
  }
}

/** Makes the tables as they were when the backup was made; the start of the service does the rest. Throws RESTORE_NOT_EMPTY. */
async function prepareDatabase(pool: Pool, sides: Sides, grantTo: string): Promise<void> {
  const tx = await pool.connect();
  try {
    const full = await fullTables(tx, await tablesOf(tx));
    if (full.length > 0) throw notEmpty(`the database holds a ledger already (${full.join(', ')})`);
  } finally {
    tx.release();
  }
  const wanted = new Set(migrationsOf(sides));
  const migrations = Object.fromEntries(Object.entries(ledgerMigrations).filter(([name]) => wanted.has(name)));
  try {
    await migrate(pool, migrations, { grantTo });
  } catch (error) {
    if (!(error instanceof LauncherError) || error.code !== 'DATABASE_NEWER') throw error;
    throw notEmpty('the database has tables of a newer build than the backup');
  }
}

const notEmpty = (what: string): BackupError =>
  new BackupError(
    'RESTORE_NOT_EMPTY',
    `${what}: name an empty database or another DATA_DIR, for nothing is overwritten`,
  );

/** Tables of a ledger that have rows. */
async function fullTables(tx: PoolClient, tables: readonly Table[]): Promise<string[]> {
  const ours = new Set<string>(['ledger_event', ...ledgerTables, ...keyTables]);
  const full: string[] = [];
  for (const { name } of tables) {
    if (!ours.has(name) || seededTables.includes(name)) continue;
    const { rows } = await tx.query<{ some: boolean }>(`select exists (select from ${name}) as some`);
    if (rows[0]?.some === true) full.push(name);
  }
  return full;
}

class Restoring {
  private rows = 0;

  constructor(
    private readonly folders: Folders,
    private readonly sides: Sides,
    private readonly progress: Progress,
  ) {}

  async into(pool: Pool, place: string, store: EventStoreDbStore | undefined): Promise<Restored> {
    const { ledger, keys } = this.sides;
    const tx = await pool.connect();
    let broken: Error | undefined;
    try {
      await tx.query(`begin;${rowSettings}`);
      // A service that starts meanwhile waits for the ledger that comes instead of beginning one.
      await tx.query('select pg_advisory_xact_lock($1)', [beginningLock]);
      const tables = await tablesOf(tx);
      const full = await fullTables(tx, tables);
      if (full.length > 0) throw notEmpty(`a ledger was begun in this database meanwhile (${full.join(', ')})`);
      await prepareKnownSubjects(tx);
      await this.putEvents(tx, store);
      await this.putTables(tx, new Map(tables.map((table) => [table.name, table])));
      const isMixed = ledger.backup !== keys?.backup;
      await refuseMissingKeys(tx, isMixed && (await this.areKeysNewer(tx)));
      const dropped = isMixed ? await dropUnknownOwners(tx, controllerOwner(ledger.ledger)) : 0;
      await tx.query('update erasure_journal set entries = $1', [this.journalEntries()]);
      await tx.query('delete from ledger_store');
      await tx.query('insert into ledger_store (kind, place) values ($1, $2)', [store ? 'esdb' : 'postgres', place]);
      await tx.query('commit');
      return { ledger: ledger.ledger, events: Number(ledger.head.events), rows: this.rows, dropped };
    } catch (error) {
      broken = error as Error;
      throw error;
    } finally {
      tx.release(broken);
    }
  }

  /** The journal begins anew with each epoch; of two moments the earlier one says what certainly was done on both sides. */
  private journalEntries(): string {
    const { ledger, keys } = this.sides;
    if (ledger.epochs.join() !== keys?.epochs.join()) return '0';
    return String(Math.min(Number(ledger.journal), Number(keys.journal)));
  }

  private async putEvents(tx: PoolClient, store: EventStoreDbStore | undefined): Promise<void> {
    const { dir } = this.folders;
    const { ledger } = this.sides;
    this.progress.phase('events', Number(ledger.head.events));
    let put = 0;
    const each = async (page: Parameters<Parameters<typeof putIntoStore>[2]>[0]): Promise<void> => {
      await noteSubjects(tx, page);
      put += page.events.length;
      this.progress.at(put);
    };
    if (store) return putIntoStore(store, readEvents(dir, ledger), each);
    for await (const page of readEvents(dir, ledger)) {
      await putIntoDatabase(tx, page.events);
      await each(page);
    }
  }

  private async putTables(tx: PoolClient, tables: ReadonlyMap<string, Table>): Promise<void> {
    const { dir, keysDir } = this.folders;
    const { ledger, keys, keep } = this.sides;
    const files = [
      ...entriesOf(ledger, ledgerTables).map((file) => ({ ...file, folder: dir })),
      ...(keys ? entriesOf(keys, keyTables) : []).map((file) => ({ ...file, folder: keysDir })),
    ];
    this.progress.phase(
      'tables',
      files.reduce((sum, { entry }) => sum + Number(entry.lines), 0),
      'rows',
    );
    for (const { name, entry, folder } of files) {
      const table = knownColumns(tables.get(name), entry, folder);
      if (seededTables.includes(name)) await tx.query(`delete from ${name}`);
      for await (const page of readLinePages(folder, entry, pageRowsMax)) {
        await insertLines(tx, table, page);
        this.rows += page.length;
        this.progress.at(this.rows);
      }
      await advanceSequences(tx, table);
      await tx.query(`analyze ${name}`);
    }
    if (!keys) this.rows += (await restoreKeys(tx, keysDir, keep)).rows;
  }

  /** What the service wrote between closes tells no moment; a key that was erased leaves its row there until its epoch closes. */
  private async areKeysNewer(tx: PoolClient): Promise<boolean> {
    const { ledger, keys } = this.sides;
    if (keys) return keys.made > ledger.made;
    const { rows } = await tx.query<{ epoch: number }>(`select max(epoch) as epoch from epoch where state = 'open'`);
    return (rows[0]?.epoch ?? 0) > Math.max(...ledger.epochs.map(Number));
  }
}

/** The files of a side by table; what else a manifest names is none of ours. Throws BACKUP_MALFORMED. */
function entriesOf({ files }: Manifest, names: readonly string[]): { name: string; entry: FileEntry }[] {
  const byName = new Map(files.map((entry) => [entry.name, entry]));
  const foreign = files.find(({ name }) => name !== eventsFile && !names.some((table) => fileOf(table) === name));
  if (foreign)
    throw new BackupError('BACKUP_MALFORMED', `the manifest names ${foreign.name}, which no backup has on this side`);
  return names.flatMap((name) => {
    const entry = byName.get(fileOf(name));
    return entry ? [{ name, entry }] : [];
  });
}

/** The table with the columns that its rows have; a manifest may name no other. */
function knownColumns(table: Table | undefined, { name, columns = [] }: FileEntry, folder: string): Table {
  if (table && columns.length > 0 && columns.every((column) => table.columns.includes(column)))
    return { ...table, columns };
  throw new BackupError('BACKUP_MALFORMED', `the columns of ${name} in ${folder} are not those of its table`);
}
