// Does anything acknowledged get lost when the server of the events is killed under load, and does a follower see all of it once?
import { testDatabase } from '@derbes/postgres/testing.js';
import { describe, expect, it, jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreError } from '../errors.js';
import { openEventStoreDb } from '../eventstoredb/open.js';
import { eventStoreMigrations } from '../migrations.js';
import { noStream, type StoredEvent } from '../port.js';
import { freePort, startServer } from '../testing/own-server.js';
import { people, peopleMigrations } from '../testing/people.js';
import { roundsOr } from '../testing/rounds.js';
import { all, sampleEvent, sampleStream } from '../testing/samples.js';
import { claimedEvent, sampleUnit } from '../testing/units.js';
import { Claims } from './claims.js';

const rounds = roundsOr(2);
const unitsMin = 16;

jest.setTimeout(300_000 + 60_000 * rounds);

if (startServer === '') {
  process.stdout.write('EventStoreDB killed under load: skipped, DERBES_TEST_EVENTSTORE_START not set\n');
}

(startServer === '' ? describe.skip : describe)('EventStoreDB killed under load', () => {
  it('loses nothing that was acknowledged, keeps nothing twice, and its follower misses nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'derbes-server-killed-'));
    const port = await freePort();
    const start = () => {
      const printed = execFileSync(startServer, [String(port), join(folder, 'data')], { encoding: 'utf8' });
      return Number(/pid (\d+)/.exec(printed)?.[1]);
    };
    let pid = start();
    const db = await testDatabase({ ...eventStoreMigrations, ...peopleMigrations });
    const store = await openEventStoreDb(`esdb://127.0.0.1:${port}?tls=false`);
    try {
      const opened = sampleEvent('ledger', 0, { type: 'LedgerOpened' });
      await store.append('ledger', noStream, [opened]);
      const claims = new Claims({ pool: db.app, store, participant: people, landing: 'after', process: 'one' });
      const followed: StoredEvent[] = [];
      const troubles: unknown[] = [];
      const following = store.follow().subscribe({
        next: (event) => followed.push(event),
        error: (error) => troubles.push(error),
      });
      const acknowledged: string[] = [opened.id];
      const kills = Array.from({ length: rounds }, (_, round) => 100 * (round + 1));
      const writer = async () => {
        const stream = sampleStream();
        for (let n = 0; n < unitsMin || kills.length > 0; n++) {
          const unit = sampleUnit([claimedEvent(stream, 2 * n - 1), claimedEvent(stream, 2 * n)]);
          for (;;) {
            try {
              expect(['recorded', 'repeated']).toContain((await claims.commit(unit)).status);
              break;
            } catch (error) {
              if (!(error instanceof EventStoreError)) throw error;
              expect(['STORE_UNAVAILABLE', 'CLAIM_BUSY']).toContain(error.code);
            }
          }
          acknowledged.push(...unit.events.map(({ id }) => id));
          if (acknowledged.length < (kills[0] ?? Infinity)) continue;
          kills.shift();
          process.kill(pid, 'SIGKILL');
          pid = start();
        }
      };
      await Promise.all(Array.from({ length: 16 }, writer));
      await claims.idle();
      expect(kills).toEqual([]);
      expect((await db.app.query(`select from claim where state <> 'landed'`)).rowCount).toBe(0);
      const events = await all(store.follow({ until: 'head' }));
      expect(events.map(({ id }) => id).sort()).toEqual([...acknowledged].sort());
      while (followed.length < events.length && troubles.length === 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(troubles).toEqual([]);
      expect(followed).toEqual(events);
      following.unsubscribe();
      process.stdout.write(
        `EventStoreDB: ${events.length} events acknowledged through ${rounds} kills of the server\n`,
      );
    } finally {
      await store.close();
      await db.drop();
      process.kill(pid, 'SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
