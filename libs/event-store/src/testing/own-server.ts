// Where does a test get an EventStoreDB of its own, which it may kill or spoil? From a program that DERBES_TEST_EVENTSTORE_START names.
import { createServer, type AddressInfo } from 'node:net';

/**
 * A program that is given a port and a data folder, starts one insecure node there that syncs what it acknowledges, and prints
 * `pid N` as soon as the node answers.
 */
export const startServer = process.env['DERBES_TEST_EVENTSTORE_START'] ?? '';

/** Clear of what systems hand out by themselves; a server takes the port 10,000 above for its own use. */
const portMin = 20_000;
const portMax = 29_999;

export async function freePort(): Promise<number> {
  for (;;) {
    const port = portMin + Math.floor(Math.random() * (portMax - portMin));
    const server = createServer();
    const listening = new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!(await listening)) continue;
    const { port: free } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return free;
  }
}
