// Which data may be used for a purpose, or given to a class of recipients, that might not be before?
import { sharedItems } from './difference-categories.js';
import { type Gain } from './difference-entries.js';
import { type DeclaredPolicy, type Fit } from './look-ups.js';

/** Of purposes, classes and categories that both editions have; what is new in itself is a change of its own. */
export function matrixGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  const categories = sharedItems(older.policy, newer.policy);
  const purposes = newer.policy.purposes.filter(({ code }) => older.purpose(code));
  const classes = newer.policy.recipients.filter(({ code }) => older.recipientClass(code));
  return [
    ...purposes.flatMap(({ code, label }): Gain[] => {
      const fit = (side: DeclaredPolicy) => (category: string) => side.categoryFitsPurpose(category, code);
      const more = beyondBefore(categories, fit(older), fit(newer));
      if (more.length === 0) return [];
      const touches = { purposes: [code], categories: more };
      const place = { place: `necessity/${code}`, clause: newer.necessityClause(code), label };
      return [{ ...place, what: 'category-for-purpose', new: more, touches }];
    }),
    ...classes.flatMap(({ code, label }): Gain[] => {
      const fit = (side: DeclaredPolicy) => (category: string) => side.categoryFitsRecipient(code, category);
      const more = beyondBefore(categories, fit(older), fit(newer));
      if (more.length === 0) return [];
      const touches = { recipients: [code], categories: more };
      const place = { place: `disclosure/${code}`, clause: newer.disclosureClause(code), label };
      return [{ ...place, what: 'category-for-recipient', new: more, touches }];
    }),
  ];
}

/** Where an edition states nothing, nothing is excessive by it. */
const beyondBefore = (
  categories: readonly string[],
  before: (category: string) => Fit,
  after: (category: string) => Fit,
): string[] => categories.filter((category) => before(category) === 'excessive' && after(category) !== 'excessive');
