// How does a witness listen? C2SP tlog-witness over node:http: three routes, bounded bodies, bounded time, bounded connections.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Reply, type Witness } from './witness.js';
import { systemCodeOf, WitnessError } from './witness-error.js';

/** Room for 63 proof lines, three lines of checkpoint and sixteen signatures, each up to 5 kB when signed for after quantum computers. */
export const bodyBytesMax = 128 * 1024;
/** A log sends one small body; whoever drips it is cut off. */
const requestMsMax = 10_000;
const headersMsMax = 5_000;
/** A log asks every few seconds at most; longer than that a connection is nobody's. */
const keepAliveMs = 75_000;
const connectionsMax = 256;
const headerBytesMax = 8 * 1024;
const connectionsCheckedEveryMs = 1_000;
/** Time for whoever sent too much to hear so, before the connection is cut under what is still sent. */
const tooLongHeardMs = 1_000;

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Answers what was begun, then listens no more. */
  close(): Promise<void>;
}

const say = (status: number, body: string): Reply => ({ status, body: `${body}\n` });

/** Serves until closed. Throws WITNESS_ADDRESS_NOT_USABLE. `fatal` is told of what a witness must not go on after. */
export async function listen(
  witness: Witness,
  { host, port }: { readonly host: string; readonly port: number },
  fatal: (error: unknown) => void,
): Promise<Listening> {
  const server = createServer(
    {
      requestTimeout: requestMsMax,
      headersTimeout: headersMsMax,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: connectionsCheckedEveryMs,
      maxHeaderSize: headerBytesMax,
    },
    (request, response) => {
      answer(witness, request)
        .catch((error: unknown) => {
          if (error instanceof WitnessError) fatal(error);
          return say(500, 'this witness cannot go on');
        })
        .then((reply) => {
          if (reply.status === 413) setTimeout(() => request.destroy(), tooLongHeardMs).unref();
          send(response, reply);
        })
        // A caller that went away is no trouble of the witness's.
        .catch(() => response.destroy());
    },
  );
  server.maxConnections = connectionsMax;
  await bind(server, host, port);
  return {
    host,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

async function answer(witness: Witness, request: IncomingMessage): Promise<Reply> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (path === '/add-checkpoint') {
    if (request.method !== 'POST') return say(405, 'POST it');
    if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') return say(415, 'send it uncompressed');
    const body = await readBody(request);
    return body === undefined ? say(413, `at most ${bodyBytesMax} bytes`) : witness.addCheckpoint(body);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'GET it');
  if (path === '/') return say(200, witness.vkey);
  const hash = /^\/([0-9a-f]{64})\/checkpoint$/.exec(path)?.[1];
  const note = hash === undefined ? undefined : witness.checkpointOf(hash);
  return note === undefined ? say(404, 'there is no such thing here') : { status: 200, body: note };
}

/** Undefined when it is longer than `bodyBytesMax`: said or sent. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop must not cut the connection: it still carries the 413.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, body, type = 'text/plain; charset=utf-8' }: Reply): void {
  response.statusCode = status;
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.setHeader('Cache-Control', 'no-store');
  // What was not read of a body that is too long stays unread.
  if (status === 413) response.setHeader('Connection', 'close');
  response.end(body);
}

async function bind(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new WitnessError(
          'WITNESS_ADDRESS_NOT_USABLE',
          `${host}:${port} cannot be listened on (${systemCodeOf(error)})`,
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  server.removeAllListeners('error');
  server.on('error', () => undefined);
}
