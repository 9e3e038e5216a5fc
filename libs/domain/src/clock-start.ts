// When does a clock end that starts now? Decided once, by the profile and calendar that are published; never counted again.
import { Refused } from '@derbes/kernel';
import { type Calendar, type Due, dueOf, type Profile, sureEnough, type Term, termOf } from '@derbes/policy';
import { NotJudgeable, type Outside } from './case.js';
import { type Clock, intakeTerm, isPast } from './clock.js';
import { calendarOf, editionAt, profileAt, type ProfileVersion } from './registers.js';

export interface ClockAsked {
  /** Code of a term of the profile: `access`. */
  readonly term: string;
  readonly from: string;
  /** Jurisdiction; of the edition in force at `from` when absent. */
  readonly profile?: string | undefined;
  /** With the extension that the term allows. */
  readonly extended?: boolean | undefined;
}

/** A clock, and what whoever asks "by when?" is shown beside it. */
export interface CountedClock {
  readonly clock: Clock;
  readonly term: Term;
  readonly skipped: Due['skipped'];
  /** Version of the calendar; absent where the clock names none. */
  readonly calendar?: string;
}

/** Starts a clock. Refuses TERM_UNKNOWN, TERM_NOT_EXTENDABLE, MOMENT_MALFORMED and, past the calendar's years, CALENDAR_ENDS. */
export const startClock = (outside: Outside, asked: ClockAsked): Clock => countClock(outside, asked).clock;

/** As `startClock`, with the row of the term and the days that were passed over. */
export function countClock(outside: Outside, asked: ClockAsked): CountedClock {
  const { from, extended = false } = asked;
  const { version, profile, term } = termFor(outside, asked);
  const { counting } = profile;
  if (!counting) throw new NotJudgeable(`the profile ${profile.code} does not say how days are counted`);
  const calendar = term.unit === 'hour' ? undefined : calendarFor(outside, counting.calendar);
  const { due, strict, skipped } = dueOf(term, from, calendar?.calendar, counting.zone, extended);
  const clock: Clock = {
    term: term.code,
    profile: profile.code,
    version: version.version,
    ...(calendar && { calendar: calendar.document }),
    from,
    due,
    ...(strict !== undefined && { strict }),
  };
  return { clock, term, skipped, ...(calendar && { calendar: calendar.calendar.version }) };
}

/** The same clock with the extension that its term allows (GDPR Art. 12(3)); refuses TERM_NOT_EXTENDABLE where the law knows none. */
export const extendedClock = (outside: Outside, { term, profile, from }: Clock): Clock =>
  startClock(outside, { term, profile, from, extended: true });

/** Whether more than a working day lies between receipt and registration (INTAKE_LATE). Refuses as `startClock` does. */
export const isIntakeLate = (outside: Outside, received: string, recorded: string, profile?: string): boolean =>
  isPast(startClock(outside, { term: intakeTerm, from: received, profile }), recorded);

/** Whether a term may stand in what leaves the house: its mark is S2 or better, or a named lawyer confirmed it as it is. */
export function mayBeTold(outside: Outside, profileCode: string, term: Term): boolean {
  if (sureEnough(term.confidence)) return true;
  const { registers, documents } = outside;
  return registers.confirmations.some((confirmation) => {
    if (confirmation.profile !== profileCode || confirmation.term !== term.code) return false;
    const profile = documents.profile(confirmation.document);
    const confirmed = profile && termOf(profile, term.code);
    return confirmed !== undefined && sameTerm(confirmed, term);
  });
}

/** A confirmation outlives a version of the profile that leaves what was confirmed as it was. */
const sameTerm = (a: Term, b: Term): boolean =>
  a.amount === b.amount &&
  a.unit === b.unit &&
  a.starts === b.starts &&
  a.article === b.article &&
  a.extension?.amount === b.extension?.amount;

interface TermFor {
  readonly version: ProfileVersion;
  readonly profile: Profile;
  readonly term: Term;
}

function termFor(outside: Outside, { term: code, from, profile: asked }: ClockAsked): TermFor {
  const { registers, documents } = outside;
  const standing = profileAt(registers, from, asked ?? jurisdictionAt(outside, from));
  if (!standing) throw unknownTerm(code, asked ?? 'none');
  const versions = registers.profiles.filter(({ profile }) => profile === standing.profile);
  // Versions from before profiles had terms say nothing of them: the first that does is law that was in force already.
  for (const version of versions.slice(versions.indexOf(standing))) {
    const profile = documents.profile(version.document);
    if (!profile) throw new NotJudgeable(`the profile document ${version.document} is missing`);
    if (!profile.terms) continue;
    const term = termOf(profile, code);
    if (!term) break;
    return { version, profile, term };
  }
  throw unknownTerm(code, standing.profile);
}

const unknownTerm = (term: string, profile: string) =>
  new Refused('TERM_UNKNOWN', 'the profile has no such term', { term, profile });

function jurisdictionAt({ registers, documents }: Outside, moment: string): string | undefined {
  const edition = editionAt(registers, moment);
  return edition && documents.policy(edition.document)?.policy.edition.jurisdiction;
}

function calendarFor(
  { registers, documents }: Outside,
  code: string | undefined,
): { readonly document: string; readonly calendar: Calendar } | undefined {
  if (code === undefined) return undefined;
  const version = calendarOf(registers, code);
  if (!version) throw new Refused('CALENDAR_ENDS', 'no calendar of working days is published', { calendar: code });
  const calendar = documents.calendar(version.document);
  if (!calendar) throw new NotJudgeable(`the calendar document ${version.document} is missing`);
  return { document: version.document, calendar };
}
