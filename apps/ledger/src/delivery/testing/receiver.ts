// What does a receiver of webhooks do in a spec? A real HTTP server that remembers what it was sent and answers as it is told.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
  readonly body: string;
}

/** Answers a request; the body has been read. */
export type Answering = (received: Received, response: ServerResponse) => void;

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** How it answers from now on. */
  answers(how: Answering): void;
  /** Resolves when `holds` does of what was received. */
  until(holds: (received: readonly Received[]) => boolean): Promise<void>;
  close(): Promise<void>;
}

export const accepting: Answering = (_, response) => void response.writeHead(204).end();

const receivedMax = 100_000;

export async function receiver(): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  let answering = accepting;
  const server = createServer((request, response) => {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    void readAll(request).then(
      (body) => {
        const one = { headers: request.headers, path: request.url ?? '', body };
        if (received.length < receivedMax) received.push(one);
        answering(one, response);
        for (const look of waiting) look();
      },
      () => undefined,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answers: (how) => (answering = how),
    until: (holds) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!holds(received)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
