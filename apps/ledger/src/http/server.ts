// What does the HTTP server do around every request: limits, key, log line, and going down without losing any?
import { randomUUID } from 'node:crypto';
import { type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type ApiKeys } from '../keys/api-keys.js';
import { type JsonLogger } from '../logger.js';
import { type Limits } from '../settings.js';
import { type Principal } from '../write/received.js';
import { bearer, type Openable } from './access.js';
import { batchType, eventsPath, structuredType } from './events/transport.js';
import { InFlight } from './in-flight.js';
import { readJson } from './json.js';
import { type Metrics } from './metrics.js';
import { type ProblemCode } from './problem/codes.js';
import { problemMediaType } from './problem/problem-filter.js';
import { Problem } from './problem/problem.js';
import { problemOf, stoppingRetryMs } from './problem/translate.js';

/** Of a message under Standard Webhooks 1.0. */
const signatureHeader = 'webhook-signature';
/** All who come without a key and under a signature share the places of one key. */
const signedPlaces = 'signed';
const keepAliveMs = 72_000;
/** A refused body of at most so much is read to its end; a longer one is cut off. */
const drainedBytesMax = 64 * 1024 * 1024;
const pathCharsMax = 2_048;
const paramCharsMax = 256;
/** Nobody heard what was answered. No RFC has a number for it; this is the one that proxies log. */
const hungUpStatus = 499;

/** The last request of each connection, answered or not. */
const latest = new WeakMap<Socket, ServerResponse>();

export interface Around {
  readonly keys: ApiKeys;
  readonly logger: JsonLogger;
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly stopping: Stopping;
  readonly restoring: Restoring;
  /** What of the log everybody may read. */
  readonly opened: ReadonlySet<Openable>;
}

/** Whether a restored database has yet to be compared with the keep, and why nothing is answered before it was. */
export class Restoring {
  reason: string | undefined;
}

/** Whether the service is on its way down; nothing new is taken from then on. */
export class Stopping {
  has = false;
}

/** Fastify as this service runs it. Trusts no header about who asks or which request it is. */
export function makeAdapter({ keys, logger, metrics, limits, stopping, restoring, opened }: Around): FastifyAdapter {
  const adapter = new FastifyAdapter({
    logger: false,
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    trustProxy: false,
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: paramCharsMax },
    // No middleware is used; its runner would be asked at every request.
    skipMiddie: true,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: answerBeforeRouting,
  });
  const fastify: FastifyInstance = adapter.getInstance();
  // An expectation that we do not know is ignored (RFC 9110 section 10.1.1); Node would answer a 417 without a word.
  fastify.server.on('checkExpectation', (request, response) => fastify.server.emit('request', request, response));
  fastify.server.on('request', (request, response) => latest.set(request.socket, response));
  readBodies(fastify, limits);
  fastify.decorateRequest('principal', undefined);
  fastify.decorateRequest('problem', undefined);
  fastify.decorateRequest('opened', false);
  fastify.decorateRequest('signedBody', undefined);
  countAndLog(fastify, logger, metrics);
  refuseWhenStopping(fastify, stopping);
  refuseWhenRestoring(fastify, restoring);
  authenticate(fastify, keys, limits, opened);
  fastify.addHook('onSend', (request, reply, payload, done) => {
    // Closing on whoever is still writing would cut off the answer: what is left of the body is read and thrown away.
    if (reply.statusCode === 413 && Number(request.headers['content-length'] ?? NaN) <= drainedBytesMax) {
      reply.removeHeader('connection');
      request.raw.resume();
    }
    // Answers are about people: no cache between us and the caller may keep one. Files of the log that never change say otherwise.
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    reply.headers({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    done(null, payload);
  });
  return adapter;
}

function readBodies(fastify: FastifyInstance, { bodyBytesMax, batchBytesMax }: Limits): void {
  fastify.removeAllContentTypeParsers();
  const types = { 'application/json': bodyBytesMax, [structuredType]: bodyBytesMax, [batchType]: batchBytesMax };
  for (const [type, bodyLimit] of Object.entries(types)) {
    fastify.addContentTypeParser<Buffer>(type, { parseAs: 'buffer', bodyLimit }, (request, body, done) => {
      try {
        if (type !== 'application/json' && request.routeOptions.url !== eventsPath) {
          throw new Problem('MEDIA_TYPE_UNSUPPORTED', 'this route reads application/json');
        }
        if (!/^(identity)?$/i.test(request.headers['content-encoding'] ?? '')) throw encoded();
        if (request.headers[signatureHeader] !== undefined) request.signedBody = body;
        done(null, readJson(body));
      } catch (error) {
        done(error as Error);
      }
    });
  }
}

/** A few bytes may unpack to any number, so nothing is unpacked. RFC 9110 section 12.5.3 has the header that says so. */
const encoded = (): Problem =>
  new Problem('MEDIA_TYPE_UNSUPPORTED', 'send the body as it is: no Content-Encoding is read', {
    headers: { 'accept-encoding': 'identity' },
  });

/** Whoever comes while it still listens is told so, on a line that ends with the answer. */
function refuseWhenStopping(fastify: FastifyInstance, stopping: Stopping): void {
  fastify.addHook('preClose', (done) => {
    stopping.has = true;
    done();
  });
  fastify.addHook('onRequest', (request, _, done) => {
    if (request.url.length > pathCharsMax) return done(new Problem('MALFORMED_REQUEST', 'the path is too long'));
    if (!stopping.has) return done();
    done(new Problem('STOPPING', 'the service is going down', { retryAfterMs: stoppingRetryMs }));
  });
  fastify.addHook('onSend', (_, reply, payload, done) => {
    if (stopping.has) reply.header('connection', 'close');
    done(null, payload);
  });
}

/** Before anybody is known: an answer about a person who was erased would be one too many. */
function refuseWhenRestoring(fastify: FastifyInstance, restoring: Restoring): void {
  fastify.addHook('onRequest', ({ url }, _, done) => {
    if (restoring.reason === undefined || /^\/health\/(live|ready)(\?|$)/.test(url)) return done();
    done(new Problem('RESTORING', restoring.reason, { retryAfterMs: stoppingRetryMs }));
  });
}

function countAndLog(fastify: FastifyInstance, logger: JsonLogger, metrics: Metrics): void {
  const over = (request: FastifyRequest, reply: FastifyReply): void => {
    metrics.inFlight.dec();
    const route = request.routeOptions.url ?? '(none)';
    const { elapsedTime } = reply;
    const status = reply.raw.writableFinished ? reply.statusCode : hungUpStatus;
    metrics.answered(request.method, route, status, elapsedTime / 1000);
    if (!logger.tellsRequests) return;
    logger.answered({
      request: request.id,
      method: request.method,
      route,
      status,
      ms: Math.round(elapsedTime),
      ...(request.principal && { key: request.principal.key }),
      ...(request.problem !== undefined && { problem: request.problem }),
    });
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    metrics.inFlight.inc();
    whenOver(reply, () => over(request, reply));
    done();
  });
}

