// Who still tells of a person who was erased?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { closed } from './vocabulary.js';

/** The stream is `source-<uuid>` of the emitting source; nothing in it leads to the person. */
export const ErasedSubjectReported = defineEvent('ErasedSubjectReported', {
  v: 1,
  says: 'A source told a fact about a person who had been erased here; of the fact only its kind was kept.',
  facts: closed({ told: Type.String({ pattern: '^[A-Z][A-Za-z]{1,63}$' }) }),
  sample: { told: 'DataUsed' },
});
