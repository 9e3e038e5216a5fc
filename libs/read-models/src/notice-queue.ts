// Whom is to be told now of data that was passed on, and which notices were sent? Asked of whichever build serves.
import { type Pool } from 'pg';
import { askServing } from './serving-query.js';

export interface NoticeDue {
  readonly subject: string;
  /** The earliest due moment of what no notice names yet. */
  readonly due: string;
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

  private ask<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[] | undefined> {
    return askServing(this.pool, 'notices', text, values);
  }
}

/** Sorts before everybody. */
const none: NoticeDue = { due: '', subject: '00000000-0000-0000-0000-000000000000' };
