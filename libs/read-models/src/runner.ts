// Who keeps the registers up to date? Of all processes the one that holds the lock; when it is gone, the next takes over.
import { type EventStore } from '@derbes/event-store';
import { randomUUID } from 'node:crypto';
import { type Pool, type PoolClient } from 'pg';
import { beatEveryMs, bearName, startBeating, Watch, workerName } from './hung-worker.js';
import { type DocumentStore } from './ledger-context.js';
import { readModels } from './models.js';
import { type ReadModel } from './read-model.js';
import { Session } from './session.js';
import { pause } from './pause.js';

/** Any number: the session of the one active worker holds this advisory lock. */
const workerLock = 4_021_990_120;
const retryMs = 1_000;
/** A worker that gives no sign of life for so long hangs: with the look before and the take-over after it, 5 s. */
const hungMsMax = 3_500;
/** Work that takes every worker as long as one that hangs must not go round among them for ever: patience doubles so often. */
const forcedMax = 4;
/** Whoever has led for so long starts from the usual patience again. */
const settledMs = 600_000;
/** A session that is told to end does so in so long. */
const freedMs = 100;
/** Where nobody stands by, the server itself ends a session that says nothing for so long. */
const idleMsMax = 30_000;

/**
 * How soon PostgreSQL ends the session of a worker that is gone, and with it the lock: killed in the middle of a statement,
 * cut off from the network (probes after 1, 2 and 3 s without an answer), or hung. What a platform has not is left out.
 */
const guards: Readonly<Record<string, string>> = {
  client_connection_check_interval: '1s',
  tcp_keepalives_idle: '1',
  tcp_keepalives_interval: '1',
  tcp_keepalives_count: '2',
  tcp_user_timeout: '3s',
  idle_session_timeout: String(idleMsMax),
  idle_in_transaction_session_timeout: String(idleMsMax * 2),
};
const invalidParameterValue = '22023';

export interface RunnerOptions {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly documents: DocumentStore;
  /** The ledger's own when absent. */
  readonly models?: readonly ReadModel[];
  /** Bytes of subjects' events that a rebuild holds in memory. */
  readonly bulkBytesMax?: number;
  /** After so long without a sign of life from the active worker another takes over; 3.5 s when absent. */
  readonly hungMs?: number;
  /** Told of what interrupted the work, which is then tried again. */
  readonly onTrouble?: (error: unknown) => void;
}

/** `standby`: another worker is active. `troubled`: interrupted, to be tried again. */
export type RunnerState = 'idle' | 'standby' | 'active' | 'troubled' | 'stopped';

/** Feeds all read models from the store, in this process or as the stand-by of another. */
export class Runner {
  state: RunnerState = 'idle';
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private readonly name = workerName(randomUUID());
  private forced = 0;

  constructor(private readonly options: RunnerOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Ends after the transaction under way; rebuilds under way are left to the next worker. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.state = 'stopped';
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.lead();
      } catch (error) {
        if (signal.aborted) return;
        this.state = 'troubled';
        this.options.onTrouble?.(error);
        await pause(retryMs, signal);
      }
    }
  }

  /** The connection that holds the lock is the one that writes, so a worker that lost its lock can write nothing. */
  private async lead(): Promise<void> {
    const client = await this.options.pool.connect();
    const lost = new AbortController();
    client.on('error', () => lost.abort());
    let stopBeating: (() => Promise<void>) | undefined;
    let ledFrom = Infinity;
    try {
      await guard(client);
      // What a crash of the server takes follows from the events again, position and rows together (decision 0115).
      await client.query('set synchronous_commit = off');
      await bearName(client, this.name);
      if (!(await this.takeLock(client))) return;
      stopBeating = await startBeating(this.options.pool, this.name, () => lost.abort());
      this.state = 'active';
      ledFrom = performance.now();
      const signal = AbortSignal.any([this.stopping.signal, lost.signal]);
      const options = { ...this.options, models: this.options.models ?? readModels, name: this.name };
      await new Session(options, client, signal).run();
    } finally {
      if (performance.now() - ledFrom > settledMs) this.forced = 0;
      await stopBeating?.();
      // Ending the session frees the lock, whatever it was doing.
      client.release(true);
    }
  }

  private async takeLock(client: PoolClient): Promise<boolean> {
    const { signal } = this.stopping;
    const looks = Math.ceil((this.options.hungMs ?? hungMsMax) / beatEveryMs);
    const watch = new Watch(client, workerLock, looks * 2 ** Math.min(this.forced, forcedMax));
    while (!signal.aborted) {
      const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [workerLock]);
      if (rows[0]?.taken === true) return true;
      this.state = 'standby';
      if (await watch.endedHung()) {
        this.forced++;
        await pause(freedMs, signal);
      } else await pause(beatEveryMs, signal);
    }
    return false;
  }
}

async function guard(client: PoolClient): Promise<void> {
  for (const [name, value] of Object.entries(guards)) {
    try {
      await client.query('select set_config($1, $2, false)', [name, value]);
    } catch (error) {
      if ((error as { code?: unknown }).code !== invalidParameterValue) throw error;
    }
  }
}
