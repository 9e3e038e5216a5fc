// Do custodians hold what they say, and say what they do not: files in two places, and a key service on the network?
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, cp, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type Custodian } from './custodian.js';
import { destroyAt, ensureEverywhere, readAnywhere, stateOf } from './custody.js';
import { makeKeep, openKeep, type KeepPlace } from './keep.js';
import { KeyServiceCustodian } from './key-service.js';
import { testCertificate } from './testing/certificate.js';
import { KvServer } from './testing/kv-server.js';

const code = (wanted: string): object => expect.objectContaining({ code: wanted });
let scratch: string;
let own: string;
let count = 0;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'derbes-custody-'));
});
afterAll(() => rm(scratch, { recursive: true }));
beforeEach(() => {
  own = join(scratch, String(count++));
});

describe('files in two places', () => {
  let place: KeepPlace & { copyDir: string };
  beforeEach(() => {
    place = { keepDir: join(own, 'keep'), dataDir: join(own, 'data'), copyDir: join(own, 'copy') };
  });

  it('hold the same keys, and either place alone opens the ledger', async () => {
    const keep = await makeKeep(place);
    expect(keep.custodians.map(({ kind }) => kind)).toEqual(['file', 'file-copy']);
    for (const file of ['static.key', 'dedupe.key', 'restricted.key', 'hk-1.key', 'keep.json']) {
      expect(await readFile(join(place.copyDir, file), 'utf8')).toBe(await readFile(join(place.keepDir, file), 'utf8'));
    }
    await rm(join(place.keepDir, 'hk-1.key'));
    expect((await openKeep(place)).epoch).toBe(1);
    const alone = { keepDir: join(own, 'restored'), dataDir: place.dataDir };
    await cp(place.copyDir, alone.keepDir, { recursive: true });
    expect((await openKeep(alone)).ledger).toBe(keep.ledger);
  });

  it.each<[string, (file: string) => Promise<unknown>, string]>([
    ['missing', (file) => rm(file), 'KEY_MISSING'],
    ['truncated', (file) => truncate(file, 40), 'KEEP_DAMAGED'],
    ['readable by others', (file) => chmod(file, 0o644), 'KEEP_RIGHTS_TOO_WIDE'],
  ])('name a key file that is %s', async (_, spoil, fault) => {
    const keep = await makeKeep(place);
    await spoil(join(place.copyDir, 'hk-1.key'));
    const [whole, spoilt] = await stateOf(keep.custodians, 'hk-1');
    expect(whole).toEqual({ kind: 'file' });
    expect(spoilt).toMatchObject({ kind: 'file-copy', fault: { code: fault } });
  });

  it('name a key file of another ledger, and a copy that differs', async () => {
    const keep = await makeKeep(place);
    const other = await makeKeep({ keepDir: join(own, 'other'), dataDir: place.dataDir });
    await cp(join(own, 'other', 'hk-1.key'), join(place.copyDir, 'hk-1.key'));
    expect((await stateOf(keep.custodians, 'hk-1'))[1]?.fault?.code).toBe('KEEP_OF_ANOTHER_LEDGER');
    expect(other.ledger).not.toBe(keep.ledger);
    const [first, second] = keep.custodians as [Custodian, Custodian];
    await first.write('hk-2', randomBytes(32));
    await second.write('hk-2', randomBytes(32));
    await expect(ensureEverywhere(keep.custodians, 'hk-2')).rejects.toEqual(code('KEY_COPIES_DIFFER'));
  });

  it('do not take a volume that is not mounted for one that destroyed its key', async () => {
    const keep = await makeKeep(place);
    const copy = keep.holders(['file-copy'])[0] as Custodian;
    await rename(place.copyDir, join(own, 'aside'));
    await expect(destroyAt(copy, 'hk-1')).rejects.toMatchObject({
      code: expect.stringMatching(/^(KEEP_MISSING|CUSTODIAN_DOWN)$/),
    });
    await rename(join(own, 'aside'), place.copyDir);
    await destroyAt(copy, 'hk-1');
    expect(await copy.read('hk-1')).toBeUndefined();
    expect(await keep.hk(1)).toBeDefined();
  });

  it('lie apart, from each other and from the data', async () => {
    await expect(makeKeep({ ...place, copyDir: join(place.keepDir, 'copy') })).rejects.toEqual(
      code('KEY_COPY_SAME_PLACE'),
    );
    await expect(makeKeep({ ...place, copyDir: join(place.dataDir, 'copy') })).rejects.toEqual(
      code('KEEP_INSIDE_DATA'),
    );
  });

  it('complete a making that was cut off between the two', async () => {
    const keep = await makeKeep(place);
    await keep.custodians[0]?.write('hk-2', randomBytes(32));
    const secret = await ensureEverywhere(keep.custodians, 'hk-2');
    expect(await keep.custodians[1]?.read('hk-2')).toEqual(secret);
  });

  it('a place that is named later holds keys from the next epoch on', async () => {
    await makeKeep({ keepDir: place.keepDir, dataDir: place.dataDir });
    const keep = await openKeep(place);
    expect(await readAnywhere(keep.custodians, 'hk-1')).toBeDefined();
    await keep.prepare();
    await ensureEverywhere(keep.custodians, 'hk-2');
    expect((await stateOf(keep.custodians, 'hk-2')).map(({ fault }) => fault)).toEqual([undefined, undefined]);
  });
});

