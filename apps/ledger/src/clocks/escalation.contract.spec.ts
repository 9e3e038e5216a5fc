// Over a month of days, is every clock that comes near its end told of exactly once, whatever is rebuilt, started again or set wrong?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startClock, type Clock } from '@derbes/domain';
import { type Draft, type Facts } from '@derbes/kernel';
import { testDatabase } from '@derbes/postgres/testing.js';
import { ClockQueue, ProjectedWait } from '@derbes/read-models';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import request from 'supertest';
import { ledgerMigrations } from '../database.js';
import { provedBy } from '../delivery/signature.js';
import { JsonLogger } from '../logger.js';
import { startService, type Service } from '../service.js';
import { readSettings } from '../settings.js';
import { heldMs } from './notice-rows.js';
import { mailChannel, Notices, webhookChannel, type Channel, type Notice } from './notices.js';
import { jumpHoldMs } from './clock-jumps.js';
import { ClockSweep, type Swept } from './sweep.js';
import { MailServer } from './testing/mail-server.js';

jest.setTimeout(180_000);

const hour = 3_600_000;
/** A minute. */
const looksMax = 1_200;
const scratch = mkdtempSync(join(tmpdir(), 'derbes-escalation-'));
const keyOf = new Map<string, string>();
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
let db: Awaited<ReturnType<typeof testDatabase>>;
let service: Service;

/** A clock that a spec sets, and the seconds of a machine that only grow. */
const time = { now: Date.parse('2026-03-02T04:00:00Z'), ticks: 0 };
function pass(ms: number): void {
  time.now += ms;
  time.ticks += ms;
}
const told: Notice[] = [];
const troubles: unknown[] = [];

function sweeper(notices: Channel[] = [{ name: 'mail', send: take, close: () => undefined }]): ClockSweep {
  const clock = () => new Date(time.now);
  const { writers, store, app } = service.ledger;
  return new ClockSweep({
    queue: new ClockQueue(app),
    commands: writers.commands,
    store,
    notices: new Notices(notices, app, clock, (error) => troubles.push(error)),
    settings: { leadHours: 24, sweepSeconds: 60 },
    clock,
    monotonic: () => time.ticks,
    onTrouble: (error) => troubles.push(error),
  });
}
const take = (notice: Notice): Promise<void> => Promise.resolve(void told.push(notice));

beforeAll(async () => {
  db = await testDatabase(ledgerMigrations);
  service = await start();
  for (const { role, key } of service.firstKeys) keyOf.set(role, key);
});
afterAll(async () => {
  await service.stop();
  await db.drop();
  rmSync(scratch, { recursive: true, force: true });
});

