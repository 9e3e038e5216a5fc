// Which consents are over and have not been said to be?
import { draft } from '../hold-decider.js';
import { type FactDraft } from '../record.js';
import { type SubjectState } from '../subject-state.js';
import { consentEnd } from './consent-end.js';

/** A consent holds up to its last moment, and is over behind it. */
export const expiredConsents = (
  subject: string,
  { consents, relations, retention }: SubjectState,
  at: string,
): FactDraft[] =>
  [...consents.given.values()].flatMap((consent) => {
    const end = retention.expired.has(consent.event) ? undefined : consentEnd(consent, relations);
    if (!end || end.due >= at) return [];
    return [draft(subject, 'ConsentExpired', { consent: consent.event, ...end }, at)];
  });
