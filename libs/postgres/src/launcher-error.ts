// What can go wrong between a start and a usable database, and what should the reader do about it?

export type LauncherErrorCode =
  | 'BINARIES_DAMAGED'
  | 'BINARIES_MISSING'
  | 'CLUSTER_DAMAGED'
  | 'CLUSTER_MODE_UNAVAILABLE'
  | 'CLUSTER_OF_OTHER_USER'
  | 'CLUSTER_VERSION_MISMATCH'
  | 'DATABASE_ACCESS_DENIED'
  | 'DATABASE_ENCODING_NOT_UTF8'
  | 'DATABASE_MISSING'
  | 'DATABASE_NEWER'
  | 'DATABASE_PASSWORD_WRONG'
  | 'DATABASE_REFUSED'
  | 'DATABASE_TOO_OLD'
  | 'DATABASE_UNREACHABLE'
  | 'DATABASE_URL_MALFORMED'
  | 'DATA_DIR_IN_USE'
  | 'DATA_DIR_NOT_WRITABLE'
  | 'DISK_FULL'
  | 'MIGRATION_FAILED'
  | 'PLATFORM_UNSUPPORTED'
  | 'ROOT_REFUSED'
  | 'SERVER_NOT_STOPPED'
  | 'SERVER_START_FAILED'
  | 'SOCKET_DIR_NOT_WRITABLE'
  | 'TEST_SERVER_MISSING';

/** A start that cannot go on: `code` is stable, the message is one or two sentences that say what to do. */
export class LauncherError extends Error {
  constructor(
    readonly code: LauncherErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'LauncherError';
  }
}

/** The `code` of a system or PostgreSQL error, or '' when the thing thrown carries none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return String(error.code);
}
