// How does a told fact become durable? In rounds: what all of a round names is looked up at once, each is decided and committed.
import { StoreOverloaded, type Claims, type Committed, type Position } from '@derbes/event-store';
import { asOwnerName, type KeyRow, type OwnerName, type Vault, type VaultRows } from '@derbes/vault';
import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type TaskOrderer } from '../cascade/task-orderer.js';
import { type ErasureExecutor } from '../erasure/executor.js';
import { unblockedAmong } from '../erasure/ordering.js';
import { epochChanged } from './command-writer.js';
import { decide } from './deciding.js';
import { type Decision, type Lacking, type ReadForRound } from './decision.js';
import { type FoldCache } from './fold-cache.js';
import { type ErasedReports } from './erased-reports.js';
import { type KnownRegisters } from './known-registers.js';
import { faultOf, malformed, recordedAs, type Outcome } from './outcome.js';
import { type ReceivedEvent } from './received.js';
import { registersMoved } from './register-guard.js';
import { Repeats } from './repeats.js';
import { type MetIdentifiers, type Resolved, type Resolver } from './resolving.js';
import { wholeSeconds } from './telling-parts.js';
import { Underway } from './underway.js';

const roundMax = 128;
/** Facts decided without letting anybody else run; each costs about half a millisecond. */
const decidedTogetherMax = 16;
const waitingMax = 20_000;
const underwayMax = 1_000;
/** A fact that still meets others after so many rounds is told to come again. */
const attemptsMax = 20;
const overloadedRetryMs = 1_000;
const closedTokenBytes = 32;

export interface FactRecorderParts {
  readonly vault: Vault;
  readonly claims: Claims<VaultRows>;
  readonly cache: FoldCache;
  readonly registers: KnownRegisters;
  readonly resolver: Resolver;
  readonly reports: ErasedReports;
  readonly erasures: ErasureExecutor;
  readonly tasks: TaskOrderer;
  readonly landing: 'inside' | 'after';
  readonly clock: () => Date;
}

interface Pending {
  resolved: Resolved;
  readonly actor: string;
  readonly mainId: string;
  attempts: number;
  readonly resolve: (outcome: Outcome, position?: Position) => void;
  readonly reject: (error: unknown) => void;
}

type Decided = Extract<Decision, { made: unknown }>;

export interface RecordedFacts {
  readonly outcomes: readonly PromiseSettledResult<Outcome>[];
  /** Of the events that were recorded now. */
  readonly positions: readonly Position[];
}

export class FactRecorder {
  private readonly underway = new Underway();
  private readonly repeats: Repeats;
  private waiting: Pending[] = [];
  private running: Promise<void> | undefined;

  constructor(private readonly parts: FactRecorderParts) {
    this.repeats = new Repeats(parts.vault);
  }

  /**
   * Records facts in the order told, so that a later one about the same person builds on an earlier one. One outcome each; what the
   * store could not take rejects. Throws StoreOverloaded when too much waits already; then nothing was taken.
   */
  async record(events: readonly ReceivedEvent[], actor: string): Promise<RecordedFacts> {
    if (this.waiting.length + events.length > waitingMax && this.waiting.length > 0) {
      throw new StoreOverloaded(overloadedRetryMs);
    }
    const positions: Position[] = [];
    const met: MetIdentifiers = new Map();
    const outcomes = events.map((event) => {
      const resolved = this.parts.resolver.resolve(event, met);
      if ('code' in resolved) return Promise.resolve(malformed(event.id, resolved));
      return new Promise<Outcome>((resolve, reject) => {
        const settle = (outcome: Outcome, position?: Position): void => {
          if (position !== undefined) positions.push(position);
          resolve(outcome);
        };
        this.waiting.push({ resolved, actor, mainId: randomUUID(), attempts: 0, resolve: settle, reject });
      });
    });
    this.wake();
    return { outcomes: await Promise.allSettled(outcomes), positions };
  }

  /** Resolves when nothing waits and nothing is under way. */
  async idle(): Promise<void> {
    await this.running;
    await this.underway.none();
    await this.parts.reports.idle();
  }

