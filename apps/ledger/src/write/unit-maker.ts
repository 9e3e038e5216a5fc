// How do decided drafts become bytes? Ids, revisions and moments are given, values sealed, keys and tokens made, all in one unit.
import { type Claim, type ClaimedEvent, type Unit } from '@derbes/event-store';
import { catalogue, isRestrictedStream } from '@derbes/domain';
import { writeEnvelope, type Draft, type Envelope, type Facts, type JsonValue, type Recorded } from '@derbes/kernel';
import {
  type KeyRing,
  type KeyRow,
  type LookupToken,
  type OwnerKind,
  type OwnerName,
  type OwnerRow,
  type PartRow,
  type PkRow,
  type TokenMove,
  type TokenRow,
  type Vault,
  type VaultRows,
  asOwnerName,
} from '@derbes/vault';
import { outboxChanges, type OutboxChange } from '../delivery/outbox-table.js';

/** Where a stream ends. */
export interface Head {
  readonly revision: number;
  /** Recorded moment of its last event; absent for a stream without events. */
  readonly at?: string;
}

/** What is written as one. */
export interface Writing {
  readonly token: Buffer;
  readonly kind: Claim['kind'];
  /** Whether the events land in the claim's own transaction: then no row needs to name its claim. */
  readonly landing: 'inside' | 'after';
  readonly drafts: readonly IdentifiedDraft[];
  /** The values behind the drafts' seals, by handle. */
  readonly values: readonly JsonValue[];
  readonly actor: string;
  readonly source?: string;
  /** The writer's clock, whole UTC seconds. */
  readonly now: string;
  readonly head: (stream: string) => Head;
  /** SHA-256 of the edition in force at a moment. */
  readonly editionAt: (occurred: string) => string | undefined;
  /** Key rows of owners that stand already. */
  readonly standing: ReadonlyMap<OwnerName, KeyRow>;
  /** Identifiers that will find an owner from now on; `from`: whom they found before. */
  readonly links: readonly Link[];
  /** Identifiers that find nobody from now on. */
  readonly unlinks?: readonly Unlink[];
  /** Content that the claim commits to, with the owner whose key dies with it, under the id of the claim's main event. */
  readonly received?: { readonly content: JsonValue; readonly owner: OwnerName; readonly under: string };
  /** Whose pairwise reference is to be given, and to which source. */
  readonly ref?: { readonly owner: OwnerName; readonly source: string };
  readonly outcome: string;
}

export interface Link {
  readonly token: LookupToken;
  readonly owner: OwnerName;
  readonly from?: Held;
  /** Moment of the latest fence on it that was decided over. */
  readonly over?: string;
}

/** Whom an identifier meant, and from when until when. */
interface Held {
  readonly owner: OwnerName;
  readonly since: string;
  readonly until: string;
}

export interface Unlink {
  readonly token: LookupToken;
  readonly from: Held;
}

export interface IdentifiedDraft extends Draft {
  readonly id: string;
}

export interface Made {
  readonly unit: Unit<VaultRows & { readonly outbox: readonly OutboxChange[] }>;
  /** The events as a reader will see them, in order. */
  readonly recorded: readonly Recorded[];
  /** Key rows of the owners that the unit makes. */
  readonly owners: readonly KeyRow[];
  /** The pairwise reference that was asked for. */
  readonly ref?: string;
}

/**
 * Builds the unit in one go; the ring must be the request's own. Throws NotAnEnvelope or VaultError for what cannot be written, and
 * RangeError for a command that takes an identifier from whom it found: see decision 0020.
 */
export function makeUnit(vault: Vault, ring: KeyRing, writing: Writing): Made {
  const takes = writing.links.some(({ from }) => from !== undefined) || (writing.unlinks ?? []).length > 0;
  if (takes && writing.kind === 'command')
    throw new RangeError('a withdrawn command could not give an identifier back');
  return new UnitMaker(vault, ring, writing).make();
}

class UnitMaker {
  private readonly owners = new Map<OwnerName, OwnerRow>();
  private readonly pks: PkRow[] = [];
  private readonly parts: PartRow[] = [];
  private readonly tokens: TokenRow[] = [];
  private readonly moves: TokenMove[] = [];
  private readonly refPks = new Map<OwnerName, PkRow>();

  constructor(
    private readonly vault: Vault,
    private readonly ring: KeyRing,
    private readonly writing: Writing,
  ) {}

  make(): Made {
    const { writing } = this;
    const heads = new Map<string, Head>();
    const recorded: Recorded[] = [];
    const events = writing.drafts.map((draft): ClaimedEvent => {
      const head = heads.get(draft.stream) ?? writing.head(draft.stream);
      const envelope = this.envelope(draft, head);
      heads.set(draft.stream, { revision: head.revision + 1, at: envelope.at });
      recorded.push(catalogue.read(envelope));
      return {
        id: draft.id,
        type: draft.type,
        stream: draft.stream,
        expectedRevision: head.revision,
        bytes: writeEnvelope(envelope),
        envelope,
      };
    });
    for (const link of writing.links) this.link(link);
    const claim = this.claim();
    const ref = this.ref();
    return {
      unit: { claim, events, rows: { ...this.rows(), outbox: outboxChanges(recorded) } },
      recorded,
      owners: [...this.owners.values()].map((row) => this.keyRow(row)),
      ...(ref !== undefined && { ref }),
    };
  }

