// How many requests of one key are answered at once, and what is left of one whose asker hung up meanwhile?
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testDatabase } from '@derbes/postgres/testing.js';
import { QueryHandler } from '@nestjs/cqrs';
import { type AddressInfo, connect } from 'node:net';
import { ApiKeys } from '../keys/api-keys.js';
import { keysMigrations } from '../keys/migrations.js';
import { JsonLogger } from '../logger.js';
import { ListRebuilds } from '../read/queries.js';
import { defaultLimits } from '../settings.js';
import { type Rebuild } from '../write/commands.js';
import { createApp, type LedgerApp } from './app.js';
import { Metrics } from './metrics.js';

const inFlightPerKeyMax = 2;
const logged: string[] = [];
const metrics = new Metrics();
let begun: () => void = () => undefined;
const going: (() => void)[] = [];

/** Is answered when the test lets it be. */
@QueryHandler(ListRebuilds)
class Slow {
  async execute(): Promise<readonly Rebuild[]> {
    begun();
    await new Promise<void>((resolve) => going.push(resolve));
    return [];
  }
}

let db: Awaited<ReturnType<typeof testDatabase>>;
let ledger: LedgerApp;
let port: number;
let key: string | undefined;

beforeAll(async () => {
  db = await testDatabase(keysMigrations);
  const keys = new ApiKeys(db.app);
  key = (await keys.makeFirst('urn:example:crm')).find(({ role }) => role === 'admin')?.key;
  const logger = new JsonLogger('info', { write: (line: string) => void logged.push(line) });
  const parts = { keys, logger, metrics, indicators: [], providers: [Slow] };
  ledger = await createApp(parts, { ...defaultLimits, inFlightPerKeyMax }, '0.0.0');
  await ledger.app.listen(0, '127.0.0.1');
  port = (ledger.app.getHttpServer().address() as AddressInfo).port;
});
afterAll(async () => {
  await ledger.app.close();
  await db.drop();
});

async function inFlight(): Promise<number> {
  const { values } = await metrics.inFlight.get();
  return values[0]?.value ?? 0;
}

async function askAndHangUp(): Promise<void> {
  const reached = new Promise<void>((resolve) => (begun = resolve));
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`GET /v1/rebuilds HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key ?? ''}\r\n\r\n`);
  await reached;
  socket.destroy();
  while ((await inFlight()) > 0) await new Promise((resolve) => setImmediate(resolve));
}

const ask = () => fetch(`http://127.0.0.1:${port}/v1/rebuilds`, { headers: { authorization: `Bearer ${key ?? ''}` } });

it('tells a key with too many requests at once to wait, until one of them is answered', async () => {
  const answers: ReturnType<typeof ask>[] = [];
  for (let asked = 0; asked < inFlightPerKeyMax; asked++) {
    const reached = new Promise<void>((resolve) => (begun = resolve));
    answers.push(ask());
    await reached;
  }
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  for (const go of going.splice(0)) go();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
  while ((await inFlight()) > 0) await new Promise((resolve) => setImmediate(resolve));
});

it('takes no place from the same key for ever, is counted and is logged as unheard', async () => {
  for (let times = 0; times <= inFlightPerKeyMax; times++) await askAndHangUp();
  const reached = new Promise<void>((resolve) => (begun = resolve));
  const answer = ask();
  await reached;
  for (const go of going.splice(0)) go();
  expect((await answer).status).toBe(200);
  expect(logged.filter((line) => line.includes('"status":499'))).toHaveLength(inFlightPerKeyMax + 1);
});
