// What did the registers say at a moment: which edition, profile, recipient and holder stood?
import { type DeclaredPolicy, type Profile } from '@derbes/policy';
import { type RegisterEvent } from '../catalogue.js';
import { type EditionLine, type GroundMark } from './shape.js';

/** Events of the streams `policy`, `recipient-…` and `holder-…` in the order of the store, with the documents that they name by SHA-256. */
export interface Registers {
  readonly events: readonly RegisterEvent[];
  readonly editions: ReadonlyMap<string, DeclaredPolicy>;
  readonly profiles: ReadonlyMap<string, Profile>;
}

type RegisterEventOf<Type extends RegisterEvent['type']> = Extract<RegisterEvent, { type: Type }>;
type RecipientRegistered = RegisterEventOf<'RecipientRegistered'>;

export interface RecipientAt {
  readonly registered: RecipientRegistered;
  readonly suspended?: GroundMark;
}

export interface RegistersAt {
  edition(document: string | undefined): DeclaredPolicy | undefined;
  /** The edition in force at a moment, by what was known. */
  inForce(moment: string): EditionLine | undefined;
  recipient(code: string, moment: string): RecipientAt | undefined;
  countriesOf(holder: string, moment: string): readonly string[];
  /** The profile that an edition is judged by, in the version of that moment. */
  profile(edition: DeclaredPolicy | undefined, moment: string): Profile | undefined;
}

/** The registers by what was recorded until `asKnownAt`. */
export function registersAt({ events, editions, profiles }: Registers, asKnownAt: string): RegistersAt {
  const known = events.filter((event) => event.at <= asKnownAt);
  const published = ofType(known, 'PolicyPublished');
  const profilesPublished = ofType(known, 'ProfilePublished');
  const recipients = byCode(ofType(known, 'RecipientRegistered'), (event) => event.facts.recipient);
  const suspensions = byCode(ofType(known, 'RecipientSuspended'), (event) => event.facts.recipient);
  const holders = byCode(ofType(known, 'HolderRegistered'), (event) => event.facts.holder);
  return {
    edition: (document) => (document === undefined ? undefined : editions.get(document)),
    inForce(moment) {
      const latest = last(
        published.filter(({ facts }) => facts.inForce <= moment),
        ({ facts }) => facts.inForce,
      );
      return latest && { ...latest.facts, event: latest.id };
    },
    recipient(code, moment) {
      const registered = last(
        (recipients.get(code) ?? []).filter((event) => event.occurred <= moment),
        (event) => event.occurred,
      );
      if (!registered) return undefined;
      const suspended = (suspensions.get(code) ?? []).findLast(
        (event) => event.facts.from <= moment && event.occurred >= registered.occurred,
      );
      return {
        registered,
        ...(suspended && {
          suspended: { moment: suspended.facts.from, event: suspended.id, ground: suspended.facts.ground },
        }),
      };
    },
    countriesOf: (holder, moment) =>
      last(
        (holders.get(holder) ?? []).filter((event) => event.occurred <= moment),
        (event) => event.occurred,
      )?.facts.countries ?? [],
    profile(edition, moment) {
      const jurisdiction = edition?.policy.edition.jurisdiction;
      const version = last(
        profilesPublished.filter(({ facts, occurred }) => facts.profile === jurisdiction && occurred <= moment),
        (event) => event.occurred,
      );
      return version && profiles.get(version.facts.document);
    },
  };
}

const ofType = <Type extends RegisterEvent['type']>(events: readonly RegisterEvent[], type: Type) =>
  events.filter((event): event is RegisterEventOf<Type> => event.type === type);

function byCode<E>(events: readonly E[], codeOf: (event: E) => string): Map<string, E[]> {
  const map = new Map<string, E[]>();
  for (const event of events) {
    const list = map.get(codeOf(event));
    if (list) list.push(event);
    else map.set(codeOf(event), [event]);
  }
  return map;
}

/** The one with the greatest moment; of equal ones the last recorded. */
function last<E>(events: readonly E[], momentOf: (event: E) => string): E | undefined {
  let found: E | undefined;
  for (const event of events) if (!found || momentOf(event) >= momentOf(found)) found = event;
  return found;
}
