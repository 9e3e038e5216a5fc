// Why is a backup not made, or not restored? One code each; the message says the way out.

export type BackupErrorCode =
  | 'BACKUP_EXISTS'
  | 'BACKUP_MALFORMED'
  | 'BACKUP_MISSING'
  | 'BACKUP_NEWER'
  | 'BACKUP_PLACE_WRONG'
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
