// What did the registers say at a moment: which edition, profile, recipient and holder stood?
import { type DeclaredPolicy, type Profile } from '@derbes/policy';
import { type Documents } from '../case.js';
import { type RegisterEvent } from '../catalogue.js';
import {
  editionAt,
  foldRegistersKnownAt,
  holderAt,
  profileAt,
  recipientAt,
  undertakingStands,
  uuidOf,
} from '../registers.js';
import { type EditionLine, type GroundMark, type PartRef, type TransferLine } from './shape.js';

/** Events of the streams `policy`, `recipient-…` and `holder-…` in the order of the store, with the documents that they name by SHA-256. */
export interface RegisterSources {
  readonly events: readonly RegisterEvent[];
  readonly documents: Documents;
}

export interface RecipientThen {
  readonly class: string;
  /** Sealed name, BIN and number of the undertaking, under the organisation's key. */
  readonly about: readonly PartRef[];
  readonly undertaking?: NonNullable<TransferLine['undertaking']>;
  readonly suspended?: GroundMark;
}

export interface RegistersAt {
  edition(document: string | undefined): DeclaredPolicy | undefined;
  /** The edition in force at a moment, by what was known. */
  inForce(moment: string): EditionLine | undefined;
  recipient(code: string, moment: string): RecipientThen | undefined;
  countriesOf(holder: string, moment: string): readonly string[];
  /** The profile that an edition is judged by, in the version of that moment. */
  profile(edition: DeclaredPolicy | undefined, moment: string): Profile | undefined;
}

/** The registers by what was recorded until `asKnownAt`. */
export function registersAt({ events, documents }: RegisterSources, asKnownAt: string): RegistersAt {
  const registers = foldRegistersKnownAt(events, asKnownAt);
  return {
    edition: (document) => (document === undefined ? undefined : documents.policy(document)),
    inForce: (moment) => editionAt(registers, moment),
    recipient(code, moment) {
      const recipient = recipientAt(registers, code, moment);
      if (!recipient) return undefined;
      const { undertaking, suspended, event } = recipient;
      const registered = registers.recipients.get(code)?.find(({ id }) => id === event);
      const owner = `organisation-${uuidOf(registered?.stream ?? '')}`;
      return {
        class: recipient.class,
        about: registered?.parts.map((part) => ({ event, p: part.p, owner: part.owner ?? owner })) ?? [],
        ...(undertaking && {
          undertaking: { ...undertaking, event, held: undertakingStands(undertaking, moment) },
        }),
        ...(suspended && { suspended: { moment: suspended.from, event: suspended.event, ground: suspended.ground } }),
      };
    },
    countriesOf: (holder, moment) => holderAt(registers, holder, moment)?.countries ?? [],
    profile(edition, moment) {
      const version = profileAt(registers, moment, edition?.policy.edition.jurisdiction);
      return version && documents.profile(version.document);
    },
  };
}
