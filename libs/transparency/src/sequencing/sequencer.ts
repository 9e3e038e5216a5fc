// How do events become a signed log? Leaves are assigned, files written and read again, the lock moved, then signed, cosigned and published.
import { type EventStore } from '@derbes/event-store';
import { type Pool } from 'pg';
import { type Checkpoint } from '../checkpoint.js';
import { type LogDirectory, type TileFile } from '../files/directory.js';
import { LogHalted, LogTrouble } from '../files/log-trouble.js';
import { type Cosigning, type WitnessStanding } from './cosigning.js';
import { HeadTable, type Head } from './head-table.js';
import { Intake, type BatchLimits } from './intake.js';
import { Leading, type LogStep } from './leading.js';
import { CheckpointLock } from './lock.js';
import { Pace, pause } from './pace.js';
import { Silence } from './silence.js';
import { sidecarsOf } from './sidecars.js';
import { type SigningKeys } from './signing-keys.js';
import { asHalt, standingOf, storeBehind, type LogParts } from './standing.js';
import { plan, readBack } from './writing.js';

/** A batch fills 32 bundles, or so many bytes of events; three times that is held at the most. */
const batchEventsMax = 8_192;
const batchBytesMax = 8 * 1024 * 1024;
const retryMs = 500;
const retryMsMax = 15_000;
const lookMs = 1_000;
/** Between two lines about a backlog. */
const toldEveryMs = 10_000;

export interface SequencerOptions {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly directory: LogDirectory;
  readonly keepDir: string;
  readonly ledger: string;
  readonly origin: string;
  /** The keys as the log and the keep have them now; asked at each start and whenever a key was added. */
  readonly keys: () => Promise<SigningKeys>;
  /** Text of the C2SP tlog-policy by which the log is checked, published beside it. */
  readonly policy?: (keys: SigningKeys) => string;
  readonly clock: () => Date;
  readonly cosigning?: Cosigning;
  /** Whether this process is the one that works now; always when absent. */
  readonly active?: () => boolean;
  /** Writes a LedgerHeartbeat. */
  readonly heartbeat?: () => Promise<void>;
  readonly limits?: BatchLimits;
  /** The first pause after a failure, doubled with each that follows; half a second when absent. */
  readonly retryMs?: number;
  readonly onTrouble?: (error: unknown) => void;
  readonly onProgress?: (line: string) => void;
  readonly at?: (step: LogStep, checkpoint: Checkpoint) => void | Promise<void>;
}

/** `standby`: another process works. `behind`: what stands is being taken in. `troubled`: tried again. `halted`: a person must act. */
export type SequencerState = 'idle' | 'standby' | 'behind' | 'working' | 'troubled' | 'halted' | 'stopped';

export interface SequencerStatus {
  readonly state: SequencerState;
  /** Of what troubles or halted it. */
  readonly code?: string;
  readonly why?: string;
  readonly size: number;
  readonly publishedSize: number;
  readonly belowQuorum: boolean;
  readonly witnesses: readonly WitnessStanding[];
  /** How long the oldest event that is not published has been waited for. */
  readonly lagMs: number;
}

export class Sequencer {
  private readonly stopping = new AbortController();
  private readonly heads: HeadTable;
  private readonly lock: CheckpointLock;
  private readonly parts: LogParts;
  private readonly pace = new Pace();
  private running: Promise<void> | undefined;
  private state: SequencerState = 'idle';
  private trouble: { readonly code: string; readonly why: string } | undefined;
  private head: Head | undefined;
  private unpublishedSince: number | undefined;
  private failures = 0;

  constructor(private readonly options: SequencerOptions) {
    const { pool, store, directory, keepDir, ledger, origin } = options;
    this.heads = new HeadTable(pool);
    this.lock = new CheckpointLock(keepDir);
    const limits = options.limits ?? { eventsMax: batchEventsMax, bytesMax: batchBytesMax };
    const sidecars = (files: readonly TileFile[]) => sidecarsOf(pool, this.heads, files);
    this.parts = { heads: this.heads, lock: this.lock, directory, store, ledger, origin, limits, sidecars };
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Ends after the step under way; the next start goes on from there. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.state = 'stopped';
  }

