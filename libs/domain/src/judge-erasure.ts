// Was data used that is kept for answers alone, or told of somebody who was erased?
import { type Case, type Outside } from './case.js';
import { type SourceEvent } from './catalogue.js';
import { articleOf, Findings, type Finding } from './finding.js';
import { means, type Basis } from './holding.js';
import { groundOf } from './judge-basis.js';

interface Using {
  readonly categories: readonly string[];
  readonly basis?: Basis | undefined;
}

/**
 * What is kept by an act answers the person, courts and the regulator; any other use is a finding. An answer leans on the
 * law (a case of Art. 9), never on a consent or a contract. What was collected anew after the lock may be used.
 */
export function judgeLocked(the: Case, { categories, basis }: Using): void {
  const { state, policy, profile, findings } = the;
  const { locks } = state.erasures;
  if (locks.size === 0 || (basis && groundOf(the, basis).byLaw)) return;
  for (const category of categories) {
    const lock = [...locks.values()].find((one) => means(category, one.category) && one.renewed === undefined);
    if (!lock) continue;
    const params = { lock: lock.event, since: lock.since, why: lock.why };
    const clause = policy?.sectionClause('retention') ?? '-';
    findings.add('LOCKED_DATA_USED', clause, { category }, params, profile.destruction?.locked.article);
  }
}

/**
 * Somebody still has data of a person who was erased here; the finding is against the source, and names nobody. Judged by
 * the edition that the event names alone, so that it never changes: no edition that is published later speaks of it.
 */
export function judgeSource(event: SourceEvent, { documents }: Pick<Outside, 'documents'>): Finding[] {
  const policy = event.edition === undefined ? undefined : documents.policy(event.edition);
  const article = policy ? articleOf(policy.policy.edition.jurisdiction, 'AFTER_ERASURE') : '-';
  const findings = new Findings(event.id, '-');
  findings.add('AFTER_ERASURE', policy?.sectionClause('retention') ?? '-', {}, { told: event.facts.told }, article);
  return findings.all;
}
