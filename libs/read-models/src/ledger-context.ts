// By what is everything judged at this place of the log? Registers, their documents, the ledger's own beginning and moment.
import {
  emptyRegisters,
  evolveRegisters,
  type DomainEvent,
  type Outside,
  type RegisterEvent,
  type Registers,
} from '@derbes/domain';
import { comparePositions, type EventStore, type Position } from '@derbes/event-store';
import {
  declared,
  NotADocument,
  readCalendarDocument,
  readPolicyDocument,
  readProfileDocument,
  type Calendar,
  type DeclaredPolicy,
  type Profile,
} from '@derbes/policy';
import { type ClientBase } from 'pg';
import { arrivedOf, type Arrived } from './arrived.js';
import { type Build } from './builds.js';
import { noMoment } from './due-table.js';
import { type Asking } from './one-breath.js';
import { registerStream } from './read-model.js';

/** Stored documents by their SHA-256; undefined for one that is not there. */
export interface DocumentStore {
  get(sha256: string): Promise<Uint8Array | undefined>;
}

/** A document that an event names and the database lacks: whoever restored it left something out. */
export class DocumentMissing extends Error {
  readonly code = 'DOCUMENT_MISSING';
}

export interface Opened {
  readonly event: string;
  readonly occurred: string;
}

export interface ContextChange {
  /** Events of the registers among them. */
  readonly told: readonly DomainEvent[];
  /** Whether the registers, or what stands of them at this moment, are others now. */
  readonly changed: boolean;
}

/** Folds the few streams that every judgement depends on; only forwards, and an event twice changes nothing. */
export class LedgerContext implements Outside {
  registers: Registers = emptyRegisters;
  opened: Opened | undefined;
  /** Recorded moment of the last event: by it editions come into force, so that a replay needs no clock. */
  moment = '';
  private position: Position | undefined;
  private readonly editions = new Map<string, DeclaredPolicy>();
  private readonly profiles = new Map<string, Profile>();
  private readonly calendars = new Map<string, Calendar>();
  private readonly missing = new Map<string, () => Promise<void>>();
  /** Those that the page at hand names. */
  private readonly lists = new Map<string, readonly string[]>();

  constructor(
    private readonly store: EventStore,
    private readonly stored: DocumentStore,
  ) {}

  readonly documents = {
    policy: (document: string) => this.found(document, this.editions),
    profile: (document: string) => this.found(document, this.profiles),
    calendar: (document: string) => this.found(document, this.calendars),
  };

  /** Ids of the executed erasures that an epoch's close names by this document. Throws DocumentMissing. */
  readonly erasuresIn = (document: string): readonly string[] => {
    const ids = this.lists.get(document);
    if (!ids) throw new DocumentMissing(`the document ${document} is missing`);
    return ids;
  };

  /**
   * Before builds are fed that were made beside this context, or by another worker: what came before them is folded, from the
   * register streams that were met. Does nothing when the context is as far as the furthest of them.
   */
  async reach(client: ClientBase, builds: readonly Build[]): Promise<void> {
    const position = builds
      .flatMap((build) => build.position ?? [])
      .sort(comparePositions)
      .at(-1);
    if (position === undefined) return;
    if (this.position !== undefined && comparePositions(this.position, position) >= 0) return;
    const { rows } = await client.query<{ stream: string }>('select stream from register_stream');
    const standing: { readonly event: DomainEvent; readonly position: Position }[] = [];
    for (const { stream } of rows) {
      for await (const stored of this.store.readStream(stream)) {
        if (comparePositions(stored.position, position) > 0) break;
        const event = readable(arrivedOf(stored));
        if (event) standing.push({ event, position: stored.position });
        if (stream === ledgerStream) break;
      }
    }
    standing.sort((a, b) => comparePositions(a.position, b.position));
    this.registers = emptyRegisters;
    for (const { event } of standing) await this.fold(event);
    for (const { reach } of builds) if ((reach.moment ?? '') > this.moment) this.moment = reach.moment ?? '';
    this.position = position;
  }

  /** Takes in what is new among these events; unreadable ones are left to the models that follow them. */
  async advance(events: readonly Arrived[]): Promise<void> {
    await this.loadLists(events);
    for (const arrived of events) {
      if (this.position !== undefined && comparePositions(arrived.position, this.position) <= 0) continue;
      const event = isContextStream(arrived.stream) ? readable(arrived) : undefined;
      if (event && isContext(event)) await this.fold(event);
      const at = arrived.at() ?? '';
      if (at > this.moment) this.moment = at;
      this.position = arrived.position;
    }
  }

