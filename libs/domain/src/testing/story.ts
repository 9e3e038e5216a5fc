// How is a person's story told in a spec? Event by event, with invented people, the seed's policy and no I/O.
import { type Facts, type Recorded } from '@derbes/kernel';
import { builtInCalendars, builtInProfile, declared, type DeclaredPolicy, type Policy } from '@derbes/policy';
import { catalogue, type RegisterEvent, type SubjectEvent } from '../catalogue.js';
import { dossierOf, type DossierSources } from '../dossier/dossier.js';
import { type EventOf, type Moments } from '../dossier/known.js';
import { type RegisterSources } from '../dossier/registers-at.js';
import { type Dossier, type PlacedPart } from '../dossier/shape.js';

export const editionSha = 'e'.repeat(64);
export const profileSha = 'f'.repeat(64);
const calendarSha = '9'.repeat(64);
export const aigerim = '11111111-1111-4111-8111-111111111111';
export const bolat = '22222222-2222-4222-8222-222222222222';

interface Told {
  /** When it happened; the last told moment plus a minute when absent. */
  readonly at?: string;
  /** When the ledger learned of it; as it happened when absent. */
  readonly recorded?: string;
  /** Categories of the values sealed with it, or `owner:category` for another person's. */
  readonly seals?: readonly string[];
  /** What those values are, by category; for whoever tells them. */
  readonly values?: Readonly<Record<string, string>>;
  readonly stream?: string;
  readonly source?: string;
  readonly edition?: string | undefined;
}

/** A ledger in memory; every telling returns the event as recorded. */
export class Story {
  private count = 0;
  private clock = Date.parse('2026-11-20T08:59:00Z');
  private readonly streams = new Map<string, Recorded[]>();
  private readonly parts: PlacedPart[] = [];
  /** Values by `<event>/<p>`. */
  readonly values = new Map<string, { readonly category: string; readonly value: string }>();
  private readonly lost = new Set<string>();
  private readonly edition: DeclaredPolicy;

  constructor(
    policy: Policy,
    readonly subject: string = aigerim,
  ) {
    this.edition = declared(policy);
    const edition = undefined;
    this.record('policy', 'PolicyPublished', published, { at: '2026-11-01T00:00:00Z', edition });
    const kz = { document: profileSha, profile: 'kz', version: '1' };
    this.record('policy', 'ProfilePublished', kz, { at: '2026-11-01T00:00:00Z', edition });
    const calendar = { document: calendarSha, calendar: 'kz', version: '1' };
    this.record('policy', 'CalendarPublished', calendar, { at: '2026-11-01T00:00:00Z', edition });
  }

  /** A fact about the story's person (or of another stream). */
  tell<Type extends SubjectEvent['type']>(type: Type, facts: EventOf<Type>['facts'], told: Told = {}): EventOf<Type> {
    return this.record(told.stream ?? `subject-${this.subject}`, type, facts, told) as unknown as EventOf<Type>;
  }

  register<Type extends RegisterEvent['type']>(
    stream: string,
    type: Type,
    facts: Extract<RegisterEvent, { type: Type }>['facts'],
    told: Told = {},
  ): Recorded {
    return this.record(stream, type, facts, { ...told, edition: undefined });
  }

  /** The row of an event's first part is gone. */
  lose(event: { readonly id: string }): void {
    this.lost.add(event.id);
  }

  dossier(moments: Partial<Moments> = {}, subjects: readonly string[] = [this.subject]): Dossier {
    return dossierOf(this.sources(subjects), { asOf: this.now, asKnownAt: this.now, ...moments });
  }

  /** With parts in streams that nobody can find. */
  dossierWith(strays: readonly PlacedPart[]): Dossier {
    const sources = this.sources();
    return dossierOf({ ...sources, parts: [...sources.parts, ...strays] }, { asOf: this.now, asKnownAt: this.now });
  }

