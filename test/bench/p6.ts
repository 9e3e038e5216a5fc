// P6: how long until a fact is in the read models, and until a published checkpoint covers it, while the service does 70 % of the most that it can?
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Done } from './callers.js';
import { startChild, type Child } from './child.js';
import { asCloudEvent, collected } from './facts.js';
import { type HttpLoad } from './load-child.js';
import { prepare } from './p10.js';
import { p6Log } from './p6-log.js';
import { quantile, row, skipped, type Row } from './row.js';
import { startProcess, type ServiceProcess } from './service-process.js';
import { type Extent } from './stand.js';

const callers = 64;
const share = 0.7;
const askers = 4;
/** What is waited for, by its header and the first word of what that says, and within how many milliseconds it should be. */
const waits = {
  projected: { what: 'append to read model', header: 'derbes-projected', atMost: 250 },
  receipt: { what: 'append to published checkpoint', header: 'derbes-published', atMost: 1_000 },
} as const;
type Wait = keyof typeof waits;
const reached = /^(projected|published)/;

export async function p6(extent: Extent): Promise<Row[]> {
  const eventstore = process.env['EVENTSTORE_URL'];
  const onPostgres = await measured(extent, 'PostgreSQL', {});
  if (!eventstore) {
    const why = 'EVENTSTORE_URL is not set; it names an empty server';
    const skippedRows = Object.values(waits).map(({ what }) =>
      skipped('P6', `${what}, events in EventStoreDB`, 'ms', why),
    );
    return [...onPostgres, ...skippedRows, ...(await p6Log(extent))];
  }
  const onEventStore = await measured(extent, 'EventStoreDB', { EVENTSTORE_URL: eventstore });
  return [...onPostgres, ...onEventStore, ...(await p6Log(extent))];
}

async function measured(
  { root, quick, progress }: Extent,
  store: string,
  environment: Readonly<Record<string, string>>,
): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'derbes-bench-'));
  let service: ServiceProcess | undefined;
  let load: Child | undefined;
  try {
    service = await startProcess(root, folder, environment);
    await prepare(service, root);
    load = await startChild('load-child.js');
    const ms = quick ? 3_000 : 20_000;
    progress.say(`P6 on ${store}: the most that it can`);
    await run(load, service, { ms, seed: 'warm' });
    await caughtUp(service);
    const peak = await run(load, service, { ms, seed: 'peak' });
    await caughtUp(service);
    const perSecondMax = Math.max(1, Math.floor(peak.perSecond * share));
    progress.say(`P6 on ${store}: at ${perSecondMax} facts a second`);
    const rows: Row[] = [];
    for (const wait of ['projected', 'receipt'] as const) {
      const over = new AbortController();
      const asked = ask(service, wait, over.signal);
      const held = await run(load, service, { ms: ms * 2, seed: `held-${wait}`, perSecondMax });
      over.abort();
      const waitedMs = await asked;
      const { what, atMost } = waits[wait];
      const at = `at ${Math.round(held.perSecond)} of ${Math.round(peak.perSecond)} facts/s, events in ${store}`;
      const [p99, p50] = [0.99, 0.5].map((part) => ({ value: quantile(waitedMs, part), unit: 'ms' }));
      if (!p99 || !p50) throw new RangeError('two quantiles were asked for');
      rows.push(
        row('P6', `${what}, p99 of ${waitedMs.length}, ${at}`, p99, { of: 'value', atMost }),
        row('P6', `${what}, p50, ${at}`, p50),
      );
    }
    return rows;
  } finally {
    await load?.stop();
    await service?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Running = Pick<HttpLoad, 'ms' | 'seed' | 'perSecondMax'>;

const keyOf = ({ keys }: ServiceProcess): string => `Bearer ${keys.get('emitter') ?? ''}`;

const run = (load: Child, service: ServiceProcess, running: Running): Promise<Done> =>
  load.call<Done>('run', {
    url: service.url,
    headers: { authorization: keyOf(service) },
    method: 'POST',
    callers,
    facts: 1,
    ...running,
  } satisfies HttpLoad);

/** Milliseconds from sending a fact to the answer that what is waited for has it; Infinity when it had not in time. */
async function waited(service: ServiceProcess, wait: Wait): Promise<number> {
  const id = randomUUID();
  const start = performance.now();
  const answer = await fetch(`${service.url}/v1/events?wait=${wait}`, {
    method: 'POST',
    headers: { authorization: keyOf(service), 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(asCloudEvent(collected(id, `asked-${id}@bench.example.kz`, 0))),
  });
  await answer.arrayBuffer();
  if (answer.status !== 201) throw new Error(`a fact was answered ${answer.status}`);
  return reached.test(answer.headers.get(waits[wait].header) ?? '') ? performance.now() - start : Infinity;
}

/** Few at a time, beside the load. */
async function ask(service: ServiceProcess, wait: Wait, over: AbortSignal): Promise<number[]> {
  const waitedMs: number[] = [];
  const asker = async (): Promise<void> => {
    while (!over.aborted) waitedMs.push(await waited(service, wait));
  };
  await Promise.all(Array.from({ length: askers }, asker));
  return waitedMs;
}

const caughtUpMsMax = 300_000;

/** What was told at full speed must not be waited for by what is told after it. */
async function caughtUp(service: ServiceProcess): Promise<void> {
  const deadline = performance.now() + caughtUpMsMax;
  while ((await waited(service, 'projected')) === Infinity) {
    if (performance.now() > deadline) throw new Error('the read models do not catch up');
  }
}
