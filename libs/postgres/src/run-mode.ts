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

function ownerUnder(mode: RunMode): number {
  return mode.kind === 'namespace' ? 0 : mode.uid;
}

function ofOtherUser(owner: number, uid: number): LauncherError {
  const whose = owner === 0 ? 'root' : `the user with id ${owner}`;
  const whom = uid === 0 ? 'root' : `the user with id ${uid}`;
  return new LauncherError(
    'CLUSTER_OF_OTHER_USER',
    `The database in the data directory belongs to ${whose} and this process runs as ${whom}: start it as its owner, or name another DATA_DIR.`,
  );
}

/**
 * The mode in which a cluster made in `recorded` may be opened by `uid`: the same one, for in another its files would
 * change hands or be unreadable. Only where all was handed over meanwhile (a restored copy, now of `owner`) it is chosen anew.
 */
export function modeOfExisting(recorded: RunMode, owner: number, uid: number): RunMode {
  if (owner !== ownerUnder(recorded)) {
    if (owner !== uid) throw ofOtherUser(owner, uid);
    return uid === 0 ? { kind: 'namespace' } : { kind: 'direct', uid };
  }
  const mayOpen = recorded.kind === 'direct' ? recorded.uid === uid : uid === 0;
  if (!mayOpen) throw ofOtherUser(owner, uid);
  if (recorded.kind === 'namespace' && !namespaceAllowed()) {
    throw new LauncherError(
      'CLUSTER_MODE_UNAVAILABLE',
      `The database in the data directory was made under \`unshare -U\`, which is no longer allowed here: allow user namespaces, ${databaseUrlHint}.`,
    );
  }
  return recorded;
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
