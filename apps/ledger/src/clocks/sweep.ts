// Who is warned of which clock? The active worker looks at the running clocks and turns each that is due into one command, once.
import { catalogue, clockStream, escalate, type Escalation } from '@derbes/domain';
import { type EventStore } from '@derbes/event-store';
import { dueClocksMax, type ClockCounts, type ClockQueue, type DueClock, type Looked } from '@derbes/read-models';
import { randomUUID } from 'node:crypto';
import { type CommandWriter } from '../write/command-writer.js';
import { type Head } from '../write/unit-maker.js';
import { ClockJumps } from './clock-jumps.js';
import { warningOf } from './notice-rows.js';
import { type Notices } from './notices.js';
import { type ClockSettings } from './settings.js';

/** Commands under way at once: as many as share one flush. */
const togetherMax = 250;
const hourMs = 3_600_000;
/** Events become rows within seconds; a worker that was away for longer than this is made up for by the next whole look. */
const rowsBehindMs = 10 * 60_000;
/** So often all running clocks are looked at, whatever the looks between them saw. */
export const wholeLookMs = hourMs;

export interface SweepParts {
  readonly queue: ClockQueue;
  readonly commands: Pick<CommandWriter, 'write'>;
  readonly store: Pick<EventStore, 'readStream'>;
  readonly notices: Notices;
  readonly settings: Pick<ClockSettings, 'leadHours' | 'sweepSeconds'>;
  readonly clock: () => Date;
  /** Milliseconds that only ever grow, whatever the clock says. */
  readonly monotonic: () => number;
  readonly onTrouble: (error: unknown) => void;
}

/** What became of one look at the clocks. */
export type Swept =
  | { readonly state: 'swept'; readonly told: number }
  /** The read model is built for the first time. */
  | { readonly state: 'building' }
  /** The clock of this machine was put forward or back: nothing is told until it has settled. */
  | { readonly state: 'clock-jumped' };

/** What was assessed together has one clock: it is told of once. */
function warningsOf(due: readonly DueClock[]): readonly Escalation[] {
  const all = due.map(({ event: clock, ...row }): Escalation => ({ clock, ...row }));
  return [...new Map(all.map((one) => [warningOf(one), one])).values()];
}

const momentOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}Z`;

export class ClockSweep {
  private readonly jumps = new ClockJumps();
  private sweptAt = -Infinity;
  private running: Promise<Swept> | undefined;
  private jumping = false;
  /** The last look that left nothing untold, and the machine's seconds at the last whole one. */
  private looked: Looked | undefined;
  private wholeAt = -Infinity;

  constructor(private readonly parts: SweepParts) {}

  /** Whether the clock of this machine jumped a short while ago. */
  get jumped(): boolean {
    return this.jumping;
  }

  /** Sweeps when it is time to; called as often as anybody likes. */
  async tend(): Promise<void> {
    const { settings, monotonic } = this.parts;
    if (settings.sweepSeconds === 0 || monotonic() - this.sweptAt < settings.sweepSeconds * 1_000) return;
    this.sweptAt = monotonic();
    await this.sweep();
  }

  /** Tells of every clock that is due soon or overdue and of which that was not told yet; one sweep runs at a time. */
  sweep(): Promise<Swept> {
    this.running ??= this.sweepOnce().finally(() => (this.running = undefined));
    return this.running;
  }

  /** How many clocks run, are due soon and are overdue now; undefined while the model is built for the first time. */
  counts(): Promise<ClockCounts | undefined> {
    const now = this.parts.clock().getTime();
    return this.parts.queue.counts(momentOf(now), this.soonUntil(now));
  }

  async stop(): Promise<void> {
    await this.running?.catch(() => undefined);
    this.parts.notices.close();
  }

  private soonUntil(now: number): string {
    return momentOf(now + this.parts.settings.leadHours * hourMs);
  }

  private async sweepOnce(): Promise<Swept> {
    const { queue, clock, monotonic, notices } = this.parts;
    const now = clock().getTime();
    this.jumping = this.jumps.jumped(now, monotonic());
    if (this.jumping) {
      this.looked = undefined;
      return { state: 'clock-jumped' };
    }
    const since = monotonic() - this.wholeAt < wholeLookMs ? this.looked : undefined;
    const look = { now: momentOf(now), soonUntil: this.soonUntil(now), recorded: momentOf(now - rowsBehindMs) };
    const due = await queue.due(look.now, look.soonUntil, { since });
    if (!due) return { state: 'building' };
    if (!since) this.wholeAt = monotonic();
    const warnings = warningsOf(due);
    let [told, failed] = [0, due.length === dueClocksMax];
    for (let from = 0; from < warnings.length; from += togetherMax) {
      const escalations = warnings.slice(from, from + togetherMax);
      const written = await notices.add(escalations);
      const outcomes = await Promise.all(escalations.map((one) => this.escalated(one)));
      failed ||= outcomes.includes('failed');
      told += outcomes.filter((outcome) => outcome === 'recorded').length;
      const repeated = escalations.filter((_, i) => outcomes[i] === 'repeated').map(warningOf);
      await notices.drop(repeated.filter((warning) => written.has(warning)));
    }
    // What could not be told is looked for again from where the last look began.
    if (!failed) this.looked = look;
    else if (!since) this.looked = undefined;
    await notices.send();
    return { state: 'swept', told };
  }

  /** The escalation, if nobody told of it before; one that fails is met again by the next sweep. */
  private async escalated(escalation: Escalation): Promise<'recorded' | 'repeated' | 'failed'> {
    const { clock } = escalation;
    const key = warningOf(escalation);
    try {
      const { status } = await this.parts.commands.write({
        asked: { by: { key: 'clocks', role: 'admin' }, request: randomUUID(), idempotencyKey: key },
        actor: 'ledger',
        content: { escalation: key },
        decide: async (at) => {
          const { told, head } = await this.toldOf(clock);
          return {
            drafts: escalate(escalation, told, at),
            ...(head && { heads: new Map([[clockStream(clock), head]]) }),
          };
        },
        result: {},
      });
      return status;
    } catch (error) {
      this.parts.onTrouble(error);
      return 'failed';
    }
  }

  private async toldOf(clock: string): Promise<{ readonly told: readonly Escalation[]; readonly head?: Head }> {
    const told: Escalation[] = [];
    let head: Head | undefined;
    for await (const { bytes } of this.parts.store.readStream(clockStream(clock))) {
      const event = catalogue.readStored(bytes);
      head = { revision: event.revision, at: event.at };
      if (event.type === 'ClockEscalated') told.push(event.facts as Escalation);
    }
    return { told, ...(head && { head }) };
  }
}
