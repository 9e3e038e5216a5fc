// The ledger itself, in a process of its own: opened in full, served over HTTP as main serves it, without the registers' worker.
import { followPages, type StoredEvent } from '@derbes/event-store';
import { readEnvelope, writeEnvelope } from '@derbes/kernel';
import { migrate, withStandingPlans } from '@derbes/postgres';
import { listRebuilds, requestRebuild, Runner } from '@derbes/read-models';
import { normalise } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { ledgerMigrations } from '../../apps/ledger/src/database.js';
import { createApp } from '../../apps/ledger/src/http/app.js';
import { Metrics } from '../../apps/ledger/src/http/metrics.js';
import { ApiKeys } from '../../apps/ledger/src/keys/api-keys.js';
import { type Asked } from '../../apps/ledger/src/keys/asked.js';
import { openParts, type Ledger } from '../../apps/ledger/src/ledger.js';
import { ReadReceiptHandler } from '../../apps/ledger/src/log/log-handlers.js';
import { ServedLog } from '../../apps/ledger/src/log/served-log.js';
import { JsonLogger } from '../../apps/ledger/src/logger.js';
import { readSettings } from '../../apps/ledger/src/settings.js';
import { PublishPolicy, RegisterHolder } from '../../apps/ledger/src/write/commands.js';
import { PublishPolicyHandler, RegisterHolderHandler } from '../../apps/ledger/src/write/handlers.js';
import { type ReceivedEvent, type Role } from '../../apps/ledger/src/write/received.js';
import { EraseSubject } from '../../apps/ledger/src/write/erasure-commands.js';
import { EraseSubjectHandler } from '../../apps/ledger/src/write/erasure-handlers.js';
import { questionHandlers } from '../../apps/ledger/src/read/handlers.js';
import { Readers } from '../../apps/ledger/src/read/readers.js';
import { RecordEventsHandler } from '../../apps/ledger/src/write/record-events-handler.js';
import { Writers } from '../../apps/ledger/src/write/writers.js';
import { callInProcess, type Done, type Load } from './callers.js';
import { serveCalls } from './child.js';
import { collected, factMaker, fillingFacts, type Filling, holder, knownEmail, source } from './facts.js';
import { Profiling } from './profile.js';
import { publish } from './published.js';
import { registersWithRows, type Walk } from './register-cursors.js';
import { idleTimeoutMillis, type Place } from './stand.js';
import { WatchedMemory } from './watched-memory.js';

/** As the service's own pool. */
const poolMax = 20;
const asked: Asked = {
  by: { key: '00000000-0000-4000-8000-000000000001', role: 'admin' },
  request: '00000000-0000-4000-8000-000000000002',
};
const fillBatch = 250;
const fillBatchesAtOnce = 4;
const pollMs = 100;

