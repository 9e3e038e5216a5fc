// How does an answer that is written already leave? At once, or piece by piece as fast as it is read.
import { StreamableFile } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { type JsonLogger } from '../logger.js';
import { type JsonAnswer, type Pieces } from '../read/json-answer.js';
import { problemOf } from './problem/translate.js';

/**
 * What the route gives back to be sent. An answer in pieces begins with status 200; when it cannot be finished, its connection is
 * broken, so that nobody takes what came for the whole. Whoever goes away stops what is left of the work.
 */
export function sendJson(
  { body, media, headers }: JsonAnswer,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: JsonLogger,
): Buffer | StreamableFile {
  void reply.type(media).headers(headers);
  return Buffer.isBuffer(body) ? body : new StreamableFile(readableOf(body, request, reply, logger));
}

function readableOf(pieces: Pieces, request: FastifyRequest, reply: FastifyReply, logger: JsonLogger): Readable {
  const left = new AbortController();
  reply.raw.once('close', () => left.abort());
  const told = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* pieces(left.signal);
    } catch (error) {
      // Whoever left is owed nothing; else the log says why the connection broke.
      if (!left.signal.aborted) {
        const { code, more } = problemOf(error);
        request.problem = code;
        logger.failed(more.cause ?? error, { request: request.id, problem: code });
      }
      throw error;
    }
  };
  return Readable.from(told(), { objectMode: false });
}
