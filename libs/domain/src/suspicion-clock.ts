// By when is data blocked of which nobody has yet said whether a finding about it is true?
import { calendarsKnownAt } from './calendars-known.js';
import { profileAt } from './registers.js';
import { Refused } from '@derbes/kernel';
import { NotJudgeable, type Outside } from './case.js';
import { type Clock } from './clock.js';
import { startClock } from './clock-start.js';

/**
 * Art. 25(2)(8): information of a breach calls for blocking. Whether a finding that nobody assessed is such information, the profile
 * says; where it does, the term runs from the moment at which the finding was known. By the calendar that was known then, so that a
 * due moment is never recomputed; none where nothing can be counted.
 */
export function suspicionClock({ registers, documents }: Outside, known: string): Clock | undefined {
  const standing = profileAt(registers, known);
  const versions = registers.profiles.filter(({ profile }) => profile === standing?.profile);
  const later = standing ? versions.slice(versions.indexOf(standing)) : [];
  const entry = later.map(({ document }) => documents.profile(document)?.open_finding).find(Boolean);
  if (entry?.starts_blocking !== 'yes') return undefined;
  const outside: Outside = { documents, registers: { ...registers, calendars: calendarsKnownAt(registers, known) } };
  try {
    return startClock(outside, { term: 'blocking', from: known });
  } catch (error) {
    if (error instanceof Refused || error instanceof NotJudgeable) return undefined;
    throw error;
  }
}
