// Which data was put where everybody can read it, and taken down again?
import { defineEvent } from '@derbes/kernel';
import { Basis, closed, Code, Codes, EventId, optional, Role, sampleUuid } from './vocabulary.js';

/** `place` is a kind of place; the address itself is sealed as `meta.place`. */
export const DataPublished = defineEvent('DataPublished', {
  v: 1,
  says: 'Data of these categories was published in a source open to all (Art. 7(6)).',
  facts: closed({
    categories: Codes,
    purposes: optional(Codes),
    basis: optional(Basis),
    place: Code,
    holder: optional(Code),
    role: optional(Role),
  }),
  sample: { categories: ['full-name'], purposes: ['support'], basis: { code: 'consent' }, place: 'site' },
});

export const DataUnpublished = defineEvent('DataUnpublished', {
  v: 1,
  says: 'Published data was taken down (Art. 6).',
  facts: closed({ categories: Codes, place: Code, ground: optional(Code), publication: optional(EventId) }),
  sample: { categories: ['full-name'], place: 'site', ground: 'subject-request', publication: sampleUuid(12) },
});
