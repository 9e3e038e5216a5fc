// Which migrations does this build bring, which has the database seen, and who applies the rest?
import {
  Kysely,
  type KyselyPlugin,
  type Migration,
  type MigrationResultSet,
  Migrator,
  OperationNodeTransformer,
  PostgresDialect,
  type RawNode,
} from 'kysely';
import { type Pool, type PoolClient } from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { LauncherError } from './launcher-error.js';
import { appRole } from './roles.js';

const migrationTable = 'schema_migration';
const migrationLockTable = 'schema_migration_lock';
/** Any number, the same in every build: whoever migrates holds this advisory lock. */
const migrationLock = 4_021_990_112;
const lockMsMax = 120_000;
const lockPollMs = 50;

/** Where the app's role has another name than migrations write in their grants, writes the real one. */
class GrantsToOtherRole extends OperationNodeTransformer implements KyselyPlugin {
  constructor(private readonly role: string) {
    super();
  }

  transformQuery: KyselyPlugin['transformQuery'] = ({ node }) => this.transformNode(node);

  transformResult: KyselyPlugin['transformResult'] = ({ result }) => Promise.resolve(result);

  protected override transformRaw(node: RawNode): RawNode {
    const renamed = node.sqlFragments.map((fragment) =>
      fragment.replace(new RegExp(`\\b${appRole}\\b`, 'g'), this.role),
    );
    return { ...super.transformRaw(node), sqlFragments: renamed };
  }
}

/** Kysely on this one connection, which therefore holds the lock all the while. */
function onConnection(client: PoolClient, plugins: KyselyPlugin[]): Kysely<unknown> {
  const single = { query: client.query.bind(client), release: () => undefined } as unknown as PoolClient;
  const pool = { connect: () => Promise.resolve(single), end: () => Promise.resolve() };
  return new Kysely({ dialect: new PostgresDialect({ pool }), plugins });
}

async function takeLock(client: PoolClient): Promise<void> {
  const deadline = performance.now() + lockMsMax;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      migrationLock,
    ]);
    if (rows[0]?.taken === true) return;
    if (performance.now() > deadline) {
      throw new LauncherError(
        'MIGRATION_FAILED',
        'Another process has been migrating this database for two minutes: wait until it is done, then start again.',
      );
    }
    await pause(lockPollMs);
  }
}

async function refuseNewerDatabase(client: PoolClient, known: string[]): Promise<void> {
  const { rows: tables } = await client.query<{ found: string | null }>('select to_regclass($1)::text as found', [
    migrationTable,
  ]);
  if (typeof tables[0]?.found !== 'string') return;
  const { rows } = await client.query<{ name: string }>(
    `select name from ${migrationTable} where not (name = any($1)) order by name`,
    [known],
  );
  const unknown = rows.map(({ name }) => name);
  if (unknown.length === 0) return;
  throw new LauncherError(
    'DATABASE_NEWER',
    `The database was migrated by a newer build (${unknown.join(', ')}): start that build, or restore a backup made before it.`,
  );
}

function explainMigration({ error, results }: MigrationResultSet): LauncherError {
  const failed = results?.find(({ status }) => status === 'Error')?.migrationName;
  const reason = error instanceof Error ? error.message : String(error);
  return new LauncherError(
    'MIGRATION_FAILED',
    `The migration ${failed ?? 'table'} did not apply (${reason}) and nothing of this start was kept: mend the cause and start again.`,
    { cause: error },
  );
}

async function roleForGrants(client: PoolClient, chosen: string | undefined): Promise<string> {
  if (chosen !== undefined) return chosen;
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [appRole]);
  return rowCount === 0 ? 'current_user' : appRole;
}

/**
 * Brings the database to this build's schema, forward only, all in one transaction; of several starting processes one
 * migrates and the rest wait. Migrations grant to `derbes_app`; `grantTo` names the role that is meant by it, by default
 * that one where it exists, else the owner itself. Returns the names applied now.
 * Throws DATABASE_NEWER or MIGRATION_FAILED.
 */
export async function migrate(
  owner: Pool,
  migrations: Record<string, Migration>,
  options: { grantTo?: string } = {},
): Promise<string[]> {
  const client = await owner.connect();
  try {
    await takeLock(client);
    try {
      await refuseNewerDatabase(client, Object.keys(migrations));
      const role = await roleForGrants(client, options.grantTo);
      const migrator = new Migrator({
        db: onConnection(client, role === appRole ? [] : [new GrantsToOtherRole(role)]),
        provider: { getMigrations: () => Promise.resolve(migrations) },
        migrationTableName: migrationTable,
        migrationLockTableName: migrationLockTable,
        // Each lib names its own; one that grows late may sort before another's that is applied already.
        allowUnorderedMigrations: true,
      });
      const outcome = await migrator.migrateToLatest();
      if (outcome.error !== undefined) throw explainMigration(outcome);
      return (outcome.results ?? []).map(({ migrationName }) => migrationName);
    } finally {
      await client.query('select pg_advisory_unlock($1)', [migrationLock]);
    }
  } finally {
    client.release();
  }
}
