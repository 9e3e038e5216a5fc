// A key service that goes down at any step of a close: is nothing lost, nothing destroyed that is not recorded, and is it gone on with?
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeEpoch, epochStanding } from './epoch-close.js';
import { makeKeep, openKeep, type Keep, type KeepPlace } from './keep.js';
import { KeyServiceCustodian } from './key-service.js';
import { vaultMigrations } from './migrations.js';
import { testCertificate } from './testing/certificate.js';
import { KvServer } from './testing/kv-server.js';
import { everything, somebody, whatOpens, type Person } from './testing/people.js';
import { TableLedger } from './testing/table-ledger.js';
import { Vault } from './vault.js';

jest.setTimeout(120_000);

const token = `hvs.${randomBytes(12).toString('hex')}`;
const points = [
  'begun',
  'key-written',
  'key-proved',
  'opened',
  'flipped',
  'page',
  'verified',
  'recorded',
  'forgotten',
  'key-destroyed',
  'destroyed',
];
let db: TestDatabase;
let scratch: string;
let server: KvServer;
let place: KeepPlace;
let keep: Keep;
let vault: Vault;
let ledger: TableLedger;
const living: Person[] = [];

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'derbes-custody-close-'));
  const tls = testCertificate();
  server = await KvServer.start(token, { tls });
  const [tokenFile, caFile] = [join(scratch, 'token'), join(scratch, 'ca.pem')];
  await writeFile(tokenFile, token, { mode: 0o600 });
  await writeFile(caFile, tls.cert);
  place = {
    keepDir: join(scratch, 'keep'),
    dataDir: join(scratch, 'data'),
    service: (id) => new KeyServiceCustodian({ url: server.url, tokenFile, caFile, timeoutMs: 30_000 }, id),
  };
  await mkdir(place.dataDir);
  db = await testDatabase(vaultMigrations);
  await TableLedger.make(db.owner);
  keep = await makeKeep(place);
  await Vault.begin(db.app, keep);
  vault = await Vault.open(keep, db.app);
  ledger = new TableLedger(db.app, vault);
  for (let i = 0; i < 4; i++) living.push(await somebody(db.app, vault));
});
afterAll(async () => {
  await server?.stop();
  await db?.drop();
  await rm(scratch, { recursive: true });
});

/** Closes until it ends or fails; answers the code of what it failed with. */
async function close(at: (point: string) => void): Promise<string | undefined> {
  const parts = { app: db.app, keep, vault, ledger, clock: () => new Date(), at };
  try {
    at('begun');
    for await (const { held } of closeEpoch(parts, { by: 'admin', acceptSingleCopy: true }))
      expect(held).toBeUndefined();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

describe('a key service that is sealed while an epoch is closed', () => {
  it.each(points)(
    'at the point `%s` stops the close, loses nobody, and the close ends when it is back',
    async (point) => {
      const gone = await somebody(db.app, vault);
      await ledger.erase({ erasure: randomUUID(), owner: gone.owner, scope: 'person', at: '2026-11-20T09:00:00Z' });
      const { epoch: old } = await epochStanding(db.app);
      let met = false;
      const failed = await close((now) => {
        if (now !== point || met) return;
        met = true;
        server.sealed = true;
      });
      expect(met).toBe(true);
      expect([undefined, 'CUSTODIAN_DOWN']).toContain(failed);
      const began = (await epochStanding(db.app)).closing !== undefined || failed === undefined;
      expect(began).toBe(true);
      // Whoever has not loaded the key of an epoch that just began waits for the service; nobody is told anything else.
      const inTheDark = async <T>(asked: Promise<T>): Promise<T | undefined> =>
        asked.catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'CUSTODIAN_DOWN' });
          return undefined;
        });
      for (const person of living) {
        expect([undefined, everything(person)]).toContainEqual(await inTheDark(whatOpens(vault, person)));
      }
      const meanwhile = await inTheDark(somebody(db.app, vault));
      server.sealed = false;
      if (meanwhile) living.push(meanwhile);
      if (failed !== undefined) expect(await close(() => undefined)).toBeUndefined();
      const { epoch, closing } = await epochStanding(db.app);
      expect({ epoch, closing }).toEqual({ epoch: old + 1, closing: undefined });
      expect([...server.entries.keys()]).toEqual([`derbes/${keep.ledger}/hk-${epoch}`]);
      const again = await Vault.open(await openKeep(place, keep.ledger), db.app);
      for (const person of living) expect(await whatOpens(again, person)).toEqual(everything(person));
      expect(await whatOpens(again, gone)).toEqual(['OWNER_MISSING', 'OWNER_MISSING']);
    },
  );

  it('is recorded as the one that destroyed each of them, once', async () => {
    const destroyed = (await ledger.events()).filter(({ type }) => type === 'KeyDestroyed');
    const named = destroyed.map(({ facts }) => `${String(facts['custodian'])} ${String(facts['epoch'])}`);
    expect(named).toEqual(points.map((_, i) => `openbao ${i + 1}`));
  });
});
