// Is data of somebody who died used, passed on or asked consent for without a law that demands it?
import { type Case } from '../case.js';
import { type Entry } from '../fact.js';
import { type Basis } from '../holding.js';
import { groundOf } from '../judge-basis.js';
import { statusAt } from './authority.js';

/** What must be told whoever it reaches: that data was passed on (Art. 19(1)), that it leaked (Art. 27-1(1)(6-2)). */
const noticesByLaw = new Set(['transfer', 'breach']);

const touching = new Set<Entry['type']>([
  'DataCollected',
  'DataUsed',
  'DataTransferred',
  'DataPublished',
  'AutomatedDecisionMade',
  'ConsentGiven',
]);

/**
 * Art. 7(2): data of the dead is processed as the law provides. Her consents and contracts carry nothing any more, so what does not
 * lean on a case of Art. 9 is a finding, and so is a notice that no law asks for.
 */
export function judgeAfterDeath(the: Case): void {
  const { entry, state, policy, findings } = the;
  if (state.person.statuses.length === 0 || statusAt(state.person, entry.occurred) !== 'deceased') return;
  const death = state.person.statuses.findLast(({ since }) => since <= entry.occurred);
  const basis: Basis | undefined = 'basis' in entry.facts ? entry.facts.basis : undefined;
  const needless = entry.type === 'SubjectNotified' && !noticesByLaw.has(entry.facts.about);
  const unlawful = touching.has(entry.type) && !(basis && groundOf(the, basis).byLaw);
  if (!needless && !unlawful) return;
  const params = { status: death?.event ?? '-', since: death?.since ?? '-' };
  findings.add('AFTER_DEATH', policy?.sectionClause('bases') ?? '-', {}, params);
}
