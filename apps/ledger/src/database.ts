// Which PostgreSQL keeps this ledger? The one of DATABASE_URL, else one of its own in the data directory; migrated either way.
import { eventStoreMigrations } from '@derbes/event-store';
import {
  claimDataDir,
  migrate,
  openExternal,
  startEmbedded,
  type DataDirClaim,
  type LedgerAccess,
} from '@derbes/postgres';
import { readModelsMigrations } from '@derbes/read-models';
import { vaultMigrations } from '@derbes/vault';
import { type Migration } from 'kysely';
import pg from 'pg';
import { keysMigrations } from './keys/migrations.js';
import { type JsonLogger } from './logger.js';
import { type Settings } from './settings.js';
import { documentsMigrations } from './write/documents.js';
import { openingMigrations } from './write/opening.js';
import { registerIndexMigrations } from './write/register-index.js';

/** Connections of one process: a flush, its questions, a follower, and as many readers as PostgreSQL serves well. */
const poolMax = 20;

export const ledgerMigrations: Record<string, Migration> = {
  ...eventStoreMigrations,
  ...vaultMigrations,
  ...keysMigrations,
  ...documentsMigrations,
  ...openingMigrations,
  ...registerIndexMigrations,
  ...readModelsMigrations,
};

export interface Database {
  readonly app: pg.Pool;
  /** Rejects, with why, when the database has gone for good. */
  readonly lost: Promise<never>;
  close(): Promise<void>;
}

/** Throws LauncherError: what is wrong and what to do. */
export async function openDatabase(settings: Settings, logger: JsonLogger): Promise<Database> {
  const claim = claimDataDir(settings.dataDir);
  try {
    return settings.databaseUrl === undefined
      ? await openOwn(settings, claim, logger)
      : await openElsewhere(settings, settings.databaseUrl, claim, logger);
  } catch (error) {
    claim.release();
    throw error;
  }
}

async function openOwn(settings: Settings, claim: DataDirClaim, logger: JsonLogger): Promise<Database> {
  const server = await startEmbedded({ dataDir: settings.dataDir, claim, log: (line) => logger.log(line, 'postgres') });
  let stopping = false;
  const lost = server.exited.then(({ code, signal }): Promise<never> => {
    // Asked to or not, an end while we serve is a loss; while we stop it is what we asked for.
    if (stopping) return new Promise(() => undefined);
    throw new DatabaseLost(`PostgreSQL ended by itself (${signal ?? String(code)})`);
  });
  lost.catch(() => undefined);
  try {
    const app = await openPool(server, logger);
    return {
      app,
      lost,
      async close() {
        stopping = true;
        await app.end();
        await server.stop();
        claim.release();
      },
    };
  } catch (error) {
    stopping = true;
    await server.stop();
    throw error;
  }
}

async function openElsewhere(
  settings: Settings,
  url: string,
  claim: DataDirClaim,
  logger: JsonLogger,
): Promise<Database> {
  const external = await openExternal(url, settings.databaseOwnerUrl);
  for (const notice of external.notices) logger.warn(notice, 'postgres');
  const app = await openPool(external, logger);
  return {
    app,
    lost: new Promise(() => undefined),
    async close() {
      await app.end();
      claim.release();
    },
  };
}

/** The database that the service lives in has ended without being asked to. */
export class DatabaseLost extends Error {
  readonly code = 'DATABASE_LOST';
}

async function openPool(access: LedgerAccess, logger: JsonLogger): Promise<pg.Pool> {
  const owner = new pg.Pool({ ...access.asOwner, max: 1 });
  try {
    const applied = await migrate(owner, ledgerMigrations, access);
    if (applied.length > 0) logger.log(`${applied.length} migrations applied`, 'postgres');
  } finally {
    await owner.end();
  }
  const app = new pg.Pool({ ...access.asApp, max: poolMax });
  // A connection that breaks while idle is replaced by the next query; without a listener it would end the process.
  app.on('error', () => logger.warn('an idle connection to PostgreSQL broke', 'postgres'));
  return app;
}
