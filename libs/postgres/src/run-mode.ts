// As whom may PostgreSQL run, which refuses to run as root, and how is a command started that way?
import { spawnSync } from 'node:child_process';
import { LauncherError } from './launcher-error.js';

/**
 * `direct`: as the user who starts it. `namespace`: root's files, seen from a user namespace without root (needs no
 * other user and no reachable home). `user`: as an unprivileged user of the system, who then owns the cluster.
 */
export type RunMode =
  { kind: 'direct'; uid: number } | { kind: 'namespace' } | { kind: 'user'; uid: number; gid: number };

export interface Command {
  file: string;
  args: string[];
  uid?: number;
  gid?: number;
}

const databaseUrlHint = 'or set DATABASE_URL to a PostgreSQL 15 or newer';

function succeeds(file: string, args: string[]): boolean {
  return spawnSync(file, args, { stdio: 'ignore' }).status === 0;
}

function numericId(flag: '-u' | '-g', user: string): number | undefined {
  const found = spawnSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const id = found.status === 0 ? Number(found.stdout.trim()) : Number.NaN;
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

function unprivilegedUser(): RunMode | undefined {
  for (const user of ['postgres', 'nobody']) {
    const uid = numericId('-u', user);
    const gid = numericId('-g', user);
    if (uid !== undefined && gid !== undefined) return { kind: 'user', uid, gid };
  }
  return undefined;
}

function namespaceAllowed(): boolean {
  return succeeds('unshare', ['-U', 'true']);
}

/** Chooses the mode of a new cluster. Throws ROOT_REFUSED when root has no way to run it. */
export function chooseRunMode(uid: number): RunMode {
  if (uid !== 0) return { kind: 'direct', uid };
  if (namespaceAllowed()) return { kind: 'namespace' };
  const mode = unprivilegedUser();
  if (mode !== undefined) return mode;
  throw new LauncherError(
    'ROOT_REFUSED',
    `PostgreSQL does not run as root, and here neither \`unshare -U\` is allowed nor a user postgres or nobody exists: start as an ordinary user, ${databaseUrlHint}.`,
  );
}

/** Refuses to open a cluster in another way than the one it was made in: its files would change hands or be unreadable. */
export function checkRecordedMode(recorded: RunMode, uid: number): void {
  if (recorded.kind === 'direct' && recorded.uid !== uid) {
    throw new LauncherError(
      'CLUSTER_OF_OTHER_USER',
      `The database in the data directory was made by the user with id ${recorded.uid} and this process runs as ${uid}: start it as that user, or name another DATA_DIR.`,
    );
  }
  if (recorded.kind !== 'direct' && uid !== 0) {
    throw new LauncherError(
      'CLUSTER_OF_OTHER_USER',
      `The database in the data directory was made by root and this process runs as the user with id ${uid}: start it as root, or name another DATA_DIR.`,
    );
  }
  if (recorded.kind === 'namespace' && !namespaceAllowed()) {
    throw new LauncherError(
      'CLUSTER_MODE_UNAVAILABLE',
      `The database in the data directory was made under \`unshare -U\`, which is no longer allowed here: allow user namespaces, ${databaseUrlHint}.`,
    );
  }
}

/** The command line that runs `file` in this mode. */
export function commandIn(mode: RunMode, file: string, args: string[]): Command {
  switch (mode.kind) {
    case 'direct':
      return { file, args };
    case 'namespace':
      return { file: 'unshare', args: ['-U', file, ...args] };
    case 'user':
      return { file, args, uid: mode.uid, gid: mode.gid };
  }
}

/** As `commandIn`, for a server that must not outlive this process: the kernel interrupts it when we die, even by kill -9. */
export function boundCommandIn(mode: RunMode, file: string, args: string[]): { command: Command; bound: boolean } {
  const bound = succeeds('setpriv', ['--pdeathsig', 'INT', 'true']);
  if (!bound) return { command: commandIn(mode, file, args), bound };
  return { command: commandIn(mode, 'setpriv', ['--pdeathsig', 'INT', file, ...args]), bound };
}
