// P10: what does the service hold in memory while a million events are told, and does it grow?
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Done } from './callers.js';
import { startChild, type Child } from './child.js';
import { holder } from './facts.js';
import { type HttpLoad } from './load-child.js';
import { row, type Row } from './row.js';
import { startProcess, type ServiceProcess } from './service-process.js';
import { type Extent } from './stand.js';

const mib = 1024 * 1024;
const small = { of: 'value', atMost: 300 } as const;
/** Flat: what is held after a further million would still be much the same. */
const flat = { of: 'value', atMost: 30 } as const;
const sampleMs = 500;
const partMs = 10_000;
/** Ten events about each person, of eight facts. */
const eventsPerFact = 10 / 8;
const facts = 100;
const callers = 4;

interface Sample {
  readonly events: number;
  readonly rss: number;
}

export async function p10({ root, quick, progress }: Extent): Promise<Row[]> {
  const events = quick ? 15_000 : 1_000_000;
  const folder = mkdtempSync(join(tmpdir(), 'derbes-bench-'));
  let service: ServiceProcess | undefined;
  let load: Child | undefined;
  try {
    service = await startProcess(root, folder);
    await prepare(service, root);
    load = await startChild('load-child.js');
    const samples = await soak(service, load, events, (share) =>
      progress.say(`P10, a soak of ${events} events: ${Math.floor(share * 100)} %`),
    );
    const secondHalf = samples.slice(Math.floor(samples.length / 2));
    const most = Math.max(...samples.map(({ rss }) => rss));
    return [
      row('P10', `most memory of the Node process in ${events} events`, { value: most / mib, unit: 'MiB' }, small),
      row(
        'P10',
        'growth in the second half, for a million events',
        { value: slope(secondHalf) / mib, unit: 'MiB' },
        flat,
      ),
    ];
  } finally {
    await load?.stop();
    await service?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The policy in force and the holder known, told over HTTP as an operator would. */
export async function prepare({ url, keys }: ServiceProcess, root: string): Promise<void> {
  const read = (file: string): string => readFileSync(join(root, 'examples', 'kiberon', file), 'utf8');
  const post = async (path: string, role: string, body: object): Promise<void> => {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.get(role) ?? ''}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status} ${await answer.text()}`);
  };
  await post('/v1/policies', 'officer', {
    yaml: read('policy.yaml'),
    texts: { ru: read('policy.ru.txt') },
    inForce: '2026-01-01T00:00:00Z',
    assertedBy: 'director',
  });
  await post('/v1/holders', 'officer', { holder, countries: ['KZ'] });
}

/** Tells until there are so many events, and looks at the memory all the while. */
async function soak(
  service: ServiceProcess,
  load: Child,
  events: number,
  onProgress: (share: number) => void,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  let told = 0;
  // Within a part events are taken to come evenly.
  let perMs = 0;
  let partStart = performance.now();
  const timer = setInterval(() => {
    samples.push({ events: told + perMs * (performance.now() - partStart), rss: service.rssBytes() });
  }, sampleMs);
  try {
    for (let part = 0; told < events; part++) {
      onProgress(told / events);
      partStart = performance.now();
      const done = await load.call<Done>('run', {
        url: service.url,
        headers: { authorization: `Bearer ${service.keys.get('emitter') ?? ''}` },
        method: 'POST',
        callers,
        ms: partMs,
        seed: `part-${part}`,
        facts,
        passing: true,
      } satisfies HttpLoad);
      told += done.count * facts * eventsPerFact;
      perMs = (done.perSecond * facts * eventsPerFact) / 1000;
    }
  } finally {
    clearInterval(timer);
  }
  return samples;
}

/** Bytes by which the memory grows in a million events: the line of least squares through the samples. */
function slope(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [events, rss] = [mean((one) => one.events), mean((one) => one.rss)];
  const covariance = mean((one) => (one.events - events) * (one.rss - rss));
  return (covariance / mean((one) => (one.events - events) ** 2)) * 1_000_000;
}
