// Which requests wait for somebody to show who she is, and which were closed so long ago that what they said may go?
import { type Pool } from 'pg';
import { servingBuild } from './builds.js';
import { askServing } from './serving-query.js';
import { requestDue, requestUnproved } from './models/requests.js';

/** Requests of one look. */
export const requestsPageMax = 500;

export interface ClosedRequest {
  readonly request: string;
  /** When the step was recorded by which it was closed. */
  readonly recorded: string;
}

/** So often all that is open is looked at, whatever the looks between have seen. */
const wholeLookMs = 3_600_000;

/** Names of tables as a question to one model has them. */
const own = (sql: string): string => sql.replaceAll('{requests.', '{');

/** Of which build `mark` speaks, and before which moment no request waits; `until`, by the machine's own count of milliseconds. */
interface Looked {
  readonly build: string;
  readonly mark: string;
  readonly until: number;
}

export class RequestQueue {
  private looked: Looked | undefined;

  constructor(private readonly pool: Pool) {}

  /**
   * Neither decided nor proved, and due by `until`; what is due first first. But for once an hour, what was recorded before the oldest one
   * that the last look saw is not read again. `behind`: what is recorded later than this may not stand in the model yet.
   */
  async unproved(until: string, behind: string): Promise<readonly string[]> {
    const build = (await servingBuild(this.pool, 'requests'))?.physical('request_received');
    if (build === undefined) return [];
    const known = this.looked?.build === build && performance.now() < this.looked.until ? this.looked : undefined;
    const rows = await askServing<{ readonly request: string | null; readonly oldest: string | null }>(
      this.pool,
      'requests',
      own(`with waiting as (
          select t.request, t.recorded::text as recorded, ${requestDue}::text as due from {request_received} t
          where t.recorded >= $1 and ${requestUnproved}
        ), due as (select request, due from waiting where due <= $2 order by due, request limit ${requestsPageMax})
        select d.request, o.oldest from (select min(recorded) as oldest from waiting) o left join due d on true order by d.due, d.request`),
      [known?.mark ?? '', until],
    );
    const oldest = rows?.[0]?.oldest ?? behind;
    const mark = oldest > behind ? behind : oldest;
    this.looked = { build, mark, until: known?.until ?? performance.now() + wholeLookMs };
    return (rows ?? []).flatMap(({ request }) => request ?? []);
  }

  /** Answered or refused before a moment, their records not yet destroyed; the oldest first, behind the one named. */
  async closedBefore(moment: string, after?: ClosedRequest): Promise<readonly ClosedRequest[]> {
    const rows = await askServing<ClosedRequest>(
      this.pool,
      'requests',
      `select s.request, s.recorded::text from {request_step} s
       where s.kind in ('answered', 'refused') and s.recorded < $1 and (s.recorded::text, s.request) > ($2, $3::uuid)
         and not exists (select from {request_step} r
           where r.request = s.request and r.kind::text = 'records' and r.outcome::text = 'destroyed')
       order by s.recorded, s.request limit ${requestsPageMax}`,
      [moment, after?.recorded ?? '', after?.request ?? '00000000-0000-0000-0000-000000000000'],
    );
    return rows ?? [];
  }

  /** Those of which it was decided since a moment that they go; whoever decided it may have died before they were gone. */
  async destroyedSince(moment: string, after: string): Promise<readonly string[]> {
    const rows = await askServing<{ readonly request: string }>(
      this.pool,
      'requests',
      `select s.request from {request_step} s
       where s.kind = 'records' and s.outcome::text = 'destroyed' and s.recorded >= $1 and s.request::text > $2
       order by s.request limit ${requestsPageMax}`,
      [moment, after],
    );
    return (rows ?? []).map(({ request }) => request);
  }
}
