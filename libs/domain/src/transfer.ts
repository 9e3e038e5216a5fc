// To whom did data go, or who was let in to it, for what and on what ground?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { Basis, closed, Code, Codes, Country, optional, Role, sampleUuid } from './vocabulary.js';

/** `ground` is a code of Art. 16 (cross-border) or Art. 9 (without consent) as the emitter states it. */
export const DataTransferred = defineEvent('DataTransferred', {
  v: 1,
  says: 'A recipient was sent data of these categories or given access to them, which is the same in law (Art. 1(15)).',
  facts: closed({
    categories: Codes,
    purposes: Codes,
    basis: optional(Basis),
    recipient: Code,
    country: Country,
    ground: optional(Code),
    mode: Type.Enum(['sent', 'access']),
    holder: optional(Code),
    role: optional(Role),
  }),
  sample: {
    categories: ['full-name', 'email'],
    purposes: ['payments'],
    basis: { code: 'consent', consent: sampleUuid(10) },
    recipient: 'example-bank',
    country: 'KZ',
    mode: 'sent',
    holder: 'billing',
    role: 'private',
  },
});
