// What would somebody write who wants the row and nothing else? A pool of 16 and an INSERT, behind the same route.
import { hash } from 'node:crypto';
import pg from 'pg';
import { callInProcess, type Load } from './callers.js';
import { serveCalls } from './child.js';
import { rowMaker } from './envelope-row.js';
import { serveRoute } from './route.js';
import { idleTimeoutMillis, type Place } from './stand.js';

const poolMax = 16;

serveCalls(async (place: Place) => {
  const pool = new pg.Pool({ ...place.asOwner, max: poolMax, idleTimeoutMillis });
  await pool.query('create sequence bench_position');
  await pool.query('create table bench_event (like ledger_event including all)');
  await pool.query(`alter table bench_event alter position set default nextval('bench_position')`);
  const next = rowMaker();
  const insert = async (): Promise<void> => {
    const { id, stream, revision, type, body } = next();
    await pool.query({
      name: 'bench-insert',
      text: `insert into bench_event (stream_id, revision, event_id, type, body, leaf_hash, recorded_at)
        values ($1, $2, $3, $4, $5, $6, statement_timestamp())`,
      values: [stream, revision, id, type, body, hash('sha256', `\0${body}`, 'buffer')],
    });
  };
  const { app, url } = await serveRoute(insert);
  return {
    url: () => url,
    callers: (load: Load) => callInProcess(load, insert),
    async close() {
      await app.close();
      await pool.end();
    },
  };
});
