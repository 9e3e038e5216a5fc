// Does a consent say what the law asks, and was the text in force shown?
import { type Case } from './case.js';
import { type ConsentItems } from './consent.js';
import { type EntryOf } from './fact.js';
import { judgeCategories, judgePurposes } from './judge-data.js';

/** Whether a consent says the item of this code; items the ledger has no field for are said by the text alone. */
const said: Readonly<Record<string, (items: ConsentItems) => boolean>> = {
  operator: ({ operator }) => operator === 'yes',
  subject: ({ subjectName }) => subjectName === 'yes',
  term: ({ term }) => term?.until !== undefined || term?.untilEvent !== undefined,
  'third-parties': ({ thirdParties }) => thirdParties !== undefined,
  'cross-border': ({ crossBorder }) => crossBorder !== undefined,
  publication: ({ publication }) => publication !== undefined,
  data: ({ data }) => data !== undefined,
};

/** Art. 8(4), items 1 to 7. */
export function judgeConsentGiven(the: Case<EntryOf<'ConsentGiven'>>): void {
  const { entry, profile, policy, findings } = the;
  const { items, purposes } = entry.facts;
  const missing = profile.consent_items.filter(({ required, code }) => required && said[code]?.(items) === false);
  if (missing.length > 0) {
    const clause = policy?.basis('consent')?.clause ?? policy?.sectionClause('bases') ?? '-';
    const params = { items: missing.map(({ code }) => code) };
    findings.add('CONSENT_INCOMPLETE', clause, {}, params, missing.length === 1 ? missing[0]?.article : undefined);
  }
  judgePurposes(the, purposes);
  judgeCategories(the, items.data ?? [], 'any');
  judgeShown(the);
}

/** A person can agree to, or acknowledge, only the text that was in force. */
export function judgeShown({
  entry,
  edition,
  policy,
  findings,
}: Case<EntryOf<'ConsentGiven'> | EntryOf<'PolicyAcknowledged'>>): void {
  const { shown } = entry.facts;
  if (edition !== undefined && shown?.edition === edition) return;
  const params = { ...(shown ? { shown: shown.edition } : {}), ...(edition === undefined ? {} : { inForce: edition }) };
  findings.add('SHOWN_NOT_IN_FORCE', policy?.sectionClause('editions') ?? '-', {}, params);
}
