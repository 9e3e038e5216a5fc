// What may the controller do by one edition that it might not do by another? Asked both ways it gives wider and narrower.
import { type JsonValue } from '@derbes/kernel';
import { type Change, type ChangedThing, type ChangeDuty } from './change.js';
import { matrixGains } from './difference-matrix.js';
import { categoriesOf } from './difference-categories.js';
import { beyond, gained, type Entry, type Gain } from './difference-entries.js';
import { promiseGains } from './difference-promises.js';
import { retentionGains } from './difference-retention.js';
import { type DeclaredPolicy } from './look-ups.js';

/**
 * New purposes, data, recipients and countries need a new consent (94-V Art. 7(6), 14, 15(2)), a longer term is item 3 of Art. 8(4), and an
 * automated decision stands on consent (Art. 19-1); of the rest people are told.
 */
const duties: Readonly<Record<ChangedThing, ChangeDuty>> = {
  purpose: 'asking-anew',
  category: 'asking-anew',
  'category-for-purpose': 'asking-anew',
  'recipient-class': 'asking-anew',
  'category-for-recipient': 'asking-anew',
  country: 'asking-anew',
  retention: 'asking-anew',
  'automated-decision': 'asking-anew',
  basis: 'telling',
  'manner-of-end': 'telling',
  review: 'nobody',
  'statutory-retention': 'telling',
  right: 'telling',
  'notice-of-transfer': 'telling',
  origin: 'telling',
  'open-category': 'telling',
  'cookie-purpose': 'telling',
  'people-described': 'telling',
  source: 'telling',
  identifier: 'telling',
  commitment: 'telling',
  jurisdiction: 'telling',
  'controller-country': 'telling',
};

/** What `newer` allows beyond `older`. */
export function gainsOf(older: DeclaredPolicy, newer: DeclaredPolicy): Change[] {
  const gains: Gain[] = [
    ...purposeGains(older, newer),
    ...categoryGains(older, newer),
    ...matrixGains(older, newer),
    ...recipientGains(older, newer),
    ...countryGains(older, newer),
    ...retentionGains(older, newer),
    ...decisionGains(older, newer),
    ...basisGains(older, newer),
    ...promiseGains(older, newer),
    ...lawGains(older, newer),
  ];
  return gains.map((gain) => ({ ...gain, kind: 'wider', asks: duties[gain.what] }));
}

function purposeGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  return beyond(older.policy.purposes, newer.policy.purposes).map((purpose) => {
    const needed = categoriesOf(newer.policy).filter(
      ({ code }) => newer.categoryFitsPurpose(code, purpose.code) === 'fits',
    );
    const categories = needed.length > 0 ? { categories: needed.map(({ code }) => code) } : {};
    const touches = { purposes: [purpose.code], ...categories };
    return gained('purpose', 'purposes', purpose, newer.purpose(purpose.code)?.clause ?? '-', { touches });
  });
}

function categoryGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  const before = new Map(categoriesOf(older.policy).map((category) => [category.code, category]));
  return categoriesOf(newer.policy).flatMap((category): Gain[] => {
    const { code, label, origin, open } = category;
    const clause = newer.category(code)?.clause ?? '-';
    const place = { place: `categories/${code}`, clause, label };
    const was = before.get(code);
    if (!was) {
      const purposes = newer.policy.purposes
        .filter((purpose) => newer.categoryFitsPurpose(code, purpose.code) !== 'excessive')
        .map((purpose) => purpose.code);
      return [{ ...place, what: 'category', new: code, touches: { categories: [code], purposes } }];
    }
    const touches = { categories: [code] };
    const gains: Gain[] = [];
    if (open && !was.open) gains.push({ ...place, what: 'open-category', old: 'closed', new: 'open', touches });
    if (origins.indexOf(origin) > origins.indexOf(was.origin)) {
      gains.push({ ...place, what: 'origin', old: was.origin, new: origin, touches });
    }
    return gains;
  });
}

