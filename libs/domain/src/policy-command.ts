// May this edition, profile, calendar, confirmation or appointment be published?
import { Refused, type Decider, type Draft, type Facts } from '@derbes/kernel';
import { type RegisterEvent } from './catalogue.js';
import { emptyRegisters, evolveRegisters, type Registers } from './registers.js';

/** The stream of editions, profiles and appointments. */
export const policyStream = 'policy';

export interface PublishPolicy {
  readonly type: 'PublishPolicy';
  readonly document: string;
  readonly edition: string;
  /** May lie in the past: an edition placed on the site before the ledger began. */
  readonly inForce: string;
  readonly assertedBy: string;
  readonly languages: readonly string[];
}

export interface PublishProfile {
  readonly type: 'PublishProfile';
  readonly document: string;
  readonly profile: string;
  readonly version: string;
}

export interface PublishCalendar {
  readonly type: 'PublishCalendar';
  readonly document: string;
  readonly calendar: string;
  readonly version: string;
}

/** A named lawyer stands behind a term as a version of a profile has it. */
export interface ConfirmTerm {
  readonly type: 'ConfirmTerm';
  readonly profile: string;
  readonly version: string;
  readonly term: string;
  /** Codes of the terms of that version. */
  readonly terms: readonly string[];
  readonly staff: string;
  /** Handle of the lawyer's name, sealed under `staff-<uuid>`. */
  readonly name: number;
}

export interface AppointOfficer {
  readonly type: 'AppointOfficer';
  readonly staff: string;
  readonly from: string;
  /** Handle of the name, sealed under `staff-<uuid>`. */
  readonly name: number;
}

export type PolicyCommand = PublishPolicy | PublishProfile | PublishCalendar | ConfirmTerm | AppointOfficer;

/** When the command is carried out, by the writer's clock. */
export interface At {
  readonly at: string;
}

/** Refuses EDITION_CODE_TAKEN, EDITION_STANDS, MOMENT_TAKEN, EDITION_NOT_LATER, PROFILE_VERSION_TAKEN, CALENDAR_VERSION_TAKEN, PROFILE_UNKNOWN, TERM_UNKNOWN, APPOINTMENT_IN_FUTURE. */
export const policyDecider: Decider<PolicyCommand, Registers, RegisterEvent, At> = {
  initial: emptyRegisters,
  evolve: evolveRegisters,
  decide(command, registers, { at }) {
    switch (command.type) {
      case 'PublishPolicy':
        return publishPolicy(command, registers, at);
      case 'PublishProfile':
        return publishProfile(command, registers, at);
      case 'PublishCalendar':
        return publishCalendar(command, registers, at);
      case 'ConfirmTerm':
        return confirmTerm(command, registers, at);
      case 'AppointOfficer':
        return appoint(command, registers, at);
    }
  },
};

function publishPolicy(command: PublishPolicy, { editions }: Registers, at: string): Draft[] {
  const { document, edition, inForce, assertedBy, languages } = command;
  const standing = editions.find((other) => other.document === document);
  if (standing?.inForce === inForce && standing.code === edition) return [];
  if (standing)
    throw new Refused('EDITION_STANDS', 'this document is published already', { inForce: standing.inForce });
  if (editions.some(({ code }) => code === edition)) {
    throw new Refused('EDITION_CODE_TAKEN', 'another document has this code', { edition });
  }
  if (editions.some((other) => other.inForce === inForce)) {
    throw new Refused('MOMENT_TAKEN', 'another edition comes into force at this moment', { inForce });
  }
  // What people agreed to, and what an edition changed for them, is told from one edition to the next.
  const predecessor = editions.at(-1);
  if (predecessor && inForce < predecessor.inForce) {
    const of = { predecessor: predecessor.document, inForce: predecessor.inForce };
    throw new Refused('EDITION_NOT_LATER', 'an edition comes into force after the one before it', of);
  }
  return [draft('PolicyPublished', { document, edition, inForce, assertedBy, languages }, at)];
}

function publishProfile({ document, profile, version }: PublishProfile, { profiles }: Registers, at: string): Draft[] {
  const standing = profiles.find((other) => other.profile === profile && other.version === version);
  if (standing?.document === document) return [];
  if (standing) throw new Refused('PROFILE_VERSION_TAKEN', 'another document has this version', { profile, version });
  return [draft('ProfilePublished', { document, profile, version }, at)];
}

function publishCalendar(
  { document, calendar, version }: PublishCalendar,
  { calendars }: Registers,
  at: string,
): Draft[] {
  const standing = calendars.findLast((other) => other.calendar === calendar);
  if (standing?.document === document) return [];
  const taken = calendars.find((other) => other.calendar === calendar && other.version === version);
  if (taken && taken.document !== document) {
    throw new Refused('CALENDAR_VERSION_TAKEN', 'another document has this version', { calendar, version });
  }
  return [draft('CalendarPublished', { document, calendar, version }, at)];
}

function confirmTerm(command: ConfirmTerm, { profiles }: Registers, at: string): Draft[] {
  const { profile, version, term, terms, staff, name } = command;
  const standing = profiles.find((other) => other.profile === profile && other.version === version);
  if (!standing)
    throw new Refused('PROFILE_UNKNOWN', 'no such version of a profile is published', { profile, version });
  if (!terms.includes(term)) throw new Refused('TERM_UNKNOWN', 'the profile has no such term', { term, profile });
  const { document } = standing;
  const seals = [{ category: 'meta.name', value: name, owner: `staff-${staff}` }];
  return [{ ...draft('TermConfirmed', { document, profile, version, term, staff }, at), seals }];
}

function appoint({ staff, from, name }: AppointOfficer, { appointments }: Registers, at: string): Draft[] {
  if (from > at) throw new Refused('APPOINTMENT_IN_FUTURE', 'somebody is appointed when the appointment begins');
  if (appointments.some((other) => other.staff === staff && other.from === from)) return [];
  const seals = [{ category: 'meta.name', value: name, owner: `staff-${staff}` }];
  return [{ ...draft('OfficerAppointed', { staff, from }, at), seals }];
}

const draft = (type: string, facts: Facts, occurred: string): Draft => ({
  type,
  facts,
  stream: policyStream,
  occurred,
});
