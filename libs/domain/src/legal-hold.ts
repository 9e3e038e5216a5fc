// Which data of a person may for now not be destroyed, by whose act, and until when?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { Act, Article, closed, Codes, EventId, Moment, optional, sampleUuid, Uuid } from './vocabulary.js';

export const holdGrounds = [
  'legal-claim',
  'court-order',
  'unfulfilled-obligation',
  'inspection',
  'complaint',
  'other-law',
] as const;
export const holdEndGrounds = [
  'claim-settled',
  'court-order',
  'obligation-fulfilled',
  'inspection-closed',
  'complaint-closed',
  'placed-in-error',
  'other-law',
] as const;

/** Without `categories` it covers all. `staff` is whoever decided, whose name is sealed under `staff-<uuid>`. */
export const LegalHoldPlaced = defineEvent('LegalHoldPlaced', {
  v: 1,
  says: 'Data of these categories, or all of it, may not be destroyed until the hold is lifted or its term ends.',
  facts: closed({
    ground: Type.Enum([...holdGrounds]),
    act: optional(Act),
    article: optional(Article),
    categories: optional(Codes),
    until: optional(Moment),
    staff: optional(Uuid),
  }),
  sample: {
    ground: 'unfulfilled-obligation',
    act: '94-V',
    article: '8(2)',
    categories: ['requisites.iban'],
    until: '2027-11-20T00:00:00Z',
    staff: sampleUuid(4),
  },
});

export const LegalHoldLifted = defineEvent('LegalHoldLifted', {
  v: 1,
  says: 'A hold ended before its term, or had none.',
  facts: closed({ hold: EventId, ground: Type.Enum([...holdEndGrounds]), staff: optional(Uuid) }),
  sample: { hold: sampleUuid(15), ground: 'obligation-fulfilled', staff: sampleUuid(4) },
});
