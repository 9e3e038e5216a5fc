// How does the ledger get a PostgreSQL of its own out of nothing but a data directory?
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries } from './binaries.js';
import { clusterDirOf, makeDataDir, openCluster, superuser } from './cluster.js';
import { claimDataDir, type DataDirClaim } from './data-dir-claim.js';
import { LauncherError } from './launcher-error.js';
import { clearLeftovers, findPostmaster } from './postmaster.js';
import { appRole, ledgerDatabase, type LedgerAccess, makeDatabase, makeRoles, ownerRole } from './roles.js';
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
  /** For tests alone: settings of the server in the place of ours. */
  settings?: Readonly<Record<string, string>>;
}

/** How the cluster's superuser connects: the launcher and the tests alone do. */
export interface EmbeddedConnection {
  host: string;
  port: number;
  ssl: false;
  options: string;
  user: string;
  database: string;
}

export interface EmbeddedPostgres extends LedgerAccess {
  connection: EmbeddedConnection;
  pid: number;
  /** Resolves when the server has ended, and says whether anybody had asked it to. */
  exited: Promise<ServerEnd>;
  stop(): Promise<void>;
}

/** A server that may be another process's. */
export interface JoinedPostgres extends LedgerAccess {
  connection: EmbeddedConnection;
  /** False when the server is the running service's; `stop()` then leaves it alone. */
  started: boolean;
  stop(): Promise<void>;
}

function accessTo(socketDir: string): LedgerAccess & { connection: EmbeddedConnection } {
  // Everything said, so that no PGPORT or PGOPTIONS of our environment changes where and how we connect.
  const server = { host: socketDir, port: socketPort, ssl: false as const, options: '-c search_path=public' };
  return {
    connection: { ...server, user: superuser, database: 'postgres' },
    asOwner: { ...server, user: ownerRole, database: ledgerDatabase },
    asApp: { ...server, user: appRole, database: ledgerDatabase },
    grantTo: appRole,
    appendOnlyBy: 'roles',
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
  const { throwaway = false, log = () => undefined, packageDir, settings = {} } = options;
  const binaries = findBinaries(join(dataDir, 'postgres-lib'), packageDir);
  const cluster = await openCluster(dataDir, binaries, throwaway, log);
  await clearLeftovers(cluster.dir, log);
  const socketDir = makeSocketDir(cluster.dir, cluster.mode);
  const access = accessTo(socketDir);
  try {
    const server = await startServer(dataDir, cluster, binaries, { socketDir, throwaway, settings });
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

/** A server that is going down, or one on its very first start, does not yet. */
async function answers(config: pg.PoolConfig): Promise<boolean> {
  const client = new pg.Client(config);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/**
 * For a command on the service's own machine (DESIGN §11): the running service's server through the socket that its
 * data directory names, or a server of its own when no service runs. `stop()` ends only what was started here.
 */
export async function connectEmbedded(options: EmbeddedOptions): Promise<JoinedPostgres> {
  makeDataDir(options.dataDir);
  const clusterDir = clusterDirOf(realpathSync(options.dataDir));
  const deadline = performance.now() + joinMsMax;
  for (;;) {
    const running = findPostmaster(clusterDir);
    if (running?.ready === true) {
      const access = accessTo(running.socketDir);
      if (await answers(access.asApp)) return { ...access, started: false, stop: () => Promise.resolve() };
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