describe('a key service', () => {
  const ledger = randomUUID();
  const token = `hvs.${randomBytes(12).toString('hex')}`;
  let server: KvServer;
  let tokenFile: string;
  let service: KeyServiceCustodian;
  beforeEach(async () => {
    server = await KvServer.start(token);
    tokenFile = join(scratch, `token-${count}`);
    await writeFile(tokenFile, `${token}\n`, { mode: 0o600 });
    service = new KeyServiceCustodian({ url: server.url, tokenFile, timeoutMs: 30_000 }, ledger);
  });
  afterEach(() => server.stop());

  it('keeps a secret, never replaces it, and destroys every version of it', async () => {
    const secret = randomBytes(32);
    expect(await service.read('hk-1')).toBeUndefined();
    await service.write('hk-1', secret);
    expect(await service.read('hk-1')).toEqual(secret);
    await expect(service.write('hk-1', randomBytes(32))).rejects.toEqual(code('SECRET_EXISTS'));
    expect(await service.names()).toEqual(['hk-1']);
    await destroyAt(service, 'hk-1');
    expect(server.entries.size).toBe(0);
    expect(await service.names()).toEqual([]);
    await destroyAt(service, 'hk-1');
    expect(server.seen).toEqual(expect.arrayContaining([`POST /v1/secret/destroy/derbes/${ledger}/hk-1`]));
  });

  it('may hold the keys of epochs in the place of files', async () => {
    const place = { keepDir: join(own, 'keep'), dataDir: join(own, 'data') };
    const at = (id: string) => new KeyServiceCustodian({ url: server.url, tokenFile }, id);
    const keep = await makeKeep({ ...place, service: at });
    expect(keep.custodians.map(({ kind }) => kind)).toEqual(['openbao']);
    expect(await keep.hk(1)).toBeDefined();
    await expect(openKeep(place)).rejects.toEqual(code('KEEP_MISSING'));
    server.broken = 503;
    await expect(openKeep({ ...place, service: at })).rejects.toEqual(code('CUSTODIAN_DOWN'));
  });

  it.each<[string, number | 'gone', string]>([
    ['is sealed', 503, 'CUSTODIAN_DOWN'],
    ['fails', 500, 'CUSTODIAN_DOWN'],
    ['does not answer', 0, 'CUSTODIAN_DOWN'],
    ['is gone', 'gone', 'CUSTODIAN_DOWN'],
    ['refuses', 403, 'CUSTODIAN_REFUSED'],
  ])('that %s is never taken for one that has nothing', async (_, how, wanted) => {
    await service.write('hk-1', randomBytes(32));
    const { url } = server;
    if (how === 'gone') await server.stop();
    else server.broken = how;
    const short = new KeyServiceCustodian({ url, tokenFile, timeoutMs: 300 }, ledger);
    const asked = how === 0 ? short : service;
    for (const call of [
      () => asked.read('hk-1'),
      () => asked.write('hk-2', randomBytes(32)),
      () => destroyAt(asked, 'hk-1'),
      () => asked.names(),
    ]) {
      await expect(call()).rejects.toEqual(code(wanted));
    }
    if (how === 'gone') server = await KvServer.start(token);
  });

  it('under a path where no KV store is mounted is down, not empty', async () => {
    const elsewhere = new KeyServiceCustodian({ url: server.url, tokenFile, mount: 'kv' }, ledger);
    await expect(elsewhere.read('hk-1')).rejects.toEqual(code('CUSTODIAN_DOWN'));
  });

  it('is refused when it is asked in clear over a network, or its URL holds a secret', () => {
    const made = (url: string) => () => new KeyServiceCustodian({ url, tokenFile }, ledger);
    expect(made('http://keys.example:8200')).toThrow(code('KEY_SERVICE_INSECURE'));
    expect(made('https://user:pass@keys.example')).toThrow(code('KEY_SERVICE_MALFORMED'));
    expect(made('https://keys.example?token=x')).toThrow(code('KEY_SERVICE_MALFORMED'));
    expect(made('keys')).toThrow(code('KEY_SERVICE_MALFORMED'));
    expect(made('https://keys.example:8200')).not.toThrow();
  });

  it('whose entry is another ledger’s, or was changed, is told from one that is whole', async () => {
    const place = `derbes/${ledger}/hk-1`;
    await service.write('hk-1', randomBytes(32));
    const version = server.entries.get(place)?.versions.get(1);
    const data = version?.data as Record<string, string>;
    const spoil = (more: Record<string, string>) =>
      server.entries.get(place)?.versions.set(1, { data: { ...data, ...more }, destroyed: false });
    spoil({ secret: randomBytes(32).toString('base64url') });
    await expect(service.read('hk-1')).rejects.toEqual(code('KEEP_DAMAGED'));
    spoil({ ledger: randomUUID() });
    await expect(service.read('hk-1')).rejects.toEqual(code('KEEP_OF_ANOTHER_LEDGER'));
  });

  it('tells neither key nor token in a request line, an error, or an inspection of itself', async () => {
    const secret = randomBytes(32);
    await service.write('hk-1', secret);
    server.broken = 500;
    const error = await service.write('hk-2', secret).catch((failed: unknown) => failed);
    const garbage = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      socket.end('no answer at all');
    });
    await new Promise<void>((resolve) => garbage.listen(0, '127.0.0.1', resolve));
    const { port } = garbage.address() as { port: number };
    const confused = new KeyServiceCustodian({ url: `http://127.0.0.1:${port}`, tokenFile }, ledger);
    const other = await confused.write('hk-3', secret).catch((failed: unknown) => failed);
    await new Promise((resolve) => garbage.close(resolve));
    expect(other).toEqual(code('CUSTODIAN_DOWN'));
    const said = [
      ...server.seen,
      inspect(error, { depth: 9 }),
      inspect(other, { depth: 9 }),
      inspect(service, { depth: 9 }),
    ].join('\n');
    expect(said).not.toContain(token);
    expect(said).not.toContain(secret.toString('base64url'));
    expect(said).not.toContain(secret.toString('hex'));
  });

  it('without a token, or with one that others may read, is not asked', async () => {
    await chmod(tokenFile, 0o644);
    await expect(service.read('hk-1')).rejects.toEqual(code('KEEP_RIGHTS_TOO_WIDE'));
    await rm(tokenFile);
    await expect(service.read('hk-1')).rejects.toEqual(code('CUSTODIAN_REFUSED'));
  });
});

