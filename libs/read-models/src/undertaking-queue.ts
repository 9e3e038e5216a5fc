// Whose undertaking ends soon, has ended, or was never given, of the recipients that may still receive? Asked of whichever build serves.
import { type Pool } from 'pg';
import { endsSoonDays } from './models/undertakings.js';
import { askServing } from './serving-query.js';

/** Recipients that nobody suspended, by what was told of them last. */
export interface UndertakingCounts {
  /** It still stands, and ends within 30 days. */
  readonly endsSoon: number;
  /** It has ended, and no other was told of: each transfer is a finding. */
  readonly over: number;
  /** None was ever told of. */
  readonly missing: number;
}

const dayMs = 24 * 60 * 60_000;
const dateLength = 'YYYY-MM-DD'.length;

export class UndertakingQueue {
  constructor(private readonly pool: Pool) {}

  /** `now`: a moment in UTC; an undertaking stands on its last day. Undefined while the model is built for the first time. */
  async counts(now: string): Promise<UndertakingCounts | undefined> {
    const soon = new Date(Date.parse(now) + endsSoonDays * dayMs).toISOString();
    const rows = await askServing<UndertakingCounts>(
      this.pool,
      'recipients',
      `select count(*) filter (where undertaking_until::text between $1 and $2)::int as "endsSoon",
         count(*) filter (where undertaking_until::text < $1)::int as over,
         count(*) filter (where undertaking_from is null)::int as missing
       from {recipient} where status::text = 'registered'`,
      [now.slice(0, dateLength), soon.slice(0, dateLength)],
    );
    return rows?.[0];
  }
}
