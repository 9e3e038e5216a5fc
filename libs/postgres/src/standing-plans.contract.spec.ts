// Does a statement that was prepared on an empty table go by the index when the table has grown, on every connection of the pool?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { withStandingPlans } from './standing-plans.js';
import { testDatabase, type TestDatabase } from './testing.js';

const connections = 3;
let db: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  db = await testDatabase({});
  await db.owner.query(`create table thing (id text primary key, said text)`);
  await db.owner.query(`grant select on thing to derbes_app`);
  pool = new pg.Pool(withStandingPlans({ ...db.asApp, max: connections }));
});

afterAll(async () => {
  await pool.end();
  await db.drop();
});

describe('a pool with standing plans', () => {
  it('finds rows by the index with plans made before there were any', async () => {
    const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
    const ask = { name: 'things', text: 'select said from thing where id = any($1::text[])' };
    try {
      // PostgreSQL plans the first five anew and keeps the plan of the sixth.
      for (const client of clients) for (let i = 0; i < 6; i++) await client.query({ ...ask, values: [['1', '2']] });
      await db.owner.query(`insert into thing select g::text, 'x' from generate_series(1, 5000) g`);
      for (const client of clients) {
        expect((await client.query({ ...ask, values: [['1', '2', '9999']] })).rows).toHaveLength(2);
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain execute things ('{1,2}')`);
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(plan).toMatch(/Index (Only )?Scan|Bitmap Index Scan/);
        expect(plan).not.toMatch(/Seq Scan/);
      }
    } finally {
      for (const client of clients) client.release();
    }
  });

  it('scans all the same where no index serves', async () => {
    const { rows } = await pool.query<{ n: string }>(`select count(*) as n from thing where said = 'x'`);
    expect(rows[0]?.n).toBe('5000');
  });
});
