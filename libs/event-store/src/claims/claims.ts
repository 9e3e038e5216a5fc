// How does one thing told become one thing recorded, for ever, on any store? DESIGN section 5, "Claims".
import { type Pool } from 'pg';
import { type EventStore } from '../port.js';
import { type Participant, type Unit } from '../unit.js';
import { type AtomicCommitted, type ClaimStep, type Committed, type Found, type RolledForward } from './committed.js';

export interface ClaimsOptions<Rows> {
  /** As the service's own user; with landing `inside` the database of the PostgreSQL store. */
  readonly pool: Pool;
  readonly store: EventStore;
  readonly participant: Participant<Rows>;
  /** Whether events stand in the claim's own transaction, or follow it into a store without multi-stream transactions. */
  readonly landing: 'inside' | 'after';
  /** Unique among running processes: who holds a lease. */
  readonly process: string;
  /** Renews `at` of a moved fact. */
  readonly clock?: () => Date;
  readonly leaseMs?: number;
  /** How long a caller waits for a claim that another process is landing. */
  readonly waitMs?: number;
  /** Called at each step of a claim; throwing or killing there is how crashes are tried. */
  readonly at?: (step: ClaimStep) => void | Promise<void>;
}

export declare class Claims<Rows> {
  constructor(options: ClaimsOptions<Rows>);
  commit(unit: Unit<Rows>): Promise<Committed>;
  commitAtomic(units: readonly Unit<Rows>[]): Promise<AtomicCommitted>;
  find(tokens: readonly Buffer[]): Promise<readonly (Found | undefined)[]>;
  settle(token: Buffer): Promise<Found | undefined>;
  eventOf(token: Buffer, type: string): Promise<string | undefined>;
  reserve(token: Buffer, type: string): Promise<string | undefined>;
  rollForward(olderThanMs?: number): Promise<RolledForward>;
  idle(): Promise<void>;
}
