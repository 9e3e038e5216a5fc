// Which running clocks are to be told of now, and how many are near their end or past it? Asked of whichever build serves.
import { type Clock, type EscalationStage } from '@derbes/domain';
import { type Pool } from 'pg';
import { servingBuild } from './builds.js';
import { clockRuns, stageTold } from './models/clocks.js';
import { askServing } from './serving-query.js';

/** Running clocks that are older than the others and are counted one by one; see `counts`. */
const stragglersMax = 1_000;
/** So often everything is counted, whatever the counts between have seen. */
const wholeCountMs = 3_600_000;
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

/** Events become rows within seconds: what is recorded later than this before now may not stand in the model yet. */
const behindMs = 10 * 60_000;

/** What is known of running clocks that were recorded before a moment. */
interface OldClocks {
  readonly build: string;
  readonly mark: string;
  readonly matters: readonly string[];
  /** Until when, by the machine's own count of milliseconds, it is taken for all there is. */
  readonly until: number;
}

export class ClockQueue {
  private old: OldClocks | undefined;
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

  /**
   * How many run, are due soon (not overdue) and are overdue. What ended stays so: but for once an hour, and in a build that was not seen yet,
   * only what was recorded since the oldest running clocks is looked at, and those of long ago by their own names.
   */
  async counts(now: string, soonUntil: string): Promise<ClockCounts | undefined> {
    const build = (await servingBuild(this.pool, 'clocks'))?.physical('clock_started');
    if (build === undefined) return undefined;
    const known = this.old?.build === build && performance.now() < this.old.until ? this.old : undefined;
    const old = known ?? (await this.lookedBack(build, now));
    const rows = await this.ask<{ running: number; soon: number; overdue: number }>(
      `select count(*)::int as running, count(*) filter (where t.warns <= $2 and t.due >= $1)::int as soon,
         count(*) filter (where t.due < $1)::int as overdue from {clock_started} t
       where (t.recorded >= $3 or t.matter = any($4::uuid[]) and t.recorded < $3) and ${clockRuns}`,
      [now, soonUntil, old.mark, old.matters],
    );
    const [row] = rows ?? [];
    return row && { running: row.running, dueSoon: row.soon, overdue: row.overdue };
  }

  /** Which clocks of long ago still run, and from which moment on all are looked at. */
  private async lookedBack(build: string, now: string): Promise<OldClocks> {
    const rows = await this.ask<{ matter: string; recorded: string }>(
      `select t.matter, t.recorded::text from {clock_started} t where ${clockRuns} order by t.recorded limit ${stragglersMax + 1}`,
      [],
    );
    const told = `${new Date(Date.parse(now) - behindMs).toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}Z`;
    const next = rows?.at(stragglersMax)?.recorded;
    const mark = next !== undefined && next < told ? next : told;
    const matters = [...new Set((rows ?? []).slice(0, stragglersMax).map(({ matter }) => matter))];
    this.old = { build, mark, matters, until: performance.now() + wholeCountMs };
    return this.old;
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
