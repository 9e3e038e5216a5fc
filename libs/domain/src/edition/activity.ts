// What is done with a person's data: which category for which purpose, where, to whom, in which country, on which basis?
import { type Entry, type EntryOf } from '../fact.js';
import { type SubjectFold } from '../subject-fold.js';

type Practised = EntryOf<
  'DataCollected' | 'DataDeclared' | 'DataUsed' | 'DataTransferred' | 'DataPublished' | 'AutomatedDecisionMade'
>;

const practising = new Set<Entry['type']>([
  'DataCollected',
  'DataDeclared',
  'DataUsed',
  'DataTransferred',
  'DataPublished',
  'AutomatedDecisionMade',
]);

/** Where a fact says nothing of a purpose, holder, recipient, country or basis. */
export const notSaid = '-';

/** What one person's facts add to one activity; the activity is all that its first six name. */
export interface ActivityPart {
  readonly purpose: string;
  readonly category: string;
  readonly holder: string;
  readonly recipient: string;
  readonly country: string;
  readonly basis: string;
  readonly facts: number;
  readonly first: string;
  readonly last: string;
  readonly firstEvent: string;
  readonly lastEvent: string;
  /** `yes` while data of the person is held so. */
  readonly held: 'yes' | 'no';
}

/** `gone`: facts about a category of which nothing is left to be shown. */
export function activitiesOf(
  { entries, state }: SubjectFold,
  gone: (category: string, event: string) => boolean,
): readonly ActivityPart[] {
  const parts = new Map<string, ActivityPart>();
  const held = new Set<string>();
  for (const { category, holder, purposes, end } of state.holdings.current.values()) {
    if (end) continue;
    for (const { code, ended } of purposes) if (ended === undefined) held.add([code, category, holder].join(' '));
  }
  for (const entry of entries) {
    if (!isPractised(entry)) continue;
    const { id, occurred } = entry;
    for (const of of placesOf(entry)) {
      if (gone(of.category, id)) continue;
      const key = Object.values(of).join(' ');
      const known = parts.get(key);
      parts.set(key, {
        ...of,
        facts: (known?.facts ?? 0) + 1,
        first: known?.first ?? occurred,
        last: occurred,
        firstEvent: known?.firstEvent ?? id,
        lastEvent: id,
        held: held.has([of.purpose, of.category, of.holder].join(' ')) ? 'yes' : 'no',
      });
    }
  }
  return [...parts.values()];
}

const isPractised = (entry: Entry): entry is Practised => practising.has(entry.type);

type Place = Pick<ActivityPart, 'purpose' | 'category' | 'holder' | 'recipient' | 'country' | 'basis'>;

function placesOf({ facts }: Practised): Place[] {
  const where = {
    holder: ('holder' in facts ? facts.holder : undefined) ?? notSaid,
    recipient: 'recipient' in facts ? facts.recipient : notSaid,
    country: ('country' in facts ? facts.country : undefined) ?? notSaid,
    basis: facts.basis?.code ?? notSaid,
  };
  const purposes = facts.purposes === undefined || facts.purposes.length === 0 ? [notSaid] : facts.purposes;
  return purposes.flatMap((purpose) => facts.categories.map((category) => ({ purpose, category, ...where })));
}
