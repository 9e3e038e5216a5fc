// Which consents must a person who has come of age be asked to give herself?
import { type Consent } from '../consent.js';
import { type SubjectState } from '../subject-state.js';
import { eventIdsMax } from '../vocabulary.js';

/** Given by others for her, not withdrawn as a whole since, and not given by herself afterwards for the same purposes. */
export const consentsToRenew = ({ consents }: Pick<SubjectState, 'consents'>): readonly string[] => {
  const given = [...consents.given.values()];
  return given
    .filter((consent) => consent.by === 'representative' && !isWithdrawn(consent) && !isGivenAnew(consent, given))
    .map(({ event }) => event)
    .slice(-eventIdsMax);
};

const isWithdrawn = ({ withdrawals }: Consent): boolean => withdrawals.some(({ scope }) => scope === undefined);

const isGivenAnew = ({ given, purposes }: Consent, all: readonly Consent[]): boolean =>
  purposes.every((purpose) =>
    all.some((other) => other.by === 'subject' && other.given > given && other.purposes.includes(purpose)),
  );

/** Consents that fell due for renewal when she came of age, and were neither given by herself since nor withdrawn. */
export function renewalsDue({ consents, person }: Pick<SubjectState, 'consents' | 'person'>): readonly {
  readonly consent: string;
  readonly since: string;
}[] {
  const standing = new Set(consentsToRenew({ consents }));
  const due = new Map<string, string>();
  for (const { renew, since } of person.statuses) {
    for (const consent of renew) if (standing.has(consent) && !due.has(consent)) due.set(consent, since);
  }
  return [...due].map(([consent, since]) => ({ consent, since }));
}
