// Which edition, profile, officer, recipient and holder stood at a moment?
import { type RegisterEvent } from './catalogue.js';

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

type RecipientEvent = Extract<RegisterEvent, { type: 'RecipientRegistered' | 'RecipientSuspended' }>;

/** Immutable. Every list is in the order in which its entries count, so the last that had begun at a moment stands. */
export interface Registers {
  readonly editions: readonly Edition[];
  readonly profiles: readonly ProfileVersion[];
  readonly appointments: readonly Appointment[];
  /** By code. */
  readonly recipients: ReadonlyMap<string, readonly RecipientEvent[]>;
  /** By code. */
  readonly holders: ReadonlyMap<string, readonly Holder[]>;
}

export const emptyRegisters: Registers = {
  editions: [],
  profiles: [],
  appointments: [],
  recipients: new Map(),
  holders: new Map(),
};

/** The ledger's own vault is a holder without being registered. */
export const ledgerHolder = 'ledger';

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