  sources(subjects: readonly string[] = [this.subject]): DossierSources {
    const own = subjects.map((subject) => `subject-${subject}`);
    const parts = this.parts.filter(({ owner, event }) => own.includes(owner) && !this.lost.has(event));
    const events = [...this.streams.values()].flat();
    return {
      subject: this.subject,
      streams: own.map((stream) => (this.streams.get(stream) ?? []) as unknown as SubjectEvent[]),
      parts,
      mentioned: new Map(events.map((event) => [event.id, event])),
      registers: this.registers,
    };
  }

  get registers(): RegisterSources {
    const events = [...this.streams].flatMap(([stream, recorded]) => (stream.startsWith('subject-') ? [] : recorded));
    return {
      events: events as unknown as RegisterEvent[],
      documents: {
        policy: (document) => (document === editionSha ? this.edition : undefined),
        profile: (document) => (document === profileSha ? builtInProfile('kz') : undefined),
        calendar: (document) => (document === calendarSha ? builtInCalendars[0] : undefined),
      },
    };
  }

  get now(): string {
    return momentOf(this.clock);
  }

  private record(stream: string, type: string, facts: Facts, told: Told): Recorded {
    const events = this.streams.get(stream) ?? [];
    if (told.at === undefined) this.clock += 60_000;
    else this.clock = Math.max(this.clock, Date.parse(told.at));
    const occurred = told.at ?? this.now;
    const id = `00000000-0000-4000-8000-${String(++this.count).padStart(12, '0')}`;
    catalogue.get(type).check(facts);
    const edition = 'edition' in told ? told.edition : editionSha;
    const event: Recorded = {
      type,
      facts,
      id,
      stream,
      revision: events.length,
      at: told.recorded ?? this.now,
      occurred,
      actor: 'crm',
      ...(told.source && { source: told.source }),
      ...(edition && { edition }),
      parts: (told.seals ?? Object.keys(told.values ?? {})).map((seal, i) =>
        this.seal(seal, stream, id, String(i), told.values ?? {}),
      ),
    };
    this.clock = Math.max(this.clock, Date.parse(event.at));
    this.streams.set(stream, [...events, event]);
    return event;
  }

  private seal(
    seal: string,
    stream: string,
    event: string,
    p: string,
    values: Readonly<Record<string, string>>,
  ): Recorded['parts'][number] {
    const [category = '', named] = seal.split(':').reverse();
    const owner = named ?? stream;
    this.parts.push({ event, p, owner, category });
    const value = values[category];
    if (value !== undefined) this.values.set(`${event}/${p}`, { category, value });
    const trace = { p, commit: 'c'.repeat(43), blob: 'b'.repeat(43) };
    return named === undefined ? trace : { ...trace, owner: named };
  }
}

const published = {
  document: editionSha,
  edition: '2026-11',
  inForce: '2026-11-01T00:00:00Z',
  assertedBy: 'director',
  languages: ['ru' as const],
};

const momentOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** What most collections are like: told by the person through a form, into the CRM. */
export const collected = (
  categories: readonly string[],
  facts: Partial<EventOf<'DataCollected'>['facts']> = {},
): EventOf<'DataCollected'>['facts'] => ({
  categories: [...categories],
  purposes: ['account'],
  holder: 'crm',
  role: 'private',
  capacity: 'own',
  origin: { kind: 'subject', means: 'web-form' },
  ...facts,
});

/** All eight items of Art. 8(4). */
export const wholeConsent: EventOf<'ConsentGiven'>['facts']['items'] = {
  operator: 'yes',
  subjectName: 'yes',
  term: { untilEvent: 'purpose-reached' },
  thirdParties: { allowed: 'yes', classes: ['hosting-cloud'] },
  crossBorder: { allowed: 'no' },
  publication: { allowed: 'no' },
  data: ['full-name', 'email', 'phone'],
  other: ['withdrawal-by-email'],
};
