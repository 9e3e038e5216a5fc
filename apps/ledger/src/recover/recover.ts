// How does a ledger whose database was put back to an earlier state get its events again? From the files of its own log, up to what was signed.
import { openEventStoreDb, placeOf, type EventStoreDbStore } from '@derbes/event-store';
import { LauncherError } from '@derbes/postgres';
import { LogDirectory } from '@derbes/transparency/files.js';
import { CheckpointLock } from '@derbes/transparency/sequencing.js';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabaseOf } from '../backup/places.js';
import { type Progress } from '../progress.js';
import { type Settings } from '../settings.js';
import { assertAlone } from './alone.js';
import { KeysBack } from './keys-back.js';
import { proveFiles } from './proven-files.js';
import { RecoverError } from './recover-error.js';
import { RecoveringClaims } from './recovering-claims.js';
import { Recovering, type Recovered } from './recovering.js';

export interface Asked {
  /** A LOG_DIR, or a copy of one. */
  readonly dir: string;
  /** Goes on where sidecars are missing: repeats of those events would be recorded again. */
  readonly withoutClaims: boolean;
}

/** Cut off, it goes on when it is started again. Throws RecoverError, LogTrouble, LauncherError, EventStoreError and VaultError. */
export async function recover(
  { dir, withoutClaims }: Asked,
  settings: Settings,
  progress: Progress,
  log: (line: string) => void,
): Promise<Recovered> {
  const { databaseUrl, dataDir, eventstoreUrl, keepDir } = settings;
  if (databaseUrl === undefined && !existsSync(join(dataDir, 'postgres'))) {
    throw new RecoverError('LEDGER_MISSING', `there is no ledger in ${dataDir}: name its DATA_DIR or DATABASE_URL`);
  }
  const directory = new LogDirectory(dir);
  const proven = await proveFiles(directory, new CheckpointLock(keepDir), progress);
  const keys = await KeysBack.open(settings, proven.ledger);
  const database = await openDatabaseOf(settings, log).catch((error: unknown) => {
    throw error instanceof LauncherError ? new RecoverError('LEDGER_MISSING', error.message, { cause: error }) : error;
  });
  let store: EventStoreDbStore | undefined;
  try {
    const session = await database.pool.connect();
    try {
      const place = eventstoreUrl === undefined ? '' : placeOf(eventstoreUrl);
      await assertAlone(session, place);
      store = eventstoreUrl === undefined ? undefined : await openEventStoreDb(eventstoreUrl);
      const recovering = store
        ? new RecoveringClaims(session, directory, proven, progress, keys, store, place)
        : new Recovering(session, directory, proven, progress, keys);
      return await recovering.run(withoutClaims);
    } finally {
      session.release(true);
    }
  } finally {
    await store?.close();
    await database.close();
  }
}
