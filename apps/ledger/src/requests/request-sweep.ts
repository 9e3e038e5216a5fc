// What does a request come to without anybody asking? Refused on its last day where nobody showed who asks; gone when its own term is over.
import { refusalOfUnproved } from '@derbes/domain';
import { Refused } from '@derbes/kernel';
import { requestsPageMax, type ClosedRequest, type RequestQueue } from '@derbes/read-models';
import { randomUUID } from 'node:crypto';
import { type Pool } from 'pg';
import { ClockJumps } from '../clocks/clock-jumps.js';
import { type Plan } from '../write/command-writer.js';
import { type Writers } from '../write/writers.js';
import { destroyRecords, leftOf } from './records-destruction.js';
import { recordsPlan } from './records-handler.js';
import { refusalPlan } from './refusing.js';
import { readRequestStream } from './request-streams.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** No row of a profile refuses earlier than this before the term ends. */
const unprovedHoursMax = 72;
/** Events become rows within seconds. */
const rowsBehindMs = 10 * 60_000;
/** So often is looked for what may go. */
const recordsEveryMs = hourMs;
/** No row of a profile lets anything go sooner after the answer. */
const recordsDaysMin = 27;
/** Pages of one look for what may go; the rest waits for the next. */
const recordsPagesMax = 20;

export interface RequestSweepParts {
  readonly queue: RequestQueue;
  readonly writers: Writers;
  readonly app: Pool;
  /** How often requests are looked at, in seconds; 0: never. */
  readonly sweepSeconds: number;
  readonly clock: () => Date;
  /** Milliseconds that only ever grow, whatever the clock says. */
  readonly monotonic: () => number;
  /** Hears of one that could not be decided now; it is come back to. */
  readonly onTrouble: (error: unknown) => void;
}

/** What one look came to. */
export interface SweptRequests {
  readonly refused: number;
  readonly destroyed: number;
}

const none: SweptRequests = { refused: 0, destroyed: 0 };
const momentOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}Z`;

/** What the read model still shows as waiting is proved, decided, held, or not yet due. */
class NothingToSay extends Error {}

export class RequestSweep {
  private readonly jumps = new ClockJumps();
  private sweptAt = -Infinity;
  private recordsAt = -Infinity;
  /** Whether what another process left half destroyed was looked for since this one began. */
  private begun = false;
  private running: Promise<SweptRequests> | undefined;
  private stopped = false;

  constructor(private readonly parts: RequestSweepParts) {}

  /** Sweeps when it is time to; called as often as anybody likes. */
  async tend(): Promise<void> {
    const { sweepSeconds, monotonic } = this.parts;
    if (sweepSeconds === 0 || monotonic() - this.sweptAt < sweepSeconds * 1_000) return;
    this.sweptAt = monotonic();
    await this.sweep();
  }

  /** Everything that is due by now; one sweep runs at a time. */
  sweep(): Promise<SweptRequests> {
    this.running ??= this.sweepOnce().finally(() => (this.running = undefined));
    return this.running;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running?.catch(() => undefined);
  }

  private async sweepOnce(): Promise<SweptRequests> {
    const { clock, monotonic } = this.parts;
    const now = clock().getTime();
    if (this.jumps.jumped(now, monotonic())) return none;
    const refused = await this.refuseUnproved(now);
    if (monotonic() - this.recordsAt < recordsEveryMs) return { refused, destroyed: 0 };
    this.recordsAt = monotonic();
    await this.finish(now);
    return { refused, destroyed: await this.letGo(now) };
  }

  private async refuseUnproved(now: number): Promise<number> {
    let refused = 0;
    const until = momentOf(now + unprovedHoursMax * hourMs);
    for (const request of await this.parts.queue.unproved(until, momentOf(now - rowsBehindMs))) {
      if (this.stopped) break;
      const said = await this.tried(`unproved.${request}`, (at) => this.refusal(request, at));
      refused += said ? 1 : 0;
    }
    return refused;
  }

  private async refusal(request: string, at: string): Promise<Plan> {
    const { store, registers } = this.parts.writers;
    const read = await readRequestStream(store, request);
    const outside = { ...registers.outside, at, request };
    const said = refusalOfUnproved(read.state, outside);
    if (!said) throw new NothingToSay();
    return refusalPlan(said, read, outside);
  }

  private async letGo(now: number): Promise<number> {
    let [destroyed, after]: [number, ClosedRequest | undefined] = [0, undefined];
    for (let page = 0; page < recordsPagesMax && !this.stopped; page++) {
      const closed: readonly ClosedRequest[] = await this.parts.queue.closedBefore(
        momentOf(now - recordsDaysMin * dayMs),
        after,
      );
      for (const { request } of closed) {
        if (this.stopped) break;
        const decide = { type: 'DecideRecords', decide: 'destroy', by: 'term' } as const;
        const said = await this.tried(`records.${request}`, (at) =>
          recordsPlan(this.parts.writers, decide, request, at),
        );
        if (said && (await this.destroyed(request))) destroyed++;
      }
      after = closed.at(-1);
      if (closed.length < requestsPageMax) break;
    }
    return destroyed;
  }

  /** What somebody decided, and did not live to destroy. */
  private async finish(now: number): Promise<void> {
    const { queue, writers } = this.parts;
    const since = this.begun ? momentOf(now - dayMs) : '';
    for (let after = ''; !this.stopped;) {
      const page = await queue.destroyedSince(since, after);
      for (const request of await leftOf(writers.vault, page)) await this.destroyed(request);
      after = page.at(-1) ?? after;
      if (page.length < requestsPageMax) break;
    }
    this.begun = true;
  }

  private async destroyed(request: string): Promise<boolean> {
    const { app, writers, onTrouble } = this.parts;
    try {
      await destroyRecords({ app, store: writers.store, vault: writers.vault }, request);
      return true;
    } catch (error) {
      onTrouble(error);
      return false;
    }
  }

  /** The claim is of the request, so that whatever is replayed, restarted or done by two says nothing twice. Whether this call said it. */
  private async tried(key: string, decide: (at: string) => Promise<Plan>): Promise<boolean> {
    try {
      const { status } = await this.parts.writers.commands.write({
        asked: { by: { key: 'ledger', role: 'admin' }, request: randomUUID(), idempotencyKey: key },
        actor: 'ledger',
        content: { request: key },
        decide,
        result: {},
      });
      return status === 'recorded';
    } catch (error) {
      if (!(error instanceof Refused || error instanceof NothingToSay)) this.parts.onTrouble(error);
      return false;
    }
  }
}
