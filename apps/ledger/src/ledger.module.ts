// Of what is the service made? Everything that lives is handed in, so that tests and main compose the same module.
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { KeyGuard, type Openable } from './http/access.js';
import { RetentionController } from './http/retention-controller.js';
import { ClocksController } from './http/clocks-controller.js';
import { AssessmentsController } from './http/assessments-controller.js';
import { CommandsController } from './http/commands-controller.js';
import { DeliveryController } from './http/delivery-controller.js';
import { DocsController } from './http/docs-controller.js';
import { type ApiDocument, apiDocument, DocsPage } from './http/docs-page.js';

import { EditionsController } from './http/editions-controller.js';
import { EpochsController } from './http/epochs-controller.js';
import { ErasureController } from './http/erasure-controller.js';
import { EventsController } from './http/events/events-controller.js';
import { FormPipe } from './http/form/form-pipe.js';
import { HealthController, type Indicator, indicators, processRole } from './http/health-controller.js';
import { RestrictedController } from './http/restricted-controller.js';
import { DemandsController } from './http/demands-controller.js';
import { IncidentsController } from './http/incidents-controller.js';
import { KeysController } from './http/keys-controller.js';
import { Metrics } from './http/metrics.js';
import { ProblemFilter } from './http/problem/problem-filter.js';
import { LogController } from './http/log-controller.js';
import { LogKeysController } from './http/log-keys-controller.js';
import { ReceiptsController } from './http/receipts-controller.js';
import { PeopleController } from './http/people-controller.js';
import { QuestionsController } from './http/questions-controller.js';
import { TasksController } from './http/tasks-controller.js';
import { NoticesController } from './http/notices-controller.js';
import { RequestsController } from './http/requests-controller.js';
import { RouteTable } from './http/routes.js';
import { WithdrawalsController } from './http/withdrawals-controller.js';
import { type Restoring } from './http/server.js';
import { ApiKeys } from './keys/api-keys.js';
import { JsonLogger } from './logger.js';
import { type Role } from './settings.js';

export interface LedgerParts {
  readonly keys: ApiKeys;
  readonly logger: JsonLogger;
  readonly metrics: Metrics;
  readonly indicators: readonly Indicator[];
  /** `all` when absent. A worker answers how it is, and nothing else. */
  readonly role?: Role;
  /** While it has a reason, everybody is told RESTORING with it; only health answers. */
  readonly restoring?: Restoring;
  /** What of the log everybody may read; nothing when absent. */
  readonly opened?: ReadonlySet<Openable>;
  /** Handlers of commands and questions, and what they need. */
  readonly providers: readonly Provider[];
}

const controllers = [
  EventsController,
  CommandsController,
  ClocksController,
  RetentionController,
  ErasureController,
  TasksController,
  WithdrawalsController,
  NoticesController,
  AssessmentsController,
  RequestsController,
  PeopleController,
  EpochsController,
  QuestionsController,
  EditionsController,
  LogController,
  LogKeysController,
  ReceiptsController,
  DeliveryController,
  KeysController,
  RestrictedController,
  DemandsController,
  IncidentsController,
  HealthController,
  DocsController,
  DocsPage,
];

@Module({})
export class LedgerModule {
  static of(parts: LedgerParts, routes: RouteTable, document: ApiDocument): DynamicModule {
    return {
      module: LedgerModule,
      imports: [CqrsModule.forRoot()],
      controllers: parts.role === 'worker' ? [HealthController] : controllers,
      providers: [
        { provide: ApiKeys, useValue: parts.keys },
        { provide: JsonLogger, useValue: parts.logger },
        { provide: Metrics, useValue: parts.metrics },
        { provide: RouteTable, useValue: routes },
        { provide: apiDocument, useValue: document },
        { provide: indicators, useValue: parts.indicators },
        { provide: processRole, useValue: parts.role ?? 'all' },
        { provide: APP_GUARD, useClass: KeyGuard },
        { provide: APP_PIPE, useClass: FormPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
        ...parts.providers,
      ],
    };
  }
}
