// How fast could the rows of a batch be written at all? COPY into tables of the same shape, one transaction per batch.
import { copyIn } from '@derbes/read-models';
import pg from 'pg';
import { callInProcess, type Load } from './callers.js';
import { serveCalls } from './child.js';
import { copiesOf, countRows, type Copies, tables, type TableName } from './row-copies.js';
import { serveRoute } from './route.js';
import { idleTimeoutMillis, type Place } from './stand.js';

const poolMax = 16;

serveCalls(async (place: Place) => {
  const pool = new pg.Pool({ ...place.asOwner, max: poolMax, idleTimeoutMillis });
  let copies: Copies[] = [];
  const copy = async (facts: number): Promise<void> => {
    const batch = copies.map((one) => [one, one.make(Math.round(facts * one.perFact))] as const);
    const client = await pool.connect();
    try {
      await client.query('begin');
      for (const [{ table, columns }, rows] of batch) {
        await copyIn(client, table, columns.join(', '), Buffer.from(rows));
      }
      await client.query('commit');
    } finally {
      client.release();
    }
  };
  const { app, url } = await serveRoute(copy);
  return {
    url: () => url,
    count: () => countRows(pool),
    /** Learns what so many facts wrote: all that is in the ledger's tables now beyond what was counted before. */
    async learn({ before, facts }: { before: Record<TableName, number>; facts: number }) {
      const after = await countRows(pool);
      copies = await Promise.all(tables.map((table) => copiesOf(pool, table, (after[table] - before[table]) / facts)));
      return copies.reduce((sum, { perFact }) => sum + perFact, 0);
    },
    callers: ({ facts, ...load }: Load & { readonly facts: number }) => callInProcess(load, () => copy(facts)),
    async close() {
      await app.close();
      await pool.end();
    },
  };
});
