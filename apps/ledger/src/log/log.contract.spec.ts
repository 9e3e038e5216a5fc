// Can whoever may read the log check it without the service, and may nobody else; is each person's proof right, and an export the same each time?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { testDatabase } from '@derbes/postgres/testing.js';
import {
  leafHash,
  parseCheckpoint,
  parseNote,
  parsePolicy,
  parseTlogProof,
  readBundle,
  type Policy,
  verifyTlogProof,
} from '@derbes/transparency';
import { createHash, createHmac } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { run } from '../cli/run.js';
import { ledgerMigrations } from '../database.js';
import { JsonLogger } from '../logger.js';
import { startService, type Service } from '../service.js';
import { readSettings } from '../settings.js';

jest.setTimeout(120_000);

const email = 'aigerim@example.kz';
const empty = process.env['DERBES_EMPTY_EVENTSTORE'];
const structured = 'application/cloudevents+json';
const scratch = mkdtempSync(join(tmpdir(), 'derbes-log-'));
const keys = new Map<string, string>();
let database: Awaited<ReturnType<typeof testDatabase>>;
let environment: Record<string, string>;
let service: Service;
let policy: Policy;

const fact = (id: string, value = email) => ({
  specversion: '1.0',
  id,
  source: 'urn:example:service',
  type: 'derbes.data.collected',
  time: '2026-11-20T09:00:00Z',
  data: {
    subject: { identifiers: [{ scheme: 'email', value }] },
    categories: ['email'],
    purposes: ['account'],
    holder: 'crm',
    origin: { kind: 'subject', means: 'web-form' },
    values: { email: value },
  },
});

interface Asking {
  readonly key?: string;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly type?: string;
  readonly at?: string;
}

