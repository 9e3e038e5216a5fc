// Which terms of law begin when somebody asks for a right?
import { Refused } from '@derbes/kernel';
import { policyOf, profileOf } from '../case.js';
import { startClock } from '../clock-start.js';
import { intakeTerm, isPast, type Clock } from '../clock.js';
import { editionAt, profileAt } from '../registers.js';
import { type Right } from './events.js';
import { type RequestOutside } from './request-command.js';

/** Codes of terms as profiles name them; how long each is, and from when on it counts, the profile says. */
const named: Readonly<Record<Right, readonly string[]>> = {
  know: ['access'],
  change: ['correction'],
  supplement: ['correction'],
  block: ['blocking'],
  unblock: ['unblocking'],
  // Art. 25(2)(8) is a chain: what tells of a breach is blocked first, and destroyed when it is confirmed; the answer has its own term.
  destroy: ['blocking', 'access'],
  delete: ['deletion'],
  anonymise: ['deletion'],
  restrict: ['deletion'],
  withdraw: ['withdrawal'],
  // Art. 24(1)(5): to refuse publication is to withdraw that part of a consent.
  'refuse-publication': ['withdrawal'],
  unpublish: ['unpublication'],
  explain: ['objection'],
  object: ['objection'],
  complaint: ['blocking', 'access'],
  damages: ['access'],
  portability: ['portability'],
  'object-processing': ['objection'],
};

/** Where a profile has no term of its own for a right, every demand is answered within that for access (Art. 25(2)(6); GDPR 12(3)). */
const answering = 'access';

/** The terms that a right begins under one profile, by the codes that this profile has. */
function termsOf(right: Right, knows: (term: string) => boolean): readonly string[] {
  const own = named[right].filter(knows);
  return own.length > 0 ? own : [answering];
}

/** Of the edition in force when it was received; where there is none yet, of the first profile that was published. */
export function jurisdictionAt(outside: RequestOutside, moment: string): string {
  const document = editionAt(outside.registers, moment)?.document;
  return profileOf(outside, moment, document === undefined ? undefined : policyOf(outside, document)).code;
}

export function clocksOf(right: Right, profile: string, from: string, outside: RequestOutside): Clock[] {
  const terms = termsOf(right, (term) => hasTerm(profile, term, from, outside));
  return terms.map((term) => startClock(outside, { term, from, profile }));
}

function hasTerm(profile: string, term: string, from: string, { registers, documents }: RequestOutside): boolean {
  const versions = registers.profiles.filter((one) => one.profile === profile);
  const standing = profileAt(registers, from, profile);
  if (!standing) throw new Refused('PROFILE_UNKNOWN', 'no such profile is published', { profile });
  // As clocks do: the first version that says anything of terms is law that was in force already.
  const telling = versions
    .slice(versions.indexOf(standing))
    .map(({ document }) => documents.profile(document)?.terms)
    .find((terms) => terms !== undefined);
  return telling?.some(({ code }) => code === term) === true;
}

/** More than the term for writing it down lies between receipt and now, under a profile that has such a term. */
export const isIntakeLate = (profiles: readonly string[], received: string, outside: RequestOutside): boolean =>
  profiles.some(
    (profile) =>
      hasTerm(profile, intakeTerm, received, outside) &&
      isPast(startClock(outside, { term: intakeTerm, from: received, profile }), outside.at),
  );
