// Who receives the webhooks of P12? An HTTP server that reads each and answers 204, in a process of its own.
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { serveCalls } from './child.js';

serveCalls(async () => {
  const ids = new Set<string>();
  const server = createServer((request, response) => {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.resume().on('end', () => {
      ids.add(String(request.headers['webhook-id']));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    /** Tasks that arrived, each counted once. */
    arrived: () => ids.size,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
});
