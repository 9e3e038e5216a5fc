// How is a rule tried on a whole subject? A small policy, the profiles, registers, and a teller of invented facts.
import { type Facts, type Recorded } from '@derbes/kernel';
import { builtInCalendars, builtInProfile, declared, type DeclaredPolicy, type Policy } from '@derbes/policy';
import { type Outside } from './case.js';
import { catalogue, type RegisterEvent, type SubjectEvent } from './catalogue.js';
import { type Finding } from './finding.js';
import { foldRegisters, type Registers } from './registers.js';
import { coded, label, samplePolicy } from './testing/sample-policy.js';
import { sampleSha256, sampleUuid } from './vocabulary.js';

export { coded, samplePolicy };

/** In force from 2026-01-01, under the profile `kz`; the `gdpr` one is the same text in another jurisdiction. */
export const sampleEdition = sampleSha256('a');
export const laterEdition = sampleSha256('d');
export const gdprEdition = sampleSha256('e');
export const claimingEdition = sampleSha256('1');
export const gdprClaimingEdition = sampleSha256('2');
const kzDocument = sampleSha256('b');
const gdprDocument = sampleSha256('f');

/** The later edition adds a closed item, a purpose and a class. */
const laterPolicy: Policy = {
  ...samplePolicy,
  edition: { ...samplePolicy.edition, code: 'sample-2' },
  categories: samplePolicy.categories.map((group) => ({
    ...group,
    items: group.items.map((item) =>
      item.items ? { ...item, items: [...item.items, ...coded('requisites.card')] } : item,
    ),
  })),
  purposes: [...samplePolicy.purposes, ...coded('marketing')],
  recipients: [...samplePolicy.recipients, ...coded('messaging')],
};
const gdprPolicy: Policy = { ...samplePolicy, edition: { ...samplePolicy.edition, jurisdiction: 'gdpr' } };

const claim = (ground: string, country: string, more: object = {}) => {
  const whose = { declared: 'controller' as const, instrument: 'an act', asserted_by: 'director' };
  return { code: `claim-${country.toLowerCase()}`, label, ground, countries: [country], ...whose, ...more };
};
/** Claims about countries: asserted, merely proposed, binding hosting companies alone. */
const claiming = (policy: Policy, ...cross_border: ReturnType<typeof claim>[]) => declared({ ...policy, cross_border });
const germany = claim('kz.16.2', 'DE');
const proposed = claim('kz.16.2', 'FR', { declared: 'proposed' });
const hosting = claim('gdpr.46', 'DE', { recipients: ['hosting-cloud'] });

const policies = new Map<string, DeclaredPolicy>([
  [sampleEdition, declared(samplePolicy)],
  [laterEdition, declared(laterPolicy)],
  [gdprEdition, declared(gdprPolicy)],
  [claimingEdition, claiming(samplePolicy, germany, proposed)],
  [gdprClaimingEdition, claiming(gdprPolicy, claim('gdpr.45', 'JP'), hosting)],
]);
const profiles = new Map([
  [kzDocument, builtInProfile('kz')],
  [gdprDocument, builtInProfile('gdpr')],
]);
const calendarDocument = sampleSha256('9');
const calendars = new Map(builtInCalendars.map((calendar) => [calendarDocument, calendar]));
export const documents: Outside['documents'] = {
  policy: (document) => policies.get(document),
  profile: (document) => profiles.get(document),
  calendar: (document) => calendars.get(document),
};

let nextId = 1_000;
/** A new id for every call, in order. */
export const newId = (): string => sampleUuid(nextId++);

interface Places {
  readonly id?: string;
  readonly at?: string;
  readonly edition?: string;
}

/** A recorded event of a register stream. */
export function registered(type: RegisterEvent['type'], facts: Facts, stream: string, occurred: string): RegisterEvent {
  catalogue.get(type).check(facts);
  const event: Recorded = {
    type,
    facts,
    id: newId(),
    stream,
    revision: 0,
    at: occurred,
    occurred,
    actor: 'officer',
    parts: [],
  };
  return event as unknown as RegisterEvent;
}

const began = '2026-01-01T00:00:00Z';
const recipient = (n: number, facts: Facts) =>
  registered(
    'RecipientRegistered',
    { purposes: ['payment', 'account'], ...facts },
    `recipient-${sampleUuid(n)}`,
    began,
  );

