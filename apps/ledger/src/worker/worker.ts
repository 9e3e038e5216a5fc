// What goes on whether or not anybody asks? Read models, the log, abandoned claims, ordered erasures and epochs, in the one worker of all processes that is active.
import { Runner } from '@derbes/read-models';
import { type Sequencer } from '@derbes/transparency/sequencing.js';
import { setTimeout as pause } from 'node:timers/promises';
import { type Delivery } from '../delivery/delivery.js';
import { type Sender } from '../delivery/sender.js';
import { type Ledger } from '../ledger.js';
import { type JsonLogger } from '../logger.js';
import { makeSequencer } from '../sequencing/log.js';

/** How often claims and erasures that another process left open are looked for. */
const rollForwardMs = 10_000;

export interface Worker {
  readonly runner: Runner;
  readonly sequencer: Sequencer;
  readonly sender: Sender;
  stop(): Promise<void>;
}

/** Of several workers one is active; the others stand by and take over when it is gone. */
export async function startWorker(ledger: Ledger, delivery: Delivery, logger: JsonLogger): Promise<Worker> {
  const runner = new Runner({
    pool: ledger.app,
    store: ledger.store,
    documents: ledger.documents,
    onTrouble: (error) => logger.failed(error, { doing: 'projecting' }),
  });
  // Standing by, it works no more than the runner does; one in trouble with its read models still signs.
  const isActive = (): boolean => runner.state === 'active' || runner.state === 'troubled';
  const sequencer = await makeSequencer(ledger.log, isActive);
  const sender = delivery.sender({
    isActive,
    onTrouble: (error) => logger.failed(error, { doing: 'sending' }),
  });
  runner.start();
  sequencer.start();
  sender.start();
  const stopping = new AbortController();
  const rolling = (async () => {
    while (!stopping.signal.aborted) {
      // A claim has a lease, so two workers do no harm; one is enough. One in trouble with its read models still does this.
      if (runner.state !== 'standby') {
        await workRound(ledger, logger);
      }
      await pause(rollForwardMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    runner,
    sequencer,
    sender,
    async stop() {
      stopping.abort();
      await Promise.all([rolling, sequencer.stop(), sender.stop()]);
      await runner.stop();
    },
  };
}

/** What the active worker does in every round: each duty that is due now, whoever else failed. */
export async function workRound(ledger: Ledger, logger: JsonLogger): Promise<void> {
  await rollForward(ledger, logger);
  await ledger.comingsOfAge.workOff().catch((error: unknown) => logger.failed(error, { doing: 'coming-of-age' }));
  await ledger.erasures.workOff().catch((error: unknown) => logger.failed(error, { doing: 'erasing' }));
  await ledger.tasks.workOff().catch((error: unknown) => logger.failed(error, { doing: 'ordering-tasks' }));
  await ledger.withdrawals
    .workOff()
    .catch((error: unknown) => logger.failed(error, { doing: 'reopening-withdrawals' }));
  await ledger.noticeRounds
    .workOff()
    .catch((error: unknown) => logger.failed(error, { doing: 'telling-of-transfers' }));
  await ledger.clocks.tend().catch((error: unknown) => logger.failed(error, { doing: 'warning-of-clocks' }));
  await ledger.restrictedTerms.tend().catch((error: unknown) => logger.failed(error, { doing: 'ending-terms' }));
  await ledger.requests.tend().catch((error: unknown) => logger.failed(error, { doing: 'closing-requests' }));
  await ledger.retention.tend().catch((error: unknown) => logger.failed(error, { doing: 'letting-go' }));
  ledger.epochs.startBackup();
  await tendKeys(ledger, logger);
  await ledger.epochs.tend().catch((error: unknown) => logger.failed(error, { doing: 'closing-epoch' }));
}

async function tendKeys({ log }: Ledger, logger: JsonLogger): Promise<void> {
  try {
    for (const number of await log.keys.tend()) logger.log(`the signing key ${number} of the log was destroyed`, 'log');
  } catch (error) {
    logger.failed(error, { doing: 'destroying-signing-key' });
  }
}

async function rollForward(ledger: Ledger, logger: JsonLogger): Promise<void> {
  try {
    const { landed, failed } = await ledger.claims.rollForward();
    for (const code of failed) logger.warn(`a claim could not be rolled forward: ${code}`, 'claims');
    // What landed may be a register's; whoever sent it died before it could tell the other processes.
    if (landed > 0) await ledger.registers.tellAll();
  } catch (error) {
    logger.failed(error, { doing: 'rolling-forward' });
  }
}
