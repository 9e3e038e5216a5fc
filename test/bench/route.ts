// The same route without a ledger behind it: Fastify, the same reading of the body, and one function that stores.
import { fastify, type FastifyInstance } from 'fastify';
import { type AddressInfo } from 'node:net';
import { readJson } from '../../apps/ledger/src/http/json.js';

const bodyBytesMax = 32 * 1024 * 1024;

export interface RunningRoute {
  readonly app: FastifyInstance;
  readonly url: string;
}

/** `store` is given how many events were sent. */
export async function serveRoute(store: (events: number) => Promise<unknown>): Promise<RunningRoute> {
  const app = fastify({ bodyLimit: bodyBytesMax });
  app.removeAllContentTypeParsers();
  for (const type of ['application/cloudevents+json', 'application/cloudevents-batch+json']) {
    app.addContentTypeParser<Buffer>(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, readJson(body)));
  }
  app.setErrorHandler((error, _request, reply) => {
    process.stderr.write(`the route failed: ${error instanceof Error ? error.message : 'unknown'}\n`);
    void reply.status(500).send();
  });
  app.post('/v1/events', async ({ body }, reply) => {
    const sent = body as { id: string } | { id: string }[];
    const events = Array.isArray(sent) ? sent : [sent];
    await store(events.length);
    void reply.status(Array.isArray(sent) ? 200 : 201);
    const outcomes = events.map(({ id }) => ({ id, status: 'recorded' }));
    return Array.isArray(sent) ? { outcomes } : outcomes[0];
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` };
}