  /** One loop at a time; whatever comes when it has looked for the last time begins the next. */
  private wake(): void {
    if (this.running || this.waiting.length === 0) return;
    this.running = this.run().finally(() => {
      this.running = undefined;
      this.wake();
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      await this.underway.below(underwayMax);
      const round = this.waiting.splice(0, roundMax);
      try {
        await this.round(round);
      } catch (error) {
        for (const { reject } of round) reject(error);
      }
    }
  }

  private async round(waited: readonly Pending[]): Promise<void> {
    const { resolver, cache, vault } = this.parts;
    const round = waited.filter((pending) => this.isReadByNow(pending));
    // A pair under way, told again or referred to, is found once it stands; an identifier under way where it went.
    const named = round.flatMap(({ resolved: { token, referenceTokens } }) => [token, ...referenceTokens]);
    const identifiers = round.flatMap(({ resolved }) => resolved.identifiers.map(({ token }) => token.token));
    await Promise.all([
      ...named.flatMap((token) => this.underway.claim(token) ?? []),
      ...identifiers.flatMap((token) => this.underway.move(token) ?? []),
    ]);
    const all = round.map(({ resolved }) => resolved);
    const looked = await resolver.lookUp(all);
    const reserved = await resolver.reserve(all, looked);
    const owners = new Map<OwnerName, KeyRow>();
    let open = round;
    for (let at = 0; open.length > 0; at++) {
      const again: Pending[] = [];
      const lacked: Record<Lacking['lacking'], string[]> = { folds: [], histories: [], owners: [] };
      for (let from = 0; from < open.length; from += decidedTogetherMax) {
        if (from > 0) await setImmediate();
        // One ring for what is decided without a pause: nobody is answered meanwhile, so no key outlives its request.
        await vault.withKeys((ring) => {
          for (const pending of open.slice(from, from + decidedTogetherMax)) {
            const lacking = this.one(pending, { ring, looked, reserved, owners });
            if (!lacking) continue;
            again.push(pending);
            lacked[lacking.lacking].push(...lacking.subjects);
          }
          return Promise.resolve();
        });
      }
      if (at >= attemptsMax) return void this.goRound(again);
      await cache.load(lacked.folds, lacked.histories);
      const missing = lacked.owners.map((subject) => asOwnerName(`subject-${subject}`));
      for (const [name, row] of await vault.ownersOf(missing)) owners.set(name, row);
      open = again;
    }
  }

  /** What was told is read anew when the policy says since what an identifier means; false when that settled it. */
  private isReadByNow(pending: Pending): boolean {
    const { resolver, registers } = this.parts;
    if (pending.resolved.registers === registers.version) return true;
    const { event } = pending.resolved;
    const resolved = resolver.resolve(event);
    if ('code' in resolved) pending.resolve(malformed(event.id, resolved));
    else pending.resolved = resolved;
    return !('code' in resolved);
  }

  /** Settles one fact, or sends its unit on its way, or says what it lacks. */
  private one(pending: Pending, read: ReadForRound): Extract<Decision, { lacking: unknown }> | undefined {
    const { resolved } = pending;
    const { looked } = read;
    const hex = resolved.token.toString('hex');
    const standing = looked.claims.get(hex);
    if (standing && standing.state !== 'reserved') {
      this.settle(pending, this.repeats.outcome(resolved, standing));
      return undefined;
    }
    // Told twice in one round: the second waits for what becomes of the first.
    const before = this.underway.claim(resolved.token);
    if (before) {
      void before.then(() => this.goRound([pending]));
      return undefined;
    }
    try {
      const decided = this.decide(pending, read);
      if ('lacking' in decided) return decided;
      if ('refused' in decided) pending.resolve(malformed(resolved.event.id, decided.refused));
      else if ('erased' in decided) this.settle(pending, this.report(pending, read));
      else if ('erasing' in decided) {
        const executed = this.parts.erasures.executeAbout(decided.erasing);
        executed.then(() => this.goRound([pending]), pending.reject);
      }
    } catch (error) {
      const fault = faultOf(error);
      if (fault) pending.resolve(malformed(resolved.event.id, fault));
      else pending.reject(error);
    }
    return undefined;
  }

  /** Decides and, in the same breath, tells the cache, so that the next fact is decided on this one. */
  private decide(pending: Pending, read: ReadForRound): Decision {
    const { vault, cache, registers, landing, clock } = this.parts;
    const decided = decide(pending.resolved, {
      ...read,
      vault,
      cache,
      underway: this.underway,
      outside: registers.outside,
      editionAt: (moment) => registers.editionAt(moment),
      mainId: this.mainIdOf(pending, read),
      landing,
      actor: pending.actor,
      now: wholeSeconds(clock().toISOString()),
    });
    if ('made' in decided) this.send(pending, decided);
    return decided;
  }

  private mainIdOf({ resolved, mainId }: Pending, { looked, reserved }: ReadForRound): string {
    const hex = resolved.token.toString('hex');
    const standing = looked.claims.get(hex);
    return standing?.state === 'reserved' ? standing.eventId : (reserved.get(hex) ?? mainId);
  }

  private report(pending: Pending, read: ReadForRound): Promise<Outcome> {
    return this.parts.reports.report(pending.resolved, pending.actor, this.mainIdOf(pending, read));
  }

  private send(pending: Pending, decided: Decided): void {
    const { made, orders, spreading, ordersKnown } = decided;
    this.parts.cache.advanceAll(made.recorded);
    const rows = { ...made.unit.rows, decidedOn: pending.resolved.registers, orders, spreading, ordersKnown };
    const done = this.parts.claims
      .commit({ ...made.unit, rows })
      .then((committed) => this.committed(pending, decided, committed))
      .catch((error: unknown) => {
        this.forget(decided);
        pending.reject(error);
      });
    this.underway.add(pending.resolved.token, made.owners, made.unit.rows, done);
  }

  private async committed(pending: Pending, decided: Decided, committed: Committed): Promise<void> {
    const { made, outcome, recording } = decided;
    const { subject } = recording;
    if (committed.status === 'recorded') {
      this.parts.cache.landed(made.recorded);
      if (committed.moved) this.forget(decided);
      else if (subject !== undefined && made.ref !== undefined) {
        this.parts.cache.gaveRef(subject, pending.resolved.event.source, made.ref);
      }
      this.parts.erasures.soon(decided.orders);
      this.parts.erasures.soonAbout(unblockedAmong(made.recorded));
      this.parts.tasks.soon(decided.spreading);
      pending.resolve(recordedAs(pending.resolved, made, outcome), committed.position);
      return;
    }
    this.forget(decided);
    if (committed.status === 'erased') {
      // The pair's own claim was closed with the person; its source told it all the same.
      const closed = { ...pending.resolved, token: randomBytes(closedTokenBytes) };
      return this.settle(pending, this.parts.reports.report(closed, pending.actor));
    }
    if (committed.status === 'conflict' && committed.code === registersMoved) await this.parts.registers.fresh();
    if (committed.status === 'conflict' && committed.code === epochChanged) await this.parts.vault.reload();
    this.goRound([pending]);
  }

  /**
   * What was decided on these events fails by its revision and is decided anew. Whatever it was decided on may be old: not only
   * the stream that was written to, but also whom its people were merged with.
   */
  private forget({ made: { recorded }, read }: Decided): void {
    for (const { stream } of recorded) this.parts.cache.drop(stream.slice('subject-'.length));
    for (const subject of read) this.parts.cache.drop(subject);
  }

  private goRound(pendings: readonly Pending[]): void {
    for (const pending of pendings) {
      pending.attempts++;
      if (pending.attempts >= attemptsMax) pending.reject(new StoreOverloaded(overloadedRetryMs));
    }
    this.waiting.unshift(...pendings.filter(({ attempts }) => attempts < attemptsMax));
    this.wake();
  }

  private settle(pending: Pending, outcome: Promise<Outcome>): void {
    outcome.then(pending.resolve, (error: unknown) => pending.reject(error));
  }
}
