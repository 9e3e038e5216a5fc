// When should a follower look again? When PostgreSQL notifies, over one connection that comes back by itself.
import { type Pool, type PoolClient } from 'pg';
import { appendedChannel, backoffMs } from './transaction.js';

const pauseMsMax = 5_000;

/** Holds a connection of the pool while anybody listens. Notices can be lost with a connection, so followers poll as well. */
export class Wake {
  private readonly listeners = new Set<() => void>();
  private running: Promise<void> | undefined;
  private interrupt: () => void = () => undefined;

  constructor(private readonly pool: Pool) {}

  /** Calls `listener` after each append by anybody; answers how to stop. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    this.running ??= this.run();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.interrupt();
    };
  }

  /** Resolves when no connection is held any more. */
  async stopped(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    // A listener that comes and goes within one turn needs no connection.
    await Promise.resolve();
    for (let failures = 0; this.listeners.size > 0; failures++) {
      let client: PoolClient | undefined;
      try {
        client = await this.pool.connect();
        const lost = this.untilLost(client);
        await client.query(`listen ${appendedChannel}`);
        failures = 0;
        this.wakeAll();
        await lost;
      } catch {
        // Nothing is lost by it: followers poll until the connection is back.
      } finally {
        client?.release(true);
      }
      if (this.listeners.size > 0) await this.pause(backoffMs(failures, pauseMsMax));
    }
    this.running = undefined;
  }

  private untilLost(client: PoolClient): Promise<void> {
    return new Promise((resolve) => {
      this.interrupt = resolve;
      client.on('notification', () => this.wakeAll());
      client.on('error', () => resolve());
      client.on('end', () => resolve());
      if (this.listeners.size === 0) resolve();
    });
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private wakeAll(): void {
    for (const listener of this.listeners) listener();
  }
}
