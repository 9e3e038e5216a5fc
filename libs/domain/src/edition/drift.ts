// Where does what is done leave what the edition in force says, and what does the edition say that nobody does?
import { type DeclaredPolicy } from '@derbes/policy';
import { holderAt, ledgerHolder, recipientAt, type Registers } from '../registers.js';
import { notSaid, type ActivityPart } from './activity.js';

export const driftReasons = [
  'purpose-undeclared',
  'category-undeclared',
  'excessive-for-purpose',
  'recipient-unregistered',
  'recipient-class-undeclared',
  'excessive-for-recipient',
  'holder-unregistered',
  'not-practised',
] as const;
export type DriftReason = (typeof driftReasons)[number];

export interface Drift {
  readonly reason: DriftReason;
  /** Of the edition in force: what says otherwise, or says what nobody does. */
  readonly clause: string;
}

type Activity = Pick<ActivityPart, 'purpose' | 'category' | 'holder' | 'recipient' | 'last'>;

/** Of what was last done since the edition is in force; what had ended before was done under another one. */
export function driftOf(activity: Activity, policy: DeclaredPolicy, since: string, registers: Registers): Drift[] {
  const { purpose, category, holder, recipient, last } = activity;
  if (last < since) return [];
  const found: Drift[] = [];
  const add = (reason: DriftReason, clause: string) => found.push({ reason, clause });
  const knownPurpose = purpose === notSaid || policy.purpose(purpose) !== undefined;
  const knownCategory = policy.category(category) !== undefined;
  if (!knownPurpose) add('purpose-undeclared', policy.sectionClause('purposes'));
  if (!knownCategory) add('category-undeclared', policy.sectionClause('categories'));
  if (knownPurpose && policy.categoryFitsPurpose(category, purpose) === 'excessive') {
    add('excessive-for-purpose', policy.necessityClause(purpose));
  }
  if (holder !== notSaid && holder !== ledgerHolder && !holderAt(registers, holder, last)) {
    add('holder-unregistered', notSaid);
  }
  if (recipient !== notSaid) found.push(...ofRecipient(activity, policy, registers));
  return found;
}

function ofRecipient({ recipient, category, last }: Activity, policy: DeclaredPolicy, registers: Registers): Drift[] {
  const clause = policy.sectionClause('recipients');
  const known = recipientAt(registers, recipient, last);
  if (!known) return [{ reason: 'recipient-unregistered', clause }];
  if (!policy.recipientClass(known.class)) return [{ reason: 'recipient-class-undeclared', clause }];
  if (policy.categoryFitsRecipient(known.class, category) !== 'excessive') return [];
  return [{ reason: 'excessive-for-recipient', clause: policy.disclosureClause(known.class) }];
}

export interface Unpractised extends Drift {
  readonly what: 'purpose' | 'category' | 'recipient-class';
  readonly code: string;
}

/** What the edition says and nobody has done since a moment; an edition younger than that is not asked yet. */
export function unpractised(
  activities: readonly Activity[],
  policy: DeclaredPolicy,
  { inForce, since }: { readonly inForce: string; readonly since: string },
  registers: Registers,
): Unpractised[] {
  if (inForce > since) return [];
  const lately = activities.filter(({ last }) => last >= since);
  const purposes = new Set(lately.map(({ purpose }) => purpose));
  const categories = new Set(lately.map(({ category }) => category));
  const classes = new Set(lately.map(({ recipient, last }) => recipientAt(registers, recipient, last)?.class));
  const of = (what: Unpractised['what'], code: string, clause: string): Unpractised => ({
    what,
    code,
    clause,
    reason: 'not-practised',
  });
  const items = policy.policy.categories.flatMap((group) =>
    group.items.flatMap((category) => (category.items && category.items.length > 0 ? category.items : [category])),
  );
  return [
    ...policy.policy.purposes
      .filter(({ code }) => !purposes.has(code))
      .map(({ code }) => of('purpose', code, policy.purpose(code)?.clause ?? notSaid)),
    ...items
      .filter(({ code }) => !categories.has(code))
      .map(({ code }) => of('category', code, policy.category(code)?.clause ?? notSaid)),
    ...policy.policy.recipients
      .filter(({ code }) => !classes.has(code))
      .map(({ code }) => of('recipient-class', code, policy.recipientClass(code)?.clause ?? notSaid)),
  ];
}
