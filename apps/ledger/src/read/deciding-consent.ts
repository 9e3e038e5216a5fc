// Which consent decides, in words that the asker may know? A service's own are told by their moment, another's by the text alone.
import { type SubjectEvent } from '@derbes/domain';
import { type CheckAction, type DecidingConsent } from './queries.js';

/**
 * The consent of this event id as told to whoever asks. Staff get the event and who told of it; a service gets the pair that it named
 * itself, and of the rest whether it told of it (then when), and which edition was shown. `event` is a ConsentGiven among `events`.
 */
export function decidingConsent(
  event: string,
  named: string | undefined,
  { asked: { by }, consent: pair }: Pick<CheckAction, 'asked' | 'consent'>,
  events: readonly SubjectEvent[],
): DecidingConsent | undefined {
  const given = events.find(({ id }) => id === event);
  if (given?.type !== 'ConsentGiven') return undefined;
  const { occurred, source, facts } = given;
  const shown = facts.shown && { edition: facts.shown.edition };
  const inOwnWords = event === named && pair ? { source: pair.source, id: pair.id } : {};
  if (by.role !== 'emitter')
    return { event, ...(source !== undefined && { source }), ...inOwnWords, given: occurred, ...shown };
  const own = source !== undefined && source === by.source;
  return { ...inOwnWords, toldBy: own ? 'you' : 'another', ...(own && { given: occurred }), ...shown };
}
