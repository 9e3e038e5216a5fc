// Who carries out what is ordered to be destroyed? Whoever recorded the order, at once; else the worker, whatever died in between.
import {
  demandsOf,
  executionOf,
  nameOf,
  orderOf,
  subjectStream,
  untold,
  type OtherPart,
  type Outside,
  type PlacedPart,
  type SubjectFold,
  type HoldExtent,
} from '@derbes/domain';
import { asOwnerName } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import { wholeSeconds } from '../write/telling-parts.js';
import { Destruction, ErasureOvertaken, type DestructionParts } from './destruction.js';
import { PutOff, type ErasureOrder, type ErasureOrders, type PendingOrder, type Underway } from './erasure-orders.js';
import { othersOf } from './other-owners.js';
import { familyAround, PersonStreams } from './person-stream.js';
import { eventsOf, placesOf } from './places.js';

/** How far an order is. `nothing`: it demands nothing any more, or never landed. `held`: what it demands is locked for now. */
export type OrderState = 'ordered' | 'held' | 'executed' | 'nothing';

export interface ExecutorParts extends DestructionParts {
  readonly orders: ErasureOrders;
  readonly outside: () => Outside;
  /** Holds of which the law forbids to tell, on any of these subjects. */
  readonly restricted: (members: readonly string[], moment: string) => Promise<readonly HoldExtent[]>;
  /** What this process remembers of the subject is old. */
  readonly forget: (subject: string) => void;
  /** Hears of an order that could not be carried out now. */
  readonly onTrouble: (error: unknown) => void;
}

/** Owners and pages of values that one order may take. */
const roundsMax = 1_000;
/** Somebody may be merged with her while it is read who she is. */
const familyReadsMax = 10;

export class ErasureExecutor {
  private readonly running = new Map<string, Promise<OrderState>>();
  private readonly waiting: (() => Promise<unknown>)[] = [];
  private draining: Promise<void> | undefined;
  private stopped = false;

  private readonly destruction: Destruction;

  constructor(private readonly parts: ExecutorParts) {
    this.destruction = new Destruction(parts);
  }

  /**
   * Carries the order out, or goes on where it was left. Throws what the vault, the journal, the claims and the store throw; it stays pending
   * then, and the worker comes back to it.
   */
  execute(order: string, streams = this.streams()): Promise<OrderState> {
    const running = this.running.get(order);
    if (running) return running;
    const started = this.run(order, streams).finally(() => this.running.delete(order));
    this.running.set(order, started);
    return started;
  }

  /** Carries orders out one after the other while nobody waits; what fails is left to the worker. */
  soon(orders: readonly ErasureOrder[]): void {
    this.later(
      orders.map(
        ({ order }) =>
          () =>
            this.tried(order),
      ),
    );
  }

  /** The same with all that is ordered about people of whom something may have ended that kept it. */
  soonAbout(subjects: readonly string[]): void {
    this.later(
      subjects.map(
        (subject) => () => this.executeAbout(subject).catch((error: unknown) => this.parts.onTrouble(error)),
      ),
    );
  }

  /** Orders that nobody has in hand, of whatever process. Answers how many were carried out. */
  async workOff(): Promise<number> {
    let done = 0;
    for (const { order } of await this.parts.orders.takeDue()) {
      if (this.stopped) break;
      if ((await this.tried(order)) === 'executed') done++;
    }
    return done;
  }

  /** For whoever decides and carries out on the same streams, so that a long one is read once; of no use to two at a time. */
  streams(): PersonStreams {
    return new PersonStreams(this.parts.store);
  }

  /** All that is ordered about a person. Throws as `execute`. */
  async executeAbout(subject: string, streams = this.streams()): Promise<void> {
    for (const { order } of await this.parts.orders.about(subject)) await this.execute(order, streams);
  }

  /** Orders about a person of which something is being destroyed, whoever does it. */
  async underwayAbout(subject: string): Promise<string[]> {
    const { members } = await familyAround(this.streams(), subject, this.now());
    const pending = await Promise.all(members.map((one) => this.parts.orders.about(one)));
    return pending.flat().flatMap(({ order, underway }) => (underway ? [order] : []));
  }

  /** How far an order is by what stands in the log, whoever carried it out. */
  async stateOf(order: string, subject: string, streams: PersonStreams): Promise<'ordered' | 'executed'> {
    const { fold } = await familyAround(streams, subject, this.now());
    return executionOf(fold.state.erasures, order, subject) ? 'executed' : 'ordered';
  }

  /** Goes on with every order that is half done; none is when it resolves. Throws as `execute`. */
  async settle(): Promise<void> {
    for (const { order, underway } of await this.parts.orders.all()) if (underway) await this.execute(order);
  }

