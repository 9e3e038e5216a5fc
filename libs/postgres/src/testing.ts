// How does a test file get a migrated database of its own in a few milliseconds?
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Migration } from 'kysely';
import pg from 'pg';
import { type EmbeddedConnection } from './embedded.js';
import { LauncherError } from './launcher-error.js';
import { migrate } from './migrate.js';
import { appRole, makeDatabase, makeRoles, ownerRole } from './roles.js';
import { withStandingPlans } from './standing-plans.js';

export { programOf, spawnProgram, type Child } from './testing/program.js';

const appConnectionsMax = 20;
const ownerConnectionsMax = 4;
/** A connection that a test has ended is gone at the server within milliseconds, or when that gets a processor again; this bounds one that nobody ended. */
const leavingMsMax = 30_000;
const leavingPollMs = 10;
/** Any number: whoever makes roles or a template on the test server holds this advisory lock. */
const templateLock = 4_021_990_113;

export interface TestDatabase {
  name: string;
  app: pg.Pool;
  owner: pg.Pool;
  asApp: pg.PoolConfig;
  asOwner: pg.PoolConfig;
  drop(): Promise<void>;
}

/** The server named by DERBES_TEST_POSTGRES, as its superuser. Throws TEST_SERVER_MISSING. */
export function testServer(): EmbeddedConnection {
  const named = process.env['DERBES_TEST_POSTGRES'];
  if (named === undefined || named === '') {
    throw new LauncherError(
      'TEST_SERVER_MISSING',
      'This test needs a PostgreSQL: run it with `node bin/test.mjs contract <path>`, which starts one and names it in DERBES_TEST_POSTGRES.',
    );
  }
  return JSON.parse(named) as EmbeddedConnection;
}

async function asSuperuser<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client(testServer());
  // A line that breaks while nothing is asked shows in the next question.
  admin.on('error', () => undefined);
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function accessTo(database: string): { asApp: pg.PoolConfig; asOwner: pg.PoolConfig } {
  const server = { ...testServer(), database };
  return {
    asApp: { ...server, user: appRole, max: appConnectionsMax },
    asOwner: { ...server, user: ownerRole, max: ownerConnectionsMax },
  };
}

/** Two sets of migrations share a template only when they are the same code under the same names. */
function templateName(migrations: Record<string, Migration>): string {
  const sources = Object.keys(migrations)
    .sort()
    .map((name) => [name, ...Object.values(migrations[name] ?? {}).map(String)]);
  return `template_${createHash('sha256').update(JSON.stringify(sources)).digest('hex').slice(0, 24)}`;
}

/** Makes the template once; the other workers wait for it at the lock. One cut off in the middle is made again. */
async function makeTemplate(admin: pg.Client, name: string, migrations: Record<string, Migration>): Promise<void> {
  await admin.query('select pg_advisory_lock($1)', [templateLock]);
  const { rows } = await admin.query<{ whole: boolean }>(
    'select datistemplate as whole from pg_database where datname = $1',
    [name],
  );
  if (rows[0]?.whole === true) return;
  if (rows.length > 0) await admin.query(`drop database ${name} with (force)`);
  await makeRoles(admin);
  await makeDatabase(admin, name);
  const owner = quietPool({ ...accessTo(name).asOwner, max: 1 });
  try {
    await migrate(owner, migrations);
  } finally {
    await owner.end();
  }
  await admin.query(`alter database ${name} is_template true`);
}

/**
 * A pool none of whose connections fails a test by dying with a dropped database or a killed server: not while it is
 * idle, and not after `end()` either, which comes back before the server has said goodbye to them.
 */
export function quietPool(config: pg.PoolConfig): pg.Pool {
  return new pg.Pool(config)
    .on('error', () => undefined)
    .on('connect', (client) => client.on('error', () => undefined));
}

/**
 * Waits until nobody is connected: a pool's end() comes back before the server has let its connections go, and dropping
 * by force then tells a client that no longer has a listener, which fails whichever test runs.
 */
async function everybodyLeft(admin: pg.Client, name: string): Promise<void> {
  for (const giveUpAt = Date.now() + leavingMsMax; Date.now() < giveUpAt; await delay(leavingPollMs)) {
    const { rowCount } = await admin.query('select from pg_stat_activity where datname = $1', [name]);
    if (rowCount === 0) return;
  }
}

/**
 * A fresh database with these migrations applied, for one test file: `const db = await testDatabase(migrations)` before
 * its tests and `db.drop()` after them. Pools connect when first used. `owner` owns the tables, `app` has what the
 * migrations granted.
 */
export async function testDatabase(migrations: Record<string, Migration>): Promise<TestDatabase> {
  const template = templateName(migrations);
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asSuperuser((admin) => makeTemplate(admin, template, migrations));
  await asSuperuser(async (admin) => {
    // As files: through the log, as is usual, it takes five times as long.
    await admin.query(`create database ${name} owner ${ownerRole} template ${template} strategy file_copy`);
    await admin.query(`revoke all on database ${name} from public`);
    await admin.query(`grant connect, temporary on database ${name} to ${appRole}`);
  });
  const { asApp, asOwner } = accessTo(name);
  const app = quietPool(withStandingPlans(asApp));
  const owner = quietPool(asOwner);
  let dropping: Promise<void> | undefined;
  const drop = async () => {
    for (const pool of [app, owner]) if (!pool.ended) await pool.end();
    await asSuperuser(async (admin) => {
      await everybodyLeft(admin, name);
      await admin.query(`drop database if exists ${name} with (force)`);
    });
  };
  return { name, app, owner, asApp, asOwner, drop: () => (dropping ??= drop()) };
}
