// How does one thing told become one thing recorded, for ever, on any store? DESIGN section 5, "Claims".
import { randomUUID } from 'node:crypto';
import { ClaimBusy, EventStoreError } from '../errors.js';
import { GatheringQueue } from '../gathering-queue.js';
import { flushOrIsolate, retried } from '../postgres/transaction.js';
import { type Unit } from '../unit.js';
import { checkBatch, checkUnit } from './assess.js';
import {
  type AtomicCommitted,
  type Committed,
  type ConflictingUnit,
  type ErasedUnit,
  type Found,
  type RecordedUnit,
  type RepeatedUnit,
  type RolledForward,
} from './committed.js';
import { flushUnits, type Verdict } from './flush.js';
import { type Attempt, type StandingClaim } from './flush-table.js';
import { openAbout, type About } from './erasing.js';
import { Landing, type Landed } from './landing.js';
import { abandoned, type OpenClaim } from './landing-table.js';
import { LookUp } from './look-up.js';
import { withDefaults, type ClaimsOptions, type ClaimsSettings } from './options.js';
import { reserve } from './reserve.js';

/** A unit that meets another on its way goes round again; whoever does so often comes again later. */
const roundsMax = 10;
const rollForwardMax = 1_000;
/** Landings at a time, so that a roll forward leaves connections to others. */
const rollForwardTogether = 16;
const defaultOlderThanMs = 30_000;

interface Flushed {
  readonly verdict: Verdict;
  readonly landing?: Promise<Landed>;
}

export class Claims<Rows> {
  private readonly settings: ClaimsSettings<Rows>;
  private readonly queue: GatheringQueue<Attempt<Rows>, Flushed>;
  private readonly landing: Landing<Rows>;
  private readonly lookUp: LookUp;

  constructor(options: ClaimsOptions<Rows>) {
    this.settings = withDefaults(options);
    this.queue = new GatheringQueue((attempts) => this.flush(attempts));
    this.landing = new Landing(this.settings);
    this.lookUp = new LookUp(options.pool);
  }

  /**
   * Makes the unit durable, with its events and its participant's rows, or tells why not. Throws MalformedEvent,
   * EventTooLarge, StoreOverloaded (nothing was taken), ClaimBusy, ClaimStuck and StoreUnavailable: after these three the
   * same pair may be told again and has its one outcome.
   */
  async commit(unit: Unit<Rows>): Promise<Committed> {
    const bytes = checkUnit(unit);
    const attempt = { unit, attempt: randomUUID() };
    for (let round = 0; round < roundsMax; round++) {
      const flushed = await this.queue.add(attempt, { rows: Math.max(1, unit.events.length), bytes });
      const committed = await this.outcomeOf(unit, flushed);
      if (committed) return committed;
    }
    throw new ClaimBusy(this.settings.leaseMs);
  }

  /**
   * All units or none, of at most 1,000 events in all, facts only; a later one may stand on an earlier one's events. The
   * claims' transaction decides; then all land, so readers may briefly see part. What cannot land now the roll forward lands.
   */
  async commitAtomic(units: readonly Unit<Rows>[]): Promise<AtomicCommitted> {
    checkBatch(units);
    const attempts = units.map((unit) => ({ unit, attempt: randomUUID() }));
    for (let round = 0; round < roundsMax; round++) {
      await this.settings.at?.('gathered');
      const unread = (await this.learn(units)).find((error) => error !== undefined);
      if (unread) throw unread;
      const verdicts = await retried(() => flushUnits(this.settings, attempts, { inside: false, atomic: true }));
      const blocking = verdicts.flatMap((verdict) => (verdict.kind === 'blocked' ? verdict.tokens : []));
      for (const token of blocking) await this.landing.settle(token);
      if (blocking.length > 0) continue;
      const conflicts = await this.conflictsAmong(units, verdicts);
      if (conflicts.size > 0) return { status: 'conflict', conflicts };
      await this.settings.at?.('committed');
      return { status: 'recorded', units: await this.landAll(units) };
    }
    throw new ClaimBusy(this.settings.leaseMs);
  }

  /** What stands under each token, in their order. */
  find(tokens: readonly Buffer[]): Promise<readonly (Found | undefined)[]> {
    return Promise.all(tokens.map((token) => this.lookUp.find(token)));
  }

