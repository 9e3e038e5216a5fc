// Does a close see that somebody is answered by its database, in whichever process, and nobody else?
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { surroundingsOf } from './epoch-pace.js';

// A crowded machine is no failure.
jest.setTimeout(120_000);

let db: TestDatabase;
let other: TestDatabase;
beforeAll(async () => {
  db = await testDatabase({});
  other = await testDatabase({});
});
afterAll(async () => {
  await db?.drop();
  await other?.drop();
});

/** Somebody of the service's role, whose state no other role sees, is answered as long as it takes: it waits for a lock. */
async function holding(on: TestDatabase, work: (waiting: Promise<unknown>) => Promise<void>): Promise<void> {
  const holder = await on.app.connect();
  try {
    await holder.query('select pg_advisory_lock(1)');
    const waiting = on.app.query('select pg_advisory_xact_lock(1)');
    const asked = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    while ((await holder.query(asked)).rowCount === 0);
    await work(waiting);
    await holder.query('select pg_advisory_unlock(1)');
    await waiting;
  } finally {
    holder.release();
  }
}

describe('somebody is answered', () => {
  it('while another session of this database works, not by an idle one, and not by its own question', async () => {
    const around = surroundingsOf(db.app);
    await db.app.query('select');
    expect(await around.isAnswering()).toBe(false);
    await holding(db, async () => expect(await around.isAnswering()).toBe(true));
    expect(await around.isAnswering()).toBe(false);
  });

  it('not while a session of another database of the same server works', async () => {
    await holding(other, async () => expect(await surroundingsOf(db.app).isAnswering()).toBe(false));
  });

  it('while this process itself waits for a connection, and that is known without one', async () => {
    const { max } = db.app.options;
    const held = await Promise.all(Array.from({ length: max }, () => db.app.connect()));
    const waiting = db.app.connect();
    expect(await surroundingsOf(db.app).isAnswering()).toBe(true);
    for (const client of held) client.release();
    (await waiting).release();
  });
});
