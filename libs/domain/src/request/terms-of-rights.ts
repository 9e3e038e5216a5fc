// Which terms of law begin when somebody asks for a right?
import { type Right } from './events.js';

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
export function termsOf(right: Right, knows: (term: string) => boolean): readonly string[] {
  const own = named[right].filter(knows);
  return own.length > 0 ? own : [answering];
}
