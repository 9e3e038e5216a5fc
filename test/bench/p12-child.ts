// How are webhooks of the ledger sent in a process of their own? A ledger in full, tasks ordered as commands, the sender of the worker.
import { followPages, type EventStore } from '@derbes/event-store';
import { readEnvelope, type Draft } from '@derbes/kernel';
import { migrate, withStandingPlans } from '@derbes/postgres';
import { normalise } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { ledgerMigrations } from '../../apps/ledger/src/database.js';
import { SetDestination } from '../../apps/ledger/src/cascade/task-commands.js';
import { SetDestinationHandler } from '../../apps/ledger/src/cascade/task-handlers.js';
import { Delivery } from '../../apps/ledger/src/delivery/delivery.js';
import { type Asked } from '../../apps/ledger/src/keys/asked.js';
import { openParts, type Ledger } from '../../apps/ledger/src/ledger.js';
import { JsonLogger } from '../../apps/ledger/src/logger.js';
import { readSettings } from '../../apps/ledger/src/settings.js';
import { RegisterHolder } from '../../apps/ledger/src/write/commands.js';
import { RegisterHolderHandler } from '../../apps/ledger/src/write/handlers.js';
import { serveCalls } from './child.js';
import { collected, holder } from './facts.js';
import { type Sent, type Sending } from './p12.js';
import { idleTimeoutMillis, type Place } from './stand.js';

/** As the service's own pool. */
const poolMax = 20;
const orderedTogether = 250;
const lookMs = 50;
const asked = (): Asked => ({
  by: { key: '00000000-0000-4000-8000-000000000001', role: 'admin' },
  request: randomUUID(),
});

serveCalls(async (place: Place) => {
  const owner = new pg.Pool({ ...place.asOwner, max: 1 });
  await migrate(owner, ledgerMigrations, place);
  await owner.end();
  const pool = new pg.Pool(withStandingPlans({ ...place.asApp, max: poolMax, idleTimeoutMillis }));
  pool.on('error', () => undefined);
  const settings = readSettings({
    DATA_DIR: place.dataDir,
    KEEP_DIR: place.keepDir,
    WEBHOOK_PRIVATE_NETWORKS: '127.0.0.0/8',
    PUBLIC_URL: 'https://ledger.example',
  });
  const logger = new JsonLogger('silent');
  const ledger = await openParts(settings, pool, logger);
  const delivery = new Delivery(ledger, settings);
  const register = Object.assign(new RegisterHolder(), { holder, countries: ['KZ'], asked: asked() });
  await new RegisterHolderHandler(ledger.writers).execute(register);
  return {
    async order({ tasks, url }: Sending): Promise<void> {
      const set = Object.assign(new SetDestination(), { holder, by: 'webhook', url, asked: asked() });
      await new SetDestinationHandler(ledger.writers, delivery).execute(set);
      for (let left = tasks; left > 0; left -= orderedTogether) await order(ledger, Math.min(left, orderedTogether));
    },
    /** Until every result stands in its event and in the outbox. */
    async send(): Promise<Sent> {
      const troubles: unknown[] = [];
      const sender = delivery.sender({ isActive: () => true, onTrouble: (error) => void troubles.push(error), lookMs });
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      sender.start();
      while ((await delivery.outbox.counts()).waiting > 0) {
        if (troubles.length > 0) throw troubles[0];
        await pause(lookMs);
      }
      const ms = performance.now() - start;
      const { user, system } = process.cpuUsage(cpu);
      await sender.stop();
      return { ms, cpuMicros: user + system };
    },
    /** Events that say that a task was delivered. */
    async delivered(): Promise<number> {
      const tasks = new Set<unknown>();
      let events = 0;
      for await (const page of followPages(ledger.store, { until: 'head' })) {
        for (const { type, bytes } of page) {
          if (type !== 'TaskDelivered') continue;
          tasks.add(readEnvelope(bytes).facts['task']);
          events++;
        }
      }
      if (tasks.size !== events) throw new Error(`${events} events of ${tasks.size} tasks`);
      return events;
    },
    async close() {
      await ledger.close();
      await pool.end();
    },
  };
});

let met = 0;

/** So many people of whom one identifier is known, and a task about each. */
async function order({ writers, vault, store }: Ledger, count: number): Promise<void> {
  const emails = Array.from({ length: count }, () => `p12-${++met}@bench.example.kz`);
  const { outcomes } = await writers.facts.record(
    emails.map((email, i) => collected(email.slice(0, email.indexOf('@')), email, i)),
    'emitter',
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  const tokens = emails.map((email) => {
    const normal = normalise('email', email);
    if ('reason' in normal) throw new Error(normal.reason);
    return vault.token(normal);
  });
  const found = await vault.lookup(tokens);
  const streams = tokens.map(({ token }) => found.get(token.toString('hex'))?.owner ?? '');
  const people: { readonly part: string; readonly head: { readonly revision: number; readonly at: string } }[] = [];
  for (const stream of streams) people.push(await known(store, stream));
  await writers.commands.write({
    asked: asked(),
    content: {},
    decide: (at) => ({
      drafts: streams.map((stream, i): Draft => ({
        type: 'TaskOrdered',
        stream,
        occurred: at,
        facts: {
          kind: 'block',
          holder,
          categories: ['email'],
          parts: [people[i]?.part ?? ''],
          cause: randomUUID(),
          by: 'webhook',
        },
      })),
      heads: new Map(streams.flatMap((stream, i) => (people[i] ? [[stream, people[i].head]] : []))),
    }),
    result: {},
  });
}

/** Where somebody's identifier is sealed, and where the stream ends. */
async function known(store: EventStore, stream: string) {
  let part = '';
  let head = { revision: -1, at: '' };
  for await (const { id, type, revision, bytes } of store.readStream(stream)) {
    if (type === 'IdentifierLinked') part = `${id}/0`;
    head = { revision, at: readEnvelope(bytes).at };
  }
  return { part, head };
}
