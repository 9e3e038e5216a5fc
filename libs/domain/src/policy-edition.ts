// Which edition of the policy, which profile, calendar and responsible person stood at a moment?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { closed, Code, EditionCode, Language, Moment, sampleSha256, sampleUuid, Sha256, Uuid } from './vocabulary.js';

export const PolicyPublished = defineEvent('PolicyPublished', {
  v: 1,
  says: 'An edition of the policy was published; from `inForce` on facts are judged by it.',
  facts: closed({
    document: Sha256,
    edition: EditionCode,
    inForce: Moment,
    assertedBy: Code,
    languages: Type.Array(Language, { minItems: 1, maxItems: 3 }),
  }),
  sample: {
    document: sampleSha256('a'),
    edition: '2026-11',
    inForce: '2026-11-01T00:00:00Z',
    assertedBy: 'officer',
    languages: ['ru'],
  },
});

export const ProfilePublished = defineEvent('ProfilePublished', {
  v: 1,
  says: 'A version of a jurisdiction profile (bases, terms) was put in force from the moment it occurred.',
  facts: closed({ document: Sha256, profile: Code, version: EditionCode }),
  sample: { document: sampleSha256('b'), profile: 'kz', version: '2026.1' },
});

export const CalendarPublished = defineEvent('CalendarPublished', {
  v: 1,
  says: 'A version of a calendar of working days was published; clocks that start from then on are counted by it, standing ones stay.',
  facts: closed({ document: Sha256, calendar: Code, version: EditionCode }),
  sample: { document: sampleSha256('c'), calendar: 'kz', version: '2' },
});

/** The lawyer's name is sealed as `meta.name`, owned by `staff-<uuid>`. */
export const TermConfirmed = defineEvent('TermConfirmed', {
  v: 1,
  says: 'A named lawyer confirmed a term as a version of a profile has it; until then an unsure term stands in no outgoing document.',
  facts: closed({ document: Sha256, profile: Code, version: EditionCode, term: Code, staff: Uuid }),
  sample: { document: sampleSha256('b'), profile: 'kz', version: '3', term: 'deletion', staff: sampleUuid(5) },
});

/** The name is sealed as `meta.name`, owned by `staff-<uuid>`. */
export const OfficerAppointed = defineEvent('OfficerAppointed', {
  v: 1,
  says: 'Somebody was appointed responsible for the handling of personal data (Art. 25(3)).',
  facts: closed({ staff: Uuid, from: Moment }),
  sample: { staff: sampleUuid(4), from: '2026-11-01T00:00:00Z' },
});
