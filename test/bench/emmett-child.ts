// What would somebody write on an event store of npm? emmett on the same PostgreSQL, one event appended, behind the same route.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { callInProcess, type Load } from './callers.js';
import { serveCalls } from './child.js';
import { rowMaker } from './envelope-row.js';
import { eventsOfKnown, knownPeople } from './facts.js';
import { serveRoute } from './route.js';
import { idleTimeoutMillis, type Place } from './stand.js';

const poolMax = 16;

interface EmmettEvent {
  readonly type: string;
  readonly data: object;
}

/** What is used of emmett; it is installed apart, so its own types are not at hand. */
interface Emmett {
  getPostgreSQLEventStore: (
    url: string,
    options: { connectionOptions: { pool: pg.Pool } },
  ) => {
    appendToStream(stream: string, events: readonly EmmettEvent[]): Promise<unknown>;
    schema: { migrate(): Promise<unknown> };
    close(): Promise<void>;
  };
}

serveCalls(async (place: Place) => {
  const beside = createRequire(join(place.root, 'test', 'bench', 'package.json'));
  const entry = pathToFileURL(beside.resolve('@event-driven-io/emmett-postgresql')).href.replace(/\.cjs$/, '.js');
  const { getPostgreSQLEventStore } = (await import(entry)) as Emmett;
  const pool = new pg.Pool({ connectionString: place.url, max: poolMax, idleTimeoutMillis });
  const store = getPostgreSQLEventStore(place.url, { connectionOptions: { pool } });
  await store.schema.migrate();
  const next = rowMaker();
  const events = new Map<string, EmmettEvent[]>();
  const append = async (): Promise<void> => {
    const { stream, type, body } = next();
    await store.appendToStream(stream, [{ type, data: JSON.parse(body) as object }]);
  };
  const { app, url } = await serveRoute(append);
  return {
    url: () => url,
    /** Gives every stream that is to have a history one. */
    async fillKnown() {
      const streams = new Set<string>();
      for (let i = 0; i < 2 * knownPeople; i++) {
        const { stream, type, body, revision } = next();
        if (revision >= eventsOfKnown) streams.add(stream);
        events.set(stream, [{ type, data: JSON.parse(body) as object }]);
      }
      for (const stream of streams) {
        const [event] = events.get(stream) ?? [];
        if (event)
          await store.appendToStream(
            stream,
            Array.from({ length: eventsOfKnown }, () => event),
          );
      }
      events.clear();
    },
    callers: (load: Load) => callInProcess(load, append),
    async close() {
      await app.close();
      await store.close();
      await pool.end();
    },
  };
});
