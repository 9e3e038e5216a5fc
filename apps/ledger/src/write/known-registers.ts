// What do the editions and registers say, as this process knows them? Read from their own streams, kept fresh between processes.
import {
  catalogue,
  editionAt,
  foldRegisters,
  profileAt,
  type Outside,
  type RegisterEvent,
  type Registers,
} from '@derbes/domain';
import { type EventStore } from '@derbes/event-store';
import {
  declared,
  readCalendarDocument,
  readPolicyDocument,
  readProfileDocument,
  type Calendar,
  type DeclaredPolicy,
  type Profile,
} from '@derbes/policy';
import { type Documents } from './documents.js';
import { type RegisterIndex } from './register-index.js';
import { type Head } from './unit-maker.js';

/** How often another process's change is looked for. */
const refreshMs = 1_000;
/** A process that died between its change and telling of it is made up for by reading all streams anew. */
const fullRefreshMs = 60_000;

/** An event names a document that is not stored. */
export class DocumentMissing extends Error {
  readonly code = 'DOCUMENT_MISSING';
}

export interface EditionContent {
  readonly declared: DeclaredPolicy;
  readonly texts: Readonly<Partial<Record<string, string>>>;
}

export class KnownRegisters {
  private events: RegisterEvent[] = [];
  private registersNow: Registers = foldRegisters([]);
  private readonly editions = new Map<string, EditionContent>();
  private readonly profiles = new Map<string, Profile>();
  private readonly calendars = new Map<string, Calendar>();
  private readonly headsNow = new Map<string, Head>();
  private readonly changes = new Map<string, string>();
  private readonly readable = {
    policy: (document: string) => this.editions.get(document)?.declared,
    profile: (document: string) => this.profiles.get(document),
    calendar: (document: string) => this.calendars.get(document),
  };
  private refreshing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private fullAt = 0;
  private versionNow = '';
  private asking: Promise<string> | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly index: RegisterIndex,
    private readonly documents: Documents,
    private readonly clock: () => Date = () => new Date(),
  ) {}

  /** Reads all streams, then looks for changes from time to time; `onError` hears of a refresh that failed and will be tried again. */
  async start(onError: (error: unknown) => void): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => void this.refresh().catch(onError), refreshMs);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.refreshing?.catch(() => undefined);
  }

  get registers(): Registers {
    return this.registersNow;
  }

  /** What judging needs besides a subject's own streams. */
  get outside(): Outside {
    return { registers: this.registersNow, documents: this.readable };
  }

  /** Events of all register streams in the order of their recording, for folds as known at a moment. */
  get history(): readonly RegisterEvent[] {
    return this.events;
  }

  /** Where each register's stream ends, as far as this process has read. */
  get heads(): ReadonlyMap<string, Head> {
    return this.headsNow;
  }

  /** Which state of the registers this process knows; every change to any of them has another. */
  get version(): string {
    return this.versionNow;
  }

  /** Takes in what has just been written to these streams, by whomever, and tells the other processes. */
  async grown(streams: readonly string[]): Promise<void> {
    const grown = registersAmong(streams);
    if (grown.length === 0) return;
    await this.index.grown(grown);
    await this.refresh();
  }

  /** Tells all processes to read all registers anew: somebody may have written to one and died before telling. */
  async tellAll(): Promise<void> {
    await this.index.grown();
  }

  /** Resolves when everything is known that any process had acknowledged at the time of the call. */
  async fresh(): Promise<void> {
    // Whoever asks before the question is on its way shares it.
    this.asking ??= Promise.resolve().then(() => {
      this.asking = undefined;
      return this.index.version();
    });
    if ((await this.asking) !== this.versionNow) await this.refresh();
  }

  /** SHA-256 of the edition in force at a moment. */
  editionAt(moment: string): string | undefined {
    return editionAt(this.registersNow, moment)?.document;
  }

  edition(sha256: string): EditionContent | undefined {
    return this.editions.get(sha256);
  }

  profileAt(moment: string, code?: string): Profile | undefined {
    const version = profileAt(this.registersNow, moment, code);
    return version && this.profiles.get(version.document);
  }

  /** The profile of the jurisdiction that the edition in force at a moment names. */
  profileInForce(moment: string): Profile | undefined {
    const document = this.editionAt(moment);
    const edition = document === undefined ? undefined : this.edition(document);
    return this.profileAt(moment, edition?.declared.policy.edition.jurisdiction);
  }

  profile(sha256: string): Profile | undefined {
    return this.profiles.get(sha256);
  }

  calendar(sha256: string): Calendar | undefined {
    return this.calendars.get(sha256);
  }

  /** Takes in what has been recorded since; one refresh runs at a time, and a caller gets one that began after its call. */
  async refresh(): Promise<void> {
    await this.refreshing?.catch(() => undefined);
    this.refreshing ??= this.readStreams().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async readStreams(): Promise<void> {
    const now = this.clock().getTime();
    // Asked first: what changes while streams are read makes this version an old one.
    const version = await this.index.version();
    const full = now - this.fullAt >= fullRefreshMs;
    const fresh: RegisterEvent[] = [];
    const changed = new Map<string, string>();
    for (const { stream, changes } of await this.index.streams()) {
      if (!full && this.changes.get(stream) === changes) continue;
      for await (const stored of this.store.readStream(stream, (this.headsNow.get(stream)?.revision ?? -1) + 1)) {
        fresh.push(catalogue.readStored(stored.bytes) as RegisterEvent);
      }
      changed.set(stream, changes);
    }
    for (const event of fresh) await this.readDocument(event);
    // Nothing fails any more: what could not be read whole is read again.
    if (full) this.fullAt = now;
    for (const [stream, changes] of changed) this.changes.set(stream, changes);
    if (fresh.length > 0) this.takeIn(fresh);
    this.versionNow = version;
  }

  private takeIn(fresh: readonly RegisterEvent[]): void {
    // Between streams the recorded moment decides; within one, the sort is stable and keeps revisions in order.
    this.events = [...this.events, ...fresh].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    for (const { stream, revision, at } of fresh) this.headsNow.set(stream, { revision, at });
    this.registersNow = foldRegisters(this.events);
  }

  private async readDocument(event: RegisterEvent): Promise<void> {
    if (!namesDocument(event)) return;
    const { document } = event.facts;
    const bytes = await this.documents.get(document);
    if (!bytes)
      throw new DocumentMissing(`${event.type} ${event.id} names the document ${document}, which is not stored`);
    if (event.type === 'ProfilePublished') this.profiles.set(document, readProfileDocument(bytes, document));
    else if (event.type === 'CalendarPublished') this.calendars.set(document, readCalendarDocument(bytes, document));
    else {
      const { policy, texts } = readPolicyDocument(bytes, document);
      this.editions.set(document, { declared: declared(policy), texts });
    }
  }
}

type Naming = Extract<RegisterEvent, { type: 'PolicyPublished' | 'ProfilePublished' | 'CalendarPublished' }>;

const namesDocument = (event: RegisterEvent): event is Naming =>
  event.type === 'PolicyPublished' || event.type === 'ProfilePublished' || event.type === 'CalendarPublished';

/** Of streams, those that the registers are made of. */
export const registersAmong = (streams: readonly string[]): string[] =>
  [...new Set(streams)].filter((stream) => stream === 'policy' || /^(?:recipient|holder)-/.test(stream));
