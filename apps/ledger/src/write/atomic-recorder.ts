// How are all facts of a batch recorded, or none? Each decided on those before it, apart from everybody else, and committed as one.
import { ClaimBusy, type Claims, type EventStore, type Position, type Unit } from '@derbes/event-store';
import { asOwnerName, type KeyRow, type OwnerName, type VaultRows } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import { type SpreadingFact } from '../cascade/spreading-facts.js';
import { type ErasureOrder } from '../erasure/erasure-orders.js';
import { unblockedAmong } from '../erasure/ordering.js';
import { epochChanged } from './command-writer.js';
import { decide } from './deciding.js';
import { type StoredOutcome } from './decision.js';
import { type FactRecorderParts, type RecordedFacts } from './fact-recorder.js';
import { FoldCache } from './fold-cache.js';
import { faultOf, malformed, recordedAs, type Outcome } from './outcome.js';
import { type ReceivedEvent } from './received.js';
import { type GuardedRows } from './register-guard.js';
import { Repeats } from './repeats.js';
import { type LookedUp, type MetIdentifiers, type Resolved } from './resolving.js';
import { wholeSeconds } from './telling-parts.js';
import { Underway } from './underway.js';
import { type Made } from './unit-maker.js';

const attemptsMax = 10;
const lackingMax = 20;
const busyRetryMs = 1_000;

type Part =
  | { readonly outcome: Outcome }
  | {
      readonly made: Made;
      readonly stored: StoredOutcome;
      readonly orders: readonly ErasureOrder[];
      readonly spreading: readonly SpreadingFact[];
      readonly ordersKnown: ReadonlyMap<string, number>;
    };

/** One attempt's own view: nobody else builds on a batch that may come to nothing. */
interface Attempt {
  readonly cache: FoldCache;
  readonly underway: Underway;
  readonly looked: LookedUp;
  readonly reserved: ReadonlyMap<string, string>;
  readonly owners: Map<OwnerName, KeyRow>;
  readonly done: Promise<void>;
}

export class AtomicRecorder {
  private readonly repeats: Repeats;

  constructor(
    private readonly parts: FactRecorderParts & { readonly store: EventStore },
    private readonly claims: Claims<VaultRows> = parts.claims,
  ) {
    this.repeats = new Repeats(parts.vault);
  }

  /** When any outcome is neither recorded nor repeated, none was recorded. Throws ClaimBusy and the store's errors. */
  async record(events: readonly ReceivedEvent[], actor: string): Promise<RecordedFacts> {
    const ids = events.map(() => randomUUID());
    for (let at = 0; at < attemptsMax; at++) {
      const recorded = await this.decideAll(events, ids, actor);
      if (recorded) return recorded;
      // Another process may have been faster with a register, too.
      await this.parts.registers.fresh();
    }
    throw new ClaimBusy(busyRetryMs);
  }

  private async decideAll(
    events: readonly ReceivedEvent[],
    ids: readonly string[],
    actor: string,
  ): Promise<RecordedFacts | undefined> {
    const met: MetIdentifiers = new Map();
    const resolved = events.map((event) => this.parts.resolver.resolve(event, met));
    const wrong = resolved.flatMap((one, i) =>
      'code' in one ? [[i, malformed(events[i]?.id ?? '', one)] as const] : [],
    );
    if (wrong.length > 0) return settled(events, new Map(wrong));
    return this.attempt(resolved as readonly Resolved[], ids, actor);
  }

  /** Undefined when somebody else was faster and the batch must be decided anew. */
  private async attempt(
    all: readonly Resolved[],
    ids: readonly string[],
    actor: string,
  ): Promise<RecordedFacts | undefined> {
    const { resolver, store, cache } = this.parts;
    const looked = await resolver.lookUp(all);
    const reserved = await resolver.reserve(all, looked);
    let over = (): void => undefined;
    const done = new Promise<void>((resolve) => (over = resolve));
    const view = { cache: new FoldCache(store), underway: new Underway(), owners: new Map<OwnerName, KeyRow>() };
    const attempt: Attempt = { ...view, looked, reserved, done };
    try {
      const parts: Part[] = [];
      for (const [i, one] of all.entries()) parts.push(await this.part(one, ids[i] ?? randomUUID(), actor, attempt));
      const bad = parts.flatMap((part, i) =>
        'outcome' in part && !isWell(part.outcome) ? [[i, part.outcome] as const] : [],
      );
      if (bad.length > 0)
        return settled(
          all.map(({ event }) => event),
          new Map(bad),
        );
      const made = parts.flatMap((part) => ('made' in part ? [part] : []));
      const decidedOn = all[0]?.registers ?? '';
      const positions: Position[] = [];
      if (made.length > 0) {
        const committed = await this.claims.commitAtomic(
          made.map(({ made: { unit }, orders, spreading, ordersKnown }): Unit<GuardedRows> => {
            return { ...unit, rows: { ...unit.rows, decidedOn, orders, spreading, ordersKnown } };
          }),
        );
        const recorded = made.flatMap((part) => part.made.recorded);
        for (const { stream } of recorded) cache.drop(stream.slice('subject-'.length));
        if (committed.status === 'conflict') {
          const codes = [...committed.conflicts.values()].map((conflict) => 'code' in conflict && conflict.code);
          if (codes.includes(epochChanged)) await this.parts.vault.reload();
          return undefined;
        }
        this.parts.erasures.soon(made.flatMap(({ orders }) => orders));
        this.parts.erasures.soonAbout(unblockedAmong(made.flatMap(({ made: { recorded } }) => recorded)));
        this.parts.tasks.soon(made.flatMap(({ spreading }) => spreading));
        positions.push(...committed.units.flatMap(({ position }) => position ?? []));
      }
      const outcomes = parts.map((part, i) => {
        if ('outcome' in part) return part.outcome;
        return recordedAs(all[i] ?? { event: { id: '' } }, part.made, part.stored);
      });
      return { outcomes: outcomes.map((value) => ({ status: 'fulfilled', value })), positions };
    } finally {
      over();
    }
  }

