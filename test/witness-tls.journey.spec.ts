// Are real witnesses behind TLS of a private authority believed, and only theirs; and does the end of an epoch wait for their quorum?
import { testCertificate } from '@derbes/vault/testing.js';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { existsSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Journey, journeyMsMax, ServiceProcess, until } from './service-process.js';
import { WitnessProcess } from './witness-process.js';
import { logHealth, publicFile, published, tellPublished } from './witnessed-log.js';

jest.setTimeout(journeyMsMax);

/** The long form waits until the close says that it is held, which it does after a minute. */
const long = process.env['DERBES_JOURNEYS'] === 'long';
const heldMsMax = 150_000;

interface EpochState {
  readonly epoch: number;
  readonly closing?: {
    readonly step: string;
    readonly log?: { readonly needed?: number; readonly published: number };
    readonly held?: { readonly code: string };
  };
  readonly lastClosed?: { readonly epoch: number };
}

let journey: Journey;
let witnesses: readonly [WitnessProcess, WitnessProcess];
let proxies: Server[] = [];
let policy: string;
let passed = 0;

const epochs = async (): Promise<EpochState> => (await journey.as('admin').get('/v1/epochs')).json<EpochState>();
const keyOfEpoch = (epoch: number): boolean => existsSync(join(journey.places.keepDir, `hk-${epoch}.key`));

/** TLS before a witness, as its owner would put it there. */
async function before(witness: WitnessProcess, { key, cert }: ReturnType<typeof testCertificate>): Promise<string> {
  const server = createServer({ key, cert }, (asked, answer) => {
    passed += 1;
    const { method, url, headers } = asked;
    const on = request(`${witness.url}${url ?? ''}`, { method, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
    });
    on.on('error', () => answer.writeHead(502).end());
    asked.pipe(on);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxies.push(server);
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const authority = (name: string): string => join(journey.places.root, `${name}.pem`);
const startedWith = async (environment: Readonly<Record<string, string>>): Promise<void> => {
  await journey.service.stop();
  journey.service = await ServiceProcess.start(journey.places, { LOG_POLICY: policy, ...environment });
};

beforeAll(async () => {
  journey = await Journey.begin();
  const { places } = journey;
  policy = join(places.root, 'log.policy');
  await until('the log names its key', () => publicFile(journey, 'log.policy') !== '' && published(journey));
  const logs = join(places.root, 'logs.policy');
  writeFileSync(logs, publicFile(journey, 'log.policy'));
  const own = testCertificate();
  writeFileSync(authority('own'), own.cert);
  writeFileSync(authority('other'), testCertificate('somebody else').cert);
  witnesses = [
    new WitnessProcess('regulator', join(places.root, 'w1'), logs),
    new WitnessProcess('auditor', join(places.root, 'w2'), logs),
  ];
  const lines: string[] = [];
  for (const witness of witnesses) {
    await witness.start();
    lines.push(witness.line(await before(witness, own)));
  }
  writeFileSync(policy, `${lines.join('')}group both all regulator auditor\nquorum both\n`);
});
afterAll(async () => {
  await Promise.all((witnesses ?? []).map((witness) => witness.kill()));
  for (const server of proxies) {
    server.closeAllConnections();
    server.close();
  }
  proxies = [];
  await journey?.end();
});

it('asks nobody whose certificate it does not trust, whatever Node is told, and says why', async () => {
  await startedWith({ NODE_EXTRA_CA_CERTS: authority('other'), NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  expect(await tellPublished(journey, 'first')).toBe(201);
  const said = await until('health says so', async () => /below quorum: [^"]*/.exec(await logHealth(journey))?.[0]);
  const why = 'WITNESS_CERTIFICATE_NOT_TRUSTED';
  expect(said).toBe(`below quorum: regulator ${why}, auditor ${why}`);
  expect(published(journey)?.quorumMet).toBe(false);
  expect(passed).toBe(0);
});

it('has the log cosigned through TLS when the service was started with that authority', async () => {
  await startedWith({ NODE_EXTRA_CA_CERTS: authority('own') });
  expect(await tellPublished(journey, 'second')).toBe(201);
  const both = await until('both have cosigned', () => {
    const now = published(journey);
    return now?.quorumMet === true && now;
  });
  expect(both.cosignatures.map(({ witness }) => witness.name)).toEqual(['regulator', 'auditor']);
  expect(passed).toBeGreaterThan(0);
});

it('keeps the key of an epoch until its end is cosigned by the quorum, and goes on by itself when the witness is back', async () => {
  const [, auditor] = witnesses;
  await auditor.kill();
  const { epoch } = await epochs();
  expect((await journey.as('admin').post('/v1/epochs/close', { acceptSingleCopy: true })).status).toBeLessThan(300);
  const waiting = await until('its end is published, below the quorum', async () => {
    const { closing } = await epochs();
    const { needed = Infinity, published: size = 0 } = closing?.log ?? {};
    return size >= needed && published(journey)?.quorumMet === false && closing;
  });
  expect(waiting.step).toBe('publishing');
  expect(keyOfEpoch(epoch)).toBe(true);
  if (long) {
    const held = await until('it says what it waits for', async () => (await epochs()).closing?.held, heldMsMax);
    expect(held.code).toBe('LOG_BELOW_QUORUM');
    expect(keyOfEpoch(epoch)).toBe(true);
  }
  await auditor.start();
  const ended = await until(
    'it is closed',
    async () => {
      const now = await epochs();
      return now.closing === undefined && now;
    },
    heldMsMax,
  );
  expect(ended).toMatchObject({ epoch: epoch + 1, lastClosed: { epoch } });
  expect(keyOfEpoch(epoch)).toBe(false);
  const said = await until('what became of the key is in the log', () => {
    const [, by] = /"log":{"size":"\d+","witnesses":"([a-z-]+)"}/.exec(entries()) ?? [];
    return by;
  });
  expect(said).toBe('cosigned');
});

/** Of the one bundle that so short a log has, as far as it is published. */
function entries(): string {
  const size = published(journey)?.checkpoint.size ?? 0;
  return publicFile(journey, join('tile', 'entries', '000.p', String(size)));
}
