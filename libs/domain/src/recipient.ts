// Who may receive data, of what class, where, under which undertaking, and since when no longer?
import { defineEvent } from '@derbes/kernel';
import { CalendarDate, closed, Code, Codes, Country, Moment, optional } from './vocabulary.js';

/** The stream is `recipient-<uuid>`; name, BIN and number of the undertaking are sealed under `organisation-<uuid>`, same uuid. */
export const RecipientRegistered = defineEvent('RecipientRegistered', {
  v: 1,
  says: 'A third party that may receive data, with the categories and purposes it is meant for; told again, it restates all.',
  facts: closed({
    recipient: Code,
    class: Code,
    country: Country,
    categories: Codes,
    purposes: Codes,
    undertaking: optional(closed({ from: CalendarDate, until: optional(CalendarDate) })),
  }),
  sample: {
    recipient: 'example-bank',
    class: 'payment',
    country: 'KZ',
    categories: ['full-name', 'requisites.iban'],
    purposes: ['payments'],
    undertaking: { from: '2026-01-15', until: '2027-01-15' },
  },
});

export const RecipientSuspended = defineEvent('RecipientSuspended', {
  v: 1,
  says: 'From a moment on nothing may go to a recipient, until it is registered again.',
  facts: closed({ recipient: Code, from: Moment, ground: Code }),
  sample: { recipient: 'example-bank', from: '2026-11-20T09:00:00Z', ground: 'undertaking-broken' },
});
