// May the term of a request be made longer?
import { Refused, type Draft } from '@derbes/kernel';
import { type Clock } from '../clock.js';
import { extendedClock } from '../clock-start.js';
import { profileAt } from '../registers.js';
import { openRequest, type Received } from './open-request.js';
import { type ExtendRequest, type RequestOutside } from './request-command.js';
import { requestStream, type RequestState } from './request-state.js';

/** Refuses ALREADY_EXTENDED, EXTENSION_NOT_IN_LAW, DELIVERED_IN_FUTURE, TERM_OVER, and as `openRequest` does. */
export function extend({ ground, told, staff }: ExtendRequest, state: RequestState, outside: RequestOutside): Draft {
  const { received, extended, clocks } = openRequest(state);
  if (extended) throw new Refused('ALREADY_EXTENDED', 'a term is made longer once', { event: extended.event });
  const moment = told ?? outside.at;
  if (moment > outside.at) throw new Refused('DELIVERED_IN_FUTURE', 'she has not been told yet');
  const longer = clocks.map((clock) => longerOf(clock, moment, received, outside));
  if (longer.every((clock, i) => clock === clocks[i])) {
    throw new Refused('EXTENSION_NOT_IN_LAW', 'no law that applies here lets this term be made longer');
  }
  const facts = { clocks: longer, ground, told: moment, ...(staff !== undefined && { staff }) };
  return { type: 'RequestExtended', stream: requestStream(outside.request), occurred: moment, facts };
}

/** The clock made longer where its profile allows that; the same one where not. */
function longerOf(clock: Clock, told: string, { facts }: Received, outside: RequestOutside): Clock {
  const version = profileAt(outside.registers, facts.received, clock.profile);
  const terms = version && outside.documents.profile(version.document)?.terms;
  if (!terms?.some(({ code, extension }) => code === clock.term && extension)) return clock;
  if (told > clock.due) throw new Refused('TERM_OVER', 'she had to be told within the first term', { due: clock.due });
  return extendedClock(outside, clock);
}
