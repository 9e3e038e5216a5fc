// P6, first half: how long until a fact is in the read models, while the service does 70 % of the most that it can?
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Done } from './callers.js';
import { startChild, type Child } from './child.js';
import { asCloudEvent, collected } from './facts.js';
import { type HttpLoad } from './load-child.js';
import { prepare } from './p10.js';
import { quantile, row, skipped, type Row } from './row.js';
import { startProcess, type ServiceProcess } from './service-process.js';
import { type Extent } from './stand.js';

const callers = 64;
const share = 0.7;
const askers = 4;
const goal = { of: 'value', atMost: 250 } as const;

export async function p6(extent: Extent): Promise<Row[]> {
  const eventstore = process.env['EVENTSTORE_URL'];
  const onPostgres = await measured(extent, 'PostgreSQL', {});
  if (!eventstore) {
    const why = 'EVENTSTORE_URL is not set; it names an empty server';
    return [...onPostgres, skipped('P6', 'append to read model, events in EventStoreDB', 'ms', why)];
  }
  return [...onPostgres, ...(await measured(extent, 'EventStoreDB', { EVENTSTORE_URL: eventstore }))];
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
    const over = new AbortController();
    const asked = ask(service, over.signal);
    const held = await run(load, service, { ms: ms * 2, seed: 'held', perSecondMax });
    over.abort();
    const visibleMs = await asked;
    const at = `at ${Math.round(held.perSecond)} of ${Math.round(peak.perSecond)} facts/s, events in ${store}`;
    return [
      row(
        'P6',
        `append to read model, p99 of ${visibleMs.length}, ${at}`,
        { value: quantile(visibleMs, 0.99), unit: 'ms' },
        goal,
      ),
      row('P6', `append to read model, p50, ${at}`, { value: quantile(visibleMs, 0.5), unit: 'ms' }),
    ];
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

/** Milliseconds from sending a fact to the answer that all read models have it; Infinity when that was not waited for. */
async function visible(service: ServiceProcess): Promise<number> {
  const id = randomUUID();
  const start = performance.now();
  const answer = await fetch(`${service.url}/v1/events?wait=projected`, {
    method: 'POST',
    headers: { authorization: keyOf(service), 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(asCloudEvent(collected(id, `asked-${id}@bench.example.kz`, 0))),
  });
  await answer.arrayBuffer();
  if (answer.status !== 201) throw new Error(`a fact was answered ${answer.status}`);
  return answer.headers.get('derbes-projected') === 'projected' ? performance.now() - start : Infinity;
}

/** Few at a time, beside the load. */
async function ask(service: ServiceProcess, over: AbortSignal): Promise<number[]> {
  const visibleMs: number[] = [];
  const asker = async (): Promise<void> => {
    while (!over.aborted) visibleMs.push(await visible(service));
  };
  await Promise.all(Array.from({ length: askers }, asker));
  return visibleMs;
}

const caughtUpMsMax = 300_000;

/** What was told at full speed must not be waited for by what is told after it. */
async function caughtUp(service: ServiceProcess): Promise<void> {
  const deadline = performance.now() + caughtUpMsMax;
  while ((await visible(service)) === Infinity) {
    if (performance.now() > deadline) throw new Error('the read models do not catch up');
  }
}
