// Is what a fact names declared, needed for its purpose, kept at home, from a stated source, and free to be touched?
import { type Case } from './case.js';
import { type EntryOf } from './fact.js';
import { blockOf, holdingsNamed, mayEnd, means, type HoldingEnd } from './holding.js';
import { groundOf } from './judge-basis.js';
import { holderAt, ledgerHolder } from './registers.js';

export function judgeCategories(
  { policy, findings }: Case,
  categories: readonly string[],
  closed: 'closed' | 'any',
): void {
  if (!policy) return;
  for (const category of categories) {
    const declared = policy.category(category);
    if (!declared) findings.add('UNDECLARED_CATEGORY', policy.sectionClause('categories'), { category });
    else if (closed === 'closed' && (declared.open || declared.kind === 'group')) {
      findings.add('OPEN_CATEGORY', declared.clause, { category }, { items: declared.items });
    }
  }
}

export function judgePurposes({ policy, findings }: Case, purposes: readonly string[]): void {
  for (const purpose of purposes) {
    if (policy && !policy.purpose(purpose)) {
      findings.add('UNDECLARED_PURPOSE', policy.sectionClause('purposes'), { purpose });
    }
  }
}

/** Art. 7(9): nothing beyond what the purpose needs. What the edition does not say, is not found. */
export function judgeNecessity(
  { policy, findings }: Case,
  categories: readonly string[],
  purposes: readonly string[],
): void {
  if (!policy) return;
  for (const purpose of purposes) {
    for (const category of categories) {
      if (policy.categoryFitsPurpose(category, purpose) === 'excessive') {
        findings.add('EXCESSIVE_FOR_PURPOSE', policy.necessityClause(purpose), { category, purpose });
      }
    }
  }
}

export function judgeHolder({ entry, outside, policy, findings }: Case, holder: string | undefined): void {
  if (holder === undefined || holder === ledgerHolder || holderAt(outside.registers, holder, entry.occurred)) return;
  findings.add('UNDECLARED_HOLDER', policy?.sectionClause('retention') ?? '-', {}, { holder });
}

/** Art. 12(2): copies abroad are not forbidden in terms, a base abroad alone is. */
export function judgeLocalisation(the: Case<EntryOf<'DataCollected'> | EntryOf<'DataDeclared'>>): void {
  const { entry, outside, profile, policy, findings, state } = the;
  const rule = profile.localisation;
  if (!rule) return;
  const countriesOf = (holder: string, stated?: string): readonly string[] =>
    stated === undefined ? (holderAt(outside.registers, holder, entry.occurred)?.countries ?? []) : [stated];
  const { holder, country, categories } = entry.facts;
  const here = countriesOf(holder, country);
  if (here.length === 0 || (here.includes(rule.country) && rule.copies_abroad === 'allowed')) return;
  if (here.every((where) => where === rule.country)) return;
  const atHome = (category: string) =>
    [...state.holdings.current.values()].some(
      (held) =>
        held.end === undefined &&
        held.category === category &&
        countriesOf(held.holder, held.country).includes(rule.country),
    );
  for (const category of categories) {
    if (rule.copies_abroad === 'allowed' && atHome(category)) continue;
    const params = { holder, countries: here };
    findings.add('NOT_LOCALISED', policy?.sectionClause('retention') ?? '-', { category }, params, rule.article);
  }
}

