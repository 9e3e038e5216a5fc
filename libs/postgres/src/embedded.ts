// How does the ledger get a PostgreSQL of its own out of nothing but a data directory?
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries } from './binaries.js';
import { clusterDirOf, openCluster, superuser } from './cluster.js';
import { claimDataDir, type DataDirClaim } from './data-dir-claim.js';
import { LauncherError } from './launcher-error.js';
import { clearLeftovers, findPostmaster } from './postmaster.js';
import { appRole, ledgerDatabase, makeDatabase, makeRoles, ownerRole } from './roles.js';
import { type ServerEnd, startServer } from './server.js';
import { socketPort } from './server-settings.js';
import { makeSocketDir, removeSocketDir } from './socket-dir.js';

const joinMsMax = 15_000;
const joinPollMs = 50;

export interface EmbeddedOptions {
  dataDir: string;
  /** A test server: fast, many connections, and nothing survives a power cut. */
  throwaway?: boolean;
  log?: (line: string) => void;
  /** The claim of `dataDir`, when the caller holds it already; otherwise one is taken for as long as the server runs. */
  claim?: DataDirClaim;
  /** Another copy of the package with the programs than the installed one. */
  packageDir?: string;
}

/** How the cluster's superuser connects: the launcher and the tests alone do. */
export interface EmbeddedConnection {
  host: string;
  port: number;
  user: string;
  database: string;
}

export interface EmbeddedPostgres {
  connection: EmbeddedConnection;
  /** For migrations. */
  asOwner: pg.PoolConfig;
  /** For everything else. */
  asApp: pg.PoolConfig;
  pid: number;
  /** Resolves when the server has ended, and says whether anybody had asked it to. */
  exited: Promise<ServerEnd>;
  stop(): Promise<void>;
}

/** A server that another process started; leaving it is all that can be done. */
export interface JoinedPostgres {
  connection: EmbeddedConnection;
  asOwner: pg.PoolConfig;
  asApp: pg.PoolConfig;
  /** False when the server is the running service's, and `stop()` leaves it alone. */
  started: boolean;
  stop(): Promise<void>;
}

function accessTo(socketDir: string) {
  const server = { host: socketDir, port: socketPort, ssl: false };
  return {
    connection: { host: socketDir, port: socketPort, user: superuser, database: 'postgres' },
    asOwner: { ...server, user: ownerRole, database: ledgerDatabase },
    asApp: { ...server, user: appRole, database: ledgerDatabase },
  };
}

async function makeLedgerDatabase(connection: EmbeddedConnection): Promise<void> {
  const admin = new pg.Client(connection);
  await admin.connect();
  try {
    await makeRoles(admin);
    await makeDatabase(admin, ledgerDatabase);
  } finally {
    await admin.end();
  }
}

async function startClaimed(dataDir: string, options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { throwaway = false, log = () => undefined, packageDir } = options;
  const binaries = findBinaries(join(dataDir, 'postgres-lib'), packageDir);
  const cluster = await openCluster(dataDir, binaries, throwaway, log);
  await clearLeftovers(cluster.dir, log);
  const socketDir = makeSocketDir(cluster.dir, cluster.mode);
  const access = accessTo(socketDir);
  try {
    const server = await startServer(dataDir, cluster, binaries, { socketDir, throwaway });
    const stop = async () => {
      await server.stop();
      removeSocketDir(socketDir);
    };
    try {
      await makeLedgerDatabase(access.connection);
    } catch (error) {
      await stop();
      throw error;
    }
    log(`PostgreSQL ${binaries.major} runs as process ${server.pid}`);
    return { ...access, pid: server.pid, exited: server.exited, stop };
  } catch (error) {
    removeSocketDir(socketDir);
    throw error;
  }
}

/** Starts the PostgreSQL of the data directory, which it makes when missing. Throws `LauncherError`. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const claim = options.claim ?? claimDataDir(options.dataDir);
  const release = () => {
    if (options.claim === undefined) claim.release();
  };
  try {
    const server = await startClaimed(realpathSync(options.dataDir), options);
    let stopping: Promise<void> | undefined;
    return { ...server, stop: () => (stopping ??= server.stop().finally(release)) };
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * For a command on the service's own machine (DESIGN §11): the running service's server through the socket that its
 * data directory names, or a server of its own when no service runs. `stop()` ends only what was started here.
 */
export async function connectEmbedded(options: EmbeddedOptions): Promise<JoinedPostgres> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const clusterDir = clusterDirOf(realpathSync(options.dataDir));
  const deadline = performance.now() + joinMsMax;
  for (;;) {
    const running = findPostmaster(clusterDir);
    if (running?.ready === true) {
      return { ...accessTo(running.socketDir), started: false, stop: () => Promise.resolve() };
    }
    try {
      const own = await startEmbedded(options);
      return { ...own, started: true };
    } catch (error) {
      // Somebody is starting it at this moment: its socket will be there soon.
      const isStarting = error instanceof LauncherError && error.code === 'DATA_DIR_IN_USE';
      if (!isStarting || performance.now() > deadline) throw error;
      await pause(joinPollMs);
    }
  }
}
