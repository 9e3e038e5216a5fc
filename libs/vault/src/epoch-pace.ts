// How does a close leave the service its time? It rests after each page, and longer while anybody is being answered.
import { setTimeout as pause } from 'node:timers/promises';
import { type Pool } from 'pg';

const dutyMin = 0.05;
/** Looks at whether anybody is being answered are so far apart. */
const lookEveryMs = 5;
/** A timer that comes so late waited for somebody's work. */
const lateMs = 3;
/** Ten million owners in less than an hour and a half; below it nobody's answer holds the close up. */
const ownersPerSecondMin = 1_900;
/** One page is put off this often at most: 5 s. */
const looksMax = 1_000;

export interface ClosePace {
  /** Owners that are wrapped in one transaction. */
  readonly pageOwners?: number;
  /** Share of the time that is worked, above 0 and up to 1; the rest is the service's. 1: it rests for nobody. */
  readonly duty?: number;
}

/** What a pace goes by. */
export interface Surroundings {
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  pause(ms: number): Promise<unknown>;
  /** Whether anybody is being answered, by whatever process of the service. */
  isAnswering(): Promise<boolean>;
}

export class Pace {
  readonly pageOwners: number;
  readonly rests: boolean;
  private readonly duty: number;
  private readonly began: number;
  private owners = 0;

  constructor(
    { pageOwners, duty = 1 }: ClosePace,
    private readonly around: Surroundings,
  ) {
    this.began = around.now();
    this.rests = duty < 1;
    this.duty = Math.max(dutyMin, duty);
    // Whoever is answered between two pages waits for one at most: those of a close that rests are short.
    this.pageOwners = pageOwners ?? (this.rests ? 50 : 500);
  }

  /** Behind a page of so many owners, which took so long. */
  async rest(owners: number, tookMs: number): Promise<void> {
    this.owners += owners;
    if (!this.rests) return;
    let late = await this.slept(tookMs * (1 / this.duty - 1));
    for (let looks = 0; looks < looksMax && this.isAhead() && (late || (await this.around.isAnswering())); looks++) {
      late = await this.slept(lookEveryMs);
    }
  }

  /** Whether the event loop had others to run meanwhile. */
  private async slept(ms: number): Promise<boolean> {
    const until = this.around.now() + ms;
    await this.around.pause(ms);
    return this.around.now() - until > lateMs;
  }

  private isAhead(): boolean {
    return this.owners > ((this.around.now() - this.began) / 1_000) * ownersPerSecondMin;
  }
}

/** This machine, and whoever is answered by the database. */
export const surroundingsOf = (app: Pool): Surroundings => ({
  now: () => performance.now(),
  pause: (ms) => pause(ms),
  isAnswering: () => isAnswering(app),
});

async function isAnswering(app: Pool): Promise<boolean> {
  if (app.waitingCount > 0) return true;
  const { rowCount } = await app.query({
    name: 'vault-answering',
    text: `select from pg_stat_activity where state = 'active' and backend_type = 'client backend'
      and datname = current_database() and pid <> pg_backend_pid() limit 1`,
  });
  return rowCount !== 0;
}
