// How does one who stands by tell a worker that hangs from one that works? The one says every half second that it lives, the other looks.
import pg, { type Pool, type PoolClient } from 'pg';
import { pause } from './pause.js';

/** Between two signs of life, and between two looks at them. */
export const beatEveryMs = 500;
const prefix = 'derbes worker ';

/** Every session of one worker bears its name, so that all of them can be ended at once. */
export const workerName = (id: string): string => `${prefix}${id}`;

export async function bearName(client: PoolClient | pg.Client, name: string): Promise<void> {
  await client.query(`select set_config('application_name', $1, false)`, [name]);
}

/**
 * Says that this process lives, in a session that is used for nothing else: its work may keep the others busy for long.
 * Answers how to end it. `lost` is called when the session breaks or is ended.
 */
export async function startBeating(pool: Pool, name: string, lost: () => void): Promise<() => Promise<void>> {
  // One more than the pool's: whoever fills the pool must not be taken for hung.
  const client = new pg.Client(pool.options);
  client.on('error', lost);
  const stopping = new AbortController();
  let beating = Promise.resolve();
  const stop = async (): Promise<void> => {
    stopping.abort();
    await beating;
    await client.end().catch(() => undefined);
  };
  try {
    await client.connect();
    await bearName(client, name);
  } catch (error) {
    await stop();
    throw error;
  }
  beating = beat(client, stopping.signal).catch(lost);
  return stop;
}

async function beat(client: pg.Client, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await client.query('select 1');
    await pause(beatEveryMs, signal);
  }
}

/** Looks from a session of its own at the worker that holds the lock. */
export class Watch {
  private seen = '';
  private unchanged = 0;

  constructor(
    private readonly client: PoolClient,
    private readonly lock: number,
    private readonly looksMax: number,
  ) {}

  /**
   * True once the worker that holds the lock has been silent at so many looks in a row, and its sessions were ended: whatever
   * it was about to write when it wakes, it has no session left to write it by. Counted in looks and not in time, so that a
   * machine that stood still as a whole condemns nobody.
   */
  async endedHung(): Promise<boolean> {
    const { rows } = await this.client.query<{ name: string; sign: string | null }>(
      `select holder.application_name as name, max(other.state_change)::text as sign
       from pg_locks l
         join pg_stat_activity holder on holder.pid = l.pid
         join pg_stat_activity other on other.application_name = holder.application_name and other.datname = holder.datname
       where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = $1 and l.objsubid = 1
         and holder.datname = current_database() and starts_with(holder.application_name, $2)
       group by 1`,
      [this.lock, prefix],
    );
    // A server that keeps no account of its sessions tells nothing; then its own time limits remain.
    const [row] = rows.filter(({ sign }) => sign !== null);
    const sign = row ? `${row.name} ${row.sign}` : '';
    this.unchanged = row && sign === this.seen ? this.unchanged + 1 : 0;
    this.seen = sign;
    if (!row || this.unchanged < this.looksMax) return false;
    this.unchanged = 0;
    await this.client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()`,
      [row.name],
    );
    return true;
  }
}