  private async part(resolved: Resolved, id: string, actor: string, attempt: Attempt): Promise<Part> {
    const hex = resolved.token.toString('hex');
    const standing = attempt.looked.claims.get(hex);
    if (standing && standing.state !== 'reserved') {
      return { outcome: await this.repeats.outcome(resolved, standing) };
    }
    if (attempt.underway.claim(resolved.token)) {
      return {
        outcome: malformed(resolved.event.id, { code: 'PAIR_TWICE', detail: 'this id stands twice in the batch' }),
      };
    }
    const mainId = standing?.state === 'reserved' ? standing.eventId : (attempt.reserved.get(hex) ?? id);
    for (let at = 0; at < lackingMax; at++) {
      const part = await this.decided(resolved, mainId, actor, attempt);
      if (part) return part;
    }
    throw new ClaimBusy(busyRetryMs);
  }

  /** Undefined when it lacked something that is loaded now. */
  private async decided(
    resolved: Resolved,
    mainId: string,
    actor: string,
    attempt: Attempt,
  ): Promise<Part | undefined> {
    const { vault, registers, clock } = this.parts;
    try {
      const decided = await vault.withKeys((ring) =>
        Promise.resolve(
          decide(resolved, {
            vault,
            ring,
            cache: attempt.cache,
            underway: attempt.underway,
            outside: registers.outside,
            editionAt: (moment) => registers.editionAt(moment),
            looked: attempt.looked,
            reserved: attempt.reserved,
            owners: attempt.owners,
            mainId,
            // Claims of a batch are committed together and land afterwards, whatever the store.
            landing: 'after',
            actor,
            now: wholeSeconds(clock().toISOString()),
          }),
        ),
      );
      if ('erased' in decided) return { outcome: await this.parts.reports.report(resolved, actor, mainId) };
      if ('erasing' in decided) {
        await this.parts.erasures.executeAbout(decided.erasing);
        throw new ClaimBusy(busyRetryMs);
      }
      if ('refused' in decided) return { outcome: malformed(resolved.event.id, decided.refused) };
      if ('lacking' in decided) {
        if (decided.lacking === 'folds') await attempt.cache.load(decided.subjects);
        else if (decided.lacking === 'histories') await attempt.cache.load([], decided.subjects);
        else {
          const names = decided.subjects.map((subject) => asOwnerName(`subject-${subject}`));
          for (const [name, row] of await vault.ownersOf(names)) attempt.owners.set(name, row);
        }
        return undefined;
      }
      const { made, outcome, orders, spreading, ordersKnown } = decided;
      attempt.cache.advanceAll(made.recorded);
      attempt.underway.add(resolved.token, made.owners, made.unit.rows, attempt.done);
      return { made, stored: outcome, orders, spreading, ordersKnown };
    } catch (error) {
      const fault = faultOf(error);
      if (!fault) throw error;
      return { outcome: malformed(resolved.event.id, fault) };
    }
  }
}

const isWell = ({ status }: Outcome): boolean => status === 'recorded' || status === 'repeated';

/** Nothing was recorded: those at fault say why, the others that it was not their fault. */
function settled(events: readonly ReceivedEvent[], bad: ReadonlyMap<number, Outcome>): RecordedFacts {
  const notTaken = { code: 'BATCH_NOT_RECORDED', detail: 'another event of the batch could not be recorded' };
  return {
    outcomes: events.map(({ id }, i) => ({
      status: 'fulfilled',
      value: bad.get(i) ?? { id, status: 'conflict', problem: notTaken },
    })),
    positions: [],
  };
}