/** Art. 24(1)(1): where it came from; Art. 7(5), 7(11) and clause 10 of the seed for public sources and uploads. */
export function judgeOrigin({
  entry,
  policy,
  findings,
}: Case<EntryOf<'DataCollected'> | EntryOf<'DataDeclared'>>): void {
  const { origin } = entry.facts;
  const clause = policy?.sectionClause('third-party-data') ?? '-';
  const lacks: string[] = [];
  if (origin.kind === 'unknown') lacks.push('kind');
  if (origin.kind === 'third-party' && origin.recipient === undefined) lacks.push('recipient');
  if (origin.kind === 'uploaded') {
    if (origin.uploader === undefined) lacks.push('uploader');
    if (origin.declaredBasis === undefined) lacks.push('declared-basis');
    if (origin.acceptance !== 'yes') lacks.push('acceptance');
  }
  if (origin.kind === 'public-source') {
    if (origin.link === undefined) findings.add('SOURCE_LINK_MISSING', clause);
    if (origin.ground === undefined) lacks.push('ground');
    if (origin.fetched === undefined) lacks.push('fetched');
    if (origin.case === undefined) lacks.push('case');
  }
  const about = origin.kind === 'unknown' ? (policy?.sectionClause('categories') ?? '-') : clause;
  if (lacks.length > 0) findings.add('SOURCE_NOT_STATED', about, {}, { origin: origin.kind, lacks });
}

/** Art. 7(10): no paper copies of identity documents, unless a law asks for them. */
export function judgeDocumentCopy(the: Case<EntryOf<'DataCollected'> | EntryOf<'DataDeclared'>>): void {
  const { documentCopy, basis } = the.entry.facts;
  if (documentCopy !== 'yes' || (basis && groundOf(the, basis).byLaw)) return;
  the.findings.add('ID_COPY', the.policy?.sectionClause('categories') ?? '-');
}

interface Touched {
  readonly categories: readonly string[];
  readonly holder?: string | undefined;
  readonly role?: string | undefined;
}

/** Art. 1(3): a block stops collection, change, use, transfer, depersonalisation and destruction alike. */
export function judgeBlocked({ state, policy, findings }: Case, { categories, holder }: Touched): void {
  if (state.holdings.blocks.size === 0) return;
  for (const category of categories) {
    const blocks = [...state.holdings.blocks.keys()].filter((code) => means(category, code) && code !== category);
    const block = [category, ...blocks].map((code) => blockOf(state.holdings, code, holder)).find(Boolean);
    if (!block) continue;
    const params = { block: block.event, ground: block.ground };
    findings.add('SUBJECT_BLOCKED', policy?.sectionClause('rights') ?? '-', { category }, params);
  }
}

/** Nothing that the ledger was never told of, or that is gone, can be used, passed on, changed or destroyed. */
export function judgeHeld({ state, policy, findings }: Case, touched: Touched, manner?: HoldingEnd['manner']): void {
  const { categories, holder } = touched;
  for (const category of categories) {
    const named = holdingsNamed(state.holdings, category, touched);
    const params = holder === undefined ? {} : { holder };
    const clause = policy?.sectionClause('retention') ?? '-';
    if (named.length === 0) findings.add('UNTOLD_HOLDING', clause, { category }, params);
    else if (!named.some((held) => (manner ? mayEnd(held, manner) : held.end === undefined))) {
      const last = named.map(({ end }) => end).findLast(Boolean);
      findings.add(
        'HOLDING_GONE',
        clause,
        { category },
        { ...params, ...(last ? { end: last.event, manner: last.manner } : {}) },
      );
    }
  }
}

// Art. 1(7) with 326-VIII: whoever can compute it again can tell whose it is, so these protect and do not anonymise.
const reversible = new Set(
  ['hash', 'hashed', 'hashing', 'mask', 'masked', 'masking', 'token', 'tokenised', 'tokenisation', 'pseudonym'].concat([
    'pseudonymised',
    'pseudonymisation',
    'encrypted',
    'encryption',
    'truncation',
  ]),
);

export function judgeAnonymised({ entry, policy, findings }: Case<EntryOf<'DataDestroyed'>>): void {
  const { manner, method, categories } = entry.facts;
  if (manner !== 'anonymised' || !method.split(/[.-]/).some((word) => reversible.has(word))) return;
  for (const category of categories) {
    findings.add('NOT_ANONYMISED', policy?.sectionClause('retention') ?? '-', { category }, { method });
  }
}
