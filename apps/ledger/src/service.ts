// How is the whole service brought up, and brought down without losing anything that it took?
import { ProjectedWait, readModelsHealth, Runner } from '@derbes/read-models';
import { type Provider } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Pool } from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { type Database, openDatabase } from './database.js';
import { createApp } from './http/app.js';
import { type Health, type Indicator } from './http/health-controller.js';
import { Metrics } from './http/metrics.js';
import { ApiKeys, type NewKey } from './keys/api-keys.js';
import { type Ledger, openParts } from './ledger.js';
import { type JsonLogger } from './logger.js';
import { questionHandlers } from './read/handlers.js';
import { Readers } from './read/readers.js';
import { type Settings } from './settings.js';
import {
  AppointOfficerHandler,
  MergeSubjectsHandler,
  PublishPolicyHandler,
  RegisterHolderHandler,
  RegisterRecipientHandler,
  SuspendRecipientHandler,
  UnlinkIdentifierHandler,
  UnmergeSubjectsHandler,
} from './write/handlers.js';
import { RecordEventsHandler } from './write/record-events-handler.js';
import { ListRebuildsHandler, StartRebuildHandler } from './worker/rebuild-handlers.js';
import { Writers } from './write/writers.js';

/** How often claims that another process left open are looked for. */
const rollForwardMs = 10_000;

const commandHandlers = [
  RecordEventsHandler,
  PublishPolicyHandler,
  AppointOfficerHandler,
  RegisterRecipientHandler,
  SuspendRecipientHandler,
  RegisterHolderHandler,
  MergeSubjectsHandler,
  UnmergeSubjectsHandler,
  UnlinkIdentifierHandler,
  StartRebuildHandler,
];

export interface Service {
  /** Where it answers; empty for a worker alone. */
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
  const wait = new ProjectedWait(database.app);
  const ledger = await openParts(settings, database.app, logger, async (position) => {
    await wait.until(position);
  });
  const readers = new Readers(ledger);
  const keys = new ApiKeys(database.app);
  const worker = settings.role === 'http' ? undefined : startWorker(ledger, logger);
  const providers: Provider[] = [
    { provide: Writers, useValue: ledger.writers },
    { provide: Readers, useValue: readers },
    { provide: Pool, useValue: database.app },
    ...commandHandlers,
    ...questionHandlers,
    ListRebuildsHandler,
  ];
  const indicators = indicatorsOf(database, ledger, worker?.runner);
  const parts = { keys, logger, metrics: new Metrics(), indicators, providers };
  const stopParts = async (): Promise<void> => {
    await worker?.stop();
    await readers.stop();
    await ledger.close();
  };
  try {
    const { app } = await createApp(parts, settings.limits, version);
    if (settings.role !== 'worker') await listen(app, settings);
    return {
      url: settings.role === 'worker' ? '' : await app.getUrl(),
      // Made when nothing can fail any more: they are shown once.
      firstKeys: await keys.makeFirst(settings.emitterSource),
      ledger,
      async stop() {
        await Promise.race([app.close(), pause(settings.limits.drainMsMax, undefined, { ref: false })]);
        await stopParts();
        await database.close();
      },
    };
  } catch (error) {
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

/** Read models and abandoned claims: what must go on whether or not anybody asks. */
function startWorker(ledger: Ledger, logger: JsonLogger): { readonly runner: Runner; stop(): Promise<void> } {
  const runner = new Runner({
    pool: ledger.app,
    store: ledger.store,
    documents: ledger.documents,
    onTrouble: (error) => logger.failed(error, { doing: 'projecting' }),
  });
  runner.start();
  const stopping = new AbortController();
  const rolling = (async () => {
    while (!stopping.signal.aborted) {
      try {
        const { failed } = await ledger.claims.rollForward();
        for (const code of failed) logger.warn(`a claim could not be rolled forward: ${code}`, 'claims');
      } catch (error) {
        logger.failed(error, { doing: 'rolling-forward' });
      }
      await pause(rollForwardMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    runner,
    async stop() {
      stopping.abort();
      await rolling;
      await runner.stop();
    },
  };
}

function indicatorsOf(database: Database, ledger: Ledger, runner?: Runner): Indicator[] {
  return [
    {
      name: 'database',
      async check(): Promise<Health> {
        const state = database.state();
        if (state !== 'running') return { ok: false, why: state };
        await database.app.query('select 1');
        return { ok: true };
      },
    },
    {
      name: 'read-models',
      async check(): Promise<Health> {
        if (runner?.state === 'troubled') return { ok: false, why: 'interrupted; tried again every second' };
        const { well, models } = await readModelsHealth(ledger.app);
        if (well) return { ok: true };
        const ill = models.filter(({ state, stop }) => stop !== undefined || state === 'absent');
        const why = ill.map(
          ({ name, state, stop }) =>
            `${name} ${stop ? `stopped: ${stop.reason} ${stop.cause} at event ${stop.event ?? '-'}` : state}`,
        );
        return { ok: false, why: why.join('; ') };
      },
    },
  ];
}