function ask(method: string, path: string, { key = 'auditor', reason, headers, body, type, at }: Asking = {}) {
  const given = keys.get(key);
  return fetch((at ?? service.url) + path, {
    method,
    headers: {
      ...(given !== undefined && { authorization: `Bearer ${given}` }),
      ...(reason !== undefined && { 'derbes-reason': reason }),
      ...(body !== undefined && { 'content-type': type ?? 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const text = async (path: string, asking: Asking = {}) => {
  const answer = await ask('GET', path, asking);
  const told = await answer.text();
  expect({ path, status: answer.status, ...(answer.status !== 200 && { told }) }).toEqual({ path, status: 200 });
  return told;
};
const bytes = async (path: string) => Buffer.from(await (await ask('GET', path)).arrayBuffer());
const sizeOf = (note: string): number => parseCheckpoint(parseNote(note).text).size;

async function tell(path: string, body: unknown, type = structured) {
  const answer = await ask('POST', path, { key: 'emitter', body, type });
  expect(answer.status).toBeLessThan(300);
  return { answer, said: (await answer.json()) as { checkpoint?: string; status?: string; outcomes?: unknown[] } };
}

/** A line of `derbes` with an auditor's or another key. */
async function derbes(args: readonly string[], key = 'auditor') {
  const out: string[] = [];
  const to = (list: string[]) =>
    new Writable({ write: (chunk: Buffer, _, done) => (list.push(chunk.toString()), done()) });
  const err: string[] = [];
  const exit = await run(args, {
    stdin: Readable.from([]),
    stdout: to(out),
    stderr: to(err),
    environment: { DERBES_URL: service.url, DERBES_KEY: keys.get(key) },
  });
  return { exit, out: out.join(''), err: err.join('') };
}

/** Every file of a folder with its SHA-256. */
function filesOf(dir: string): Record<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const named = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(
    named.map((path) => [relative(dir, path), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}

/** Ids of the events of the person of this e-mail, the first collection last. */
async function eventsOf(value: string): Promise<{ subject: string; ids: readonly string[] }> {
  const found = await ask('POST', '/v1/subjects/search', {
    key: 'officer',
    reason: 'test',
    body: { identifier: { scheme: 'email', value } },
  });
  const { subjects } = (await found.json()) as { subjects: { subject: string }[] };
  const subject = subjects[0]?.subject ?? '';
  const timeline = await text(`/v1/subjects/${subject}/timeline`, { key: 'officer', reason: 'test' });
  const { lines } = JSON.parse(timeline) as { lines: { event: string; type: string }[] };
  return { subject, ids: lines.filter(({ type }) => type === 'DataCollected').map(({ event }) => event) };
}

beforeAll(async () => {
  database = await testDatabase(ledgerMigrations);
  const { host = '', port = 0, database: name = '' } = database.asApp;
  const as = (user: string | undefined) =>
    `postgres://${user ?? ''}@localhost/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  environment = {
    DATA_DIR: join(scratch, 'data'),
    KEEP_DIR: join(scratch, 'keep'),
    PORT: '0',
    STOP_GRACE_MS: '0',
    DATABASE_URL: as(database.asApp.user),
    DATABASE_OWNER_URL: as(database.asOwner.user),
    // A server without a ledger: then all of it runs over that one.
    ...(empty !== undefined && { EVENTSTORE_URL: empty }),
  };
  service = await startService(readSettings(environment), new JsonLogger('silent'), '0.0.0');
  for (const { role, key } of service.firstKeys) keys.set(role, key);
  await tell('/v1/events?wait=receipt', fact('first'));
  policy = parsePolicy(await bytes('/log/log.policy'));
});
afterAll(async () => {
  await service.stop();
  await database.drop();
  rmSync(scratch, { recursive: true, force: true });
});

describe('an emitter that waits for the receipt', () => {
  it('is answered with the published checkpoint that covers what it told, also when it tells it again or in a batch', async () => {
    const told = await tell('/v1/events?wait=receipt', fact('waited'));
    expect(told.answer.headers.get('derbes-published')).toMatch(/^published;size=[1-9]\d*$/);
    const size = sizeOf(told.said.checkpoint ?? '');
    expect(told.answer.headers.get('derbes-published')).toBe(`published;size=${size}`);
    const again = await tell('/v1/events?wait=receipt', fact('waited'));
    expect(again.said.status).toBe('repeated');
    expect(sizeOf(again.said.checkpoint ?? '')).toBeGreaterThanOrEqual(size);
    const batch = [fact('waited'), fact('batch-1'), fact('batch-2')];
    for (const atomic of ['', '&atomic=true']) {
      const many = await tell(`/v1/events?wait=receipt${atomic}`, batch, 'application/cloudevents-batch+json');
      expect(many.said.outcomes).toHaveLength(3);
      expect(sizeOf(many.said.checkpoint ?? '')).toBeGreaterThanOrEqual(size);
    }
  });

  it('is told no id, index or proof of its event, and may read nothing of the log', async () => {
    const { said } = await tell('/v1/events?wait=receipt', fact('emitters-view'));
    expect(Object.keys(said).sort()).toEqual(['checkpoint', 'findings', 'id', 'provisional', 'ref', 'status']);
    const { ids } = await eventsOf(email);
    for (const path of [
      '/log/checkpoint',
      '/log/log.policy',
      '/log/tile/0/000',
      '/log/tile/entries/000',
      '/log/blobs?size=1',
      `/v1/events/${ids[0]}/receipt`,
      `/v1/events/${ids[0]}/opening`,
    ]) {
      expect({ path, status: (await ask('GET', path, { key: 'emitter' })).status }).toEqual({ path, status: 403 });
      expect({ path, status: (await ask('GET', path, { key: 'nobody' })).status }).toEqual({ path, status: 401 });
    }
  });

  it('is not told of a checkpoint when it does not wait', async () => {
    const { answer, said } = await tell('/v1/events', fact('not-waited'));
    expect(answer.headers.get('derbes-published')).toBeNull();
    expect('checkpoint' in said).toBe(false);
  });
});

describe('the receipt of an event', () => {
  it('verifies with the policy alone, and holds the event', async () => {
    const { ids, subject } = await eventsOf(email);
    for (const key of ['officer', 'auditor']) {
      const answer = await ask('GET', `/v1/events/${ids[0]}/receipt`, { key });
      expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      const proof = parseTlogProof(await answer.text());
      const entry = proof.extra ?? Buffer.alloc(0);
      expect(verifyTlogProof(proof, leafHash(entry), policy).checkpoint.size).toBeGreaterThan(proof.index);
      expect(JSON.parse(entry.toString())).toMatchObject({ id: ids[0], stream: `subject-${subject}` });
    }
  });

  it('is recorded as a question about the person, and refused to whoever has no business with it', async () => {
    const { ids, subject } = await eventsOf(email);
    const access = `/v1/registers/access?subject=${subject}&limit=500`;
    await text(`/v1/events/${ids[0]}/receipt`, { key: 'auditor', reason: 'audit' });
    await expectSoon(async () => {
      const page = await text(access, { key: 'officer', reason: 'test' });
      expect(page).toContain('"question":"receipt"');
    });
    expect((await ask('GET', `/v1/events/${ids[0]}/receipt`, { key: 'admin' })).status).toBe(403);
  });

  it('of an event that nobody knows is not found, and of one that is not published yet is said to come', async () => {
    const nobody = await ask('GET', '/v1/events/99999999-9999-4999-8999-999999999999/receipt');
    expect([nobody.status, ((await nobody.json()) as { code: string }).code]).toEqual([404, 'NOT_FOUND']);
    for (const path of ['/v1/events/..%2f..%2fetc/receipt', '/v1/events/x/receipt'])
      expect((await ask('GET', path)).status).toBe(404);
  });
});

describe('what opens a value to its person', () => {
  it('proves by HMAC-SHA256 alone that the value in the receipt’s event is hers', async () => {
    const { ids } = await eventsOf(email);
    const proof = parseTlogProof(await text(`/v1/events/${ids[0]}/receipt`));
    const event = JSON.parse(proof.extra?.toString() ?? '') as { parts: { p: string; commit: string }[] };
    const said = await text(`/v1/events/${ids[0]}/opening`, { key: 'officer', reason: 'subject-request' });
    const opening = JSON.parse(said) as { format: string; parts: { p: string; plaintext: string; key: string }[] };
    expect(opening.format).toBe('derbes.opening/v1');
    expect(opening.parts).toHaveLength(event.parts.length);
    for (const { p, plaintext, key } of opening.parts) {
      const padded = Buffer.alloc(256);
      padded.writeUInt32BE(Buffer.byteLength(plaintext));
      padded.write(plaintext, 4);
      const commit = createHmac('sha256', Buffer.from(key, 'base64url')).update(padded).digest('base64url');
      expect(event.parts.find((part) => part.p === p)?.commit).toBe(commit);
    }
    expect(opening.parts.map(({ plaintext }) => JSON.parse(plaintext) as unknown)).toContainEqual({
      category: 'email',
      value: email,
    });
  });

  it('goes to an officer with a reason alone, and is recorded as a question about her', async () => {
    const { ids, subject } = await eventsOf(email);
    const path = `/v1/events/${ids[0]}/opening`;
    expect((await ask('GET', path, { key: 'officer' })).status).toBe(400);
    expect((await ask('GET', path, { key: 'auditor', reason: 'audit' })).status).toBe(403);
    await expectSoon(async () => {
      const page = await text(`/v1/registers/access?subject=${subject}&limit=500`, { key: 'officer', reason: 'test' });
      expect(page).toContain('"question":"opening"');
    });
  });

  it('of another person’s is not found, and of somebody erased is gone, while the receipt still proves the event', async () => {
    await tell('/v1/events?wait=receipt', fact('of-another', 'erased@example.kz'));
    const [hers, another] = [await eventsOf(email), await eventsOf('erased@example.kz')];
    const path = `/v1/events/${another.ids[0]}/opening`;
    const asking = { key: 'officer', reason: 'subject-request' };
    expect((await ask('GET', `${path}?subject=${hers.subject}`, asking)).status).toBe(404);
    await text(path, asking);
    const erasing = { ...asking, body: { scope: 'person', ground: 'subject-request' } };
    const erased = await ask('POST', `/v1/subjects/${another.subject}/erasures`, erasing);
    expect({ status: erased.status, ...(erased.status !== 201 && { body: await erased.text() }) }).toEqual({
      status: 201,
    });
    const gone = await ask('GET', path, asking);
    expect([gone.status, ((await gone.json()) as { code: string }).code]).toEqual([410, 'SUBJECT_ERASED']);
    const proof = parseTlogProof(await text(`/v1/events/${another.ids[0]}/receipt`));
    verifyTlogProof(proof, leafHash(proof.extra ?? Buffer.alloc(0)), policy);
    expect(proof.extra?.toString()).not.toContain('erased@example.kz');
  });
});

describe('the files of the log', () => {
  beforeAll(async () => {
    const events = Array.from({ length: 300 }, (_, i) => fact(`many-${i}`, `many-${i % 7}@example.kz`));
    await tell('/v1/events?wait=receipt', events, 'application/cloudevents-batch+json');
  });

  it('are served as C2SP tlog-tiles says: types, caching, gzip for bundles', async () => {
    const checkpoint = await ask('GET', '/log/checkpoint');
    expect(checkpoint.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(checkpoint.headers.get('cache-control')).toBe('no-cache');
    const tile = await ask('GET', '/log/tile/0/000');
    expect(tile.headers.get('content-type')).toBe('application/octet-stream');
    expect(tile.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(tile.headers.get('content-encoding')).toBeNull();
    const hashes = Buffer.from(await tile.arrayBuffer());
    expect(hashes).toHaveLength(8_192);
    const plain = await ask('GET', '/log/tile/entries/000', { headers: { 'accept-encoding': 'identity' } });
    const packed = await ask('GET', '/log/tile/entries/000', { headers: { 'accept-encoding': 'br;q=1, gzip;q=0.5' } });
    const refused = await ask('GET', '/log/tile/entries/000', { headers: { 'accept-encoding': 'gzip;q=0, *' } });
    expect([plain, packed, refused].map(({ headers }) => headers.get('content-encoding'))).toEqual([
      null,
      'gzip',
      null,
    ]);
    expect(packed.headers.get('vary')).toBe('accept-encoding');
    const bundle = Buffer.from(await plain.arrayBuffer());
    expect(Buffer.from(await packed.arrayBuffer()).equals(bundle)).toBe(true);
    expect(Buffer.concat([...readBundle(bundle, 256)].map(leafHash)).equals(hashes)).toBe(true);
  });

  it('end with the published tree: no tile beyond it, none that is empty, and no partial one that is full', async () => {
    const size = sizeOf(await text('/log/checkpoint'));
    const width = size % 256;
    expect(size).toBeGreaterThan(256);
    expect(await bytes(`/log/tile/1/000.p/1`)).toHaveLength(32);
    for (const path of ['0/000.p/17', 'entries/000.p/17', '0/999', 'entries/x001/000', '1/000', '2/000.p/1', '63/000'])
      expect({ path, status: (await ask('GET', `/log/tile/${path}`)).status }).toEqual({ path, status: 404 });
    const beyond = await ask(
      'GET',
      `/log/tile/0/${String(Math.floor(size / 256)).padStart(3, '0')}.p/${Math.min(255, width + 200)}`,
    );
    expect(beyond.status).toBe(404);
    expect(beyond.headers.get('cache-control')).toBe('no-store');
  });

  it('are named in one way alone, and no path leads out of them', async () => {
    const paths = [
      '/log/tile/0/0',
      '/log/tile/0/0000',
      '/log/tile/00/000',
      '/log/tile/0/x000/000',
      '/log/tile/0/000.p/0',
      '/log/tile/0/000.p/256',
      '/log/tile/0/000.p/01',
      '/log/tile/0/000/',
      '/log/tile/64/000',
      '/log/tile/-1/000',
      '/log/tile/0/%30%30%30',
      '/log/tile/entries/000%00',
      '/log/tile/..%2f..%2fledger',
      '/log/tile/../../ledger',
      '/log/tile/0/../../../private/claims/000',
      '/log/tile/0/..%5c..%5cledger',
      '/log/tile//etc/passwd',
      '/log/tile/0/x999/x999/x999/x999/x999/x999/999',
      '/log/private/claims/000',
      '/log/../keep',
    ];
    for (const path of paths) expect({ path, status: await rawStatus(path) }).toEqual({ path, status: 404 });
  });

  it('that hold events are counted by key and hour; those that hold hashes are about nobody', async () => {
    await expectSoon(async () => {
      const page = await text('/v1/registers/access?order=newest&limit=500', { key: 'officer', reason: 'test' });
      expect(page).toContain('"question":"log"');
    });
  });

  it('are open to nobody without a key, unless an operator says so: the checkpoint alone, or everything', async () => {
    for (const [opening, statuses] of [
      ['checkpoint', [200, 200, 401, 401, 401]],
      ['everything', [200, 200, 200, 200, 401]],
    ] as const) {
      const settings = readSettings({ ...environment, ROLE: 'http', LOG_OPEN: opening });
      const other = await startService(settings, new JsonLogger('silent'), '0.0.0');
      try {
        const paths = ['checkpoint', 'log.policy', 'tile/0/000', 'tile/entries/000', 'blobs?size=1'];
        const answers = await Promise.all(
          paths.map((path) => ask('GET', `/log/${path}`, { key: 'nobody', at: other.url })),
        );
        expect(answers.map(({ status }) => status)).toEqual(statuses);
        if (opening === 'everything') expect(answers[2]?.headers.get('cache-control')).toMatch(/^public, .*immutable$/);
      } finally {
        await other.stop();
      }
    }
  });
});

describe('an export', () => {
  const dir = (name: string) => join(scratch, name);

  it('is the log at one checkpoint, checked as it came, the same to the byte each time', async () => {
    const policyFile = join(scratch, 'trusted.policy');
    writeFileSync(policyFile, await bytes('/log/log.policy'));
    const first = await derbes(['export', dir('one'), '--policy', policyFile]);
    expect(first).toMatchObject({ exit: 0 });
    const note = readFileSync(join(dir('one'), 'checkpoint'));
    const size = sizeOf(note.toString());
    expect(first.out).toContain(`${size} events`);
    // Another one of the same note: as if the first had been broken off right at its beginning, while the log went on.
    await tell('/v1/events?wait=receipt', fact('after-the-export'));
    writeFileSync(join(mkdir(dir('two')), 'checkpoint.unfinished'), note);
    expect(await derbes(['export', dir('two')])).toMatchObject({ exit: 0 });
    expect(filesOf(dir('two'))).toEqual(filesOf(dir('one')));
    const names = Object.keys(filesOf(dir('one')));
    expect(names.filter((name) => !name.startsWith('tile/'))).toEqual([
      'README.md',
      'checkpoint',
      'keys.json',
      'log.policy',
    ]);
    const { keys: history } = JSON.parse(readFileSync(join(dir('one'), 'keys.json'), 'utf8')) as {
      keys: { vkey: string }[];
    };
    expect(readFileSync(join(dir('one'), 'log.policy'), 'utf8')).toContain(history[0]?.vkey);
  });

  it('is brought up to date over what stands, and goes on where it broke off', async () => {
    expect(await derbes(['export', dir('one')])).toMatchObject({ exit: 0 });
    const note = readFileSync(join(dir('one'), 'checkpoint'));
    writeFileSync(join(mkdir(dir('fresh')), 'checkpoint.unfinished'), note);
    expect(await derbes(['export', dir('fresh')])).toMatchObject({ exit: 0 });
    expect(filesOf(dir('one'))).toEqual(filesOf(dir('fresh')));
    // A file that was lost or torn on the way is fetched again.
    writeFileSync(join(dir('fresh'), 'tile/entries/000'), 'torn');
    rmSync(join(dir('fresh'), 'tile/1'), { recursive: true });
    writeFileSync(join(dir('fresh'), 'checkpoint.unfinished'), note);
    expect(await derbes(['export', dir('fresh')])).toMatchObject({ exit: 0 });
    expect(filesOf(dir('fresh'))).toEqual(filesOf(dir('one')));
  });

  it('has the sealed values of the living where somebody may have them and says why, and of nobody who was erased', async () => {
    expect(await derbes(['export', dir('blobs'), '--blobs'])).toMatchObject({ exit: 2 });
    expect(await derbes(['export', dir('blobs'), '--blobs', '--reason', 'audit'])).toMatchObject({ exit: 0 });
    const named = Object.keys(filesOf(dir('blobs'))).filter((name) => name.startsWith('blobs/'));
    const { ids } = await eventsOf(email);
    const hers = named.find((name) => name.includes(ids[0] ?? '-'));
    const proof = parseTlogProof(await text(`/v1/events/${ids[0]}/receipt`));
    const { parts } = JSON.parse(proof.extra?.toString() ?? '') as { parts: { p: string; blob: string }[] };
    const hash = createHash('sha256')
      .update(readFileSync(join(dir('blobs'), hers ?? '')))
      .digest('base64url');
    expect(parts.map(({ blob }) => blob)).toContain(hash);
    const { rows } = await database.owner.query<{ event: string }>(
      `select event from part join key_owner using (owner) where state = 'live'`,
    );
    expect(named).toHaveLength(rows.length);
    expect(await derbes(['export', dir('blobs')])).toMatchObject({ exit: 0 });
    expect(existsSync(join(dir('blobs'), 'blobs'))).toBe(false);
  });

  it('refuses a folder of other things, a key that it does not trust, and whoever may not read the log', async () => {
    writeFileSync(join(mkdir(dir('other')), 'notes.txt'), 'mine');
    expect(await derbes(['export', dir('other')])).toMatchObject({
      exit: 1,
      err: expect.stringContaining('NOT_AN_EXPORT'),
    });
    const foreign = join(scratch, 'foreign.policy');
    writeFileSync(foreign, 'quorum none\n');
    expect(await derbes(['export', dir('untrusted'), '--policy', foreign])).toMatchObject({
      exit: 1,
      err: expect.stringContaining('UNTRUSTED'),
    });
    expect(await derbes(['export', dir('emitters')], 'emitter')).toMatchObject({
      exit: 1,
      err: expect.stringContaining('ROLE_NOT_ALLOWED'),
    });
  });

  it('that contradicts what was exported before keeps both and says so', async () => {
    const checkpoint = join(dir('one'), 'checkpoint');
    const [origin, size] = readFileSync(checkpoint, 'utf8').split('\n');
    const forged = `${origin}\n${size}\n${Buffer.alloc(32, 7).toString('base64')}\n\n— ${origin} ${Buffer.alloc(68).toString('base64')}\n`;
    writeFileSync(checkpoint, forged);
    expect(await derbes(['export', dir('one')])).toMatchObject({ exit: 1, err: expect.stringContaining('FORKED') });
    expect(readFileSync(checkpoint, 'utf8')).toBe(forged);
    expect(existsSync(join(dir('one'), 'checkpoint.unfinished'))).toBe(true);
  });
});

describe('derbes receipt', () => {
  it('hands over the proof and, for her, what opens her values', async () => {
    const { ids } = await eventsOf(email);
    const printed = await derbes(['receipt', ids[0] ?? '']);
    const proof = parseTlogProof(printed.out);
    verifyTlogProof(proof, leafHash(proof.extra ?? Buffer.alloc(0)), policy);
    const to = join(scratch, 'for-her');
    const handed = await derbes(
      ['receipt', ids[0] ?? '', '--to', to, '--opening', '--reason', 'subject-request'],
      'officer',
    );
    expect(handed).toMatchObject({ exit: 0 });
    expect(readdirSync(to).sort()).toEqual([`${ids[0]}.opening.json`, `${ids[0]}.tlog-proof`]);
    expect(await derbes(['receipt', ids[0] ?? '', '--to', to, '--opening', '--reason', 'audit'])).toMatchObject({
      exit: 1,
    });
    expect(await derbes(['receipt', '99999999-9999-4999-8999-999999999999'])).toMatchObject({ exit: 1 });
  });
});

describe('damaged files of the log', () => {
  it('are said so to whoever asks for a receipt, and as soon as they are mended it is given out', async () => {
    const { ids } = await eventsOf(email);
    const [event = ''] = ids;
    const entries = join(
      environment['LOG_DIR'] ?? join(environment['DATA_DIR'] ?? '', 'log'),
      'public',
      'tile',
      'entries',
    );
    const whole = new Map<string, Buffer>();
    const spoil = () => {
      for (const path of readdirSync(entries, { recursive: true, withFileTypes: true })) {
        const name = join(path.parentPath, path.name);
        if (!path.isFile() || whole.has(name) || path.name.startsWith('.')) continue;
        const bytes = readFileSync(name);
        whole.set(name, bytes);
        writeFileSync(name, Buffer.from(bytes).fill(0x20, 2));
      }
    };
    const receipt = () => ask('GET', `/v1/events/${event}/receipt`);
    // A checkpoint that is published meanwhile has a bundle of its own, which is whole.
    await expectSoon(async () => {
      spoil();
      const answer = await receipt();
      expect([answer.status, answer.headers.has('retry-after')]).toEqual([503, true]);
      expect(await answer.json()).toMatchObject({ code: 'LOG_FILES_DAMAGED' });
    });
    for (const [name, bytes] of whole) if (existsSync(name)) writeFileSync(name, bytes);
    expect((await receipt()).status).toBe(200);
  });
});

const mkdir = (path: string): string => {
  mkdirSync(path, { recursive: true });
  return path;
};

/** Registers follow the log. */
async function expectSoon(check: () => Promise<void>): Promise<void> {
  const until = performance.now() + 60_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > until) throw error;
      await pause(100);
    }
  }
}

/** The path as it is written: no client mends it on the way. */
function rawStatus(path: string): Promise<number> {
  const { hostname, port } = new URL(service.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(
        `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${keys.get('auditor') ?? ''}\r\nconnection: close\r\n\r\n`,
      ),
    );
    let told = '';
    socket.setEncoding('latin1');
    socket.on('data', (data) => (told += String(data)));
    socket.on('end', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(told)?.[1])));
    socket.on('error', reject);
  });
}
