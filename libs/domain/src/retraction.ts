// Which fact was told in error?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { closed, Code, EventId, sampleUuid } from './vocabulary.js';

export const FactRetracted = defineEvent('FactRetracted', {
  v: 1,
  says: 'An earlier fact was told in error: from now on it counts for nothing, and stays readable as known before.',
  facts: closed({ fact: EventId, type: Type.String({ pattern: '^[A-Z][A-Za-z]{1,63}$' }), ground: Code }),
  sample: { fact: sampleUuid(11), type: 'DataCollected', ground: 'told-in-error' },
});
