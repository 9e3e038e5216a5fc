// Where does a process spend its time? V8's own sampling, summed by function and by stage of a fact.
import { Session, type Profiler } from 'node:inspector/promises';

export interface Spent {
  /** Share of the time in which the process did something: in the function itself, and in it with all that it called. */
  readonly self: number;
  readonly total: number;
  readonly name: string;
  /** Path after the checkout, with its line; empty for native code. */
  readonly place: string;
}

/** What a process did while it was sampled. */
export interface Sampled {
  /** Share of the time in which it did something. */
  readonly busy: number;
  readonly spent: readonly Spent[];
  /** Shares of the time in which it did something, by stage, the largest first; together 1. */
  readonly stages: Readonly<Record<string, number>>;
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

  /** Every function and every stage that was seen. */
  async stop(): Promise<Sampled> {
    const { profile } = await this.session.post('Profiler.stop');
    this.session.disconnect();
    return sum(profile);
  }
}

/** Sampling's own work stands in no account. */
const notCounted = ['(idle)', 'dispatch'];

/**
 * The stage of a fact that code belongs to. The innermost of these on the stack has the time: what they call (crypto, JSON,
 * buffers) is theirs, and so is the canonical JSON that they ask for.
 */
const stages: readonly (readonly [stage: string, place: RegExp])[] = [
  ['sealing, keys, look-up tokens, check', /^libs\/vault\/src\/(?!participant|pg-arrays|reading)/],
  ['SQL of the vault', /^libs\/vault\//],
  ['envelope, schema of its facts', /^libs\/kernel\/src\/(?!canonical-json)/],
  ['folds', /^libs\/domain\/src\/(subject-fold|subject-state|holding|drafts|fact)\.|\/write\/fold-cache\./],
  ['judging', /^libs\/policy\/|^libs\/domain\/src\/(judge|consent|retention|finding|case|registers|relation)/],
  ['deciding', /^libs\/domain\/|\/write\/(deciding|torn-merges|outcome)\./],
  ['reading what was told', /\/write\/(translate|telling|telling-parts|resolving)\./],
  ['building the unit', /\/write\/unit-maker\./],
  ['rounds', /\/write\//],
  ['SQL of claims and events', /^libs\/event-store\//],
  ['driver of PostgreSQL', /^node_modules\/pg/],
  ['client of EventStoreDB', /^node_modules\/(@eventstore|@grpc|protobufjs|google-protobuf|@protobufjs)/],
  ['HTTP: our checks and answers', /^apps\/ledger\/src\/(http|keys|logger)/],
  ['HTTP: framework, log', /^node_modules\/(fastify|@fastify|@nestjs|find-my-way|pino|prom-client|class-)/],
  ['HTTP: Node', /^node:(_http|net|http|internal\/(stream|http|streams))/],
];
const collector = '(garbage collector)';

function stageOf({ functionName, url }: Profiler.ProfileNode['callFrame']): string | undefined {
  if (functionName === collector) return 'garbage collection';
  const place = placeOf(url);
  return stages.find(([, pattern]) => pattern.test(place))?.[0];
}

function sum({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Sampled {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const micros = new Map<string, { self: number; total: number }>();
  const byStage = new Map<string, number>();
  const stageOfNode = new Map(nodes.map(({ id, callFrame }) => [id, stageOf(callFrame)]));
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
    let stage: string | undefined;
    for (let at: number | undefined = sample; at !== undefined; at = parents.get(at)) {
      const one = byId.get(at);
      if (one) above.add(keyOf(one));
      stage ??= stageOfNode.get(at);
    }
    // Once for each function, however often it called itself.
    for (const key of above) add(key, 'total', delta);
    byStage.set(stage ?? 'Node itself', (byStage.get(stage ?? 'Node itself') ?? 0) + delta);
  }
  const spent = [...micros].map(([key, { self, total }]) => {
    const [name = '', place = ''] = key.split('\t');
    return { self: self / busy, total: total / busy, name, place };
  });
  const shares = [...byStage].sort(([, a], [, b]) => b - a).map(([stage, delta]) => [stage, delta / busy] as const);
  return { busy: busy / (busy + idle), spent, stages: Object.fromEntries(shares) };
}

const keyOf = ({ callFrame: { functionName, url, lineNumber } }: Profiler.ProfileNode): string =>
  `${functionName || '(anonymous)'}\t${url === '' ? '' : `${placeOf(url)}:${lineNumber + 1}`}`;

const placeOf = (url: string): string => url.replace(/^.*\/(?=node_modules\/)/, '').replace(/^.*\/dist\//, '');
