// May the database be written now? Only a ledger that stands still, whose store is named, of this build, and open.
import { readStorePlace } from '@derbes/event-store';
import { setTimeout as pause } from 'node:timers/promises';
import { type PoolClient } from 'pg';
import { RecoverError } from './recover-error.js';

/** Whoever was stopped a moment ago is gone at the server soon. */
const leavingMsMax = 2_000;
const lookMs = 100;

/** `place`: of the store that the settings name. Throws LEDGER_MISSING, RECOVER_UNSUPPORTED and RECOVER_SERVICE_RUNNING. */
export async function assertAlone(session: PoolClient, place: string): Promise<void> {
  const { rows } = await session.query<{ known: boolean; may: boolean | null }>(
    `select to_regclass('log_halt') is not null as known, has_table_privilege(to_regclass('log_halt')::oid, 'delete') as may`,
  );
  if (rows[0]?.known !== true) {
    throw new RecoverError('LEDGER_MISSING', 'this database has no tables of this build: start the service on it once');
  }
  if (rows[0].may !== true) {
    throw new RecoverError('RECOVER_UNSUPPORTED', 'name the owner of the tables in DATABASE_OWNER_URL');
  }
  const standing = await readStorePlace(session);
  if (standing && (standing.place !== place || standing.state !== 'open')) {
    throw new RecoverError(
      'RECOVER_UNSUPPORTED',
      'the events of this ledger live elsewhere, or are being moved: name its store in EVENTSTORE_URL as for the service',
    );
  }
  for (const end = Date.now() + leavingMsMax; ; await pause(lookMs)) {
    const others = await session.query(
      `select from pg_stat_activity
       where datname = current_database() and usesysid is not null and pid <> pg_backend_pid()`,
    );
    if (others.rowCount === 0) return;
    if (Date.now() < end) continue;
    throw new RecoverError(
      'RECOVER_SERVICE_RUNNING',
      `${others.rowCount} other sessions use this database: stop every process of the service, and whoever else is connected`,
    );
  }
}
