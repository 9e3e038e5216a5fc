// Which data was changed or supplemented, where, and why?
import { defineEvent } from '@derbes/kernel';
import { closed, Code, Codes, EventId, optional, Role, sampleUuid } from './vocabulary.js';

/** The new values are sealed with it; `corrects` is the fact whose values they replace. */
export const DataCorrected = defineEvent('DataCorrected', {
  v: 1,
  says: 'Data of these categories was changed or supplemented in a holder (Art. 25(2)(8)).',
  facts: closed({ categories: Codes, holder: Code, role: Role, ground: Code, corrects: optional(EventId) }),
  sample: {
    categories: ['phone'],
    holder: 'crm',
    role: 'private',
    ground: 'subject-request',
    corrects: sampleUuid(11),
  },
});
