// Which PostgreSQL keeps this ledger? The one of DATABASE_URL, else one of its own in the data directory; migrated either way.
import { eventStoreMigrations } from '@derbes/event-store';
import {
  claimDataDir,
  migrate,
  openExternal,
  startEmbedded,
  withStandingPlans,
  type DataDirClaim,
  type EmbeddedPostgres,
  type LedgerAccess,
} from '@derbes/postgres';
import { readModelsMigrations } from '@derbes/read-models';
import { transparencyMigrations } from '@derbes/transparency/sequencing.js';
import { vaultMigrations } from '@derbes/vault';
import { type Migration } from 'kysely';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { clockNoticesMigrations } from './clocks/notice-rows.js';
import { outboxMigrations } from './delivery/outbox-table.js';
import { spreadingFactsMigrations } from './cascade/spreading-facts.js';
import { erasureOrdersMigrations } from './erasure/erasure-orders.js';
import { keysMigrations } from './keys/migrations.js';
import { type JsonLogger } from './logger.js';
import { type Settings } from './settings.js';
import { claimGapMigrations } from './recover/claims-behind.js';
import { restrictedMigrations } from './restricted/migrations.js';
import { documentsMigrations } from './write/documents.js';
import { openingMigrations } from './write/opening.js';
import { registerIndexMigrations } from './write/register-index.js';
import { sourceStreamsMigrations } from './write/source-streams.js';

export const ledgerMigrations: Record<string, Migration> = {
  ...eventStoreMigrations,
  ...vaultMigrations,
  ...keysMigrations,
  ...documentsMigrations,
  ...openingMigrations,
  ...registerIndexMigrations,
  ...sourceStreamsMigrations,
  ...erasureOrdersMigrations,
  ...spreadingFactsMigrations,
  ...outboxMigrations,
  ...clockNoticesMigrations,
  ...transparencyMigrations,
  ...claimGapMigrations,
  ...restrictedMigrations,
  ...readModelsMigrations,
};

export interface Database {
  readonly app: pg.Pool;
  /** Whether the database that is ours runs; what elsewhere does, only a query can tell. */
  readonly state: () => 'running' | 'restarting' | 'lost';
  close(): Promise<void>;
}

/** A server of ours that ended by itself is started again, but not for ever: then something is wrong that only a person can mend. */
const restartsMax = 5;
const restartsForgottenMs = 10 * 60_000;
const restartPauseMs = 500;

/** Throws LauncherError: what is wrong and what to do. */
export async function openDatabase(settings: Settings, logger: JsonLogger): Promise<Database> {
  // A database elsewhere is for any number of processes; what stands in the data directory belongs to one.
  if (settings.databaseUrl !== undefined) return openElsewhere(settings, settings.databaseUrl, logger);
  const claim = claimDataDir(settings.dataDir);
  try {
    return await openOwn(settings, claim, logger);
  } catch (error) {
    claim.release();
    throw error;
  }
}

async function openOwn(settings: Settings, claim: DataDirClaim, logger: JsonLogger): Promise<Database> {
  const own = new OwnServer(settings.dataDir, claim, logger);
  const access = await own.start();
  try {
    const app = await openPool(access, settings, logger);
    return {
      app,
      state: () => own.state,
      async close() {
        own.stopping();
        await app.end();
        await own.stop();
        claim.release();
      },
    };
  } catch (error) {
    await own.stop();
    throw error;
  }
}

/** The embedded server, kept running on the same socket: what it acknowledged, it has, and whoever waits asks again. */
class OwnServer {
  state: ReturnType<Database['state']> = 'running';
  private server: EmbeddedPostgres | undefined;
  private isStopping = false;
  private readonly ends: number[] = [];

  constructor(
    private readonly dataDir: string,
    private readonly claim: DataDirClaim,
    private readonly logger: JsonLogger,
  ) {}

  async start(): Promise<EmbeddedPostgres> {
    const log = (line: string) => this.logger.log(line, 'postgres');
    const server = await startEmbedded({ dataDir: this.dataDir, claim: this.claim, log });
    this.server = server;
    this.state = 'running';
    void server.exited.then(({ code, signal }) => this.ended(signal ?? String(code)));
    return server;
  }

  /** From now on an end is what we asked for. */
  stopping(): void {
    this.isStopping = true;
  }

  async stop(): Promise<void> {
    this.stopping();
    await this.server?.stop();
  }

  private async ended(how: string): Promise<void> {
    if (this.isStopping) return;
    this.logger.error(`PostgreSQL ended by itself (${how})`, 'postgres');
    this.state = 'restarting';
    for (;;) {
      const now = Date.now();
      this.ends.push(now);
      if (this.ends.filter((end) => now - end < restartsForgottenMs).length > restartsMax) {
        this.state = 'lost';
        this.logger.error('PostgreSQL ended too often; it is not started again', 'postgres');
        return;
      }
      try {
        await this.start();
        this.logger.log('PostgreSQL runs again', 'postgres');
        return;
      } catch (error) {
        if (this.isStopping) return;
        this.logger.failed(error, { doing: 'restarting-postgres' });
        await pause(restartPauseMs);
      }
    }
  }
}

async function openElsewhere(settings: Settings, url: string, logger: JsonLogger): Promise<Database> {
  const external = await openExternal(url, settings.databaseOwnerUrl);
  for (const notice of external.notices) logger.warn(notice, 'postgres');
  const app = await openPool(external, settings, logger);
  return {
    app,
    state: () => 'running',
    close: () => app.end(),
  };
}

async function openPool(
  access: LedgerAccess,
  { databaseConnectionsMax }: Settings,
  logger: JsonLogger,
): Promise<pg.Pool> {
  const owner = new pg.Pool({ ...access.asOwner, max: 1 });
  try {
    const applied = await migrate(owner, ledgerMigrations, access);
    if (applied.length > 0) logger.log(`${applied.length} migrations applied`, 'postgres');
  } finally {
    await owner.end();
  }
  const app = new pg.Pool(withStandingPlans({ ...access.asApp, max: databaseConnectionsMax }));
  // A connection that breaks while idle is replaced by the next query; without a listener it would end the process.
  app.on('error', () => logger.warn('an idle connection to PostgreSQL broke', 'postgres'));
  return app;
}
