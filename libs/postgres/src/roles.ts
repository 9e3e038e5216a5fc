// Which roles own and use a database of the ledger?
import { type Client, type PoolConfig } from 'pg';

/** Owns the tables and migrates them. */
export const ownerRole = 'derbes_owner';
/** The service's own user: reads and writes what migrations grant it. */
export const appRole = 'derbes_app';

export const ledgerDatabase = 'derbes';

/** The two ways into the ledger's database. */
export interface LedgerAccess {
  /** For migrations. */
  asOwner: PoolConfig;
  /** For everything else. */
  asApp: PoolConfig;
  /** The role that `derbes_app` means in the migrations of this database; `migrate` is told it. */
  grantTo: string;
  /** What keeps the service's own user from changing an event: rights it does not have, or the trigger alone. */
  appendOnlyBy: 'roles' | 'trigger';
}

/** Makes the two roles where they are missing. `admin` may create roles. */
export async function makeRoles(admin: Client): Promise<void> {
  for (const role of [ownerRole, appRole]) {
    const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [role]);
    if (rowCount === 0) await admin.query(`create role ${role} login`);
  }
}

/** Makes an empty database where it is missing: the owner's, closed to everybody but the two roles. */
export async function makeDatabase(admin: Client, name: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
  if (rowCount === 0) await admin.query(`create database ${name} owner ${ownerRole} template template0`);
  await admin.query(`revoke all on database ${name} from public`);
  await admin.query(`grant connect, temporary on database ${name} to ${appRole}`);
}
