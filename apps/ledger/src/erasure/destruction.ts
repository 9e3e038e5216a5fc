// How is one part of an order destroyed? Step by step, each of which may be repeated by anybody: the journal keeps what the first one
// wrote, the event's id lets one of it land, and what was destroyed before stays destroyed (DESIGN section 7).
import { catalogue, executionDraft, nameOf, type Demand, type PlacedPart } from '@derbes/domain';
import {
  checkEventsOf,
  EventIdTaken,
  markErased,
  WrongRevision,
  type Claims,
  type EventStore,
} from '@derbes/event-store';
import { writeEnvelope } from '@derbes/kernel';
import {
  asOwnerName,
  inTransaction,
  type Destroyed,
  type DoomedPart,
  type JournalEntry,
  type Vault,
  type VaultRows,
} from '@derbes/vault';
import { type Pool } from 'pg';
import { wholeSeconds } from '../write/telling-parts.js';
import { assertUnderway, journalNameOf, partDone, type PendingOrder, type Underway } from './erasure-orders.js';
import { othersOf } from './other-owners.js';
import { type PersonStream, type PersonStreams } from './person-stream.js';
import { eventsOf, placesOf } from './places.js';

/** Where an execution can be cut off; a test kills the process there. */
export type ErasureStep =
  /** The order stands, nothing is done. */
  | 'ordered'
  /** The journal of the keep holds it. */
  | 'journaled'
  /** Nobody can write in her name any more. */
  | 'begun'
  /** What was under way about her has landed, or is closed. */
  | 'settled'
  /** ErasureExecuted stands. */
  | 'recorded'
  /** All is destroyed, not yet committed. */
  | 'destroying'
  | 'destroyed';

export interface DestructionParts {
  readonly app: Pool;
  readonly store: EventStore;
  readonly vault: Vault;
  readonly claims: Claims<VaultRows>;
  readonly clock: () => Date;
  readonly editionAt: (moment: string) => string | undefined;
  readonly at?: (step: ErasureStep) => void | Promise<void>;
}

/** Somebody else may write into her stream what passes the fence. */
const recordAttemptsMax = 50;

/** Others write about her faster than it could be read or recorded; the worker tries again. */
export class ErasureOvertaken extends Error {
  readonly code = 'ERASURE_OVERTAKEN';
}

export class Destruction {
  constructor(private readonly parts: DestructionParts) {}

  /** Throws what the vault, the journal, the claims and the store throw; it may then be done again. */
  async carryOut(order: PendingOrder, { executed, demand }: Underway, streams: PersonStreams): Promise<void> {
    const { at } = this.parts;
    const person = await streams.read(demand.owner);
    const whole = demand.scope === 'person';
    const entry = whole
      ? await this.journalPerson(order, executed, demand, person)
      : await this.settleParts(order, executed, demand, person);
    const sealed = whole ? await this.endPerson(person) : [];
    const entries = [entry, ...(whole ? await this.late(order, executed, person, entry) : [])];
    await this.record(executed, demand, person, entries);
    await at?.('recorded');
    await this.destroy(order, executed, { person, entries, sealed });
    await at?.('destroyed');
  }

  private async journalPerson(
    order: PendingOrder,
    executed: string,
    { ordered, scope, also }: Demand,
    person: PersonStream,
  ): Promise<JournalEntry> {
    const { vault, app } = this.parts;
    const owner = asOwnerName(person.stream);
    const elsewhere = eventsOf(await placesOf(vault, owner)).filter((event) => !person.find(event));
    const checks = await checkEventsOf(app, elsewhere);
    return this.journal(order, executed, { owner, scope, at: ordered, checks, ...alsoOf(also) });
  }

  /** From here on nobody writes in her name, and what was under way has landed. Answers the events in which something of hers is sealed. */
  private async endPerson({ stream }: PersonStream): Promise<readonly string[]> {
    const { vault, claims, app, at } = this.parts;
    const owner = asOwnerName(stream);
    await inTransaction(app, (tx) => vault.beginErasure(tx, owner));
    await at?.('begun');
    const events = eventsOf(await placesOf(vault, owner));
    await claims.settleAbout({ streams: [stream], events });
    await at?.('settled');
    return events;
  }

  /** Whoever acted for her, or uploaded data about her, in what was under way and landed after the journal was written. */
  private async late(
    order: PendingOrder,
    executed: string,
    person: PersonStream,
    { owner, at, also = [] }: JournalEntry,
  ): Promise<readonly JournalEntry[]> {
    const others = await othersOf(this.parts, [await person.read()]);
    const late = others.filter((part) => !also.includes(asOwnerName(part.owner)));
    if (late.length === 0) return [];
    const what = { owner, scope: 'value', at, ...alsoOf(late.map((part) => part.owner)) } as const;
    return [await this.journal({ ...order, round: order.round + 1 }, executed, what)];
  }

