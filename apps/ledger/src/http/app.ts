// How is the service put together behind HTTP? The same for main and for tests; it does not listen yet.
import { NestFactory } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject } from '@nestjs/swagger';
import { LedgerModule, type LedgerParts } from '../ledger.module.js';
import { type Limits } from '../settings.js';
import { type Openable } from './access.js';
import { answerDirectly } from './direct.js';
import { type ApiDocument } from './docs-page.js';
import { EventsController } from './events/events-controller.js';
import { eventsPath } from './events/transport.js';
import { describeApi } from './openapi.js';
import { type Route, RouteTable } from './routes.js';
import { makeAdapter, Restoring, Stopping } from './server.js';

export interface LedgerApp {
  readonly app: NestFastifyApplication;
  /** The description of all routes. */
  readonly describe: () => OpenAPIObject;
  readonly routes: readonly Route[];
  /** From now on whoever comes is told STOPPING, and begun requests go on. `app.close()` does the same and stops listening. */
  readonly refuseNew: () => void;
}

/** The initialised application. `app.close()` drains: what was begun is answered, what comes is told STOPPING. */
export async function createApp(parts: LedgerParts, limits: Limits, version: string): Promise<LedgerApp> {
  const { keys, logger, metrics, restoring = new Restoring(), opened = new Set<Openable>() } = parts;
  const routes = new RouteTable();
  const stopping = new Stopping();
  const adapter = makeAdapter({ keys, logger, metrics, limits, stopping, restoring, opened });
  routes.watch(adapter.getInstance());
  const refuseNew = (): void => {
    stopping.has = true;
  };
  const describe = (): OpenAPIObject => describeApi(app, version);
  const document: ApiDocument = { text: () => JSON.stringify(describe()) };
  const app: NestFastifyApplication = await NestFactory.create<NestFastifyApplication>(
    LedgerModule.of(parts, routes, document),
    adapter,
    {
      bodyParser: false,
      logger,
      abortOnError: false,
    },
  );
  answerDirectly(adapter.getInstance(), { method: 'POST', url: eventsPath }, () => app.get(EventsController), 'record');
  await app.init();
  await adapter.getInstance().ready();
  return { app, describe, routes: routes.all(), refuseNew };
}