export const registerEvents: readonly RegisterEvent[] = [
  registered('ProfilePublished', { document: kzDocument, profile: 'kz', version: '1' }, 'policy', began),
  registered('ProfilePublished', { document: gdprDocument, profile: 'gdpr', version: '1' }, 'policy', began),
  registered(
    'PolicyPublished',
    { document: sampleEdition, edition: 'sample-1', inForce: began, assertedBy: 'officer', languages: ['ru'] },
    'policy',
    began,
  ),
  registered('OfficerAppointed', { staff: sampleUuid(20), from: began }, 'policy', began),
  registered('HolderRegistered', { holder: 'crm', countries: ['KZ'] }, `holder-${sampleUuid(30)}`, began),
  registered('HolderRegistered', { holder: 'cloud', countries: ['DE'] }, `holder-${sampleUuid(31)}`, began),
  recipient(40, {
    recipient: 'good-bank',
    class: 'payment-and-banks',
    country: 'KZ',
    categories: ['full-name', 'requisites'],
    undertaking: { from: '2026-01-01', until: '2027-01-01' },
  }),
  recipient(41, {
    recipient: 'far-cloud',
    class: 'hosting-cloud',
    country: 'DE',
    categories: ['provided', 'automatic'],
    undertaking: { from: '2026-01-01' },
  }),
  recipient(42, { recipient: 'no-promise', class: 'hosting-cloud', country: 'KZ', categories: ['provided'] }),
  recipient(43, {
    recipient: 'odd-class',
    class: 'messaging',
    country: 'KZ',
    categories: ['provided'],
    undertaking: { from: '2026-01-01' },
  }),
  registered('CalendarPublished', { document: calendarDocument, calendar: 'kz', version: '1' }, 'policy', began),
];
export const registers: Registers = foldRegisters(registerEvents);
export const outside: Outside = { registers, documents };

/** Tells invented facts about one subject, each a minute after the one before unless told otherwise; edition `none`: named by none. */
export class Teller {
  readonly events: SubjectEvent[] = [];
  private minutes = 0;

  constructor(
    readonly subject = newId(),
    readonly edition: string = sampleEdition,
  ) {}

  tell(
    type: SubjectEvent['type'],
    facts: Facts,
    occurred?: string,
    { id = newId(), at, edition = this.edition }: Places = {},
  ): SubjectEvent {
    catalogue.get(type).check(facts);
    const when = occurred ?? minute(this.minutes++);
    const event: Recorded = {
      type,
      facts,
      id,
      stream: `subject-${this.subject}`,
      revision: this.events.length,
      at: at ?? when,
      occurred: when,
      actor: 'emitter',
      source: 'urn:example:crm',
      ...(edition === 'none' ? {} : { edition }),
      parts: [],
    };
    const told = event as unknown as SubjectEvent;
    this.events.push(told);
    return told;
  }
}

/** The n-th minute of 2026-11-20. */
export const minute = (n: number): string =>
  `2026-11-20T${String(Math.floor(n / 60) % 24).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:00Z`;

const person = { holder: 'crm', role: 'private', capacity: 'own', origin: { kind: 'subject', means: 'web-form' } };

export const collected = (facts: Facts = {}): Facts => ({
  categories: ['email'],
  purposes: ['account'],
  basis: { code: 'consent' },
  ...person,
  ...facts,
});

export const completeItems: Facts = {
  operator: 'yes',
  subjectName: 'yes',
  term: { untilEvent: 'purpose-reached' },
  thirdParties: { allowed: 'yes', classes: ['payment-and-banks', 'hosting-cloud'] },
  crossBorder: { allowed: 'no' },
  publication: { allowed: 'no' },
  data: ['full-name', 'email', 'phone', 'requisites', 'session'],
};

export const shown = { edition: sampleEdition, language: 'ru', hash: sampleSha256('c') };

export const consented = (items: Facts = {}, facts: Facts = {}): Facts => ({
  purposes: ['account', 'contract', 'payment', 'support'],
  items: { ...completeItems, ...items },
  shown,
  channel: 'web-form',
  by: 'subject',
  ...facts,
});

/** `CODE category purpose` of each finding, sorted: enough to compare and easy to read. */
export const brief = (findings: Iterable<Finding>): string[] =>
  [...findings].map(({ code, category, purpose }) => [code, category, purpose].filter(Boolean).join(' ')).sort();

/** The same facts with one field left out. */
export const without = (facts: Facts, field: string): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([name]) => name !== field));
