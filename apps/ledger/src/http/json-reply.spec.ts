// Does an answer that leaves in pieces break off where it cannot go on, and does nobody make what nobody reads?
import { afterEach, describe, expect, it } from '@jest/globals';
import { StreamableFile } from '@nestjs/common';
import { fastify, type FastifyInstance } from 'fastify';
import { type AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { JsonLogger } from '../logger.js';
import { JsonAnswer, type Pieces } from '../read/json-answer.js';
import { sendJson } from './json-reply.js';
import { Problem } from './problem/problem.js';

let app: FastifyInstance | undefined;
afterEach(() => app?.close());

/** A server that answers in these pieces; where it is, and what it logged. */
async function serve(pieces: Pieces): Promise<{ url: string; logged: string[] }> {
  const logged: string[] = [];
  const lines = new Writable({
    write(chunk: Buffer, _, done) {
      logged.push(chunk.toString());
      done();
    },
  });
  const logger = new JsonLogger('info', lines);
  app = fastify({ forceCloseConnections: true });
  app.get('/', (request, reply) => {
    const sent = sendJson(new JsonAnswer(pieces), request, reply, logger);
    return reply.send(sent instanceof StreamableFile ? sent.getStream() : sent);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, logged };
}

async function* counting(from: number, to: number): AsyncGenerator<Buffer> {
  for (let n = from; n < to; n++) yield await Promise.resolve(Buffer.from(`${n === 0 ? '[' : ','}${n}`));
}

describe('an answer in pieces', () => {
  it('arrives whole', async () => {
    const { url } = await serve(async function* () {
      yield* counting(0, 1_000);
      yield Buffer.from(']');
    });
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
  });

  it('that cannot be finished breaks its connection, so that nobody takes it for the whole', async () => {
    const { url, logged } = await serve(async function* () {
      yield* counting(0, 100);
      // What was sent is on its way before it breaks.
      await new Promise((resolve) => setImmediate(resolve));
      throw new Problem('UNAVAILABLE', 'the store does not answer');
    });
    const response = await fetch(url);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(logged.join('')).toContain('UNAVAILABLE');
  });

  it('is not made any further when its reader hangs up', async () => {
    let made = 0;
    let ended: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (ended = resolve));
    const { url, logged } = await serve(async function* (gone) {
      try {
        for (; !gone.aborted; made++) yield await Promise.resolve(Buffer.alloc(64 * 1024, '.'));
      } finally {
        ended();
      }
    });
    const left = new AbortController();
    const response = await fetch(url, { signal: left.signal });
    await response.body?.getReader().read();
    left.abort();
    await over;
    expect(made).toBeGreaterThan(0);
    expect(logged).toEqual([]);
  });

  it('waits for whoever reads slowly', async () => {
    let made = 0;
    const { url } = await serve(async function* (gone) {
      for (; made < 10_000 && !gone.aborted; made++) yield await Promise.resolve(Buffer.alloc(64 * 1024, '.'));
    });
    const left = new AbortController();
    const response = await fetch(url, { signal: left.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    let before = -1;
    // Sockets and buffers take some; then nothing more is made although nobody hung up.
    while (before !== made) {
      before = made;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(made).toBeLessThan(1_000);
    left.abort();
  });
});