serveCalls(async (place: Place) => {
  const owner = new pg.Pool({ ...place.asOwner, max: 1 });
  await migrate(owner, ledgerMigrations, place);
  await owner.end();
  const pool = new pg.Pool(withStandingPlans({ ...place.asApp, max: poolMax, idleTimeoutMillis }));
  const settings = readSettings({
    DATA_DIR: place.dataDir,
    KEEP_DIR: place.keepDir,
    ...(place.eventstore !== undefined && { EVENTSTORE_URL: place.eventstore }),
  });
  const logger = new JsonLogger('info');
  const ledger = await openParts(settings, pool, logger);
  await prepare(ledger, place.root);
  const readers = new Readers(ledger);
  const { store, documents } = ledger;
  const runner = new Runner({
    pool,
    store,
    documents,
    onTrouble: (error) => logger.failed(error, { doing: 'projecting' }),
  });
  const profiling = new Profiling();
  const watched = new WatchedMemory();
  let http: Awaited<ReturnType<typeof createApp>> | undefined;
  return {
    /** Starts to serve; the address, and a key of each role. */
    async listen() {
      const keys = new ApiKeys(pool);
      const made = await keys.makeFirst(source);
      const providers = [
        RecordEventsHandler,
        ...questionHandlers,
        ReadReceiptHandler,
        { provide: ServedLog, useValue: new ServedLog(pool, settings.logDir) },
        { provide: Writers, useValue: ledger.writers },
        { provide: Readers, useValue: readers },
      ];
      const parts = { keys, logger, metrics: new Metrics(), indicators: [], providers };
      http = await createApp(parts, settings.limits, 'bench');
      await http.app.listen(0, '127.0.0.1');
      const { port } = http.app.getHttpServer().address() as AddressInfo;
      const keyOf = Object.fromEntries(made.map(({ role, key }) => [role, key])) as Record<Role, string>;
      return { url: `http://127.0.0.1:${port}`, keyOf };
    },
    fill: (part: FillPart) => fill(ledger, part),
    callers: (load: Load & { readonly facts: number }) => callers(ledger, load),
    subjects: (known: number) => Promise.all(Array.from({ length: known }, (_, n) => subjectOf(ledger, knownEmail(n)))),
    replay: () => replay(ledger),
    publish: () => publish(ledger),
    async rebuild() {
      const start = performance.now();
      if (runner.state === 'idle') runner.start();
      else await requestRebuild(pool);
      await rebuilt(ledger);
      return performance.now() - start;
    },
    /** Facts of any kind, as an emitter would tell them. */
    tell: (events: readonly ReceivedEvent[]) => tell(ledger, events),
    /** What is due goes, as the worker lets it; milliseconds, and whom it concerned. */
    async letGo() {
      const start = performance.now();
      const swept = await ledger.retention.sweep();
      return { ...swept, ms: performance.now() - start };
    },
    registersWithRows: (walk: Walk) => registersWithRows(readers.models, walk),
    longHistory: (history: LongHistory) => longHistory(ledger, history),
    erase: (subject: string) => erase(ledger, subject),
    collectGarbage: () => watched.reset(),
    rssBytes: () => process.memoryUsage.rss(),
    peakRssBytes: () => watched.peak(),
    profileStart: () => profiling.start(),
    profileStop: () => profiling.stop(),
    async close() {
      await runner.stop();
      await http?.app.close();
      await readers.stop();
      await ledger.close();
      await pool.end();
    },
  };
});

async function prepare(ledger: Ledger, root: string): Promise<void> {
  const read = (file: string): string => readFileSync(join(root, 'examples', 'kiberon', file), 'utf8');
  const publish = {
    yaml: read('policy.yaml'),
    texts: { ru: read('policy.ru.txt') },
    inForce: '2026-01-01T00:00:00Z',
    assertedBy: 'director',
    asked,
  };
  await new PublishPolicyHandler(ledger.writers).execute(Object.assign(new PublishPolicy(), publish));
  const register = { holder, countries: ['KZ'], asked };
  await new RegisterHolderHandler(ledger.writers).execute(Object.assign(new RegisterHolder(), register));
}

async function tell(ledger: Ledger, events: readonly ReceivedEvent[]): Promise<void> {
  const { outcomes } = await ledger.writers.facts.record(events, 'emitter');
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') throw outcome.reason;
    if (outcome.value.status !== 'recorded') throw new Error(`a fact was ${JSON.stringify(outcome.value)}`);
  }
}

export interface FillPart {
  readonly filling: Filling;
  readonly from: number;
  readonly to: number;
}

/** Tells the facts of a filling from one number to another, as emitters would: through the write path. */
async function fill(ledger: Ledger, { filling, from, to }: FillPart): Promise<void> {
  const facts = fillingFacts(filling);
  let next = from;
  const teller = async (): Promise<void> => {
    while (next < to) {
      const first = next;
      next = Math.min(to, next + fillBatch);
      await tell(
        ledger,
        Array.from({ length: next - first }, (_, i) => facts.at(first + i)),
      );
    }
  };
  await Promise.all(Array.from({ length: fillBatchesAtOnce }, teller));
}

function callers(ledger: Ledger, load: Load & { readonly facts: number }): Promise<Done> {
  const next = factMaker(load.seed);
  return callInProcess(load, () => tell(ledger, Array.from({ length: load.facts }, next)));
}