/** Once, when the answer has left or whoever asked has hung up before. Fastify's onResponse knows nothing of the second. */
const whenOver = (reply: FastifyReply, over: () => void): void => void reply.raw.once('close', over);

const isOpen = ({ routeOptions, url }: FastifyRequest): boolean =>
  routeOptions.config?.open === true || /^\/docs(?:[/?]|$)/.test(url);

/** Before the body is read, so that nobody without a key makes us read one; unknown paths are no exception. */
function authenticate(fastify: FastifyInstance, keys: ApiKeys, limits: Limits, opened: ReadonlySet<Openable>): void {
  const inFlight = new InFlight(limits.inFlightPerKeyMax);
  const enter = (request: FastifyRequest, principal: Principal | undefined): void => {
    if (!principal) throw new Problem('KEY_REFUSED', 'the key is unknown or revoked', bearer);
    request.principal = principal;
    inFlight.enter(request, principal.key, bodyBytesOf(request, limits));
  };
  const askedFor = async (request: FastifyRequest, reply: FastifyReply, key: string): Promise<void> => {
    const principal = await keys.find(key);
    // Whoever hung up meanwhile has left already, and would never leave again.
    if (!reply.raw.destroyed) enter(request, principal);
  };
  // A key that was found lately is known without a promise: that is nearly every request of a service.
  fastify.addHook('onRequest', (request, reply, done) => {
    const part = request.routeOptions.config?.openWhere;
    request.opened = part !== undefined && opened.has(part);
    if (isOpen(request) || request.opened) return done();
    whenOver(reply, () => inFlight.leave(request));
    try {
      if (isSigned(request)) {
        request.opened = true;
        inFlight.enter(request, signedPlaces, bodyBytesOf(request, limits));
        return done();
      }
      const key = keyOf(request);
      const principal = keys.standing(key);
      if (!principal) return void askedFor(request, reply, key).then(() => done(), done);
      enter(request, principal);
    } catch (error) {
      return done(error as Error);
    }
    done();
  });
}

const isSigned = ({ routeOptions, headers }: FastifyRequest): boolean =>
  routeOptions.config?.openWhenSigned === true &&
  headers.authorization === undefined &&
  headers[signatureHeader] !== undefined;

/** As declared, but never more than the longest that is read. */
function bodyBytesOf({ headers }: FastifyRequest, { bodyBytesMax, batchBytesMax }: Limits): number {
  const isBatch = (headers['content-type'] ?? '').startsWith(batchType);
  const longest = isBatch ? batchBytesMax : bodyBytesMax;
  if (headers['transfer-encoding'] !== undefined) return longest;
  return Math.min(Number(headers['content-length'] ?? 0) || 0, longest);
}

function keyOf({ headers }: FastifyRequest): string {
  const [, key] = /^Bearer ([A-Za-z0-9._~+/=-]{1,512})$/i.exec(headers.authorization ?? '') ?? [];
  if (key === undefined) throw new Problem('KEY_MISSING', 'send Authorization: Bearer <key>', bearer);
  return key;
}

/** What no route could be found for, because its path cannot be read. */
function answerBeforeRouting(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error);
  void reply
    .status(problem.status)
    .header('content-type', problemMediaType)
    .send(JSON.stringify(problem.body(request.id)));
}

const brokenRequests: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['REQUEST_TIMEOUT', 'the request did not arrive in time'],
  HPE_HEADER_OVERFLOW: ['HEADERS_TOO_LARGE', 'the headers are too large'],
};

/** What is no HTTP request never reaches a route, and is still told what is wrong, unless that would be taken for another's answer. */
function answerBrokenRequest(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const last = latest.get(socket);
  // Bytes behind a whole request: its answer goes first, and then nobody knows where the next one begins.
  if (last?.req.complete === true && !last.writableFinished) return void last.once('finish', () => socket.end());
  if (last?.req.complete === false && last.headersSent) return void socket.destroy();
  const problem = new Problem(
    ...(brokenRequests[error.code ?? ''] ?? ['MALFORMED_REQUEST', 'this is no HTTP request']),
  );
  const body = JSON.stringify(problem.body());
  socket.end(
    `HTTP/1.1 ${problem.status} Problem\r\ncontent-type: ${problemMediaType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
