// Where does a process spend its time? V8's own sampling, summed by function, self time alone.
import { Session, type Profiler } from 'node:inspector/promises';

export interface Spent {
  /** Share of the time in which the process did something: in the function itself, and in it with all that it called. */
  readonly self: number;
  readonly total: number;
  readonly name: string;
  /** Path after the checkout, with its line; empty for native code. */
  readonly place: string;
}

const samplingMicros = 500;

export class Profiling {
  private readonly session = new Session();

  async start(): Promise<void> {
    this.session.connect();
    await this.session.post('Profiler.enable');
    await this.session.post('Profiler.setSamplingInterval', { interval: samplingMicros });
    await this.session.post('Profiler.start');
  }

  /** Every function that was seen, and the share of the time in which the process was busy. */
  async stop(): Promise<{ readonly busy: number; readonly spent: readonly Spent[] }> {
    const { profile } = await this.session.post('Profiler.stop');
    this.session.disconnect();
    return sum(profile);
  }
}

/** Sampling's own work stands in no account. */
const notCounted = ['(idle)', 'dispatch'];

function sum({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): { busy: number; spent: Spent[] } {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const micros = new Map<string, { self: number; total: number }>();
  let idle = 0;
  let busy = 0;
  const add = (key: string, what: 'self' | 'total', delta: number): void => {
    const entry = micros.get(key) ?? { self: 0, total: 0 };
    entry[what] += delta;
    micros.set(key, entry);
  };
  for (const [i, sample] of samples.entries()) {
    const node = byId.get(sample);
    const delta = timeDeltas[i] ?? 0;
    if (!node || notCounted.includes(node.callFrame.functionName)) {
      if (node?.callFrame.functionName !== 'dispatch') idle += delta;
      continue;
    }
    busy += delta;
    add(keyOf(node), 'self', delta);
    const above = new Set<string>();
    for (let at: number | undefined = sample; at !== undefined; at = parents.get(at)) {
      const one = byId.get(at);
      if (one) above.add(keyOf(one));
    }
    // Once for each function, however often it called itself.
    for (const key of above) add(key, 'total', delta);
  }
  const spent = [...micros].map(([key, { self, total }]) => {
    const [name = '', place = ''] = key.split('\t');
    return { self: self / busy, total: total / busy, name, place };
  });
  return { busy: busy / (busy + idle), spent };
}

const keyOf = ({ callFrame: { functionName, url, lineNumber } }: Profiler.ProfileNode): string =>
  `${functionName || '(anonymous)'}\t${url === '' ? '' : `${placeOf(url)}:${lineNumber + 1}`}`;

const placeOf = (url: string): string => url.replace(/^.*\/(?=node_modules\/)/, '').replace(/^.*\/dist\//, '');