/** From the person alone, to from anywhere. */
const origins: readonly string[] = ['-', 'subject', 'automatic', 'third-party', 'any'];

function recipientGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  return beyond(older.policy.recipients, newer.policy.recipients).map((recipient) => {
    const { code } = recipient;
    const given = categoriesOf(newer.policy).filter((one) => newer.categoryFitsRecipient(code, one.code) === 'fits');
    const categories = given.length > 0 ? { categories: given.map((one) => one.code) } : {};
    const clause = newer.recipientClass(code)?.clause ?? '-';
    return gained('recipient-class', 'recipients', recipient, clause, {
      touches: { recipients: [code], ...categories },
    });
  });
}

const anyClass = '*';

/** Claims that somebody makes, one by one: ground, country, recipient class. */
function claimsOf({
  policy,
}: DeclaredPolicy): ReadonlyMap<string, { country: string; recipient: string; entry: Entry }> {
  const claims = new Map<string, { country: string; recipient: string; entry: Entry }>();
  for (const entry of policy.cross_border ?? []) {
    if (entry.declared === 'proposed') continue;
    for (const country of entry.countries) {
      for (const recipient of entry.recipients ?? [anyClass]) {
        claims.set(`${entry.ground} ${country} ${recipient}`, { country, recipient, entry });
      }
    }
  }
  return claims;
}

function countryGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  const before = claimsOf(older);
  const covers = (claim: string) => {
    const [ground = '', country = ''] = claim.split(' ');
    return before.has(claim) || before.has(`${ground} ${country} ${anyClass}`);
  };
  return [...claimsOf(newer)]
    .filter(([claim]) => !covers(claim))
    .map(([claim, { country, recipient, entry }]) => ({
      what: 'country',
      place: `cross_border/${entry.code}/${country}`,
      clause: entry.clause ?? newer.sectionClause('recipients'),
      label: entry.label,
      new: claim,
      touches: { countries: [country], ...(recipient !== anyClass && { recipients: [recipient] }) },
    }));
}

function decisionGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  const of = ({ policy }: DeclaredPolicy) => policy.automated_decisions ?? [];
  const before = new Set(of(older).map(({ code, purpose }) => `${code} ${purpose}`));
  return of(newer)
    .filter(({ code, purpose }) => !before.has(`${code} ${purpose}`))
    .map((decision) =>
      gained('automated-decision', 'automated_decisions', decision, '-', { touches: { purposes: [decision.purpose] } }),
    );
}

/** Where a consent is no longer among the bases the person loses it; any other basis lets the controller do without one. */
function basisGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  const covered = ({ policy }: DeclaredPolicy) =>
    new Map(policy.bases.flatMap((basis) => basis.covers.map((code) => [code, basis] as const)));
  const before = covered(older);
  const after = covered(newer);
  const gains: Gain[] = [];
  const place = (entry: Entry, side: DeclaredPolicy) => ({
    what: 'basis' as const,
    place: `bases/${entry.code}`,
    clause: side.basis(entry.code)?.clause ?? '-',
    label: entry.label,
    touches: {},
  });
  for (const [code, basis] of after) {
    if (code !== consent && !before.has(code)) gains.push({ ...place(basis, newer), new: code });
  }
  const lost = before.get(consent);
  if (lost && !after.has(consent)) gains.push({ ...place(lost, older), old: consent });
  return gains;
}

const consent = 'consent';

/** Under another law, or from another country, neither of the two is the lesser: both ways are wider. */
function lawGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  const changed = (what: ChangedThing, place: string, before: JsonValue, after: JsonValue): Gain[] =>
    before === after ? [] : [{ what, place, clause: '-', old: before, new: after, touches: {} }];
  return [
    ...changed(
      'jurisdiction',
      'edition/jurisdiction',
      older.policy.edition.jurisdiction,
      newer.policy.edition.jurisdiction,
    ),
    ...changed(
      'controller-country',
      'controller/country',
      older.policy.controller.country,
      newer.policy.controller.country,
    ),
  ];
}