  /** As `find` for one token, once its claim is not open any more. Throws ClaimBusy when another process takes too long. */
  async settle(token: Buffer): Promise<Found | undefined> {
    const found = await this.lookUp.find(token);
    if (found?.state !== 'open') return found;
    await this.landing.settle(token);
    return this.lookUp.find(token);
  }

  /** The id of the pair's event of that type, landed or not; undefined for an unknown pair. */
  async eventOf(token: Buffer, type: string): Promise<string | undefined> {
    const found = await this.lookUp.find(token);
    return found && found.state !== 'reserved' ? found.events.find((event) => event.type === type)?.id : undefined;
  }

  /**
   * The id by which a reference to the pair is stored: that of its event of the type, or of a pair not yet claimed a
   * reserved one, which the event named after its CloudEvent's type takes when it comes (`find` tells it; a unit without it
   * conflicts as RESERVED_ID). Undefined when the pair is claimed and made no such event.
   */
  async reserve(token: Buffer, type: string): Promise<string | undefined> {
    const found = await this.lookUp.find(token);
    if (found?.state === 'reserved') return found.eventId;
    if (found) return found.events.find((event) => event.type === type)?.id;
    return retried(() => reserve(this.settings.pool, token, type));
  }

  /**
   * Lands every open claim that tells of these, or closes it with the person; none is left when it resolves, and as long as nobody
   * claims about them any more none comes. Throws ClaimBusy when another process takes too long over one, and ClaimStuck.
   */
  async settleAbout(about: About): Promise<void> {
    for (let round = 0; round < roundsMax; round++) {
      const tokens = await retried(() => openAbout(this.settings.pool, about));
      if (tokens.length === 0) return;
      for (const token of tokens) await this.landing.settle(token);
    }
    throw new ClaimBusy(this.settings.leaseMs);
  }

  /** Lands what others left behind; for the worker, again and again. */
  async rollForward(olderThanMs = defaultOlderThanMs): Promise<RolledForward> {
    const tokens = await retried(() => abandoned(this.settings.pool, olderThanMs, rollForwardMax));
    const ends: (Landed['status'] | { readonly code: string })[] = [];
    for (let from = 0; from < tokens.length; from += rollForwardTogether) {
      const some = tokens.slice(from, from + rollForwardTogether).map(async (token) => {
        try {
          return (await this.landing.settle(token)).status;
        } catch (error) {
          if (error instanceof EventStoreError) return { code: error.code };
          throw error;
        }
      });
      ends.push(...(await Promise.all(some)));
    }
    const count = (status: Landed['status']): number => ends.filter((end) => end === status).length;
    return {
      landed: count('landed'),
      withdrawn: count('withdrawn'),
      erased: count('erased'),
      failed: ends.flatMap((end) => (typeof end === 'object' ? [end.code] : [])),
    };
  }

  /** Resolves when nothing is being committed or landed by this process. */
  async idle(): Promise<void> {
    await this.queue.idle();
    await this.landing.idle();
  }

  private async flush(attempts: readonly Attempt<Rows>[]): Promise<readonly (Flushed | Error)[]> {
    const inside = this.settings.landing === 'inside';
    await this.settings.at?.('gathered');
    const unread = await this.learn(attempts.map(({ unit }) => unit));
    const readable = attempts.filter((_, i) => !unread[i]);
    const verdicts = await flushOrIsolate(readable, (some) =>
      flushUnits(this.settings, some, { inside, atomic: false }),
    );
    await this.settings.at?.('committed');
    const claimed = readable.filter((_, i) => isClaimed(verdicts[i])).map(({ unit }) => asOpenClaim(unit));
    const landings = this.landing.landFresh(claimed);
    const [nextVerdict, nextLanding] = [verdicts.values(), landings.values()];
    return attempts.map((_, i) => {
      const verdict = unread[i] ?? (nextVerdict.next().value as Verdict | Error);
      if (verdict instanceof Error || verdict.kind !== 'claimed')
        return verdict instanceof Error ? verdict : { verdict };
      return { verdict, landing: nextLanding.next().value as Promise<Landed> };
    });
  }

  /** What units stand on in a store elsewhere; inside, the flush itself sees it. */
  private async learn(units: readonly Unit<Rows>[]): Promise<readonly (Error | undefined)[]> {
    return this.settings.landing === 'inside' ? [] : this.settings.heads.learn(units);
  }

