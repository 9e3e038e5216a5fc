// Is there a sound PostgreSQL cluster in the data directory, of this version and made in this way? If there is none, make one.
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Binaries } from './binaries.js';
import { codeOf, LauncherError } from './launcher-error.js';
import { boundCommandIn, chooseRunMode, modeOfExisting, type RunMode } from './run-mode.js';
import { explainFailure, explainFileError, explainSpawnError } from './server-failure.js';
import { initdbArguments, serverEnvironment } from './server-settings.js';

/** The role that made the cluster; only the launcher and the tests connect as it. */
export const superuser = 'postgres';

const stagingPrefix = 'postgres.new-';
const modeFile = 'derbes-mode.json';

export interface Cluster {
  dir: string;
  mode: RunMode;
}

export function clusterDirOf(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/** Makes the data directory when it is missing. Throws DATA_DIR_NOT_WRITABLE or DISK_FULL. */
export function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const probe = join(dataDir, `.writable-${process.pid}`);
    mkdirSync(probe);
    rmdirSync(probe);
  } catch (error) {
    throw explainFileError(dataDir, error);
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function runInitdb(binaries: Binaries, mode: RunMode, dir: string, throwaway: boolean): Promise<void> {
  const { command } = boundCommandIn(mode, binaries.initdb, initdbArguments(dir, superuser, throwaway));
  const { file, args, ...identity } = command;
  const child = spawn(file, args, {
    ...identity,
    cwd: dir,
    env: serverEnvironment(binaries.libraryPath),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(explainSpawnError(error, binaries.initdb)));
    child.once('close', resolve);
  });
  const [status, out, complaints] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (status !== 0) throw explainFailure('make its data directory', complaints || out);
}

/** Made aside and renamed when whole, so that a start cut off in the middle leaves nothing that looks like a cluster. */
async function makeCluster(dataDir: string, binaries: Binaries, mode: RunMode, throwaway: boolean): Promise<void> {
  const staging = join(dataDir, `${stagingPrefix}${process.pid}`);
  mkdirSync(staging, { mode: 0o700 });
  if (mode.kind === 'user') {
    chownSync(staging, mode.uid, mode.gid);
    // The other user must pass through to its cluster; the listing stays closed.
    chmodSync(dataDir, statSync(dataDir).mode | 0o011);
  }
  try {
    await runInitdb(binaries, mode, staging, throwaway);
    await writeMode(staging, mode);
    await rename(staging, clusterDirOf(dataDir));
    await syncFolder(dataDir);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error instanceof LauncherError ? error : explainFileError(dataDir, error);
  }
}

/** Names in the cluster's folder, or undefined when there is no folder. */
function contentsOf(dir: string): string[] | undefined {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new LauncherError(
      'CLUSTER_OF_OTHER_USER',
      `The database folder ${dir} cannot be read (${codeOf(error)}): start as the user who made it, or name another DATA_DIR.`,
      { cause: error },
    );
  }
}

function writeMode(dir: string, mode: RunMode): Promise<void> {
  return writeFile(join(dir, modeFile), JSON.stringify(mode), { mode: 0o600, flush: true });
}

function readMode(dir: string): RunMode {
  try {
    return JSON.parse(readFileSync(join(dir, modeFile), 'utf8')) as RunMode;
  } catch (error) {
    throw new LauncherError(
      'CLUSTER_DAMAGED',
      `The database folder ${dir} does not say how it was made (${modeFile}): restore a backup, or name another DATA_DIR.`,
      { cause: error },
    );
  }
}

/**
 * Returns the cluster of the data directory, made now when there was none. The caller holds the directory's claim.
 * Throws CLUSTER_VERSION_MISMATCH, CLUSTER_DAMAGED, CLUSTER_OF_OTHER_USER, CLUSTER_MODE_UNAVAILABLE, ROOT_REFUSED, DISK_FULL.
 */
export async function openCluster(
  dataDir: string,
  binaries: Binaries,
  throwaway: boolean,
  log: (line: string) => void,
): Promise<Cluster> {
  const uid = process.getuid?.() ?? -1;
  const dir = clusterDirOf(dataDir);
  for (const name of readdirSync(dataDir)) {
    if (!name.startsWith(stagingPrefix)) continue;
    log('removing a half-made database of a start that was cut off');
    await rm(join(dataDir, name), { recursive: true, force: true });
  }
  const contents = contentsOf(dir);
  if (contents === undefined || contents.length === 0) {
    log(`making a PostgreSQL ${binaries.major} database in ${dir}`);
    if (contents !== undefined) rmdirSync(dir);
    const mode = chooseRunMode(uid);
    await makeCluster(dataDir, binaries, mode, throwaway);
    return { dir, mode };
  }
  if (!contents.includes('PG_VERSION') || !contents.includes('global')) {
    throw new LauncherError(
      'CLUSTER_DAMAGED',
      `The folder ${dir} is no whole PostgreSQL cluster: restore a backup, or name another DATA_DIR.`,
    );
  }
  const version = readFileSync(join(dir, 'PG_VERSION'), 'utf8').trim();
  if (version !== binaries.major) {
    throw new LauncherError(
      'CLUSTER_VERSION_MISMATCH',
      `The database in ${dir} was made by PostgreSQL ${version} and this build carries ${binaries.major}: export with the build that made it and import here, or set DATABASE_URL.`,
    );
  }
  const recorded = readMode(dir);
  const mode = modeOfExisting(recorded, statSync(dir).uid, uid);
  if (mode !== recorded) await writeMode(dir, mode);
  return { dir, mode };
}
