// What is a process that dies in the middle of a claim? This program: it commits one unit and kills itself at a named step.
import pg from 'pg';
import { Claims } from '../claims/claims.js';
import { PostgresEventStore } from '../postgres/store.js';
import { type Unit } from '../unit.js';
import { people, type PeopleRows } from './people.js';

/** The program's one argument, as JSON. */
export interface CrashOrder {
  readonly postgres: pg.PoolConfig;
  /** `after` treats PostgreSQL as a store that knows single streams only, unless `eventstore` names another. */
  readonly landing: 'inside' | 'after';
  readonly eventstore?: string;
  readonly process: string;
  readonly leaseMs: number;
  /** Where it dies; without it, it prints what became of the unit. */
  readonly step?: string;
  readonly token: string;
  readonly check: string;
  readonly unit: Pick<Unit<PeopleRows>, 'events' | 'rows'> & {
    readonly claim: { kind: 'fact' | 'command'; outcome: string };
  };
}

const order = JSON.parse(process.argv[2] ?? '{}') as CrashOrder;
const pool = new pg.Pool(order.postgres);
// Its client takes long to load, and most who die here have none.
const { eventstore } = order;
const server =
  eventstore === undefined ? undefined : await (await import('../eventstoredb/open.js')).openEventStoreDb(eventstore);
const claims = new Claims({
  pool,
  store: server ?? new PostgresEventStore(pool),
  participant: people,
  landing: order.landing,
  process: order.process,
  leaseMs: order.leaseMs,
  at(step) {
    if (step === order.step) process.kill(process.pid, 'SIGKILL');
  },
});
const claim = { ...order.unit.claim, token: Buffer.from(order.token, 'hex'), check: Buffer.from(order.check, 'hex') };
const committed = await claims.commit({ ...order.unit, claim });
process.stdout.write(JSON.stringify(committed));
await claims.idle();
await server?.close();
await pool.end();