  /** Begins nothing more; resolves when nothing is being carried out here. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.waiting.length = 0;
    await this.draining;
    await Promise.allSettled(this.running.values());
  }

  private later(work: readonly (() => Promise<unknown>)[]): void {
    if (work.length === 0 || this.stopped) return;
    this.waiting.push(...work);
    this.draining ??= this.drain().finally(() => (this.draining = undefined));
  }

  private async drain(): Promise<void> {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) await next();
  }

  private async tried(order: string): Promise<OrderState | undefined> {
    try {
      return await this.execute(order);
    } catch (error) {
      this.parts.onTrouble(error);
      return undefined;
    }
  }

  private async run(id: string, streams: PersonStreams): Promise<OrderState> {
    const { orders, at } = this.parts;
    await at?.('ordered');
    for (let round = 0; round < roundsMax; round++) {
      const order = await orders.find(id);
      if (!order) return round > 0 ? 'executed' : 'nothing';
      if (order.underway && (await this.heldSince(order, streams))) continue;
      const next = order.underway ?? (await this.next(order, streams));
      if (next === undefined) continue;
      if (typeof next === 'string') return next;
      try {
        await this.destruction.carryOut(order, next, streams);
      } catch (error) {
        if (error instanceof PutOff) continue;
        throw error;
      }
      this.parts.forget(next.demand.owner);
    }
    return 'ordered';
  }

  /** What somebody began and left is decided anew where a hold came since, unless the journal has it: then it must go on. */
  private async heldSince({ order, subject }: PendingOrder, streams: PersonStreams): Promise<boolean> {
    const { members } = await familyAround(streams, subject, this.now());
    const restricted = await this.parts.restricted(members, this.now());
    return restricted.length > 0 && this.parts.orders.putOff(order, this.parts.vault.journal);
  }

  /** What of the order is to be carried out next, or how it ends. */
  private async next(
    { order, subject }: PendingOrder,
    streams: PersonStreams,
  ): Promise<Underway | OrderState | undefined> {
    const { orders, outside } = this.parts;
    const now = this.now();
    const { fold, parts, others, members } = await this.standing(order, subject, now, streams);
    const known = orderOf(fold, order);
    const restricted = await this.parts.restricted(members, now);
    const { demands, waits } = known
      ? demandsOf(known, fold, { ...outside(), at: now, parts, others, restricted })
      : { demands: [], waits: [] };
    const [demand] = demands;
    if (demand) {
      // Values are still needed to say whose data it is that others have to destroy.
      if (untold(fold, order, now).length > 0) return 'ordered';
      const begun = await orders.begin(order, { executed: randomUUID(), demand });
      // Whoever places a hold asks afterwards what is under way, so one of the two sees the other.
      const same = JSON.stringify(await this.parts.restricted(members, now)) === JSON.stringify(restricted);
      return same ? begun : orders.putOff(order, this.parts.vault.journal).then(() => undefined);
    }
    if (waits.length > 0) return 'held';
    await orders.done(order);
    return fold.state.erasures.executions.has(order) ? 'executed' : 'nothing';
  }

  /**
   * Who she is, and what of hers is sealed. Only claims that stood when this began are waited for, since others may come for ever. What
   * they sealed was sealed before her streams are read, so none of it is taken for something that no stream of hers tells of.
   */
  private async standing(
    order: string,
    subject: string,
    at: string,
    streams: PersonStreams,
  ): Promise<{
    readonly fold: SubjectFold;
    readonly parts: readonly PlacedPart[];
    readonly others: readonly OtherPart[];
    readonly members: readonly string[];
  }> {
    const { claims } = this.parts;
    await claims.settleAbout({ streams: [], events: [order] });
    let { members } = await familyAround(streams, subject, at);
    for (let attempt = 0; attempt < familyReadsMax; attempt++) {
      const before = await this.partsOf(members);
      await claims.settleAbout({ streams: [], events: eventsOf(before) });
      const family = await familyAround(streams, subject, at);
      if (family.members.every((one) => members.includes(one))) {
        const stood = new Set(before.map(nameOf));
        const parts = (await this.partsOf(members)).filter((part) => stood.has(nameOf(part)));
        const read = await Promise.all(family.members.map((one) => streams.read(one)));
        return { fold: family.fold, parts, others: await othersOf(this.parts, read), members };
      }
      members = family.members;
    }
    throw new ErasureOvertaken(`subject ${subject} was merged with somebody else ${familyReadsMax} times`);
  }

  private async partsOf(members: readonly string[]): Promise<PlacedPart[]> {
    const { vault } = this.parts;
    return (await Promise.all(members.map((one) => placesOf(vault, asOwnerName(subjectStream(one)))))).flat();
  }

  private now(): string {
    return wholeSeconds(this.parts.clock().toISOString());
  }
}