  /** Undefined when the unit has to go round again. */
  private async outcomeOf(unit: Unit<Rows>, { verdict, landing }: Flushed): Promise<Committed | undefined> {
    switch (verdict.kind) {
      case 'landed':
        return recorded({ ...verdict, moved: false });
      case 'claimed':
        return landing && committedAs(await landing);
      case 'conflict':
        return verdict.conflict;
      case 'standing':
        return this.firstOutcome(unit, verdict.claim);
      case 'blocked':
        return this.unblocked(unit, verdict.tokens);
      case 'again':
        return undefined;
    }
  }

  /** Undefined when the claim that stood was withdrawn meanwhile. */
  private async firstOutcome(
    { claim: { token } }: Unit<Rows>,
    standing: StandingClaim,
  ): Promise<RepeatedUnit | ErasedUnit | undefined> {
    if (standing.state === 'erased') return { status: 'erased' };
    if (standing.state === 'open') {
      const { status } = await this.landing.settle(token);
      if (status === 'erased') return { status };
      if (status !== 'landed') return undefined;
    }
    const { outcome, check, checkEvent } = standing;
    return { status: 'repeated', outcome, ...(check && { check }), ...(checkEvent !== undefined && { checkEvent }) };
  }

  /**
   * Undefined when the unit has to go round again. Where a claim landed by this process took a stream is known then; after one
   * that another process landed in a store elsewhere the store is asked whether it went on past what the unit was decided on.
   */
  private async unblocked(unit: Unit<Rows>, tokens: readonly Buffer[]): Promise<ConflictingUnit | undefined> {
    let elsewhere = false;
    for (const token of tokens) {
      const landed = await this.landing.settle(token);
      elsewhere ||= landed.status === 'landed' && landed.position === undefined;
    }
    return elsewhere && this.settings.landing === 'after' ? this.overtaken(unit) : undefined;
  }

  private async overtaken({ events }: Unit<Rows>): Promise<ConflictingUnit | undefined> {
    for (const { stream, expectedRevision } of events) {
      let actual = expectedRevision;
      for await (const { revision } of this.settings.store.readStream(stream, expectedRevision + 1)) actual = revision;
      if (actual !== expectedRevision) return { status: 'conflict', code: 'WRONG_REVISION', stream, actual };
    }
    return undefined;
  }

  private async conflictsAmong(
    units: readonly Unit<Rows>[],
    verdicts: readonly Verdict[],
  ): Promise<Map<number, Exclude<Committed, RecordedUnit>>> {
    const conflicts = new Map<number, Exclude<Committed, RecordedUnit>>();
    for (const [i, unit] of units.entries()) {
      const verdict = verdicts[i];
      if (verdict?.kind === 'conflict') conflicts.set(i, verdict.conflict);
      if (verdict?.kind === 'again') conflicts.set(i, { status: 'conflict', code: 'PAIR_TWICE' });
      if (verdict?.kind === 'standing') {
        const first = await this.firstOutcome(unit, verdict.claim);
        conflicts.set(i, first ?? { status: 'conflict', code: 'WITHDRAWN' });
      }
    }
    return conflicts;
  }

  private async landAll(units: readonly Unit<Rows>[]): Promise<RecordedUnit[]> {
    const landings = this.landing.landFresh(units.map(asOpenClaim));
    return (await Promise.allSettled(landings)).map((result) => {
      if (result.status === 'fulfilled') return recorded({ moved: true, ...result.value });
      // The batch is durable all the same; only what is no trouble of the store is a failure of this call.
      if (result.reason instanceof EventStoreError) return { status: 'recorded', moved: true };
      throw result.reason;
    });
  }
}

const isClaimed = (verdict: Verdict | Error | undefined): boolean =>
  verdict !== undefined && !(verdict instanceof Error) && verdict.kind === 'claimed';

const asOpenClaim = ({ claim: { token, kind }, events }: Unit<unknown>): OpenClaim => ({ token, kind, events });

const recorded = ({ position, moved }: { readonly position?: string; readonly moved: boolean }): RecordedUnit => ({
  status: 'recorded',
  ...(position !== undefined && { position }),
  moved,
});

function committedAs(landed: Landed): Committed {
  switch (landed.status) {
    case 'landed':
      return recorded(landed);
    case 'erased':
      return { status: 'erased' };
    case 'withdrawn':
      return { ...landed, status: 'conflict', code: 'WRONG_REVISION' };
    case 'gone':
      return { status: 'conflict', code: 'WRONG_REVISION' };
  }
}
