// What does the output of a PostgreSQL program that failed mean to the person who started us?
import { codeOf, LauncherError } from './launcher-error.js';

const diskFull = () =>
  new LauncherError('DISK_FULL', 'The disk of the data directory is full: free some space there and start again.');

const causes: [RegExp, (found: RegExpMatchArray) => LauncherError][] = [
  [
    /No space left on device|Disk quota exceeded|Check free disk space|wrote only \d+ of \d+ bytes/,
    () =>
      new LauncherError('DISK_FULL', 'The disk of the data directory is full: free some space there and start again.'),
  ],
  [
    /error while loading shared libraries: (\S+):|Library not loaded: (\S+)/,
    (found) =>
      new LauncherError(
        'BINARIES_DAMAGED',
        `The embedded PostgreSQL does not find the library ${found[1] ?? found[2] ?? ''}: run \`npm ci\` again, or set DATABASE_URL.`,
      ),
  ],
  [
    /Permission denied|Operation not permitted|Read-only file system/,
    () =>
      new LauncherError(
        'DATA_DIR_NOT_WRITABLE',
        'PostgreSQL may not write to the data directory: give its user the right to, or name another DATA_DIR.',
      ),
  ],
];

const quotedLinesMax = 6;

/** The error for a program that ended with this output; `doing` completes "PostgreSQL could not …". */
export function explainFailure(doing: string, output: string): LauncherError {
  for (const [pattern, explain] of causes) {
    const found = output.match(pattern);
    if (found !== null) return explain(found);
  }
  const lastLines = output.trim().split('\n').slice(-quotedLinesMax).join(' | ');
  return new LauncherError(
    'SERVER_START_FAILED',
    `PostgreSQL could not ${doing}; it said: ${lastLines || 'nothing'}. Mend that, or set DATABASE_URL.`,
  );
}

/** The error for a program that could not be run at all. */
export function explainSpawnError(error: Error, file: string): LauncherError {
  return new LauncherError(
    'SERVER_START_FAILED',
    `${file} could not be run (${error.message}): the programs need glibc (not musl) and must be reachable by the user they run as; else set DATABASE_URL.`,
    { cause: error },
  );
}

/** The error for a file or folder that could not be written in the data directory. */
export function explainFileError(dataDir: string, error: unknown): LauncherError {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull();
  return new LauncherError(
    'DATA_DIR_NOT_WRITABLE',
    `The data directory ${dataDir} cannot be written to (${code}): give this user the right to, or name another DATA_DIR.`,
    { cause: error },
  );
}
