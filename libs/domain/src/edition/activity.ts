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
  const parts = new Map<string, Summed>();
  const held = new Set<string>();
  for (const { category, holder, purposes, end } of state.holdings.current.values()) {
    if (end) continue;
    for (const { code, ended } of purposes) if (ended === undefined) held.add(`${code} ${category} ${holder}`);
  }
  for (const entry of entries) {
    if (!isPractised(entry)) continue;
    const { id, occurred } = entry;
    for (const of of placesOf(entry)) {
      if (gone(of.category, id)) continue;
      const { purpose, category, holder, recipient, country, basis } = of;
      const key = `${purpose} ${category} ${holder} ${recipient} ${country} ${basis}`;
      const known = parts.get(key);
      if (known) {
        known.facts++;
        known.last = occurred;
        known.lastEvent = id;
        continue;
      }
      const is = held.has(`${purpose} ${category} ${holder}`) ? 'yes' : 'no';
      const told = { first: occurred, last: occurred, firstEvent: id, lastEvent: id };
      parts.set(key, { ...of, facts: 1, ...told, held: is });
    }
  }
  return [...parts.values()];
}

/** A part while it is summed up. */
type Summed = { -readonly [Name in keyof ActivityPart]: ActivityPart[Name] };

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
