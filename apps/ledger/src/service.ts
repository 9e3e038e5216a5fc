// How is the whole service brought up, and brought down without losing anything that it took?
import { NoticeQueue, Radius, readModelsHealth, UndertakingQueue, whyUnwell, type Runner } from '@derbes/read-models';
import { type Provider } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Pool } from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { type Database, openDatabase } from './database.js';
import { createApp } from './http/app.js';
import { type Health, type Indicator } from './http/health-controller.js';
import { Metrics } from './http/metrics.js';
import { Restoring } from './http/server.js';
import { ApiKeys, type NewKey } from './keys/api-keys.js';
import { Epochs } from './epochs/epochs.js';
import { deliveryIndicator } from './delivery/delivery-health.js';
import { Delivery } from './delivery/delivery.js';
import { handlers } from './handlers.js';
import { type Ledger, openParts } from './ledger.js';
import { undertakingWatch } from './notices/undertaking-watch.js';
import { noticeWatch } from './notices/watch.js';
import { retentionWatch } from './retention/watch.js';
import { clockWatch } from './clocks/watch.js';
import { FrozenRadii } from './incidents/frozen-radius.js';
import { openedBy, ServedLog } from './log/served-log.js';
import { type JsonLogger } from './logger.js';
import { DriftWatch } from './editions/drift-watch.js';
import { Readers } from './read/readers.js';
import { SizeWatch } from './size/size-watch.js';
import { passGate, whyRestoring } from './restore-gate.js';
import { LogKeys } from './sequencing/log-keys.js';
import { logIndicator } from './sequencing/log-health.js';
import { type Settings } from './settings.js';
import { startWorker, type Worker } from './worker/worker.js';
import { Writers } from './write/writers.js';

export interface Service {
  /** Where it answers: a worker how it is and its numbers, nothing else. */
  readonly url: string;
  /** Made now, at the very first start; nobody can tell them again. */
  readonly firstKeys: readonly NewKey[];
  readonly ledger: Ledger;
  /** Answers what was begun, makes durable what was taken, and stops the database that is ours. */
  stop(): Promise<void>;
}

export async function startService(settings: Settings, logger: JsonLogger, version: string): Promise<Service> {
  const database = await openDatabase(settings, logger);
  try {
    return await startOn(database, settings, logger, version);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function startOn(database: Database, settings: Settings, logger: JsonLogger, version: string): Promise<Service> {
  const { role, limits } = settings;
  const ledger = await openParts(settings, database.app, logger);
  const readers = new Readers(ledger);
  const delivery = new Delivery(ledger, settings);
  const radius = new Radius(database.app);
  const keys = new ApiKeys(database.app);
  const restoring = new Restoring();
  restoring.reason = await whyRestoring(ledger);
  const work = async (): Promise<Worker | undefined> =>
    role === 'http' ? undefined : startWorker(ledger, delivery, logger);
  // Behind the gate: whatever it carries out would tell the journal that this database knows all.
  let worker = restoring.reason === undefined ? await work() : undefined;
  const providers: Provider[] = [
    { provide: Writers, useValue: ledger.writers },
    { provide: Readers, useValue: readers },
    { provide: Delivery, useValue: delivery },
    { provide: Epochs, useValue: ledger.epochs },
    { provide: LogKeys, useValue: ledger.log.keys },
    { provide: ServedLog, useValue: new ServedLog(database.app, settings.logDir) },
    { provide: Pool, useValue: database.app },
    ...handlers,
    { provide: Radius, useValue: radius },
    { provide: FrozenRadii, useValue: new FrozenRadii(ledger.documents, radius) },
  ];
  const watch = clockWatch(ledger.clocks);
  const practice = new DriftWatch(
    { models: readers.models, registers: ledger.registers, now: () => readers.now() },
    () => worker?.runner.state === 'active',
    (error) => logger.failed(error, { doing: 'comparing-practice' }),
  );
  const size = new SizeWatch(
    { models: readers.models, profileInForce: () => ledger.registers.profileInForce(readers.now()) },
    () => worker?.runner.state === 'active',
    (error) => logger.failed(error, { doing: 'counting-people' }),
  );
  const retention = retentionWatch(ledger.retention);
  const notices = noticeWatch(new NoticeQueue(database.app), () => readers.now());
  const undertakings = undertakingWatch(new UndertakingQueue(database.app), () => readers.now());
  const watches = role === 'http' ? [] : [watch, retention, notices, undertakings, practice, size];
  const indicators = [
    ...indicatorsOf(database, ledger, restoring, role === 'http' ? undefined : () => worker?.runner),
    logIndicator(database.app, () => worker?.sequencer),
    ...watches.map((one) => one.indicator()),
    ...(role === 'http' ? [] : [deliveryIndicator(() => worker?.sender)]),
  ];
  const answering = role === 'worker' ? [] : providers;
  const metrics = new Metrics(role);
  for (const one of watches) one.register(metrics.registry);
  if (role !== 'http') for (const one of [practice, size]) one.start();
  if (role !== 'http') metrics.watchLog(() => worker?.sequencer.status());
  if (role !== 'http') metrics.watchOutbox(() => worker?.sender);
  if (settings.keyBackupDir !== undefined) metrics.watchKeyBackup(() => secondsOf(ledger.epochs.backup()?.lagMs));
  if (role !== 'http') metrics.watchCustodians(() => ledger.epochs.custodyFaults().length);
  const opened = openedBy(settings.logOpen);
  const parts = { role, keys, logger, metrics, indicators, opened, providers: answering };
  const stopParts = async (): Promise<void> => {
    await Promise.all([practice.stop(), size.stop()]);
    await worker?.stop();
    await readers.stop();
    await ledger.close();
  };
  let app: NestFastifyApplication | undefined;
  try {
    const created = await createApp({ ...parts, restoring }, limits, version);
    const { refuseNew } = created;
    const listening = (app = created.app);
    await listen(listening, settings);
    if (restoring.reason !== undefined) {
      logger.warn(restoring.reason, 'restore');
      await passGate(ledger);
      restoring.reason = undefined;
      worker = await work();
    }
    return {
      url: await listening.getUrl(),
      // Made when nothing can fail any more, where they can be used: they are shown once.
      firstKeys: role === 'worker' ? [] : await keys.makeFirst(settings.emitterSource),
      ledger,
      async stop() {
        refuseNew();
        await pause(limits.stopGraceMs);
        await Promise.race([listening.close(), pause(limits.drainMsMax, undefined, { ref: false })]);
        await stopParts();
        await database.close();
      },
    };
  } catch (error) {
    await app?.close();
    await stopParts();
    throw error;
  }
}

/** The address is taken, or may not be used. */
class CannotListen extends Error {
  constructor(
    readonly code: 'PORT_IN_USE' | 'ADDRESS_NOT_USABLE',
    message: string,
  ) {
    super(message);
  }
}

async function listen(app: NestFastifyApplication, { host, port }: Settings): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'EADDRINUSE')
      throw new CannotListen('PORT_IN_USE', `something answers at ${host}:${port} already; set PORT`);
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new CannotListen(
        'ADDRESS_NOT_USABLE',
        `${host}:${port} cannot be listened on (${code}); set HOST and PORT`,
      );
    }
    throw error;
  }
}