  status(): SequencerStatus {
    const { head, trouble } = this;
    return {
      state: this.state,
      ...trouble,
      size: head?.size ?? 0,
      publishedSize: head?.publishedSize ?? 0,
      belowQuorum: head?.belowQuorum ?? false,
      witnesses: this.options.cosigning?.standing ?? [],
      lagMs: this.unpublishedSince === undefined ? 0 : performance.now() - this.unpublishedSince,
    };
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      if (this.options.active?.() === false) {
        this.state = 'standby';
        this.unpublishedSince = undefined;
        await pause(lookMs, signal);
        continue;
      }
      try {
        await this.lead();
      } catch (error) {
        if (signal.aborted) return;
        await this.failed(asHalt(error));
      }
    }
  }

  private async failed(error: unknown): Promise<void> {
    const code = codeOf(error);
    this.trouble = { code, why: error instanceof LogHalted || error instanceof LogTrouble ? error.message : code };
    this.unpublishedSince ??= performance.now();
    this.options.onTrouble?.(error);
    if (error instanceof LogHalted) {
      this.state = 'halted';
      // Told to the database as soon as it listens; until then nobody signs, for this process does not.
      await this.heads.halt(error).catch((failure: unknown) => this.options.onTrouble?.(failure));
    } else this.state = 'troubled';
    const firstMs = this.options.retryMs ?? retryMs;
    await pause(Math.min(retryMsMax, firstMs * 2 ** Math.min(this.failures++, 10)), this.stopping.signal);
  }

  /** Finishes what was begun, then goes on for as long as this process is the one that works. */
  private async lead(): Promise<void> {
    const keys = await this.options.keys();
    const standing = await standingOf(this.parts, keys, async (tree, events, root) => {
      const planned = plan(tree, events);
      await this.parts.directory.write(planned.growth.files);
      await this.parts.directory.writeSidecars(await this.parts.sidecars(planned.growth.files));
      return readBack(this.parts.directory, planned, root);
    });
    await this.tellPolicy(keys);
    const leading = new Leading(this.options, this.parts, keys, standing, (head) => this.moved(head));
    this.head = standing.head;
    this.state = 'behind';
    await this.catchUp(leading);
    await leading.showWitnesses();
    await leading.publish();
    this.settled();
    await this.follow(leading);
  }

  private async tellPolicy(keys: SigningKeys): Promise<void> {
    const { directory } = this.parts;
    const policy = this.options.policy?.(keys);
    if (policy !== undefined && policy !== (await directory.readPolicy())) await directory.writePolicy(policy);
  }

  /** Up to the last checkpoint that may have been signed, without signing anything: a restored database, or one that lost its log. */
  private async catchUp(leading: Leading): Promise<void> {
    const target = leading.ahead.at(-1)?.size ?? 0;
    if (leading.head.size >= target) return;
    const intake = this.intakeFrom(leading.head, 'head');
    try {
      while (leading.head.size < target) {
        this.stopping.signal.throwIfAborted();
        await intake.wait(this.stopping.signal);
        const next = leading.ahead.find(({ size }) => size > leading.head.size)?.size ?? target;
        const events = intake.take(next - leading.head.size);
        if (events.length > 0) await leading.add(events);
        else if (intake.exhausted) throw storeBehind(leading.head.size, target);
      }
    } finally {
      intake.close();
    }
  }

  private async follow(leading: Leading): Promise<void> {
    const { signal } = this.stopping;
    const intake = this.intakeFrom(leading.head);
    const silence = new Silence(leading.head, this.options.clock);
    let toldAt = performance.now();
    try {
      while (!signal.aborted && this.options.active?.() !== false) {
        const looked = AbortSignal.any([signal, AbortSignal.timeout(lookMs)]);
        await intake.wait(looked);
        await this.pace.rest(signal);
        const events = intake.take();
        if (events.length === 0) {
          this.unpublishedSince = undefined;
          this.state = 'working';
          if (silence.lasted()) await this.options.heartbeat?.();
          // A witness that was away may be back: what stands below the quorum is published anew with its cosignature.
          if (leading.head.belowQuorum) await leading.publish();
          continue;
        }
        this.unpublishedSince ??= performance.now();
        await this.pace.measured(async () => {
          await leading.add(events);
          await leading.publish();
        });
        silence.broken();
        this.settled();
        if (events.some(({ type }) => type === 'SigningKeyAdded')) return;
        if (events.length < this.parts.limits.eventsMax) this.state = 'working';
        else if (performance.now() - toldAt > toldEveryMs) {
          toldAt = performance.now();
          this.options.onProgress?.(`${leading.head.size} events are in the log; going on`);
        }
      }
    } finally {
      intake.close();
    }
  }

  private intakeFrom({ position }: Head, until?: 'head'): Intake {
    const from = { ...(position !== undefined && { after: position }), ...(until && { until }) };
    return new Intake(this.parts.store, this.parts.limits, from);
  }

  private moved(head: Head): void {
    this.head = head;
    if (head.publishedSize === head.size) this.unpublishedSince = undefined;
  }

  private settled(): void {
    this.failures = 0;
    this.trouble = undefined;
  }
}

/** Of a driver or the system as much as of ours; words of others are not told. */
function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'INTERNAL';
}
