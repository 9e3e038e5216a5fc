// What is a worker that can be killed? This program: it runs one, and prints each state that it comes to.
import { PostgresEventStore } from '@derbes/event-store';
import pg from 'pg';
import { Runner, type RunnerState } from '../runner.js';
import { SampleLedger } from '../testing.js';

/** The program's one argument, as JSON. */
export interface RunnerOrder {
  readonly postgres: pg.PoolConfig;
  readonly hungMs?: number;
}

const lookEveryMs = 10;

const { postgres, hungMs } = JSON.parse(process.argv[2] ?? '{}') as RunnerOrder;
const pool = new pg.Pool(postgres);
pool.on('error', () => undefined);
const store = new PostgresEventStore(pool);
const runner = new Runner({
  pool,
  store,
  documents: new SampleLedger(store).documentStore,
  ...(hungMs !== undefined && { hungMs }),
});
runner.start();
let told: RunnerState | undefined;
setInterval(() => {
  if (runner.state === told) return;
  told = runner.state;
  process.stdout.write(`${told}\n`);
}, lookEveryMs);
