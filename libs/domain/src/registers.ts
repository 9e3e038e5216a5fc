// Which edition, profile, calendar, officer, recipient and holder stood at a moment?
import { emptyAssessmentRegister, evolveAssessmentRegister, type AssessmentRegister } from './assessment-state.js';
import { type RegisterEvent } from './catalogue.js';
import { type DeliveryMode } from './task/events.js';
import { addresseeOf } from './task/state.js';

export interface Edition {
  readonly event: string;
  /** SHA-256 of the policy document. */
  readonly document: string;
  readonly code: string;
  readonly inForce: string;
  readonly assertedBy: string;
  readonly languages: readonly string[];
}

export interface ProfileVersion {
  readonly event: string;
  readonly document: string;
  readonly profile: string;
  readonly version: string;
  readonly from: string;
}

export interface CalendarVersion {
  readonly event: string;
  readonly document: string;
  readonly calendar: string;
  readonly version: string;
  /** When it was published, by the ledger's clock. */
  readonly from: string;
  /** Whether it came with a program and nobody asked for it. */
  readonly builtIn: boolean;
}

/** That a named lawyer stands behind a term as a profile's document has it. */
export interface TermConfirmation {
  readonly event: string;
  readonly document: string;
  readonly profile: string;
  readonly term: string;
  readonly staff: string;
}

export interface Appointment {
  readonly event: string;
  readonly staff: string;
  readonly from: string;
}

export interface Undertaking {
  readonly from: string;
  readonly until?: string;
}

export interface Recipient {
  readonly event: string;
  /** The uuid of its stream and of `organisation-<uuid>`. */
  readonly uuid: string;
  readonly code: string;
  readonly class: string;
  readonly country: string;
  readonly categories: readonly string[];
  readonly purposes: readonly string[];
  readonly undertaking?: Undertaking;
  readonly registered: string;
  readonly suspended?: { readonly event: string; readonly from: string; readonly ground: string };
}

export interface Holder {
  readonly event: string;
  readonly uuid: string;
  readonly code: string;
  readonly countries: readonly string[];
  readonly registered: string;
}

/** How a holder or recipient is told what it has to do. */
export interface Destination {
  readonly event: string;
  readonly holder?: string;
  readonly recipient?: string;
  readonly by: DeliveryMode;
  /** Ed25519 public key of whoever acknowledges, base64url. */
  readonly ackKey?: string;
  readonly set: string;
}

type RecipientEvent = Extract<RegisterEvent, { type: 'RecipientRegistered' | 'RecipientSuspended' }>;

/** Immutable. Every list is in the order in which its entries count, so the last that had begun at a moment stands. */
export interface Registers {
  readonly editions: readonly Edition[];
  readonly profiles: readonly ProfileVersion[];
  readonly calendars: readonly CalendarVersion[];
  readonly confirmations: readonly TermConfirmation[];
  readonly appointments: readonly Appointment[];
  /** By code. */
  readonly recipients: ReadonlyMap<string, readonly RecipientEvent[]>;
  /** By code. */
  readonly holders: ReadonlyMap<string, readonly Holder[]>;
  /** By `holder/<code>` or `recipient/<code>`. */
  readonly destinations: ReadonlyMap<string, readonly Destination[]>;
  readonly assessments: AssessmentRegister;
}

export const emptyRegisters: Registers = {
  editions: [],
  profiles: [],
  calendars: [],
  confirmations: [],
  appointments: [],
  recipients: new Map(),
  holders: new Map(),
  destinations: new Map(),
  assessments: emptyAssessmentRegister,
};

/** The ledger's own vault is a holder without being registered. */
export const ledgerHolder = 'ledger';

/** Who writes what nobody asked for. */
export const ledgerActor = 'ledger';

export function evolveRegisters(registers: Registers, event: RegisterEvent): Registers {
  const { id } = event;
  switch (event.type) {
    case 'PolicyPublished': {
      const { edition: code, ...facts } = event.facts;
      return {
        ...registers,
        editions: added(registers.editions, { event: id, code, ...facts }, ({ inForce }) => inForce),
      };
    }
    case 'ProfilePublished': {
      const version = { event: id, ...event.facts, from: event.occurred };
      return { ...registers, profiles: added(registers.profiles, version, ({ from }) => from) };
    }
    case 'CalendarPublished': {
      const version = { event: id, ...event.facts, from: event.occurred, builtIn: event.actor === ledgerActor };
      return { ...registers, calendars: added(registers.calendars, version, ({ from }) => from) };
    }
    case 'TermConfirmed': {
      const { document, profile, term, staff } = event.facts;
      const confirmation = { event: id, document, profile, term, staff };
      return { ...registers, confirmations: [...registers.confirmations, confirmation] };
    }
    case 'FindingAssessed':
      return { ...registers, assessments: evolveAssessmentRegister(registers.assessments, event) };
    case 'OfficerAppointed':
      return {
        ...registers,
        appointments: added(registers.appointments, { event: id, ...event.facts }, ({ from }) => from),
      };
    case 'RecipientRegistered':
    case 'RecipientSuspended': {
      const code = event.facts.recipient;
      const versions = added(registers.recipients.get(code) ?? [], event, ({ occurred }) => occurred);
      return { ...registers, recipients: new Map(registers.recipients).set(code, versions) };
    }
    case 'HolderRegistered': {
      const { holder: code, countries } = event.facts;
      const holder = { event: id, uuid: uuidOf(event.stream), code, countries, registered: event.occurred };
      const versions = added(registers.holders.get(code) ?? [], holder, ({ registered }) => registered);
      return { ...registers, holders: new Map(registers.holders).set(code, versions) };
    }
    case 'DestinationSet': {
      const addressee = addresseeOf(event.facts);
      const destination = { event: id, ...event.facts, set: event.occurred };
      const versions = added(registers.destinations.get(addressee) ?? [], destination, ({ set }) => set);
      return { ...registers, destinations: new Map(registers.destinations).set(addressee, versions) };
    }
  }
}

