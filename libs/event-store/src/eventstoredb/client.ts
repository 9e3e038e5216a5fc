// Which client object is in use? One may get stuck for good (it keeps a failed look-up of the server's features), so it is renewed.
import { EventStoreDBClient } from '@eventstore/db-client';
import { Flow } from './flow.js';

const disposeMaxMs = 2_000;

/** A client with what is under way on it. */
export interface Connection {
  readonly client: EventStoreDBClient;
  readonly flow: Flow;
}

export class RenewableClient {
  private connection: Connection;
  private renewing: Promise<void> | undefined;
  private readonly dropped = new Set<() => void>();

  constructor(private readonly connectionString: string) {
    this.connection = this.make();
  }

  async current(): Promise<Connection> {
    while (this.renewing) await this.renewing;
    return this.connection;
  }

  /**
   * Replaces this connection, unless that has happened already. The old one ends first: the client keeps the answers of all
   * its objects in one table, and one object's end fails what waits in it, whoever sent it.
   */
  renew(connection: Connection): Promise<void> {
    if (connection !== this.connection) return this.renewing ?? Promise.resolve();
    this.renewing ??= this.replace().finally(() => (this.renewing = undefined));
    return this.renewing;
  }

  /** `lost` is called when the client is replaced under a stream, which would otherwise wait for ever. */
  onRenew(lost: () => void): () => void {
    this.dropped.add(lost);
    return () => this.dropped.delete(lost);
  }

  async close(): Promise<void> {
    await this.renewing;
    await dispose(this.connection);
  }

  private async replace(): Promise<void> {
    const old = this.connection;
    await dispose(old);
    this.connection = this.make();
    for (const lost of [...this.dropped]) lost();
  }

  private make(): Connection {
    return { client: EventStoreDBClient.connectionString(this.connectionString), flow: new Flow() };
  }
}

async function dispose({ client, flow }: Connection): Promise<void> {
  flow.close();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, disposeMaxMs)));
  await Promise.race([client.dispose().catch(() => undefined), late]);
  clearTimeout(timer);
}
