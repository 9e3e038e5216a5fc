// How do the entries of a policy file become what look-ups answer with?
import {
  type DeclaredBasis,
  type DeclaredBorderClaim,
  type DeclaredCategory,
  type DeclaredEntry,
  type DeclaredNotices,
  type DeclaredRetention,
  type DeclaredStatutoryRetention,
  type Fit,
  type SectionSubject,
} from './look-ups.js';
import { type Declarer, type Labels } from './format-entries.js';
import { type PolicyStatutoryRetention } from './format-retention.js';
import { type Policy } from './format.js';

/** Cited where the text says nothing. */
export const noClause = '-';

/** Key of a purpose's rule for all categories that no other rule of it names. */
export const theRest = '*';

type SectionClause = (about: SectionSubject) => string;

interface FileEntry {
  readonly code: string;
  readonly label: Labels;
  readonly dpv?: readonly string[];
  readonly clause?: string;
  readonly declared?: Declarer;
}

/** An entry with its defaults; one that the text does not say cites no clause unless it names one. */
export function declaredEntry(entry: FileEntry, inherited: string): DeclaredEntry {
  const declared = entry.declared ?? 'text';
  const clause = entry.clause ?? (declared === 'text' ? inherited : noClause);
  return { code: entry.code, label: entry.label, dpv: entry.dpv ?? [], clause, declared };
}

export const byCode = <E extends { readonly code: string }>(entries: readonly E[]): Map<string, E> =>
  new Map(entries.map((entry) => [entry.code, entry]));

/** Groups, categories and closed items in one map. */
export function indexCategories(policy: Policy, sectionClause: SectionClause): Map<string, DeclaredCategory> {
  const categories: DeclaredCategory[] = [];
  for (const group of policy.categories) {
    const heading = declaredEntry(group, sectionClause('categories'));
    const items = group.items.map(({ code }) => code);
    categories.push({ ...heading, kind: 'group', open: true, ancestors: [], items });
    for (const category of group.items) {
      const open = category.open ?? false;
      categories.push({
        ...declaredEntry(category, heading.clause),
        kind: open ? 'group' : 'item',
        open,
        ancestors: [group.code],
        items: (category.items ?? []).map(({ code }) => code),
      });
      for (const item of category.items ?? []) {
        // A proposed item stands under the open category of the text, so that is the clause to cite.
        const clause = item.clause ?? heading.clause;
        const ancestors = [category.code, group.code];
        categories.push({ ...declaredEntry(item, clause), clause, kind: 'item', open: false, ancestors, items: [] });
      }
    }
  }
  return byCode(categories);
}

/** Bases by their own code and by every code of the profile that they cover. */
export function indexBases(policy: Policy, sectionClause: SectionClause): Map<string, DeclaredBasis> {
  const bases = new Map<string, DeclaredBasis>();
  for (const { articles = [], covers, ...entry } of policy.bases) {
    const basis = { ...declaredEntry(entry, sectionClause('bases')), articles, covers };
    for (const code of covers) bases.set(code, basis);
    bases.set(basis.code, basis);
  }
  return bases;
}

interface BorderClaimOf {
  readonly claim: DeclaredBorderClaim;
  readonly countries: readonly string[];
  readonly recipients: readonly string[] | undefined;
}

/** What somebody asserts; what is only proposed nobody does. */
export const indexBorderClaims = (policy: Policy, sectionClause: SectionClause): BorderClaimOf[] =>
  (policy.cross_border ?? [])
    .filter((entry) => entry.declared !== 'proposed')
    .map((entry) => {
      const { ground, instrument, asserted_by: assertedBy, countries, recipients } = entry;
      const claim = { ...declaredEntry(entry, sectionClause('recipients')), ground, instrument, assertedBy };
      return { claim, countries, recipients };
    });

/** Retention rules by purpose, then by category code or `theRest`. */
export function indexRules(policy: Policy, sectionClause: SectionClause): Map<string, Map<string, DeclaredRetention>> {
  const rules = new Map<string, Map<string, DeclaredRetention>>();
  for (const rule of policy.retention.rules) {
    const { purpose, until, relation, obligation, event, term, act, carried_out, declared = 'text' } = rule;
    const retention: DeclaredRetention = {
      purpose,
      until,
      ...(relation && { relation }),
      ...(obligation && { obligation }),
      ...(event && { event }),
      ...(term && { term }),
      ...(act && { act }),
      byItself: carried_out === 'by-itself',
      clause: rule.clause ?? (declared === 'text' ? sectionClause('retention') : noClause),
      declared,
    };
    const ofPurpose = rules.get(purpose) ?? new Map<string, DeclaredRetention>();
    for (const code of rule.categories ?? [theRest]) ofPurpose.set(code, retention);
    rules.set(purpose, ofPurpose);
  }
  return rules;
}

/** Of an edition that says nothing: what is due within a month is due soon, and what is there a day later is overdue. */
const queueDefault = { soonDays: 30, overdueDays: 1 } as const;

const daysOf = (duration: string | undefined): number | undefined =>
  duration === undefined ? undefined : Number(duration.slice('P'.length, -'D'.length));

export const queueOf = ({ retention: { queue } }: Policy): { soonDays: number; overdueDays: number } => ({
  soonDays: daysOf(queue?.soon) ?? queueDefault.soonDays,
  overdueDays: daysOf(queue?.overdue) ?? queueDefault.overdueDays,
});

export function declaredStatutory(row: PolicyStatutoryRetention, entry: DeclaredEntry): DeclaredStatutoryRetention {
  return {
    ...entry,
    confirmed: row.confirmed_by !== undefined,
    categories: row.categories,
    holders: row.holders ?? [],
    ...(row.act && { act: row.act }),
    ...(row.article && { article: row.article }),
    ...(row.document && { document: row.document }),
    ...(row.relation && { relation: row.relation }),
    ...(row.term && { term: row.term }),
  };
}

export function declaredNotices(policy: Policy, sectionClause: SectionClause): DeclaredNotices {
  const { transfer_notices: entry } = policy;
  const cases = new Map(
    (entry?.exceptions ?? []).flatMap((one) => one.recipients.map((code) => [code, one.case] as const)),
  );
  const inherited = entry?.declared === undefined || entry.declared === 'text' ? sectionClause('recipients') : noClause;
  return {
    tell: entry?.tell,
    byItself: entry?.made === 'by-itself',
    through: entry?.through,
    clause: entry?.clause ?? inherited,
    caseOf: (recipientClass) => cases.get(recipientClass),
  };
}

interface MatrixRow {
  readonly listed: ReadonlySet<string>;
  readonly clause: string | undefined;
}

export const indexMatrix = (
  rows: readonly (readonly [string, { categories: readonly string[]; clause?: string }])[],
): Map<string, MatrixRow> =>
  new Map(rows.map(([code, { categories, clause }]) => [code, { listed: new Set(categories), clause }]));

/** A listed group stands for all in it; of an undeclared category, or a group only partly listed, nothing is stated. */
export function fitOf(
  row: MatrixRow | undefined,
  category: string,
  categories: ReadonlyMap<string, DeclaredCategory>,
): Fit {
  const known = categories.get(category);
  if (row === undefined || known === undefined) return 'not-stated';
  if ([category, ...known.ancestors].some((code) => row.listed.has(code))) return 'fits';
  const partlyListed = [...row.listed].some((code) => categories.get(code)?.ancestors.includes(category));
  return partlyListed ? 'not-stated' : 'excessive';
}
