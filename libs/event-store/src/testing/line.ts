// What does a bad network do? It drops connections, holds data back, and closes one direction. A line between client and server.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export class Line {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private held = false;
  private readonly waiting: (() => void)[] = [];
  private readonly server = createServer((client) => this.join(client));

  constructor(private readonly to: { readonly host: string; readonly port: number }) {}

  /** Answers the port of this end on 127.0.0.1. */
  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  /** Every connection breaks now; new ones are taken. */
  drop(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  /** Nothing that the server says comes through until `release`; what it is told does. */
  hold(): void {
    this.held = true;
  }

  release(): void {
    this.held = false;
    for (const go of this.waiting.splice(0)) go();
  }

  /** The client's direction ends; the server may go on talking. */
  halfClose(): void {
    for (const [, server] of this.pairs) server.end();
  }

  async close(): Promise<void> {
    this.release();
    this.drop();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    const server = connect(this.to);
    const pair = [client, server] as const;
    this.pairs.add(pair);
    const end = () => {
      this.pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    client.on('data', (data) => server.writable && server.write(data));
    server.on('data', (data) => {
      if (!this.held) return void client.write(data);
      server.pause();
      this.waiting.push(() => {
        client.write(data);
        server.resume();
      });
    });
  }
}
