// Which systems of the controller store data, and in which countries?
import { defineEvent } from '@derbes/kernel';
import { closed, Code, Countries } from './vocabulary.js';

/** The stream is `holder-<uuid>`. Told again, it restates the countries. */
export const HolderRegistered = defineEvent('HolderRegistered', {
  v: 1,
  says: 'A system of the controller that stores data, and the countries where its copies are kept.',
  facts: closed({ holder: Code, countries: Countries }),
  sample: { holder: 'crm', countries: ['KZ'] },
});