  /** What these events change for rows that were made at an earlier moment of the log. */
  changeBy(events: readonly Arrived[], since: string): ContextChange {
    const streams = events.filter(({ stream }) => isContextStream(stream));
    const told = streams.map(readable).filter((event): event is DomainEvent => event !== undefined && isContext(event));
    const begun = (moment: string) => moment > since && moment <= this.moment;
    const { editions, appointments } = this.registers;
    const begins = editions.some(({ inForce }) => begun(inForce)) || appointments.some(({ from }) => begun(from));
    return { told, changed: told.length > 0 || begins };
  }

  /** Names the streams met, in the transaction of the positions, so that the next worker can load them. */
  async remember(asking: Asking, events: readonly Arrived[]): Promise<void> {
    const streams = new Set(events.filter(({ stream }) => isContextStream(stream)).map(({ stream }) => stream));
    if (streams.size === 0) return;
    await asking.query('insert into register_stream (stream) select unnest($1::text[]) on conflict do nothing', [
      [...streams],
    ]);
  }

  /** Documents that were missing when they were named, asked for again; a resumed model may find them now. */
  async loadMissing(): Promise<void> {
    for (const [sha256, load] of this.missing) {
      this.missing.delete(sha256);
      await load();
    }
  }

  private async fold(event: DomainEvent): Promise<void> {
    if (event.type === 'LedgerOpened') this.opened = { event: event.id, occurred: event.occurred };
    if (!registerStream(event.stream)) return;
    if (event.type === 'PolicyPublished') {
      await this.loadDocument(event.facts.document, this.editions, (bytes, sha256) =>
        declared(readPolicyDocument(bytes, sha256).policy),
      );
    }
    if (event.type === 'ProfilePublished') {
      await this.loadDocument(event.facts.document, this.profiles, readProfileDocument);
    }
    if (event.type === 'CalendarPublished') {
      await this.loadDocument(event.facts.document, this.calendars, readCalendarDocument);
    }
    this.registers = evolveRegisters(this.registers, event as RegisterEvent);
  }

  /** A document that is missing or is not what its hash says fails whoever asks for it, not the whole feed. */
  private async loadDocument<T>(
    sha256: string,
    into: Map<string, T>,
    read: (bytes: Uint8Array, sha256: string) => T,
  ): Promise<void> {
    if (into.has(sha256)) return;
    const bytes = await this.stored.get(sha256);
    try {
      if (bytes) into.set(sha256, read(bytes, sha256));
    } catch (error) {
      if (!(error instanceof NotADocument)) throw error;
    }
    if (!into.has(sha256)) this.missing.set(sha256, () => this.loadDocument(sha256, into, read));
  }

  /** Named once, so kept for one page: a build that is behind the context meets them again. */
  private async loadLists(events: readonly Arrived[]): Promise<void> {
    this.lists.clear();
    for (const arrived of events) {
      const event = arrived.stream === ledgerStream ? readable(arrived) : undefined;
      if (event?.type !== 'EpochClosed') continue;
      const bytes = await this.stored.get(event.facts.list);
      if (bytes) this.lists.set(event.facts.list, linesOf(bytes));
    }
  }

  private found<T>(sha256: string, among: ReadonlyMap<string, T>): T | undefined {
    if (this.missing.has(sha256)) throw new DocumentMissing(`the document ${sha256} is missing`);
    return among.get(sha256);
  }
}

const ledgerStream = 'ledger';

const linesOf = (bytes: Uint8Array): readonly string[] =>
  Buffer.from(bytes)
    .toString('ascii')
    .split('\n')
    .filter((line) => line !== '');

/** Streams that a context is made of. */
export const isContextStream = (stream: string): boolean => stream === ledgerStream || registerStream(stream);

const isContext = (event: DomainEvent): boolean => registerStream(event.stream) || event.type === 'LedgerOpened';

function readable(arrived: Arrived): DomainEvent | undefined {
  try {
    return arrived.read();
  } catch {
    return undefined;
  }
}

/** Facts that occurred at or after this moment are judged by something else after the event. */
export function judgedAnewFrom(event: DomainEvent): string | undefined {
  switch (event.type) {
    case 'PolicyPublished':
      return event.facts.inForce;
    case 'ProfilePublished':
      // A profile is law that was already in force when it was published.
      return noMoment;
    case 'RecipientRegistered':
    case 'HolderRegistered':
      return event.occurred;
    case 'RecipientSuspended':
      return event.facts.from < event.occurred ? event.facts.from : event.occurred;
    default:
      return undefined;
  }
}