/** The registers after events of the streams `policy`, `recipient-…` and `holder-…`. */
export function foldRegisters(events: Iterable<RegisterEvent>, from: Registers = emptyRegisters): Registers {
  let registers = from;
  for (const event of events) registers = evolveRegisters(registers, event);
  return registers;
}

/** As known at a moment: events recorded later are left out. */
export const foldRegistersKnownAt = (events: Iterable<RegisterEvent>, moment: string): Registers =>
  foldRegisters([...events].filter(({ at }) => at <= moment));

/** The edition in force at a moment. */
export const editionAt = (registers: Registers, moment: string): Edition | undefined =>
  registers.editions.findLast(({ inForce }) => inForce <= moment);

export const editionOf = (registers: Registers, document: string): Edition | undefined =>
  registers.editions.find((edition) => edition.document === document);

/** Facts from before the first version are judged by the first: a profile is law already in force when it is published here. */
export function profileAt(registers: Registers, moment: string, profile?: string): ProfileVersion | undefined {
  // While no edition names a jurisdiction, the profile that was published first speaks.
  const code = profile ?? registers.profiles[0]?.profile;
  const versions = registers.profiles.filter((version) => version.profile === code);
  return versions.findLast(({ from }) => from <= moment) ?? versions[0];
}

/** The calendar as last published: what is known of days today is truer than what was known when a term began. */
export const calendarOf = (registers: Registers, calendar: string): CalendarVersion | undefined =>
  registers.calendars.findLast((version) => version.calendar === calendar);

export const officerAt = (registers: Registers, moment: string): Appointment | undefined =>
  registers.appointments.findLast(({ from }) => from <= moment);

/** A recipient as last registered at a moment, suspended or not. */
export function recipientAt(registers: Registers, code: string, moment: string): Recipient | undefined {
  let recipient: Recipient | undefined;
  for (const event of registers.recipients.get(code) ?? []) {
    if (event.occurred > moment) break;
    if (event.type === 'RecipientRegistered') {
      recipient = registeredBy(event);
    } else if (recipient && event.facts.from <= moment) {
      const { from, ground } = event.facts;
      recipient = { ...recipient, suspended: { event: event.id, from, ground } };
    }
  }
  return recipient;
}

function registeredBy(event: Extract<RecipientEvent, { type: 'RecipientRegistered' }>): Recipient {
  const { recipient: code, class: ofClass, country, categories, purposes, undertaking } = event.facts;
  const stated = undertaking ? { undertaking } : {};
  const { id, stream, occurred: registered } = event;
  return {
    event: id,
    uuid: uuidOf(stream),
    code,
    class: ofClass,
    country,
    categories,
    purposes,
    ...stated,
    registered,
  };
}

export const holderAt = (registers: Registers, code: string, moment: string): Holder | undefined =>
  registers.holders.get(code)?.findLast(({ registered }) => registered <= moment);

/** How a holder or recipient was to be told at a moment; undefined where nobody ever said. */
export const destinationAt = (
  registers: Registers,
  whom: { readonly holder?: string | undefined; readonly recipient?: string | undefined },
  moment: string,
): Destination | undefined => registers.destinations.get(addresseeOf(whom))?.findLast(({ set }) => set <= moment);

/** Whether an undertaking stands on the day of a moment. */
export function undertakingStands(undertaking: Undertaking | undefined, moment: string): boolean {
  const day = moment.slice(0, 'YYYY-MM-DD'.length);
  if (!undertaking || undertaking.from > day) return false;
  return undertaking.until === undefined || day <= undertaking.until;
}

export const uuidOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

/** Inserts behind everything that began at the same moment or before. */
function added<T>(list: readonly T[], item: T, began: (item: T) => string): readonly T[] {
  const place = list.findLastIndex((other) => began(other) <= began(item)) + 1;
  return [...list.slice(0, place), item, ...list.slice(place)];
}