async function subjectOf(ledger: Ledger, email: string): Promise<string> {
  const normal = normalise('email', email);
  if ('reason' in normal) throw new Error(normal.reason);
  const token = ledger.vault.token(normal);
  const row = (await ledger.vault.lookup([token])).get(token.token.toString('hex'));
  if (!row) throw new Error('somebody known is not found');
  return row.owner.slice('subject-'.length);
}

/** Reads and parses the whole log; events per second. */
async function replay({ store }: Ledger): Promise<{ readonly events: number; readonly perSecond: number }> {
  const start = performance.now();
  let events = 0;
  for await (const page of followPages(store, { until: 'head' })) {
    for (const { bytes } of page) if (readEnvelope(bytes).id !== '') events++;
  }
  return { events, perSecond: (events * 1000) / (performance.now() - start) };
}

/** Waits until every rebuild that was asked for is done. Throws when one failed. */
async function rebuilt({ app }: Ledger): Promise<void> {
  for (;;) {
    const jobs = await listRebuilds(app);
    const failed = jobs.find(({ state }) => state === 'failed');
    if (failed) throw new Error(`the rebuild of ${failed.model} failed: ${failed.failure ?? 'why is not known'}`);
    if (jobs.length > 0 && jobs.every(({ state }) => state === 'done')) return;
    await pause(pollMs);
  }
}

export interface LongHistory {
  /** Who of the known people; the first when it is not said. */
  readonly person?: number;
  readonly events: number;
  /** Of these, such with a sealed value. */
  readonly valued: number;
}

const appended = 500;

/**
 * A person with a long history: facts with values told as emitters would, then uses and transfers appended as the ledger would have
 * written them, for telling a hundred thousand would take longer than everything that is measured.
 */
async function longHistory(ledger: Ledger, { person = 0, events, valued }: LongHistory): Promise<string> {
  const email = knownEmail(person);
  let turn = 0;
  while (turn < valued) {
    const facts = Array.from({ length: Math.min(fillBatch, valued - turn) }, () =>
      collected(`long-${person}-${turn}`, email, turn++),
    );
    await tell(ledger, facts);
  }
  const subject = await subjectOf(ledger, email);
  const stream = `subject-${subject}`;
  const told: StoredEvent[] = [];
  for await (const event of ledger.store.readStream(stream)) told.push(event);
  const last = readEnvelope(told.at(-1)?.bytes ?? '');
  for (let revision = told.length; revision < events; revision += appended) {
    const batch = Array.from({ length: Math.min(appended, events - revision) }, (_, i) => {
      const place = { id: randomUUID(), stream, revision: String(revision + i), at: last.at, occurred: last.occurred };
      const more = { actor: last.actor, source, ...(last.edition !== undefined && { edition: last.edition }) };
      const isTransfer = (revision + i) % 10 === 0;
      const type = isTransfer ? 'DataTransferred' : 'DataUsed';
      const about = {
        categories: ['email'],
        purposes: ['account'],
        basis: { code: 'contract' },
        holder,
        role: 'private',
      };
      const facts = isTransfer ? { ...about, recipient: 'bank', country: 'KZ', mode: 'sent' } : about;
      return { id: place.id, type, bytes: writeEnvelope({ v: '1', type, facts, ...place, ...more }) };
    });
    await ledger.store.append(stream, revision - 1, batch);
  }
  return subject;
}

/** From an officer's order until it is executed: milliseconds waited, and of this process's processors. */
async function erase(ledger: Ledger, subject: string): Promise<{ readonly ms: number; readonly cpuMs: number }> {
  const order = { subject, scope: 'person', ground: 'subject-request', decide: 'erase', reason: 'no-document-made' };
  const start = performance.now();
  const startCpu = process.cpuUsage();
  const { status, state } = await new EraseSubjectHandler(ledger.writers).execute(
    Object.assign(new EraseSubject(), { ...order, asked: { ...asked, reason: 'bench' } }),
  );
  if (state !== 'executed') throw new Error(`the order is ${status}, ${state ?? 'nothing executed'}`);
  const { user, system } = process.cpuUsage(startCpu);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1_000 };
}
