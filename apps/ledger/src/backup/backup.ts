// How does a ledger become two folders of files, of one moment, while it goes on working?
import { type EventStoreDbStore } from '@derbes/event-store';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Progress } from '../progress.js';
import { type Settings } from '../settings.js';
import { rowSettings } from '../table-rows.js';
import { asDiskFull, BackupError } from './backup-error.js';
import { syncFolder } from './line-file.js';
import { openDatabaseOf, openStoreOf, refuseNested, type Folders } from './places.js';
import { Snapshot, type Written } from './snapshot.js';

export type Made = Written & Folders;

/** Throws BackupError, LauncherError and EventStoreError; then nothing is left where it would have been. */
export async function backUp(
  folders: Folders,
  settings: Settings,
  progress: Progress,
  log: (line: string) => void,
): Promise<Made> {
  refuseNested(folders, settings);
  for (const folder of [folders.dir, folders.keysDir]) refuseStanding(folder);
  if (settings.databaseUrl === undefined && !existsSync(join(settings.dataDir, 'postgres'))) {
    throw new BackupError(
      'LEDGER_MISSING',
      `there is no ledger in ${settings.dataDir}: name its DATA_DIR or DATABASE_URL`,
    );
  }
  const database = await openDatabaseOf(settings, log);
  let store: EventStoreDbStore | undefined;
  try {
    store = await openStoreOf(database.pool, settings);
    const before = await store?.headPosition();
    const tx = await database.pool.connect();
    try {
      await tx.query(`begin isolation level repeatable read read only;${rowSettings}`);
      return await writeFolders(new Snapshot(tx, store, before ?? '0', progress), folders);
    } finally {
      // A connection in whatever state a failure left it is not used again.
      tx.release(true);
    }
  } finally {
    await store?.close();
    await database.close();
  }
}

const partialOf = (folder: string): string => `${folder}.partial`;

function refuseStanding(folder: string): void {
  for (const path of [folder, partialOf(folder)]) {
    if (!existsSync(path)) continue;
    throw new BackupError(
      'BACKUP_EXISTS',
      path === folder
        ? `${path} stands already and is never overwritten: name a new folder`
        : `${path} is left of a backup that was cut off, or belongs to one that is being made: remove it, or wait`,
    );
  }
}

/** Under names that no backup has until both are whole. */
async function writeFolders(snapshot: Snapshot, folders: Folders): Promise<Made> {
  const { dir, keysDir } = folders;
  const [ledgerSide, keysSide] = [partialOf(dir), partialOf(keysDir)];
  const ours: string[] = [];
  try {
    for (const partial of [ledgerSide, keysSide]) {
      await mkdir(dirname(partial), { recursive: true });
      await mkdir(partial, { mode: 0o700 });
      ours.push(partial);
    }
    const made = await snapshot.write(ledgerSide, keysSide);
    for (const partial of [ledgerSide, keysSide]) await syncFolder(partial);
    // The keys first: a folder of this name always has its other half.
    await rename(keysSide, keysDir);
    ours.push(keysDir);
    await rename(ledgerSide, dir);
    for (const folder of [keysDir, dir]) await syncFolder(dirname(folder));
    return { ...made, ...folders };
  } catch (error) {
    for (const path of ours) await rm(path, { recursive: true, force: true });
    throw asDiskFull(error, `for the backup in ${dir}`);
  }
}
