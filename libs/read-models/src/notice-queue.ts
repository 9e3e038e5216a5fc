// Whom is to be told now of data that was passed on, and which notices were sent? Asked of whichever build serves.
import { type Pool } from 'pg';
import { askServing } from './serving-query.js';

export interface NoticeDue {
  readonly subject: string;
  /** The earliest due moment of what no notice names yet. */
  readonly due: string;
}

/** Transfers of which people have yet to be told, by a moment. */
export interface NoticeCounts {
  /** In time, and no notice names them yet. */
  readonly owed: number;
  /** In time, and a notice under way names them. */
  readonly prepared: number;
  /** Their term is over. */
  readonly overdue: number;
  /** Nobody can say by when: no calendar reaches that far. */
  readonly undated: number;
}

export class NoticeQueue {
  constructor(private readonly pool: Pool) {}

  /**
   * People with something due by a moment that no open notice names, who is due first first; behind `after`. Undefined while the model
   * is built for the first time.
   */
  due(until: string, limit: number, after: NoticeDue = none): Promise<readonly NoticeDue[] | undefined> {
    return this.ask<NoticeDue>(
      `select subject::text, min(due)::text as due from {notice}
       where status = 'owed' and notice is null and due <= $1 group by subject
       having (min(due)::text, subject) > ($3, $4::uuid) order by min(due)::text, subject limit $2`,
      [until, limit, after.due, after.subject],
    );
  }

  /** Notices that whoever sends them says were sent, and of which nothing says yet that they were told. */
  sent(limit: number): Promise<readonly { readonly notice: string; readonly subject: string }[] | undefined> {
    return this.ask(
      `select notice::text, subject::text from {notice} where sent is not null and status = 'owed'
       group by notice, subject order by min(sent)::text, notice limit $1`,
      [limit],
    );
  }

  /** Undefined while the model is built for the first time. */
  async counts(now: string): Promise<NoticeCounts | undefined> {
    const rows = await this.ask<NoticeCounts>(
      `select count(*) filter (where due::text >= $1 and notice is null)::int as owed,
         count(*) filter (where due::text >= $1 and notice is not null)::int as prepared,
         count(*) filter (where due::text < $1)::int as overdue,
         count(*) filter (where due is null)::int as undated
       from {notice} where status = 'owed'`,
      [now],
    );
    return rows?.[0];
  }

  private ask<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[] | undefined> {
    return askServing(this.pool, 'notices', text, values);
  }
}

/** Sorts before everybody. */
const none: NoticeDue = { due: '', subject: '00000000-0000-0000-0000-000000000000' };
