// Who keeps the registers up to date? Of all processes the one that holds the lock; when it is gone, the next takes over.
import { type EventStore } from '@derbes/event-store';
import { type Pool, type PoolClient } from 'pg';
import { type DocumentStore } from './ledger-context.js';
import { readModels } from './models.js';
import { type ReadModel } from './read-model.js';
import { Session } from './session.js';
import { pause } from './pause.js';

/** Any number: the session of the one active worker holds this advisory lock. */
const workerLock = 4_021_990_120;
const standbyPollMs = 500;
const retryMs = 1_000;
/** A worker that says nothing for so long hangs; longer than any fold or stream read takes while its session waits. */
const hungMsMax = 30_000;

/**
 * How soon PostgreSQL ends the session of a worker that is gone, and with it the lock: killed in the middle of a statement,
 * cut off from the network (probes after 1, 2 and 3 s without an answer), or hung. What a platform has not is left out.
 */
const guards = (hungMs: number): Readonly<Record<string, string>> => ({
  client_connection_check_interval: '1s',
  tcp_keepalives_idle: '1',
  tcp_keepalives_interval: '1',
  tcp_keepalives_count: '2',
  tcp_user_timeout: '3s',
  idle_session_timeout: String(hungMs),
  idle_in_transaction_session_timeout: String(hungMs * 2),
});
const invalidParameterValue = '22023';

export interface RunnerOptions {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly documents: DocumentStore;
  /** The ledger's own when absent. */
  readonly models?: readonly ReadModel[];
  /** Bytes of subjects' events that a rebuild holds in memory. */
  readonly bulkBytesMax?: number;
  /** After so long without a word from the active worker another takes over (30 s when absent); a dead one is missed in 5 s. */
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
    try {
      await guard(client, this.options.hungMs ?? hungMsMax);
      if (!(await this.takeLock(client))) return;
      this.state = 'active';
      const signal = AbortSignal.any([this.stopping.signal, lost.signal]);
      await new Session({ ...this.options, models: this.options.models ?? readModels }, client, signal).run();
    } finally {
      // Ending the session frees the lock, whatever it was doing.
      client.release(true);
    }
  }

  private async takeLock(client: PoolClient): Promise<boolean> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [workerLock]);
      if (rows[0]?.taken === true) return true;
      this.state = 'standby';
      await pause(standbyPollMs, signal);
    }
    return false;
  }
}

async function guard(client: PoolClient, hungMs: number): Promise<void> {
  for (const [name, value] of Object.entries(guards(hungMs))) {
    try {
      await client.query('select set_config($1, $2, false)', [name, value]);
    } catch (error) {
      if ((error as { code?: unknown }).code !== invalidParameterValue) throw error;
    }
  }
}