  /** Values of a person who lives on; what they stand in has landed. */
  private async settleParts(
    order: PendingOrder,
    executed: string,
    { ordered, scope, categories, parts, links, also }: Demand,
    person: PersonStream,
  ): Promise<JournalEntry> {
    const { vault, claims, app, at } = this.parts;
    const owner = asOwnerName(person.stream);
    const going = new Set(parts);
    const linked = new Set(links);
    const isGoing = (place: PlacedPart): boolean => going.has(nameOf(place)) || linked.has(place.event);
    await claims.settleAbout({ streams: [], events: eventsOf((await placesOf(vault, owner)).filter(isGoing)) });
    await at?.('settled');
    await person.read();
    // What a claim that was closed or withdrawn had sealed is gone with it.
    const doomed = (await placesOf(vault, owner)).filter(isGoing);
    return this.journal(order, executed, {
      owner,
      scope,
      at: ordered,
      ...(categories && { categories }),
      parts: doomed.map(({ event, p }): DoomedPart => {
        const link = linked.has(event) ? person.find(event) : undefined;
        return { eventId: event, p, ...(link?.type === 'IdentifierLinked' && { scheme: link.facts.scheme }) };
      }),
      checks: await checkEventsOf(app, eventsOf(doomed)),
      ...alsoOf(also),
    });
  }

  /** What stands there already is what is destroyed. An order that takes several executions has an entry for each. */
  private async journal(
    { order, round }: PendingOrder,
    executed: string,
    what: Omit<JournalEntry, 'erasure'>,
  ): Promise<JournalEntry> {
    const { vault, at } = this.parts;
    const entry = { erasure: journalNameOf(order, { round, executed }), ...what };
    const standing = await inTransaction(this.parts.app, async (tx) => {
      await assertUnderway(tx, vault.journal, order, { round, executed });
      return vault.journal.append(tx, entry);
    });
    await at?.('journaled');
    return standing;
  }

  /** ErasureExecuted directly behind all that stands; when somebody came between, behind that too. */
  private async record(
    id: string,
    demand: Demand,
    person: PersonStream,
    entries: readonly JournalEntry[],
  ): Promise<void> {
    const { store, clock, editionAt } = this.parts;
    let destroyed: Destroyed | undefined;
    for (let lost = 0; lost < recordAttemptsMax; lost++) {
      const { events, stream } = await person.read();
      if (person.find(id)) return;
      destroyed ??= await this.counted(entries);
      const now = wholeSeconds(clock().toISOString());
      const head = events.at(-1);
      const at = head && head.at > now ? head.at : now;
      const { type, facts, occurred } = executionDraft(demand, destroyed, at);
      const edition = editionAt(at);
      const bytes = writeEnvelope({
        actor: 'ledger',
        at,
        ...(edition !== undefined && { edition }),
        facts,
        id,
        occurred,
        revision: String(events.length),
        stream,
        type,
        v: String(catalogue.get(type).version),
      });
      try {
        await store.append(stream, events.length - 1, [{ id, type, bytes }]);
        return;
      } catch (error) {
        // Taken by whoever carries out the same: it is found there.
        if (!(error instanceof WrongRevision || error instanceof EventIdTaken)) throw error;
      }
    }
    throw new ErasureOvertaken(`the event ${id} was overtaken ${recordAttemptsMax} times`);
  }

  /** What there is to destroy: nobody adds to it any more. */
  private async counted(entries: readonly JournalEntry[]): Promise<Destroyed> {
    let counted: Destroyed = { parts: 0, keys: 0, tokens: 0 };
    await inTransaction(this.parts.app, async (tx) => {
      for (const entry of entries) {
        const { parts, keys, tokens } = await this.parts.vault.doomed(tx, entry);
        counted = { parts: counted.parts + parts, keys: counted.keys + keys, tokens: counted.tokens + tokens };
      }
    });
    return counted;
  }

  /** Keys, values, tokens, and the first outcomes of the claims that told of her go at once. */
  private async destroy(order: PendingOrder, executed: string, { person, entries, sealed }: Doomed): Promise<void> {
    const { vault, at } = this.parts;
    const events = [...new Set([...person.events.map(({ id }) => id), ...sealed])];
    await inTransaction(this.parts.app, async (tx) => {
      for (const entry of entries) await vault.destroy(tx, entry);
      if (entries.some(({ scope }) => scope === 'person'))
        await markErased(tx, { streams: [person.stream], events }, [order.order]);
      await partDone(tx, order.order, executed);
      await at?.('destroying');
    });
  }
}

const alsoOf = (also: Demand['also']): Pick<JournalEntry, 'also'> => (also ? { also: also.map(asOwnerName) } : {});

interface Doomed {
  readonly person: PersonStream;
  readonly entries: readonly JournalEntry[];
  /** Events in which something of hers is sealed, in whatever stream. */
  readonly sealed: readonly string[];
}
