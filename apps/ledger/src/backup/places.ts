// Between which folders, database and store of events does a backup go, and which of them must never lie in one another?
import { openEventStoreDb, placeOf, readStorePlace, type EventStoreDbStore } from '@derbes/event-store';
import { connectEmbedded, openExternal, type LedgerAccess } from '@derbes/postgres';
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import pg from 'pg';
import { type Settings } from '../settings.js';
import { BackupError } from './backup-error.js';

export interface Folders {
  /** Events, sealed values, outcomes, documents. */
  readonly dir: string;
  /** The key store. */
  readonly keysDir: string;
}

export const foldersOf = (dir: string, keysDir?: string): Folders => ({
  dir: resolve(dir),
  keysDir: resolve(keysDir ?? `${resolve(dir)}-keys`),
});

/** Throws BACKUP_PLACE_WRONG when one folder is, or lies in, another, symbolic links resolved. */
export function refuseNested({ dir, keysDir }: Folders, { dataDir, keepDir }: Settings): void {
  const named = { 'the backup': dir, '--keys-dir': keysDir, DATA_DIR: dataDir, KEEP_DIR: keepDir };
  const places = Object.entries(named).map(([name, path]) => [name, realPlace(path)] as const);
  for (const [inner, path] of places) {
    for (const [outer, around] of places) {
      if (inner === outer || !within(path, around)) continue;
      throw new BackupError(
        'BACKUP_PLACE_WRONG',
        `${inner} (${path}) must not be or lie in ${outer} (${around}): values, the keys to them and the keep belong into different places`,
      );
    }
  }
}

function within(inner: string, outer: string): boolean {
  const path = relative(outer, inner);
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

function realPlace(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return dirname(path) === path ? path : join(realPlace(dirname(path)), basename(path));
}

export interface Opened {
  readonly access: LedgerAccess;
  /** As the owner of the tables, where the settings name it. */
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

const connectionsMax = 4;

/**
 * The database that the service's own settings name: the embedded one through its socket while the service runs, started for as
 * long as this takes when it does not. Throws LauncherError.
 */
export async function openDatabaseOf(settings: Settings, log: (line: string) => void): Promise<Opened> {
  const { dataDir, databaseUrl, databaseOwnerUrl } = settings;
  const joined = databaseUrl === undefined ? await connectEmbedded({ dataDir, log }) : undefined;
  const access = joined ?? (await openExternal(databaseUrl ?? '', databaseOwnerUrl));
  const pool = new pg.Pool({ ...access.asOwner, max: connectionsMax });
  pool.on('error', () => undefined);
  // A server that ends between two questions must not take this process along: the next question says so.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    access,
    pool,
    async close() {
      await pool.end();
      await joined?.stop();
    },
  };
}

/** The server that holds the events of this database's ledger; undefined where they stand in PostgreSQL itself. */
export async function openStoreOf(pool: pg.Pool, { eventstoreUrl }: Settings): Promise<EventStoreDbStore | undefined> {
  const place = await readStorePlace(pool).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === '42P01') return undefined;
    throw error;
  });
  if (place?.state === 'moved') {
    throw new BackupError('LEDGER_MISSING', 'this ledger was moved to another database: name that one in DATABASE_URL');
  }
  if (place?.kind !== 'esdb') return undefined;
  if (eventstoreUrl === undefined || placeOf(eventstoreUrl) !== place.place) {
    throw new BackupError(
      'LEDGER_MISSING',
      'the events of this ledger live in an EventStoreDB: name it in EVENTSTORE_URL as for the service',
    );
  }
  return openEventStoreDb(eventstoreUrl);
}
