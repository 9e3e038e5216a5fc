// Whose certificate does a webhook trust? That of a private authority alone that the service was started with, for its own address.
import { programOf } from '@derbes/postgres/testing.js';
import { testCertificate } from '@derbes/vault/testing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallingOrder } from './testing/calling-child.js';

// A crowded machine is no failure.
jest.setTimeout(60_000);

let scratch: string;
let server: Server;
let port: number;
let received = 0;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'derbes-tls-'));
  const own = testCertificate();
  writeFileSync(join(scratch, 'own.pem'), own.cert);
  writeFileSync(join(scratch, 'other.pem'), testCertificate('somebody else').cert);
  server = createServer({ key: own.key, cert: own.cert }, (request, response) => {
    request.resume();
    received++;
    response.writeHead(204).end();
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(scratch, { recursive: true, force: true });
});

/** What came of calls from a process that was started with this authority, or with none. */
async function calledWith(authority: string | undefined, ...hosts: string[]): Promise<unknown> {
  const asked: CallingOrder = { urls: hosts.map((host) => `https://${host}:${port}/hook`) };
  // Set to nothing, it names none.
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority === undefined ? '' : join(scratch, authority) };
  const program = programOf('apps/ledger/src/delivery/testing/calling-child');
  const child = spawn(process.execPath, [program, JSON.stringify(asked)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (some: Buffer) => (said += some.toString()));
  await once(child, 'close');
  return JSON.parse(said);
}

describe('a webhook to a receiver with TLS of a private authority', () => {
  it('arrives when the service was started with that authority, under the name of the certificate alone', async () => {
    expect(await calledWith('own.pem', '127.0.0.1', 'crm.invalid', '127.0.0.1')).toEqual([204, 'tls', 204]);
    expect(received).toBe(2);
  });

  it('fails before anything is sent when the service was started with another authority, or with none', async () => {
    expect(await calledWith('other.pem', '127.0.0.1')).toEqual(['tls']);
    expect(await calledWith(undefined, '127.0.0.1')).toEqual(['tls']);
    expect(received).toBe(2);
  });
});
