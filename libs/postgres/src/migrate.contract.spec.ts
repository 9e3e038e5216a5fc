import { type Kysely, type Migration, sql } from 'kysely';
import pg from 'pg';
import { migrate } from './migrate.js';
import { quietPool, type TestDatabase, testDatabase } from './testing.js';

function migration(...statements: string[]): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}

const first = { '2026-11-23-a-1': migration('create table a (id int)', 'grant select, insert on a to derbes_app') };
const second = { ...first, '2026-11-23-b-1': migration('create table b (id int)') };

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase({});
}, 180_000);
afterEach(() => db.drop());

const tables = async () =>
  (
    await db.owner.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public' order by 1",
    )
  ).rows.map(({ name }) => name);

describe('migrating', () => {
  it('applies what is missing, once, and tells what it applied', async () => {
    expect(await migrate(db.owner, first)).toEqual(['2026-11-23-a-1']);
    expect(await migrate(db.owner, second)).toEqual(['2026-11-23-b-1']);
    expect(await migrate(db.owner, second)).toEqual([]);
    expect(await tables()).toEqual(['a', 'b', 'schema_migration', 'schema_migration_lock']);
  });

  it('applies one whose name sorts before those applied already', async () => {
    await migrate(db.owner, { '2026-11-23-b-1': migration('create table b (id int)') });
    expect(await migrate(db.owner, second)).toEqual(['2026-11-23-a-1']);
  });

  it('is done by one of eight processes that start together', async () => {
    const pools = Array.from({ length: 8 }, () => quietPool({ ...db.asOwner, max: 1 }));
    try {
      const applied = await Promise.all(pools.map((pool) => migrate(pool, second)));
      expect(applied.filter((names) => names.length > 0)).toEqual([['2026-11-23-a-1', '2026-11-23-b-1']]);
    } finally {
      await Promise.all(pools.map((pool) => pool.end()));
    }
  });

  it('refuses a database that a newer build has migrated, and names what it does not know', async () => {
    await migrate(db.owner, second);
    await expect(migrate(db.owner, first)).rejects.toMatchObject({
      code: 'DATABASE_NEWER',
      message: expect.stringContaining('2026-11-23-b-1') as string,
    });
  });

  it('keeps nothing of a start whose last migration fails, and frees the lock', async () => {
    const failing = { ...second, '2026-11-23-c-1': migration('create table c (id int)', 'create table a (id int)') };
    await expect(migrate(db.owner, failing)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('2026-11-23-c-1') as string,
    });
    expect(await tables()).not.toContain('c');
    expect(await tables()).not.toContain('a');
    expect(await migrate(db.owner, second)).toEqual(['2026-11-23-a-1', '2026-11-23-b-1']);
  });

  it('grants to the role that the service really has', async () => {
    const role = `other_${db.name}`;
    const admin = new pg.Client({ ...db.asOwner, user: 'postgres' });
    await admin.connect();
    try {
      await admin.query(`create role ${role}`);
      await migrate(db.owner, first, { grantTo: role });
      const granted = await db.owner.query(
        "select privilege_type as right from information_schema.role_table_grants where table_name = 'a' and grantee = $1 order by 1",
        [role],
      );
      expect(granted.rows).toEqual([{ right: 'INSERT' }, { right: 'SELECT' }]);
      await expect(db.app.query('select from a')).rejects.toMatchObject({ code: '42501' });
      await admin.query(`drop owned by ${role}; drop role ${role}`);
    } finally {
      await admin.end();
    }
  });
});