describe('a key service over TLS', () => {
  const ledger = randomUUID();
  const token = `hvs.${randomBytes(12).toString('hex')}`;
  const certificate = testCertificate();
  let server: KvServer;
  let tokenFile: string;
  let caFile: string;
  const at = (more: object = {}) =>
    new KeyServiceCustodian({ url: server.url, tokenFile, caFile, timeoutMs: 30_000, ...more }, ledger);
  beforeEach(async () => {
    server = await KvServer.start(token, { tls: certificate });
    [tokenFile, caFile] = [join(scratch, `tls-token-${count}`), join(scratch, `tls-ca-${count}.pem`)];
    await writeFile(tokenFile, `${token}\n`, { mode: 0o600 });
    await writeFile(caFile, certificate.cert);
  });
  afterEach(() => server.stop());

  it('writes, reads, never replaces and destroys, and says nothing before it knows whom it asks', async () => {
    expect(server.url).toMatch(/^https:/);
    const secret = randomBytes(32);
    await at().write('hk-1', secret);
    expect(await at().read('hk-1')).toEqual(secret);
    await expect(at().write('hk-1', randomBytes(32))).rejects.toEqual(code('SECRET_EXISTS'));
    const { seen } = server;
    const asked = seen.length;
    await writeFile(caFile, testCertificate('somebody else').cert);
    await expect(at().read('hk-1')).rejects.toEqual(code('CUSTODIAN_DOWN'));
    await expect(at({ caFile: undefined }).read('hk-1')).rejects.toThrow(/CERT|SELF_SIGNED/);
    await expect(at({ caFile: join(scratch, 'no-ca.pem') }).read('hk-1')).rejects.toEqual(code('CUSTODIAN_DOWN'));
    await writeFile(caFile, certificate.cert);
    await expect(at({ url: server.url.replace('https', 'http') }).read('hk-1')).rejects.toEqual(code('CUSTODIAN_DOWN'));
    expect(seen.length).toBe(asked);
    await destroyAt(at(), 'hk-1');
    expect(server.entries.size).toBe(0);
  });

  it('that is sealed, or whose certificate names another host, is down', async () => {
    await at().write('hk-1', randomBytes(32));
    server.sealed = true;
    for (const call of [() => at().read('hk-1'), () => at().write('hk-2', randomBytes(32)), () => at().names()])
      await expect(call()).rejects.toThrow(/answered with 503/);
    await expect(destroyAt(at(), 'hk-1')).rejects.toEqual(code('CUSTODIAN_DOWN'));
    server.sealed = false;
    expect(server.entries.get(`derbes/${ledger}/hk-1`)?.versions.get(1)?.destroyed).toBe(false);
    await expect(at({ url: `https://localhost:${server.port}` }).read('hk-1')).rejects.toThrow(/ALTNAME/);
  });

  it('whose entry was written over is not taken for what was written, and no version of it is left behind', async () => {
    await at().write('hk-1', randomBytes(32));
    const entry = server.entries.get(`derbes/${ledger}/hk-1`);
    entry?.versions.set(2, { data: { secret: 'x' }, destroyed: false });
    if (entry) entry.current = 2;
    await expect(at().read('hk-1')).rejects.toEqual(code('KEEP_OF_ANOTHER_LEDGER'));
    await at().destroy('hk-1');
    expect([...(entry?.versions.values() ?? [])].map(({ destroyed }) => destroyed)).toEqual([true, true]);
    expect(await at().read('hk-1')).toBeUndefined();
  });

  it('that keeps no versions is refused before a key is trusted to it', async () => {
    await server.stop();
    server = await KvServer.start(token, { tls: certificate, isFirstVersion: true });
    await expect(at().write('hk-1', randomBytes(32))).rejects.toEqual(code('KEY_SERVICE_MALFORMED'));
    await expect(at().read('hk-1')).rejects.toEqual(code('KEY_SERVICE_MALFORMED'));
  });
});
