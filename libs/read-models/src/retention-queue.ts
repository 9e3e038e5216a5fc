// Which holdings are due to go without an officer, and how many wait for what? Asked page by page of whichever build serves.
import { type Pool } from 'pg';
import { retentionStops } from './models/retention.js';
import { askServing } from './serving-query.js';

/** Holdings and consents of one page: so many stand in memory at once, however many are due. */
export const duePageMax = 500;

/** A holding or a consent whose moment has come. */
export interface DueThing {
  readonly subject: string;
  readonly due: string;
  /** The event that began it. */
  readonly began: string;
  readonly category: string;
}

export interface RetentionCounts {
  readonly dueSoon: number;
  readonly due: number;
  readonly overdue: number;
  /** Of the due and overdue, those that an officer has to decide. */
  readonly waiting: number;
  /** Due, and held or blocked. */
  readonly stopped: number;
}

const keyOf = 't.due::text, t.subject, t.began, t.category::text';

export class RetentionQueue {
  constructor(private readonly pool: Pool) {}

  /**
   * What is due at `now` by itself, neither decided, held nor blocked, in the order of its due moments; behind `after`. Undefined while
   * the model is built for the first time.
   */
  due(now: string, after: DueThing | undefined, limit = duePageMax): Promise<readonly DueThing[] | undefined> {
    const behind = after ? `and (${keyOf}) > ($3, $4::uuid, $5::uuid, $6)` : '';
    return this.ask<DueThing>(
      `select t.due::text, t.subject::text, t.began::text, t.category::text from {retention} t
       where t.waits_for::text = 'itself' and t.due::text <= $1 and t.ordered is null
         and (t.kind::text = 'consent' and t.due::text < $1 or t.kind::text = 'holding' and not ${retentionStops}) ${behind}
       order by ${keyOf} limit $2`,
      [now, limit, ...(after ? [after.due, after.subject, after.began, after.category] : [])],
    );
  }

  async counts(now: string): Promise<RetentionCounts | undefined> {
    const rows = await this.ask<RetentionCounts>(
      `select count(*) filter (where t.due::text > $1 and not s.stopped)::int as "dueSoon",
         count(*) filter (where t.due::text <= $1 and t.overdue_from::text >= $1 and not s.stopped)::int as due,
         count(*) filter (where t.overdue_from::text < $1 and not s.stopped)::int as overdue,
         count(*) filter (where t.due::text <= $1 and t.waits_for::text = 'officer' and not s.stopped)::int as waiting,
         count(*) filter (where t.due::text <= $1 and s.stopped)::int as stopped
       from {retention} t cross join lateral (select ${retentionStops} as stopped) s
       where t.kind::text = 'holding' and t.soon_from::text <= $1 and t.ordered is null`,
      [now],
    );
    return rows?.[0];
  }

  private ask<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[] | undefined> {
    return askServing(this.pool, 'retention', text, values);
  }
}
