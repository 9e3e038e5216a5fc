// What is looked at again and again, whether or not anybody asks: clocks, requests, and data whose term is over?
import { ClockQueue, RequestQueue, RetentionQueue } from '@derbes/read-models';
import { type Pool } from 'pg';
import { Notices } from './clocks/notices.js';
import { ClockSweep } from './clocks/sweep.js';
import { type JsonLogger } from './logger.js';
import { RequestSweep } from './requests/request-sweep.js';
import { RetentionSweep } from './retention/sweep.js';
import { type Settings } from './settings.js';
import { type Writers } from './write/writers.js';

export interface Sweeps {
  /** Warns of what is due. */
  readonly clocks: ClockSweep;
  /** Refuses on the last day whoever did not show who asks, and lets go what old requests said. */
  readonly requests: RequestSweep;
  /** Lets go what the policy lets go by itself. */
  readonly retention: RetentionSweep;
}

interface SweepsParts {
  readonly app: Pool;
  readonly settings: Settings;
  readonly writers: Writers;
  readonly clock: () => Date;
  /** Milliseconds that only ever grow, whatever the clock says. */
  readonly monotonic: () => number;
  readonly logger: JsonLogger;
}

export function sweepsOf({ app, settings, writers, clock, monotonic, logger }: SweepsParts): Sweeps {
  const troubled = (doing: string) => (error: unknown) => logger.failed(error, { doing });
  const { commands, store, vault, registers, erasures, restricted } = writers;
  const onTrouble = troubled('warning-of-clocks');
  return {
    clocks: new ClockSweep({
      queue: new ClockQueue(app),
      commands,
      store,
      notices: Notices.of(settings.clocks, settings.webhookNetworks, app, clock, onTrouble),
      settings: settings.clocks,
      clock,
      monotonic,
      onTrouble,
    }),
    requests: new RequestSweep({
      queue: new RequestQueue(app),
      writers,
      app,
      sweepSeconds: settings.clocks.sweepSeconds,
      clock,
      monotonic,
      onTrouble: troubled('closing-requests'),
    }),
    retention: new RetentionSweep({
      queue: new RetentionQueue(app),
      commands,
      vault,
      registers,
      erasures,
      restricted,
      sweepSeconds: settings.retentionSweepSeconds,
      clock,
      monotonic,
      onTrouble: troubled('letting-go'),
    }),
  };
}

/** Resolves when none of them does anything any more. */
export async function stopSweeps({ clocks, requests, retention }: Sweeps): Promise<void> {
  await clocks.stop();
  await requests.stop();
  await retention.stop();
}
