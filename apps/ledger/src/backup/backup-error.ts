// Why is a backup not made, or not restored? One code each; the message says the way out.
import { statfsSync } from 'node:fs';

export type BackupErrorCode =
  | 'BACKUP_EXISTS'
  | 'BACKUP_MALFORMED'
  | 'BACKUP_MISSING'
  | 'BACKUP_NEWER'
  | 'BACKUP_PLACE_WRONG'
  | 'DATABASE_LOST'
  | 'DISK_FULL'
  | 'KEY_STORE_OLD'
  | 'LEDGER_BEHIND'
  | 'LEDGER_MISSING'
  | 'RESTORE_HASH_WRONG'
  | 'RESTORE_NOT_EMPTY'
  | 'RESTORE_OF_ANOTHER_LEDGER'
  | 'RESTORE_STORE_AHEAD'
  | 'SOURCE_FORGED';

/** The message holds no value of an event and no address with a password. */
export class BackupError extends Error {
  constructor(
    readonly code: BackupErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(`${code}: ${message}`, options);
  }
}

/** What a full disk says: the system while files are written (ENOSPC, EDQUOT), PostgreSQL while rows are (53100). */
export function asDiskFull(error: unknown, where: string): unknown {
  const { code } = (error ?? {}) as { code?: unknown };
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== '53100') return error;
  return new BackupError(
    'DISK_FULL',
    `there is no room left ${where}: nothing of this was kept; free some and start again`,
    {
      cause: error,
    },
  );
}

/** A file of PostgreSQL's write-ahead log: where none finds room, the whole server ends. */
const logFileBytes = 16 * 1024 * 1024;
const gone: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03']);
const goneSays = /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

/**
 * What it means that the server went away in the middle; other errors are answered as they are. `dataDir` is that of the embedded one: if
 * its disk has no room for the next file of the log, that is why.
 */
export function asDatabaseLost(error: unknown, dataDir: string | undefined): unknown {
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string };
  if (!gone.has(code) && !goneSays.test(message)) return error;
  const room = dataDir === undefined ? undefined : statfsSync(dataDir);
  if (room && room.bavail * room.bsize < logFileBytes) {
    return asDiskFull({ code: 'ENOSPC', cause: error }, 'where the ledger is restored to');
  }
  return new BackupError(
    'DATABASE_LOST',
    'the database ended in the middle: nothing of this was kept; its own log says why. Start again when it is there',
    { cause: error },
  );
}
