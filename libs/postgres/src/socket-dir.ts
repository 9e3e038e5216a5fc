// In which private folder does the server put its socket, with a path short enough for one?
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf, LauncherError } from './launcher-error.js';
import { type RunMode } from './run-mode.js';

/** A socket's address holds 104 bytes on macOS and 108 on Linux, of which PostgreSQL's file name takes 14. */
const socketDirBytesMax = 90;

function isOurs(path: string, uid: number): boolean {
  const stat = lstatSync(path);
  return stat.isDirectory() && (stat.uid === uid || stat.uid === process.getuid?.()) && (stat.mode & 0o077) === 0;
}

/** Takes the name under `base`, or one like it when somebody else has that. */
function takeFolder(base: string, name: string, uid: number): string {
  const dir = join(base, name);
  try {
    mkdirSync(dir, { mode: 0o700 });
    return dir;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  if (!isOurs(dir, uid)) return mkdtempSync(`${dir}-`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { mode: 0o700 });
  return dir;
}

/**
 * Makes an empty folder that only the server's user can enter. Its name follows from the data directory, so that a
 * folder left behind by a kill is used again; who looks for the server reads the path in its postmaster.pid.
 */
export function makeSocketDir(clusterDir: string, mode: RunMode): string {
  const uid = mode.kind === 'user' ? mode.uid : (process.getuid?.() ?? -1);
  const name = `derbes-${createHash('sha256').update(`${uid}:${clusterDir}`).digest('hex').slice(0, 16)}`;
  const isShort = (base: string) => Buffer.byteLength(join(base, `${name}-XXXXXX`)) < socketDirBytesMax;
  let cause: unknown;
  for (const base of [tmpdir(), '/tmp'].filter(isShort)) {
    try {
      const dir = takeFolder(base, name, uid);
      chmodSync(dir, 0o700);
      if (mode.kind === 'user') chownSync(dir, mode.uid, mode.gid);
      return dir;
    } catch (error) {
      cause = error;
    }
  }
  throw new LauncherError(
    'SOCKET_DIR_NOT_WRITABLE',
    `PostgreSQL needs a folder for its socket, and neither TMPDIR nor /tmp can be written to (${codeOf(cause)}): set TMPDIR to a folder with a short path.`,
    { cause },
  );
}

export function removeSocketDir(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}
