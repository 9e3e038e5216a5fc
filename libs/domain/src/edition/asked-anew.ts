// Which consents does a change reach past, and which answer settles what it asks?
import { type Change, type DeclaredPolicy } from '@derbes/policy';
import { type Consent } from '../consent.js';
import { type EntryOf } from '../fact.js';

/** What one change asks of one person. */
export interface Question {
  readonly what: Change['what'];
  /** The purpose, category, recipient class, country or decision that is asked about. */
  readonly item: string;
  readonly change: Change;
}

/** The change is named by its place, so that what is asked of a person is one row however often it is derived. */
export const questionOf = (change: Change): Question => ({ what: change.what, item: itemOf(change), change });

function itemOf({ what, place, touches }: Change): string {
  if (what === 'country') return touches.countries?.[0] ?? '-';
  return place.split('/').at(-1) ?? '-';
}

const meets = (a: readonly string[] | undefined, b: readonly string[]): boolean =>
  a === undefined || a.some((code) => b.includes(code));

/** Whether somebody who agreed so under the older text would have to agree anew; `live`: purposes of hers that stand. */
export function reachesPast(
  { what, change: { touches }, item }: Question,
  { items }: Consent,
  live: readonly string[],
  newer: DeclaredPolicy,
): boolean {
  switch (what) {
    case 'purpose':
      return items.data === undefined || items.data.some((code) => anyOf(touches.categories, code, newer));
    case 'category':
    case 'category-for-purpose':
    case 'automated-decision':
      return meets(touches.purposes, live);
    case 'retention':
      return meets(touches.purposes, live) && (items.data ?? []).some((code) => anyOf(touches.categories, code, newer));
    // Who said no to passing on, or to abroad, said no to this too.
    case 'recipient-class':
      return items.thirdParties?.allowed !== 'no';
    case 'category-for-recipient':
      return items.thirdParties?.allowed === 'yes' && (items.thirdParties.classes?.includes(item) ?? true);
    case 'country':
      return items.crossBorder?.allowed !== 'no' && items.crossBorder?.countries?.includes(item) !== true;
    default:
      return false;
  }
}

/** Whether a code that a consent names means one of these, a group standing for what is in it; none named: all. */
function anyOf(categories: readonly string[] | undefined, named: string, policy: DeclaredPolicy): boolean {
  if (categories === undefined) return true;
  return categories.some((code) => code === named || policy.category(code)?.ancestors.includes(named) === true);
}

export type Answer = 'renewed' | 'refused' | undefined;

/** What a consent given under the newer text says to the question; `reached`: purposes of the consents that it is about. */
export function answeredBy(
  { what, item, change }: Question,
  { items, purposes }: Consent,
  newer: DeclaredPolicy,
): Answer {
  const yes = (holds: boolean): Answer => (holds ? 'renewed' : undefined);
  const allowed = (value: 'yes' | 'no' | undefined, holds: boolean): Answer =>
    value === 'no' ? 'refused' : yes(value === 'yes' && holds);
  switch (what) {
    case 'purpose':
      return yes(purposes.includes(item));
    case 'category':
      return yes((items.data ?? []).some((code) => anyOf([item], code, newer)));
    case 'recipient-class':
    case 'category-for-recipient':
      return allowed(items.thirdParties?.allowed, items.thirdParties?.classes?.includes(item) ?? true);
    case 'country':
      return allowed(items.crossBorder?.allowed, items.crossBorder?.countries?.includes(item) ?? true);
    default:
      return yes(meets(change.touches.purposes, purposes));
  }
}

/** A refusal says which purposes it is of: of what is about none of its own, those of the consents that it is asked of. */
export function refusedBy(
  { what, change: { touches } }: Question,
  { facts }: EntryOf<'ConsentRefused'>,
  reached: readonly string[],
): boolean {
  const about = what === 'recipient-class' || what === 'category-for-recipient' || what === 'country';
  return meets(facts.purposes, about || !touches.purposes ? reached : touches.purposes);
}
