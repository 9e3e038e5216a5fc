import { type Migration, sql } from 'kysely';
import { testDatabase } from './testing.js';

const migrations: Record<string, Migration> = {
  '2026-11-23-note-1': {
    async up(db) {
      await sql`create table note (id int primary key, body text not null)`.execute(db);
      await sql`grant select, insert on note to derbes_app`.execute(db);
    },
  },
};

describe('a database for a test file', () => {
  it('gives the app what the migrations granted and nothing more', async () => {
    const db = await testDatabase(migrations);
    try {
      await db.app.query("insert into note values (1, 'қазақша')");
      expect((await db.app.query('select * from note')).rows).toEqual([{ id: 1, body: 'қазақша' }]);
      await expect(db.app.query('update note set id = 2')).rejects.toMatchObject({ code: '42501' });
      await expect(db.app.query('create table other (id int)')).rejects.toMatchObject({ code: '42501' });
    } finally {
      await db.drop();
    }
  });

  it('is made by many at once, each its own', async () => {
    const added: Record<string, Migration> = {
      ...migrations,
      '2026-11-23-note-2': {
        up: async (db) => {
          await sql`create table other_note (id int)`.execute(db);
        },
      },
    };
    const databases = await Promise.all(Array.from({ length: 6 }, () => testDatabase(added)));
    try {
      await Promise.all(databases.map(({ app }) => app.query("insert into note values (1, 'one')")));
      for (const { app } of databases) {
        expect((await app.query('select count(*)::int as n from note')).rows).toEqual([{ n: 1 }]);
      }
      expect(new Set(databases.map(({ name }) => name)).size).toBe(6);
    } finally {
      await Promise.all(databases.map((database) => database.drop()));
    }
  });
});
