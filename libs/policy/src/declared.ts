// What does an edition declare about a code? Pure look-ups, indexed once per edition.
import {
  byCode,
  declaredEntry,
  declaredNotices,
  declaredStatutory,
  indexBorderClaims,
  fitOf,
  indexBases,
  indexCategories,
  indexMatrix,
  indexRules,
  noClause,
  queueOf,
  theRest,
} from './declared-entries.js';
import { type Policy } from './format.js';
import { type DeclaredPolicy, type SectionSubject } from './look-ups.js';

/** Indexes an edition once; every look-up is then a map access. */
export function declared(policy: Policy): DeclaredPolicy {
  const sections = new Map<string, string>(policy.sections.map(({ about, clause }) => [about, clause]));
  const sectionClause = (about: SectionSubject) => sections.get(about) ?? noClause;
  const categories = indexCategories(policy, sectionClause);
  const purposes = byCode(policy.purposes.map((purpose) => declaredEntry(purpose, sectionClause('purposes'))));
  const classes = byCode(policy.recipients.map((recipient) => declaredEntry(recipient, sectionClause('recipients'))));
  const bases = indexBases(policy, sectionClause);
  const rights = byCode(
    policy.rights.map((right) => ({
      ...declaredEntry(right, sectionClause('rights')),
      articles: right.articles ?? [],
    })),
  );
  const identifiers = new Map(
    policy.identifiers.map(({ scheme, identifies, rank, category, declared: by = 'controller' }) => [
      scheme,
      { scheme, identifies, rank, category, declared: by },
    ]),
  );
  const rules = indexRules(policy, sectionClause);
  const claims = indexBorderClaims(policy, sectionClause);
  const statutory = policy.retention.statutory.map((row) =>
    declaredStatutory(row, declaredEntry(row, sectionClause('retention'))),
  );
  const needed = indexMatrix(policy.necessity.map((row) => [row.purpose, row]));
  const given = indexMatrix(policy.disclosure.map((row) => [row.recipient, row]));
  const lineage = (category: string) => [category, ...(categories.get(category)?.ancestors ?? [])];

  return {
    policy,
    sectionClause,
    category: (code) => categories.get(code),
    purpose: (code) => purposes.get(code),
    recipientClass: (code) => classes.get(code),
    basis: (code) => bases.get(code),
    right: (code) => rights.get(code),
    borderClaim: (ground, country, recipientClass) =>
      claims.find(
        ({ claim, countries, recipients }) =>
          claim.ground === ground &&
          countries.includes(country) &&
          (!recipients || (recipientClass !== undefined && recipients.includes(recipientClass))),
      )?.claim,
    retention(purpose, category) {
      const ofPurpose = rules.get(purpose);
      const code = lineage(category).find((named) => ofPurpose?.has(named)) ?? theRest;
      return ofPurpose?.get(code);
    },
    statutoryRetention(category) {
      const codes = lineage(category);
      return statutory.filter((row) => row.categories.some((code) => codes.includes(code)));
    },
    reviewEvery: policy.retention.review?.every,
    retentionQueue: queueOf(policy),
    transferNotices: declaredNotices(policy, sectionClause),
    identifier: (scheme) => identifiers.get(scheme),
    categoryFitsPurpose: (category, purpose) => fitOf(needed.get(purpose), category, categories),
    categoryFitsRecipient: (recipient, category) => fitOf(given.get(recipient), category, categories),
    necessityClause: (purpose) => needed.get(purpose)?.clause ?? sectionClause('purposes'),
    disclosureClause: (recipient) => given.get(recipient)?.clause ?? sectionClause('recipients'),
  };
}
