// Does PostgreSQL keep the contract, and the log against everybody?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { eventStoreMigrations } from '../migrations.js';
import { noStream } from '../port.js';
import { eventStoreContract, sampleEvent, sampleStream } from '../testing.js';
import { leafHash } from './ledger-table.js';
import { PostgresEventStore } from './store.js';

// A crowded machine is no failure.
jest.setTimeout(180_000);

eventStoreContract('the PostgreSQL store', async () => {
  const db = await testDatabase(eventStoreMigrations);
  return {
    store: new PostgresEventStore(db.app),
    restart: () => Promise.resolve(new PostgresEventStore(db.app)),
    close: () => db.drop(),
  };
});

describe('the table of events', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase(eventStoreMigrations);
    const store = new PostgresEventStore(db.app);
    const stream = sampleStream();
    await store.append(stream, noStream, [sampleEvent(stream, 0)]);
  });
  afterAll(() => db.drop());

  it.each(["update ledger_event set type = 'Other'", 'delete from ledger_event', 'truncate ledger_event'])(
    'refuses "%s" to the service by its rights and to the owner by a trigger',
    async (statement) => {
      await expect(db.app.query(statement)).rejects.toMatchObject({ code: '42501' });
      await expect(db.owner.query(statement)).rejects.toMatchObject({ message: 'ledger_event is append-only' });
    },
  );

  it('refuses to let the service switch the trigger off', async () => {
    await expect(db.app.query('alter table ledger_event disable trigger all')).rejects.toMatchObject({ code: '42501' });
    await expect(db.app.query('drop trigger ledger_event_stays on ledger_event')).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('keeps the RFC 6962 leaf hash of the bytes', async () => {
    const { rows } = await db.app.query<{ body: string; leaf_hash: Buffer; own: Buffer }>(
      `select body, leaf_hash, sha256('\\x00'::bytea || convert_to(body, 'UTF8')) as own from ledger_event`,
    );
    expect(rows).toHaveLength(1);
    for (const row of rows) {
      expect(row.leaf_hash).toEqual(row.own);
      expect(row.leaf_hash).toEqual(leafHash(row.body));
    }
  });
});
