// Does a ledger whose epochs' keys lie in a key service begin, close and start again, and say when that service is not well?
import { KvServer, testCertificate } from '@derbes/vault/testing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fact, publishKiberon, tell, testLedger, type TestLedger } from './testing.js';

jest.setTimeout(120_000);

const token = `hvs.${randomBytes(12).toString('hex')}`;
let scratch: string;
let server: KvServer;
let test: TestLedger;

const collected = (id: string) =>
  fact(
    'data.collected',
    {
      subject: { identifiers: [{ scheme: 'email', value: `${id}@example.kz` }] },
      categories: ['email'],
      purposes: ['account'],
      holder: 'crm',
      origin: { kind: 'subject', means: 'web-form' },
      values: { email: `${id}@example.kz` },
    },
    { id },
  );

const recorded = async (id: string): Promise<string | undefined> => (await tell(test.ledger, collected(id)))[0]?.status;
const keysAtService = (): string[] => [...server.entries.keys()].map((key) => key.split('/').at(-1) ?? '');
const code = (wanted: string): object => expect.objectContaining({ code: wanted });

async function ended(): Promise<string | undefined> {
  for (;;) {
    const { closing } = await test.ledger.epochs.state();
    if (!closing || closing.failure !== undefined) return closing?.failure;
    await pause(20);
  }
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'derbes-key-service-'));
  const tls = testCertificate();
  server = await KvServer.start(token, { tls });
  writeFileSync(join(scratch, 'token'), token, { mode: 0o600 });
  writeFileSync(join(scratch, 'ca.pem'), tls.cert);
  test = await testLedger({
    KEY_SERVICE_URL: server.url,
    KEY_SERVICE_TOKEN_FILE: join(scratch, 'token'),
    KEY_SERVICE_CA_FILE: join(scratch, 'ca.pem'),
  });
  await publishKiberon(test.ledger);
  await test.publish();
});
afterAll(async () => {
  await test?.close();
  await server?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

describe('a ledger with a key service', () => {
  it('keeps the keys of epochs there alone, and says so in its state and in its first events', async () => {
    expect(keysAtService()).toEqual(['hk-1']);
    expect(readdirSync(test.settings.keepDir).filter((name) => name.startsWith('hk-'))).toEqual([]);
    expect((await test.ledger.epochs.state()).custodians).toEqual([{ kind: 'openbao' }]);
    expect(await recorded('person-1')).toBe('recorded');
    for await (const { type, bytes } of test.ledger.store.readStream('ledger')) {
      if (type === 'EpochOpened') expect(bytes).toContain('"name":"openbao"');
    }
  });

  it('goes on while the service is sealed, says which custodian fails, and destroys nothing', async () => {
    server.sealed = true;
    await test.ledger.epochs.tend();
    expect(test.ledger.epochs.custodyFaults()).toEqual([{ kind: 'openbao', code: 'CUSTODIAN_DOWN' }]);
    await test.ledger.epochs.close({ by: 'admin', acceptSingleCopy: true }).catch(() => undefined);
    expect(await ended()).toBe('CUSTODIAN_DOWN');
    expect(keysAtService()).toEqual(['hk-1']);
    expect(await recorded('person-2')).toBe('recorded');
    await expect(test.again()).rejects.toEqual(code('CUSTODIAN_DOWN'));
  });

  it('ends the close when the service is back, and no version of the old key is left', async () => {
    server.sealed = false;
    await test.ledger.epochs.tend();
    expect(await ended()).toBeUndefined();
    expect(await test.ledger.epochs.state()).toMatchObject({ epoch: 2, lastClosed: { epoch: 1 } });
    expect(keysAtService()).toEqual(['hk-2']);
    expect(server.seen).toEqual(expect.arrayContaining([`POST /v1/secret/destroy/derbes/${test.ledger.id}/hk-1`]));
    // A worker looks every few seconds, and asks nobody on the network for that.
    const asked = server.seen.length;
    for (let i = 0; i < 3; i++) await test.ledger.epochs.tend();
    expect(server.seen.length).toBe(asked);
    const again = await test.again();
    const [outcome] = await tell(again, collected('person-1'));
    expect(outcome?.status).toBe('repeated');
  });

  it('does not start with a token that may not, and tells no token and no key to whom it asks', async () => {
    writeFileSync(join(scratch, 'token'), 'hvs.other');
    await expect(test.again()).rejects.toEqual(code('CUSTODIAN_REFUSED'));
    expect(server.seen.join('\n')).not.toContain(token);
  });
});
