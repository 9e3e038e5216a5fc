// Does a consent cover this category for this purpose, this recipient, this country? By the text that was shown (Art. 8(4)).
import { type DeclaredPolicy } from '@derbes/policy';
import { type Consent, type ConsentScope } from './consent.js';
import { means } from './holding.js';
import { lastEnd, relationKinds, type Relations } from './relation.js';
import { type SubjectState } from './subject-state.js';
import { goesOn } from './withdrawal/state.js';

/** What is to be done; only what is named is asked for. */
export interface Ask {
  readonly category: string;
  readonly purpose: string;
  readonly moment: string;
  readonly recipient?: { readonly code: string; readonly class: string | undefined };
  /** ISO country, when data leaves the controller's own. */
  readonly abroad?: string;
  readonly publication?: boolean;
}

/** In what a consent falls short of what is asked. */
export type Lack = 'purpose' | 'category' | 'term' | 'third-parties' | 'publication' | 'cross-border';

export interface Coverage {
  readonly consent: Consent;
  /** Empty: the consent covers what is asked, unless withdrawn. */
  readonly lacks: readonly Lack[];
  /** The withdrawal that took away what is asked. */
  readonly withdrawn?: string;
}

/** What a person agreed to, with what limits it: by withdrawal, and by what a withdrawal could not stop. */
export type Agreed = Pick<SubjectState, 'consents' | 'relations' | 'withdrawals' | 'erasures'>;

/** `shown` is the edition that the person saw; of a text the ledger does not have, only literal codes count. */
export function coverage(consent: Consent, ask: Ask, shown: DeclaredPolicy | undefined, agreed: Agreed): Coverage {
  const missing = new Set<Lack>();
  if (!consent.purposes.includes(ask.purpose) || (shown && !shown.purpose(ask.purpose))) missing.add('purpose');
  if (!coversCategory(consent, ask.category, shown)) missing.add('category');
  if (termOver(consent, ask, agreed.relations)) missing.add('term');
  if (ask.recipient && !coversRecipient(consent, ask.recipient, shown)) missing.add('third-parties');
  if (ask.publication === true && consent.items.publication?.allowed !== 'yes') missing.add('publication');
  if (ask.abroad !== undefined && !coversCountry(consent, ask.abroad)) missing.add('cross-border');
  const withdrawal = consent.withdrawals.find(
    ({ scope, event }) => takesAway(scope, ask) && !goesOn(agreed.withdrawals, event, ask, agreed),
  );
  return { consent, lacks: [...missing], ...(withdrawal ? { withdrawn: withdrawal.event } : {}) };
}

/** The consents given by the moment, the nearest to covering first; `named` is the one that the fact leans on. */
export function coverages(
  agreed: Agreed,
  ask: Ask,
  shownOf: (consent: Consent) => DeclaredPolicy | undefined,
  named?: string,
): Coverage[] {
  const { given: all } = agreed.consents;
  if (all.size === 0) return [];
  const score = ({ consent, lacks: missing, withdrawn }: Coverage) =>
    missing.length * 4 + (withdrawn === undefined ? 0 : 2) + (consent.event === named ? 0 : 1);
  return [...all.values()]
    .filter(({ given }) => given <= ask.moment)
    .reverse()
    .map((consent) => coverage(consent, ask, shownOf(consent), agreed))
    .sort((a, b) => score(a) - score(b));
}

function coversCategory(consent: Consent, category: string, shown: DeclaredPolicy | undefined): boolean {
  const named = consent.items.data ?? [];
  if (!shown) return named.includes(category);
  const declared = shown.category(category);
  // An item that the shown text did not have is not covered by the group that later got it.
  return declared !== undefined && [category, ...declared.ancestors].some((code) => named.includes(code));
}

function coversRecipient(
  { items }: Consent,
  recipient: NonNullable<Ask['recipient']>,
  shown: DeclaredPolicy | undefined,
): boolean {
  const { thirdParties } = items;
  if (thirdParties?.allowed !== 'yes') return false;
  if (thirdParties.recipients?.includes(recipient.code)) return true;
  const known = recipient.class !== undefined && (!shown || shown.recipientClass(recipient.class) !== undefined);
  if (thirdParties.classes) return known && thirdParties.classes.includes(recipient.class ?? '');
  return thirdParties.recipients === undefined && (known || !shown);
}

function coversCountry({ items }: Consent, country: string): boolean {
  const { crossBorder } = items;
  if (crossBorder?.allowed !== 'yes') return false;
  return crossBorder.countries === undefined || crossBorder.countries.includes(country);
}

/** A consent that states no term holds until its purpose is reached (Art. 8(6)). */
function termOver({ given, items }: Consent, { moment, purpose }: Ask, relations: Relations): boolean {
  const { until, untilEvent } = items.term ?? {};
  if (until !== undefined && moment > until) return true;
  const ended = relations.endedPurposes.get(purpose);
  if (ended !== undefined && ended >= given) return true;
  const relation = relationKinds.find((kind) => untilEvent === kind || untilEvent === `${kind}-ended`);
  const end = relation && lastEnd(relations, relation);
  return end !== undefined && end >= given;
}

/** Whether a withdrawal of this scope takes away what is asked; without one it takes all. */
export function takesAway(scope: ConsentScope | undefined, ask: Ask): boolean {
  if (!scope) return true;
  if (scope.purposes && !scope.purposes.includes(ask.purpose)) return false;
  if (scope.categories && !scope.categories.some((code) => means(code, ask.category))) return false;
  const { recipients, thirdParties, crossBorder, publication } = scope;
  if (!recipients && !thirdParties && !crossBorder && !publication) return true;
  if (ask.recipient && (thirdParties === 'yes' || recipients?.includes(ask.recipient.code) === true)) return true;
  if (crossBorder === 'yes' && ask.abroad !== undefined) return true;
  return publication === 'yes' && ask.publication === true;
}