const secondsOf = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);

/** Each process answers for what it needs and what it does: without a worker in it, whether registers are fed is not its business. */
function indicatorsOf(
  database: Database,
  ledger: Ledger,
  restoring: Restoring,
  runner?: () => Runner | undefined,
): Indicator[] {
  const own = [databaseIndicator(database, restoring)];
  if (ledger.storeKind === 'esdb') own.push(eventStoreIndicator(ledger));
  if (ledger.epochs.backsUp) own.push(keyBackupIndicator(ledger));
  return runner ? [...own, custodiansIndicator(ledger), readModelsIndicator(ledger, runner)] : own;
}

/** Keys that are in use are in memory: a custodian that is down stops starts and closes, and turns nobody away. */
function custodiansIndicator({ epochs }: Ledger): Indicator {
  return {
    name: 'custodians',
    check: () => {
      const faults = epochs.custodyFaults();
      return { ok: true, state: faults.map(({ kind, code }) => `${kind}: ${code}`).join(', ') || 'well' };
    },
  };
}

/** A late backup is an alarm and no reason to turn anybody away: what is told now is durable all the same. */
function keyBackupIndicator({ epochs }: Ledger): Indicator {
  return {
    name: 'key-backup',
    check: () => ({ ok: true, state: epochs.backup()?.late === true ? 'late' : 'in-time' }),
  };
}

function eventStoreIndicator({ store }: Ledger): Indicator {
  return {
    name: 'event-store',
    async check(): Promise<Health> {
      for await (const { type } of store.readStream('ledger')) {
        if (type === 'LedgerOpened') return { ok: true };
        break;
      }
      return { ok: false, why: 'it does not hold this ledger' };
    },
  };
}

function databaseIndicator(database: Database, restoring: Restoring): Indicator {
  return {
    name: 'database',
    async check(): Promise<Health> {
      const state = database.state();
      if (state !== 'running') return { ok: false, why: state };
      if (restoring.reason !== undefined) return { ok: false, why: restoring.reason };
      await database.app.query('select 1');
      return { ok: true };
    },
  };
}

/** A worker that stands by is well: whoever is active says how the read models are, and it tells the same. */
function readModelsIndicator(ledger: Ledger, runner: () => Runner | undefined): Indicator {
  return {
    name: 'read-models',
    async check(): Promise<Health> {
      const state = runner()?.state ?? 'standby';
      if (state === 'troubled') return { ok: false, why: 'interrupted; tried again every second' };
      const why = whyUnwell(await readModelsHealth(ledger.app));
      return why === undefined ? { ok: true, state } : { ok: false, why };
    },
  };
}