function start(): Promise<Service> {
  const { host = '', port = 0, database: name = '' } = db.asApp;
  const as = (user: string | undefined) =>
    `postgres://${user ?? ''}@localhost/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  const settings = readSettings({
    DATA_DIR: join(scratch, 'data'),
    KEEP_DIR: join(scratch, 'keep'),
    PORT: '0',
    STOP_GRACE_MS: '0',
    // The service's own sweep goes by the real clock; here the spec sets it.
    CLOCK_SWEEP_SECONDS: '0',
    DATABASE_URL: as(db.asApp.user),
    DATABASE_OWNER_URL: as(db.asOwner.user),
  });
  return startService(settings, new JsonLogger('silent'), '0');
}

/** Written as commands are, and seen by the read models. */
async function write(...drafts: Draft[]): Promise<void> {
  await service.ledger.writers.commands.write({
    asked: { by: { key: 'spec', role: 'admin' }, request: randomUUID(), waitProjected: true },
    content: {},
    decide: async () => ({ drafts, heads: await headsOf(drafts) }),
    result: {},
  });
}

async function headsOf(drafts: readonly Draft[]) {
  const heads = new Map<string, { revision: number; at: string }>();
  for (const { stream } of drafts) {
    for await (const { bytes } of service.ledger.store.readStream(stream)) {
      const { revision, at } = JSON.parse(Buffer.from(bytes).toString()) as { revision: string; at: string };
      heads.set(stream, { revision: Number(revision), at });
    }
  }
  return heads;
}

const moment = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const now = (): string => moment(time.now);
const clockFrom = (term: string, profile?: string): Clock =>
  startClock(service.ledger.registers.outside, { term, from: now(), ...(profile !== undefined && { profile }) });

async function receive(clocks: Clock[] = [clockFrom('access')], more: Facts = {}): Promise<string> {
  const id = randomUUID();
  const facts = {
    right: 'know',
    profiles: ['kz'],
    channel: 'portal',
    language: 'ru',
    received: now(),
    clocks,
    ...more,
  };
  await write({ type: 'RequestReceived', facts, stream: `request-${id}`, occurred: now() });
  return id;
}

const answer = (id: string): Promise<void> =>
  write({
    type: 'RequestRefused',
    facts: { reason: 'identity-not-proved', delivered: now(), how: 'portal', language: 'ru' },
    stream: `request-${id}`,
    occurred: now(),
  });

interface Told {
  readonly stage: string;
  readonly request?: string;
  readonly term: string;
}
async function escalations(): Promise<Told[]> {
  const { rows } = await db.app.query<{ body: string }>(
    "select body from ledger_event where type = 'ClockEscalated' order by position",
  );
  return rows.map(({ body }) => (JSON.parse(body) as { facts: Told }).facts);
}
const stagesOf = async (id: string): Promise<string[]> =>
  (await escalations()).filter((one) => one.request === id).map(({ stage }) => stage);

/** As often as a worker that is on time and one that missed a day: what matters is what stands in the log. */
async function sweptUntil(sweep: ClockSweep, ms: number, step: number): Promise<void> {
  for (const end = time.now + ms; time.now < end;) {
    pass(step);
    await sweep.sweep();
  }
}

/** Until the read models have seen all that stands. */
async function projected(): Promise<void> {
  const { rows } = await db.app.query<{ position: string }>('select max(position)::text as position from ledger_event');
  await new ProjectedWait(db.app).until(rows[0]?.position ?? '0');
}

async function register(query: string): Promise<Record<string, unknown>[]> {
  const answered = await request(service.url)
    .get(`/v1/registers/clocks?limit=500&${query}`)
    .set({ authorization: `Bearer ${keyOf.get('officer') ?? ''}` })
    .expect(200);
  return (answered.body as { items: Record<string, unknown>[] }).items;
}
const clockRows = async (): Promise<string> =>
  JSON.stringify(await register('status=ended')) + JSON.stringify(await register('status=running'));

const requests = { early: '', late: '', never: '' };

describe('a month of days', () => {
  it('tells of each clock that is due soon, and of each that is overdue, once; and of what was answered in time nothing', async () => {
    let sweep = sweeper();
    // Monday 2 March 2026, 09:00: three working days end with Thursday 5 March.
    requests.never = await receive();
    requests.early = await receive();
    requests.late = await receive();
    await sweptUntil(sweep, 24 * hour, 6 * hour);
    await answer(requests.early);
    for (let day = 0; day < 29; day++) {
      await sweptUntil(sweep, 24 * hour, 8 * hour);
      if (day === 4) await answer(requests.late);
      // A worker that takes over knows nothing of the one before.
      if (day % 10 === 9) sweep = sweeper();
      // On the tenth day another request comes and is answered at once.
      if (day === 10) await answer(await receive());
    }
    expect(await stagesOf(requests.never)).toEqual(['due-soon', 'overdue']);
    expect(await stagesOf(requests.late)).toEqual(['due-soon', 'overdue']);
    expect(await stagesOf(requests.early)).toEqual([]);
    expect(await escalations()).toHaveLength(4);
    const named = told.flatMap(({ escalations: some }) =>
      some.map(({ request: about, stage }) => `${about ?? ''} ${stage}`),
    );
    expect(named.sort()).toEqual(
      [requests.never, requests.late].flatMap((id) => [`${id} due-soon`, `${id} overdue`]).sort(),
    );
    expect(troubles).toEqual([]);
  });

  it('is told once by two sweeps at the same moment', async () => {
    const id = await receive();
    pass(14 * 24 * hour);
    const swept = await Promise.all([sweeper().sweep(), sweeper().sweep()]);
    // Nobody looked while it was due soon.
    expect(await stagesOf(id)).toEqual(['overdue']);
    expect(swept.map((one) => (one as Extract<Swept, { state: 'swept' }>).told).reduce((a, b) => a + b, 0)).toBe(1);
    await answer(id);
  });

  it('stands in the register, with what was late as findings', async () => {
    await projected();
    const overdue = await register('status=overdue');
    // The register goes by the database's own clock, for which all of March 2026 is past.
    expect(overdue.map(({ request: id, findings }) => [id, findings])).toEqual([[requests.never, ['REQUEST_OVERDUE']]]);
    const late = await receive([clockFrom('access')], { late: 'yes' });
    await answer(late);
    const found = await register('code=INTAKE_LATE');
    expect(found).toMatchObject([{ request: late, state: 'ended' }]);
  });
});

describe('a rebuild', () => {
  it('tells of nothing again, and comes to the same rows', async () => {
    await projected();
    const before = await escalations();
    const rows = await clockRows();
    await request(service.url)
      .post('/v1/rebuilds')
      .set({ authorization: `Bearer ${keyOf.get('admin') ?? ''}` })
      .send({ model: 'clocks' })
      .expect(202);
    let state = '';
    for (let look = 0; look < 1_200 && !/done|failed/.test(state); look++) {
      await pause(50);
      const listed = await request(service.url)
        .get('/v1/rebuilds')
        .set({ authorization: `Bearer ${keyOf.get('admin') ?? ''}` });
      state = JSON.stringify(listed.body);
    }
    expect(state).toContain('done');
    expect(await sweeper().sweep()).toEqual({ state: 'swept', told: 0 });
    expect(await escalations()).toEqual(before);
    expect(await clockRows()).toBe(rows);
  });
});

describe('a clock that jumps', () => {
  it('tells of nothing while it is wrong, and goes on when it is right again', async () => {
    const id = await receive();
    const sweep = sweeper();
    await sweep.sweep();
    // Forward by a year, with no second passing.
    time.now += 365 * 24 * hour;
    expect(await sweep.sweep()).toEqual({ state: 'clock-jumped' });
    expect(sweep.jumped).toBe(true);
    time.now -= 365 * 24 * hour;
    pass(60_000);
    expect(await sweep.sweep()).toEqual({ state: 'clock-jumped' });
    pass(jumpHoldMs);
    expect(await sweep.sweep()).toEqual({ state: 'swept', told: 0 });
    expect(await stagesOf(id)).toEqual([]);
    // Put back by a day: what was told is not told again, and what is due is told when its time comes.
    time.now -= 24 * hour;
    expect(await sweep.sweep()).toEqual({ state: 'clock-jumped' });
    await sweptUntil(sweep, 9 * 24 * hour, 12 * hour);
    expect(await stagesOf(id)).toEqual(['due-soon', 'overdue']);
    await answer(id);
  });
});

describe('whoever is to hear of it', () => {
  it('gets a mail with ids, codes and moments alone, again when the server was busy, and no more than once when it took it', async () => {
    const mails = await MailServer.listen();
    const to = ['officer@example.kz', 'deputy@example.kz'];
    const channel = mailChannel({ url: mails.url, from: 'ledger@example.kz', to });
    try {
      const sweep = sweeper([{ name: 'mail', send: (notice) => channel.send(notice), close: () => channel.close() }]);
      const id = await receive([clockFrom('correction')]);
      mails.busy = true;
      await sweep.sweep();
      expect(mails.taken).toEqual([]);
      expect(troubles.splice(0)).toHaveLength(1);
      mails.busy = false;
      pass(60_000);
      await sweep.sweep();
      pass(60_000);
      await sweep.sweep();
      expect(mails.taken).toHaveLength(1);
      const [mail] = mails.taken;
      expect(mail).toMatchObject({ from: 'ledger@example.kz', to });
      expect(mail?.text).toMatch(/^Subject: Derbes: 0 overdue, 1 due soon\r$/m);
      expect(mail?.text.replaceAll('=\r\n', '')).toContain(`kz correction  request  request ${id}`);
      await answer(id);
    } finally {
      channel.close();
      await mails.close();
    }
  });

  it('gets a signed webhook, the same one again when it failed', async () => {
    const got: { headers: Record<string, string>; body: Buffer }[] = [];
    let status = 503;
    const server: Server = createServer((asked, reply) => {
      const chunks: Buffer[] = [];
      asked.on('data', (chunk: Buffer) => chunks.push(chunk));
      asked.on('end', () => {
        got.push({ headers: asked.headers as Record<string, string>, body: Buffer.concat(chunks) });
        reply.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/clocks`;
    const clock = () => new Date(time.now);
    const channel = webhookChannel({ url, secret }, ['127.0.0.0/8'], clock);
    try {
      const sweep = sweeper([
        { name: 'webhook', send: (notice) => channel.send(notice), close: () => channel.close() },
      ]);
      const id = await receive([clockFrom('correction')]);
      await sweep.sweep();
      status = 204;
      pass(60_000);
      await sweep.sweep();
      expect(troubles.splice(0)).toHaveLength(1);
      expect(got).toHaveLength(2);
      const [first, second] = got;
      expect(first?.headers['webhook-id']).toBe(second?.headers['webhook-id']);
      const { headers = {}, body = Buffer.alloc(0) } = second ?? {};
      const signed = { id: headers['webhook-id'] ?? '', timestamp: headers['webhook-timestamp'] ?? '', body };
      expect(provedBy(signed, headers['webhook-signature'] ?? '', { secret }, time.now / 1_000)).toBe('hmac');
      expect(JSON.parse(body.toString())).toMatchObject({
        type: 'derbes.clocks.escalated',
        data: { escalations: [{ request: id, stage: 'due-soon', term: 'correction', kind: 'request' }] },
      });
      await answer(id);
    } finally {
      channel.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  });

  it('sees it in health and in metrics', async () => {
    let ready = await request(service.url).get('/health/ready');
    // A part may be on its way: the model that was rebuilt, the log.
    for (let look = 0; look < 600 && ready.status !== 200; look++) {
      await pause(50);
      ready = await request(service.url).get('/health/ready');
    }
    expect({ status: ready.status, detail: (ready.body as { detail?: string }).detail }).toEqual({ status: 200 });
    expect((ready.body as { states: Record<string, string> }).states['clocks']).toBe('overdue');
    const { text } = await request(service.url)
      .get('/metrics')
      .set({ authorization: `Bearer ${keyOf.get('admin') ?? ''}` })
      .expect(200);
    expect(text).toMatch(/^derbes_clocks_overdue\{[^}]*\} 1$/m);
    expect(text).toMatch(/^derbes_clocks_due_soon\{[^}]*\} 0$/m);
  });

  it('is warned word for word by the next process where one died before it was told', async () => {
    pass(30 * 24 * hour);
    const due = await receive();
    pass(20 * 24 * hour);
    const begun: Notice[] = [];
    // Killed while it sends: it never says whether it was taken, and never comes back.
    const dying = sweeper([
      { name: 'mail', send: (notice) => new Promise(() => begun.push(notice)), close: () => undefined },
    ]);
    void dying.sweep();
    for (let look = 0; begun.length === 0 && look < looksMax; look++) await pause(50);
    expect(begun).toHaveLength(1);
    const taken: Notice[] = [];
    const next = sweeper([
      { name: 'mail', send: (one) => Promise.resolve(void taken.push(one)), close: () => undefined },
    ]);
    // What the dead one holds is nobody else's yet.
    await next.sweep();
    expect(taken).toEqual([]);
    pass(heldMs + 60_000);
    await next.sweep();
    await next.sweep();
    expect(taken).toEqual(begun);
    expect(taken.flatMap((one) => one.escalations.map(({ request: id }) => id))).toContain(due);
    await answer(due);
  });
});
