// How long does the worker's sequencer take to make a signed log of all events that stand, and how much of a processor?
import { followPages } from '@derbes/event-store';
import { setTimeout as pause } from 'node:timers/promises';
import { type Ledger } from '../../apps/ledger/src/ledger.js';
import { makeSequencer } from '../../apps/ledger/src/sequencing/log.js';

const pollMs = 100;

export interface Published {
  readonly events: number;
  readonly ms: number;
  /** Of this process, PostgreSQL not counted. */
  readonly cpuMs: number;
}

/** Until a checkpoint of all that stood is published. Throws when the log is troubled or halted. */
export async function publish({ log, store }: Pick<Ledger, 'log' | 'store'>): Promise<Published> {
  let all = 0;
  for await (const page of followPages(store, { until: 'head' })) all += page.length;
  const sequencer = await makeSequencer(log, () => true);
  const start = performance.now();
  const startCpu = process.cpuUsage();
  sequencer.start();
  try {
    for (;;) {
      const { publishedSize, code, why } = sequencer.status();
      if (code !== undefined) throw new Error(`the log is ${code}: ${why ?? ''}`);
      if (publishedSize >= all) break;
      await pause(pollMs);
    }
    const { user, system } = process.cpuUsage(startCpu);
    return { events: all, ms: performance.now() - start, cpuMs: (user + system) / 1_000 };
  } finally {
    await sequencer.stop();
  }
}
