// Which running clocks are to be told of now, and how many are near their end or past it? Asked of whichever build serves.
import { type Clock, type EscalationStage } from '@derbes/domain';
import { type Pool } from 'pg';
import { servingBuild } from './builds.js';
import { clockRuns, stageTold } from './models/clocks.js';
import { askServing } from './serving-query.js';

/** Clocks that one sweep tells of; the rest waits for the next. */
export const dueClocksMax = 100_000;

export interface DueClock extends Pick<Clock, 'term' | 'profile' | 'due' | 'strict'> {
  /** The event in which it stands. */
  readonly event: string;
  readonly kind: 'request' | 'task' | 'withdrawal' | 'incident' | 'assessment';
  readonly request?: string;
  readonly stage: EscalationStage;
}

export interface ClockCounts {
  readonly running: number;
  readonly dueSoon: number;
  readonly overdue: number;
}

interface Record {
  readonly event: string;
  readonly kind: DueClock['kind'];
  readonly term: string;
  readonly profile: string;
  readonly due: string;
  readonly strict: string | null;
  readonly request: string | null;
}

const dueColumns = `t.event, t.kind::text, t.term::text, t.profile::text, t.due::text, t.strict::text, t.request::text`;

/** An earlier look of which everything was told: what was due by then need not be looked at again. */
export interface Looked {
  readonly now: string;
  readonly soonUntil: string;
  /** What was recorded before this moment was in the model by then. */
  readonly recorded: string;
}

export class ClockQueue {
  /** The build that was last looked at: another is looked at whole. */
  private build: string | undefined;

  constructor(private readonly pool: Pool) {}

  /**
   * Running clocks of which a stage is not told yet, those that warn first first: overdue at `now`, due soon when they warn at
   * `soonUntil` or before. With `since` only those that became so after that look, or were recorded since: whatever ended long ago is
   * not read again. Undefined while the model is built for the first time.
   */
  async due(
    now: string,
    soonUntil: string,
    { since, limit = dueClocksMax }: { readonly since?: Looked | undefined; readonly limit?: number } = {},
  ): Promise<readonly DueClock[] | undefined> {
    const build = (await servingBuild(this.pool, 'clocks'))?.physical('clock_started');
    const before = build === this.build ? since : undefined;
    this.build = build;
    const found = (stage: EscalationStage, when: string, moments: readonly string[]) =>
      this.ask<Record>(
        `select ${dueColumns} from {clock_started} t where ${when} and not ${stageTold(`'${stage}'`)} and ${clockRuns}
         order by t.warns limit $1`,
        [limit, ...moments],
      ).then((rows) => rows?.map((row) => clockOf(row, stage)));
    const overdue = await found(
      'overdue',
      `t.warns < $2 and t.due < $2${before ? ' and (t.due >= $3 or t.recorded >= $4)' : ''}`,
      [now, ...(before ? [before.now, before.recorded] : [])],
    );
    // Whoever is told that a clock ended need not be told that it nears its end.
    const soon = await found(
      'due-soon',
      `t.warns <= $2 and t.due >= $3${before ? ' and (t.warns >= $4 or t.recorded >= $5)' : ''}`,
      [soonUntil, now, ...(before ? [before.soonUntil, before.recorded] : [])],
    );
    return overdue && soon && [...overdue, ...soon].slice(0, limit);
  }

  /** How many run, are due soon (not overdue) and are overdue. */
  async counts(now: string, soonUntil: string): Promise<ClockCounts | undefined> {
    const rows = await this.ask<{ running: number; soon: number; overdue: number }>(
      `select count(*)::int as running, count(*) filter (where t.warns <= $2 and t.due >= $1)::int as soon,
         count(*) filter (where t.due < $1)::int as overdue from {clock_started} t where ${clockRuns}`,
      [now, soonUntil],
    );
    const [row] = rows ?? [];
    return row && { running: row.running, dueSoon: row.soon, overdue: row.overdue };
  }

  private ask<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[] | undefined> {
    return askServing(this.pool, 'clocks', text, values);
  }
}

const clockOf = ({ event, kind, term, profile, due, strict, request }: Record, stage: EscalationStage): DueClock => ({
  event,
  kind,
  term,
  profile,
  due,
  ...(strict !== null && { strict }),
  ...(request !== null && { request }),
  stage,
});