  private link({ token, owner, from, over }: Link): void {
    this.opened(owner);
    const row = this.vault.tokenRow(token, owner, this.claimName, over);
    if (from === undefined) this.tokens.push(row);
    else this.moves.push({ ...this.taken(token, from), to: row });
  }

  private taken(token: LookupToken, { owner: from, since, until }: Held): TokenMove {
    return this.vault.tokenMove(token, { from, since, until, claim: this.claimName });
  }

  private ref(): string | undefined {
    if (!this.writing.ref) return undefined;
    const { owner, source } = this.writing.ref;
    this.opened(owner);
    const refPk = this.refPks.get(owner) ?? this.writing.standing.get(owner)?.refPk;
    if (!refPk) throw new RangeError(`${owner} has no key for references`);
    const { ref, row } = this.vault.refFor(this.ring, refPk, source);
    this.tokens.push(row);
    return ref;
  }

  private envelope(draft: IdentifiedDraft, head: Head): Envelope {
    const { writing } = this;
    if (draft.type === 'SubjectRegistered') this.register(draft);
    // All restricted records are of one length, whatever policy was in force.
    const edition = isRestrictedStream(draft.stream) ? undefined : writing.editionAt(draft.occurred);
    const parts = draft.seals?.map((seal, i) => {
      const owner = this.opened(seal.owner ?? draft.stream);
      const value = writing.values[seal.value];
      if (value === undefined) throw new RangeError(`no value has the handle ${seal.value}`);
      const sealed = this.ring.seal({
        eventId: draft.id,
        p: String(i),
        owner,
        stream: draft.stream,
        category: seal.category,
        value,
      });
      this.pks.push(sealed.pk);
      this.parts.push(sealed.row);
      return sealed.part;
    });
    // In canonical order, which spares sorting the names.
    return {
      actor: writing.actor,
      // A clock that jumps back must not make the stream run backwards.
      at: head.at !== undefined && head.at > writing.now ? head.at : writing.now,
      ...(edition !== undefined && { edition }),
      facts: draft.facts as Facts,
      id: draft.id,
      occurred: draft.occurred,
      ...(parts && parts.length > 0 && { parts }),
      revision: String(head.revision + 1),
      ...(writing.source !== undefined && { source: writing.source }),
      stream: draft.stream,
      type: draft.type,
      v: String(catalogue.get(draft.type).version),
    };
  }

  /** A subject's keys are made with SubjectRegistered and never elsewhere. */
  private register(draft: IdentifiedDraft): void {
    const owner = this.newOwner(asOwnerName(draft.stream));
    const pk = this.ring.makeRef({ owner, eventId: draft.id });
    this.refPks.set(owner, pk);
    this.pks.push(pk);
  }

  private get claimName(): Buffer | null {
    return this.writing.landing === 'inside' ? null : this.writing.token;
  }

  private newOwner(name: OwnerName): OwnerName {
    const border = name.indexOf('-');
    const row = this.ring.newOwner(name.slice(0, border) as OwnerKind, name.slice(border + 1), this.claimName);
    this.owners.set(name, row);
    return name;
  }

  /** The owner, opened in this ring: one that stands, one made by this unit, or a new one that is no subject. */
  private opened(text: string): OwnerName {
    const owner = asOwnerName(text);
    if (this.ring.has(owner)) return owner;
    const standing = this.writing.standing.get(owner);
    if (standing) return this.ring.open(standing);
    if (owner.startsWith('subject-')) throw new RangeError(`${owner} is neither standing nor registered here`);
    return this.newOwner(owner);
  }

  private claim(): Claim {
    const { token, kind, outcome, received } = this.writing;
    if (!received) return { token, kind, outcome };
    const { check, pk } = this.ring.makeCheck({
      owner: this.opened(received.owner),
      eventId: received.under,
      received: received.content,
    });
    this.pks.push(pk);
    return { token, kind, outcome, check, checkEvent: received.under };
  }

  private rows(): VaultRows {
    return {
      owners: [...this.owners.values()],
      pks: this.pks,
      parts: this.parts,
      tokens: this.tokens,
      moves: [...this.moves, ...(this.writing.unlinks ?? []).map(({ token, from }) => this.taken(token, from))],
      live: [],
    };
  }

  private keyRow({ owner, epoch, wrappedSk, claim }: OwnerRow): KeyRow {
    return { owner, epoch, wrappedSk, state: 'live', claim, refPk: this.refPks.get(owner) ?? null, generation: 0 };
  }
}
