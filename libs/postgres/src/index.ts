// PostgreSQL for the ledger: its own, out of npm and a data directory, or the one named by DATABASE_URL.
export { claimDataDir, type DataDirClaim } from './data-dir-claim.js';
export {
  connectEmbedded,
  type EmbeddedConnection,
  type EmbeddedOptions,
  type EmbeddedPostgres,
  type JoinedPostgres,
  startEmbedded,
} from './embedded.js';
export { type ExternalPostgres, openExternal } from './external.js';
export { LauncherError, type LauncherErrorCode } from './launcher-error.js';
export { migrate } from './migrate.js';
export { type LedgerAccess } from './roles.js';
export { type ServerEnd } from './server.js';
export { withStandingPlans } from './standing-plans.js';
