// What did a machine decide about the person, and on what ground?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { Basis, closed, Codes, optional } from './vocabulary.js';

export const AutomatedDecisionMade = defineEvent('AutomatedDecisionMade', {
  v: 1,
  says: 'Automated processing of these categories created, changed or ended a right of the person, or none (Art. 19-1).',
  facts: closed({
    categories: Codes,
    purposes: Codes,
    basis: optional(Basis),
    effect: Type.Enum(['right-created', 'right-changed', 'right-ended', 'none']),
  }),
  sample: { categories: ['usage-history'], purposes: ['fraud-prevention'], effect: 'right-ended' },
});
