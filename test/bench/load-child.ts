// Who asks over HTTP? A process of its own, so that asking costs the one that answers nothing.
import autocannon from 'autocannon';
import { type Done, latenciesMax, type Load } from './callers.js';
import { serveCalls } from './child.js';
import { asCloudEvent, factMaker, passingFactMaker } from './facts.js';

export interface HttpLoad extends Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly method: 'GET' | 'POST';
  /** Facts per request; without it the paths are asked in turn. */
  readonly facts?: number;
  readonly paths?: readonly string[];
  /** At most so many requests a second, of all callers together; as many as can be without it. */
  readonly perSecondMax?: number;
  /** About people who come and go, instead of half about people with a history. */
  readonly passing?: boolean;
}

const batch = 'application/cloudevents-batch+json';
const single = 'application/cloudevents+json';
/** A crowded machine is slow, not broken; left alone, the asking library hangs up after ten seconds. */
const timeoutSeconds = 60;

function requestMaker({
  seed,
  facts,
  passing,
  paths = ['/v1/events'],
}: HttpLoad): () => { path: string; body?: string } {
  let n = 0;
  const next = passing ? passingFactMaker(seed) : factMaker(seed);
  return () => {
    const path = paths[n++ % paths.length] ?? '/';
    if (facts === undefined) return { path };
    const body = facts === 1 ? asCloudEvent(next()) : Array.from({ length: facts }, () => asCloudEvent(next()));
    return { path, body: JSON.stringify(body) };
  };
}

async function run(load: HttpLoad): Promise<Done> {
  const make = requestMaker(load);
  const latenciesMs: number[] = [];
  let done = 0;
  const refused = new Map<number, number>();
  const start = performance.now();
  const running = autocannon({
    url: load.url,
    connections: load.callers,
    duration: load.ms / 1000,
    timeout: timeoutSeconds,
    method: load.method,
    ...(load.perSecondMax !== undefined && { overallRate: load.perSecondMax }),
    headers: { ...load.headers, ...(load.facts && { 'content-type': load.facts === 1 ? single : batch }) },
    requests: [{ setupRequest: (request) => ({ ...request, ...make() }) }],
  });
  void running.on('response', (_client, status, _bytes, ms) => {
    if (status >= 300) refused.set(status, (refused.get(status) ?? 0) + 1);
    done++;
    if (latenciesMs.length < latenciesMax) latenciesMs.push(ms);
  });
  const result = await running;
  const seconds = (performance.now() - start) / 1000;
  if (refused.size > 0 || result.errors > 0) {
    const statuses = [...refused].map(([status, count]) => `${count}× ${status}`).join(', ');
    throw new Error(`${load.url} did not do what it was asked: ${statuses} and ${result.errors} broken connections`);
  }
  return { count: done, perSecond: done / seconds, latenciesMs };
}

serveCalls(() => Promise.resolve({ run, close: () => Promise.resolve() }));
