// What was made ready to tell a person of data that was passed on, and to whom does it go?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { Clock } from '../clock.js';
import {
  closed,
  Code,
  EventId,
  EventIds,
  Language,
  optional,
  sampleSha256,
  sampleUuid,
  Sha256,
} from '../vocabulary.js';

/**
 * Its id is the notice's. The text is sealed as `meta.notice`, in as many parts as it takes, under the person's key; `hash` is that of
 * its UTF-8 bytes. `representative`: the recognition by which it goes to somebody else. `through`: the holder that sends it. `clock`:
 * the earliest of the transfers'. That it was told is another event, SubjectNotified.
 */
export const NoticePrepared = defineEvent('NoticePrepared', {
  v: 1,
  says: 'A notice of data that was passed on to others (Art. 19(1)) was made for this person; it has yet to reach her.',
  facts: closed({
    transfers: EventIds,
    language: Language,
    hash: Sha256,
    representative: optional(EventId),
    through: optional(Code),
    clock: optional(Clock),
    made: Type.Enum(['by-itself', 'by-officer']),
  }),
  sample: {
    transfers: [sampleUuid(9)],
    language: 'ru',
    hash: sampleSha256('8'),
    through: 'mailer',
    clock: {
      term: 'transfer-notice',
      profile: 'kz',
      version: '4',
      calendar: sampleSha256('7'),
      from: '2026-11-20T09:00:00Z',
      due: '2026-12-04T18:59:59Z',
    },
    made: 'by-itself',
  },
});
