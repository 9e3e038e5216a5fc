// How long is what a request itself says kept, and may it go? It serves to answer and to prove that, and nothing else.
import { Refused, type Draft } from '@derbes/kernel';
import { type Profile, type Term, termOf } from '@derbes/policy';
import { mayBeTold } from '../clock-start.js';
import { holdStands } from '../erasure-state.js';
import { profileAt } from '../registers.js';
import { addDuration } from '../retention/duration.js';
import { type DecideRecords, type RequestOutside } from './request-command.js';
import { leftAt, requestStream, type RequestState } from './request-state.js';

/** What it is kept for; no purpose of the person's data. */
export const recordsPurpose = 'request-handling';
export const recordsTerm = 'request-records';

/**
 * `running`: the request is open, or its term runs. `waiting`: the term is over, and its row is not sure enough for anything to go by itself:
 * an officer decides. `due`: it goes by itself. `kept`: an officer decided so, until a moment. `gone`: it was destroyed.
 */
export type RecordsStanding = 'running' | 'waiting' | 'due' | 'kept' | 'gone';

export interface Records {
  readonly standing: RecordsStanding;
  readonly purpose: typeof recordsPurpose;
  readonly term: string;
  readonly profile?: string;
  readonly version?: string;
  readonly article?: string;
  /** When the term is over: counted from the answer by the calendar, the longest of the laws that apply. */
  readonly due?: string;
  /** Until when an officer keeps it. */
  readonly until?: string;
}

interface Counted {
  readonly due: string;
  readonly profile: string;
  readonly version: string;
  readonly row: Term;
}

const durations: Partial<Record<Term['unit'], string>> = { month: 'M', 'calendar-day': 'D' };

/** How what the request itself says stands at `outside.at`. */
export function recordsOf(state: RequestState, outside: RequestOutside): Records {
  const { records } = state;
  const counted = countedOf(state, outside);
  const known = {
    purpose: recordsPurpose,
    term: recordsTerm,
    ...(counted && {
      profile: counted.profile,
      version: counted.version,
      article: counted.row.article,
      due: counted.due,
    }),
  } as const;
  if (records?.facts.decide === 'destroy') return { standing: 'gone', ...known };
  const { until } = records?.facts ?? {};
  if (until !== undefined && outside.at < until) return { standing: 'kept', ...known, until };
  if (!counted || outside.at < counted.due) return { standing: 'running', ...known };
  return { standing: mayBeTold(outside, counted.profile, counted.row) ? 'due' : 'waiting', ...known };
}

/** From the answer or refusal on; undefined while there is none, or where no profile says how long. Of several laws the longest. */
function countedOf(state: RequestState, outside: RequestOutside): Counted | undefined {
  const left = leftAt(state);
  const { received } = state;
  if (left === undefined || !received) return undefined;
  return received.facts.profiles
    .flatMap((profile) => countedBy(profile, left, outside) ?? [])
    .reduce<Counted | undefined>((last, one) => (last && last.due >= one.due ? last : one), undefined);
}

function countedBy(profile: string, left: string, { registers, documents }: RequestOutside): Counted | undefined {
  const standing = profileAt(registers, left, profile);
  const versions = registers.profiles.filter((one) => one.profile === profile);
  for (const { document, version } of versions.slice(standing ? versions.indexOf(standing) : 0)) {
    const read: Profile | undefined = documents.profile(document);
    const row = read && termOf(read, recordsTerm);
    const unit = row && durations[row.unit];
    // The longest by the calendar alone: no day off has to do with how long something is kept.
    if (row && unit) return { due: addDuration(left, `P${row.amount}${unit}`), profile, version, row };
  }
  return undefined;
}

/**
 * Refuses REQUEST_UNKNOWN, RECORDS_NOT_DUE, RECORDS_GONE, RECORDS_HELD (a hold on the person stands), LAW_MISSING and
 * RECORDS_UNTIL_MISSING (for `keep`).
 */
export function decideRecords(command: DecideRecords, state: RequestState, outside: RequestOutside): Draft[] {
  const { decide, by, until, act, article, reason, staff } = command;
  if (!state.received) throw new Refused('REQUEST_UNKNOWN', 'there is no such request');
  const { standing, due, profile, version } = recordsOf(state, outside);
  if (standing === 'gone') throw new Refused('RECORDS_GONE', 'what the request said is destroyed already');
  const byItself = by === 'term' && standing !== 'due';
  if (byItself || standing === 'running' || due === undefined || profile === undefined || version === undefined) {
    throw new Refused('RECORDS_NOT_DUE', 'its term is not over', due === undefined ? {} : { due });
  }
  if (decide === 'keep' && (act === undefined || article === undefined)) {
    throw new Refused('LAW_MISSING', 'name the act and the article', { decide });
  }
  if (decide === 'keep' && (until === undefined || until <= outside.at)) {
    throw new Refused('RECORDS_UNTIL_MISSING', 'say until when it is kept, a moment to come');
  }
  if (decide === 'destroy' && isHeld(outside))
    throw new Refused('RECORDS_HELD', 'a hold keeps what is about the person');
  const facts = {
    decide,
    by,
    due,
    term: recordsTerm,
    profile,
    version,
    ...(decide === 'keep' && until !== undefined && { until }),
    ...(act !== undefined && { act }),
    ...(article !== undefined && { article }),
    ...(reason !== undefined && { reason }),
    ...(staff !== undefined && { staff }),
  };
  return [{ type: 'RequestRecordsDecided', stream: requestStream(outside.request), occurred: outside.at, facts }];
}

/** Whatever a hold on the person is about, a request of hers may be about it too. */
const isHeld = ({ person, at }: RequestOutside): boolean =>
  [...(person?.state.erasures.holds.values() ?? [])].some((hold) => holdStands(hold, at));
