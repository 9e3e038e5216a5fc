// What stands on the disk? Rows counted behind the service's back, on the socket of its own database.
import { connectEmbedded } from '@derbes/postgres';
import pg from 'pg';
import { type Places } from './service-process.js';

/** Tables of the ledger itself; what is derived from them may lag and is no part of being written. */
const tables = [
  'ledger_event',
  'claim',
  'claim_event',
  'claim_reserved',
  'key_owner',
  'part_key',
  'part',
  'lookup',
  'lookup_past',
  'document',
  'api_key',
] as const;

export type Counts = Readonly<Record<(typeof tables)[number], number>>;

export class Stored {
  private constructor(
    readonly pool: pg.Pool,
    private readonly leave: () => Promise<void>,
  ) {}

  /** Joins the running service's database, or starts it when no service runs. */
  static async open({ dataDir }: Places, as: 'asOwner' | 'asApp' = 'asOwner'): Promise<Stored> {
    const joined = await connectEmbedded({ dataDir });
    const pool = new pg.Pool({ ...joined[as], max: 1 });
    pool.on('error', () => undefined);
    return new Stored(pool, async () => {
      await pool.end();
      await joined.stop();
    });
  }

  async counts(): Promise<Counts> {
    const columns = tables.map((table) => `(select count(*)::integer from ${table}) as ${table}`);
    const { rows } = await this.pool.query<Counts>(`select ${columns.join(', ')}`);
    const [counts] = rows;
    if (!counts) throw new Error('no counts');
    return counts;
  }

  /** How often each event id stands in the log. */
  async twice(): Promise<number> {
    const { rows } = await this.pool.query<{ n: number }>(
      'select count(*)::integer as n from (select event_id from ledger_event group by event_id having count(*) > 1) t',
    );
    return rows[0]?.n ?? 0;
  }

  close(): Promise<void> {
    return this.leave();
  }
}
