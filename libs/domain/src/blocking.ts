// Which data may for now be neither used, changed nor destroyed?
import { defineEvent } from '@derbes/kernel';
import { closed, Code, Codes, optional } from './vocabulary.js';

export const DataBlocked = defineEvent('DataBlocked', {
  v: 1,
  says: 'Use, change, transfer and destruction of these categories stopped, in one holder or in all (Art. 1(3)).',
  facts: closed({ categories: Codes, holder: optional(Code), ground: Code }),
  sample: { categories: ['email'], holder: 'crm', ground: 'breach-reported' },
});

export const DataUnblocked = defineEvent('DataUnblocked', {
  v: 1,
  says: 'A blocking of these categories ended.',
  facts: closed({ categories: Codes, holder: optional(Code), ground: Code }),
  sample: { categories: ['email'], holder: 'crm', ground: 'breach-not-confirmed' },
});
