// What does one fact cost, and where? A load that is warm is sampled, with the processor time of the service and of PostgreSQL.
import { type Done } from './callers.js';
import { type Child } from './child.js';
import { type Sampled } from './profile.js';
import { type ProgressLine } from './progress-line.js';
import { type Stand } from './stand.js';

export interface Profiled extends Sampled {
  readonly perSecond: number;
  /** Processor time of a fact: of the service's process with all its threads, and of PostgreSQL. */
  readonly serviceMicros: number;
  readonly postgresMicros: number;
}

export interface Profiling {
  readonly stand: Stand;
  /** The process of the ledger. */
  readonly child: Child;
  /** Single facts for so long; `seed` keeps them apart from earlier ones. */
  readonly run: (ms: number, seed: string) => Promise<Done>;
  readonly quick: boolean;
  readonly progress: ProgressLine;
}

export async function profiled(id: string, { stand, child, run, quick, progress }: Profiling): Promise<Profiled> {
  progress.say(`${id}: warming up`);
  await run(quick ? 3_000 : 15_000, 'warm');
  await child.call('profileStart');
  progress.say(`${id}: sampling`);
  const [service, postgres] = [await child.call<number>('cpuMicros'), stand.serverCpuMicros()];
  const { perSecond, count } = await run(quick ? 4_000 : 10_000, 'sampled');
  const serviceMicros = ((await child.call<number>('cpuMicros')) - service) / count;
  const postgresMicros = (stand.serverCpuMicros() - postgres) / count;
  return { perSecond, serviceMicros, postgresMicros, ...(await child.call<Sampled>('profileStop')) };
}
