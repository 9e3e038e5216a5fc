// What do the claims need from those who use them?
import { type Pool } from 'pg';
import { type EventStore } from '../port.js';
import { type Participant } from '../unit.js';
import { type ClaimStep } from './committed.js';
import { LandedHeads } from './landed-heads.js';

export interface ClaimsOptions<Rows> {
  /** As the service's own user; with landing `inside` the database of the PostgreSQL store. */
  readonly pool: Pool;
  readonly store: EventStore;
  readonly participant: Participant<Rows>;
  /** Whether events stand in the claim's own transaction, or follow it into a store without multi-stream transactions. */
  readonly landing: 'inside' | 'after';
  /** Of a store elsewhere, as `settleStorePlace` answers it: nothing is claimed once the ledger has moved away from there. */
  readonly place?: string;
  /** Unique among running processes: who holds a lease. */
  readonly process: string;
  /** Renews `at` of a moved fact; the system's clock when absent. */
  readonly clock?: () => Date;
  /** 10 s when absent. */
  readonly leaseMs?: number;
  /** How long a caller waits for a claim that another process is landing; 5 s when absent. */
  readonly waitMs?: number;
  /** Called at each step of a claim; throwing or killing there is how crashes are tried. */
  readonly at?: (step: ClaimStep) => void | Promise<void>;
}

const leaseMs = 10_000;
const waitMs = 5_000;

export type ClaimsSettings<Rows> = ClaimsOptions<Rows> &
  Required<Pick<ClaimsOptions<Rows>, 'clock' | 'leaseMs' | 'waitMs'>> & { readonly heads: LandedHeads };

export const withDefaults = <Rows>(options: ClaimsOptions<Rows>): ClaimsSettings<Rows> => ({
  clock: () => new Date(),
  leaseMs,
  waitMs,
  heads: new LandedHeads(options.store),
  ...options,
});
