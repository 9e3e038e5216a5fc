// Who closes epochs, and how does somebody who watches learn how far it is? Whoever is asked, and the worker every day and after a crash.
import {
  closeEpoch,
  epochStanding,
  epochStatus,
  logWaits,
  scheduled,
  VaultError,
  type CloseAsked,
  type CloseParts,
  type CustodianState,
  type EpochStatus,
  type KeyBackup,
} from '@derbes/vault';
import { type JsonLogger } from '../logger.js';

const hourMs = 3_600_000;
/** How often custodians are asked without anybody asking: they may be a network away, and write every question down. */
const custodiansAskedMs = 300_000;

/** Of the time in which nobody is answered half is the close's; of the rest what it needs to end in its term. */
const pace = { duty: 0.5 };

/** How the epochs stand, as it is answered. */
export interface EpochState {
  readonly epoch: number;
  readonly openedAt: string;
  readonly closing?: {
    readonly epoch: number;
    readonly step: string;
    readonly total: number;
    readonly done: number;
    readonly remainingMs?: number;
    /** While a checkpoint is waited for: entries that it must cover, and those that the published one does. */
    readonly log?: { readonly needed?: number; readonly published: number };
    readonly held?: { readonly code: string; readonly message: string };
    /** Code with which this process failed at it last; it is gone on with. */
    readonly failure?: string;
    readonly askedBy: string;
    readonly approvedBy: readonly string[];
  };
  readonly lastClosed?: {
    readonly epoch: number;
    readonly at: string;
    readonly erasures: number;
    readonly owners: number;
  };
  readonly custodians: readonly { readonly kind: string; readonly fault?: string }[];
  /** Of the keys, outside the database. */
  readonly backup?: { readonly lagMs?: number; readonly late: boolean };
}

/** What the log may let go on, without anybody doing anything about the close. */
const waitsForLog = (code: string): boolean => logWaits.some((one) => one === code);

export interface EpochsParts extends CloseParts {
  /** How long an epoch lasts before the worker closes it; 0 leaves it to whoever asks. */
  readonly hours: number;
  readonly keyBackup?: KeyBackup;
  readonly logger: JsonLogger;
}

export class Epochs {
  private running: Promise<void> | undefined;
  private stopping = false;
  private backingUp = false;
  private failure: string | undefined;
  /** Held closes are told once: whatever lets them go on takes its time. */
  private told: string | undefined;
  private custodians: readonly CustodianState[] = [];
  private custodiansAt = Number.NEGATIVE_INFINITY;

  private readonly parts: EpochsParts;

  constructor(parts: EpochsParts) {
    this.parts = { pace, ...parts };
  }

  async state(): Promise<EpochState> {
    const status = await epochStatus(this.parts);
    return stateOf(status, this.failure, this.backup());
  }

  /**
   * Begins the close, or goes on with it; resolves at its first step, the rest is the process's own business. Throws VaultError:
   * EPOCH_CLOSING, NOTHING_TO_APPROVE, APPROVAL_BY_SAME_KEY, and what a custodian fails with at once.
   */
  async close(asked: CloseAsked): Promise<EpochState> {
    if (this.running) throw new VaultError('EPOCH_CLOSING', 'this process is closing the epoch');
    await this.begin(asked);
    return this.state();
  }

  /** For the active worker, now and then: goes on with what was interrupted, and closes an epoch that has lasted long enough. */
  async tend(): Promise<void> {
    if (this.running || this.stopping) return;
    const { hours, clock, app } = this.parts;
    const asks = performance.now() - this.custodiansAt >= custodiansAskedMs;
    const status = asks ? await epochStatus(this.parts) : await epochStanding(app);
    if ('custodians' in status) this.noteCustodians(status.custodians);
    const { closing, openedAt } = status;
    if (closing?.held && !waitsForLog(closing.held.code)) return this.tellHeld(closing.held);
    const due = hours > 0 && clock().getTime() - openedAt.getTime() >= hours * hourMs;
    if (!closing && !due) return;
    await this.begin({ by: scheduled }).catch((error: unknown) => {
      if (!(error instanceof VaultError && error.code === 'EPOCH_CLOSING')) throw error;
    });
  }

  /** What the custodians failed with when they were last asked, by name; of a worker, which asks them now and then. */
  custodyFaults(): readonly { readonly kind: string; readonly code: string }[] {
    return this.custodians.flatMap(({ kind, fault }) => (fault ? [{ kind, code: fault.code }] : []));
  }

  /** Of the backup of keys that this process writes; undefined where it writes none. */
  backup(): { readonly lagMs?: number | undefined; readonly late: boolean } | undefined {
    return this.backingUp ? this.parts.keyBackup?.status() : undefined;
  }

  get backsUp(): boolean {
    return this.parts.keyBackup !== undefined;
  }

  startBackup(): void {
    this.backingUp = true;
    this.parts.keyBackup?.start((error) => this.parts.logger.failed(error, { doing: 'backing-up-keys' }));
  }

  /** Stops after the step under way; whoever comes next goes on. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
    await this.parts.keyBackup?.stop();
  }

  private noteCustodians(now: readonly CustodianState[]): void {
    const known = new Set(this.custodyFaults().map(({ kind, code }) => `${kind} ${code}`));
    this.custodians = now;
    this.custodiansAt = performance.now();
    for (const { kind, fault } of now) {
      if (fault && !known.has(`${kind} ${fault.code}`))
        this.parts.logger.warn(`${fault.code}: ${fault.message}`, 'epochs');
    }
  }

  private async begin(asked: CloseAsked): Promise<void> {
    const closing = closeEpoch(this.parts, asked);
    await closing.next();
    this.failure = undefined;
    this.running = this.run(closing).finally(() => (this.running = undefined));
  }

  private async run(closing: ReturnType<typeof closeEpoch>): Promise<void> {
    const { logger } = this.parts;
    try {
      for await (const { step, held } of closing) {
        if (held) this.tellHeld(held);
        if (step === 'done') this.told = undefined;
        if (this.stopping) break;
      }
    } catch (error) {
      this.failure = error instanceof VaultError ? error.code : 'INTERNAL';
      logger.failed(error, { doing: 'closing-epoch' });
    }
  }

  private tellHeld({ code, message }: { readonly code: string; readonly message: string }): void {
    if (this.told === code) return;
    this.told = code;
    this.parts.logger.warn(`${code}: ${message}`, 'epochs');
  }
}

function stateOf(
  { epoch, openedAt, closing, lastClosed, custodians }: EpochStatus,
  failure: string | undefined,
  backup: ReturnType<Epochs['backup']>,
): EpochState {
  return {
    epoch,
    openedAt: openedAt.toISOString(),
    ...(closing && { closing: { ...closing, ...(failure !== undefined && { failure }) } }),
    ...(lastClosed && { lastClosed: { ...lastClosed, at: lastClosed.at.toISOString() } }),
    custodians: custodians.map(({ kind, fault }) => ({ kind, ...(fault && { fault: fault.code }) })),
    ...(backup && {
      backup: { ...(backup.lagMs !== undefined && { lagMs: Math.round(backup.lagMs) }), late: backup.late },
    }),
  };
}
