// May the database be written now? Only a ledger that stands still, in PostgreSQL, of this build, and open.
import { readStorePlace } from '@derbes/event-store';
import { setTimeout as pause } from 'node:timers/promises';
import { type PoolClient } from 'pg';
import { RecoverError } from './recover-error.js';

/** Whoever was stopped a moment ago is gone at the server soon. */
const leavingMsMax = 2_000;
const lookMs = 100;

/** Throws LEDGER_MISSING, RECOVER_UNSUPPORTED and RECOVER_SERVICE_RUNNING. */
export async function assertAlone(session: PoolClient): Promise<void> {
  const { rows } = await session.query<{ known: boolean; may: boolean | null }>(
    `select to_regclass('log_halt') is not null as known, has_table_privilege(to_regclass('log_halt')::oid, 'delete') as may`,
  );
  if (rows[0]?.known !== true) {
    throw new RecoverError('LEDGER_MISSING', 'this database has no tables of this build: start the service on it once');
  }
  if (rows[0].may !== true) {
    throw new RecoverError('RECOVER_UNSUPPORTED', 'name the owner of the tables in DATABASE_OWNER_URL');
  }
  const place = await readStorePlace(session);
  if (place && (place.kind !== 'postgres' || place.state !== 'open')) {
    throw new RecoverError(
      'RECOVER_UNSUPPORTED',
      'the events of this ledger live in an EventStoreDB, or are being moved: this works on PostgreSQL alone',
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
