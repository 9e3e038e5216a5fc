// What is suspicious about a fact, a holding or the ledger itself, by the edition, the consents and the law of its moment?
import { policyOf, openCase, profileOf, shownOf, type Case, type Outside } from './case.js';
import { coverages } from './consent-coverage.js';
import { type Entry, type EntryOf } from './fact.js';
import { articleOf, findingId, Findings, type Finding } from './finding.js';
import { type Holding } from './holding.js';
import { bestCoverage, decides, groundOf, judgeBasis } from './judge-basis.js';
import { judgeLocked } from './judge-erasure.js';
import { judgeConsentGiven, judgeShown } from './judge-consent.js';
import {
  judgeAnonymised,
  judgeBlocked,
  judgeCategories,
  judgeDocumentCopy,
  judgeHeld,
  judgeHolder,
  judgeLocalisation,
  judgeNecessity,
  judgeOrigin,
  judgePurposes,
} from './judge-data.js';
import { judgeTransfer } from './judge-transfer.js';
import { judgeAfterDeath } from './person/judge-person.js';
import { judgeAnswer } from './task/judge-answer.js';
import { editionAt, officerAt } from './registers.js';
import { hasEnd, staysOf } from './retention/stay.js';
import { type SubjectState } from './subject-state.js';

/** A fact told later than this after it occurred is TOLD_LATE. */
export const toldLateAfterMs = 24 * 60 * 60 * 1000;

/**
 * Findings about one fact, judged at the moment when it occurred: `state` is what stood just before it. What the fact
 * says about holdings that last is judged by `judgeHoldings`.
 */
export function judge(entry: Entry, state: SubjectState, outside: Outside): Finding[] {
  if (!isJudged(entry.type)) return [];
  const the = openCase(entry, state, outside);
  if (entry.type === 'TaskAcknowledged') return judgeAnswer(the as Case<typeof entry>);
  const { findings, policy } = the;
  if (!policy && entry.type !== 'IdentifierContested') findings.add('NO_EDITION_IN_FORCE', '-');
  judgeByType(the);
  judgeAfterDeath(the);
  if (Date.parse(entry.at) - Date.parse(entry.occurred) > toldLateAfterMs) findings.add('TOLD_LATE', '-');
  return findings.all;
}

// Other events follow from these, or are the ledger's own.
const judged = new Set<string>([
  'IdentifierContested',
  'DataCollected',
  'DataDeclared',
  'DataUsed',
  'DataTransferred',
  'DataCorrected',
  'DataBlocked',
  'DataUnblocked',
  'DataDestroyed',
  'DataPublished',
  'DataUnpublished',
  'AutomatedDecisionMade',
  'ConsentGiven',
  'ConsentRefused',
  'ConsentWithdrawn',
  'PolicyAcknowledged',
  'RelationStarted',
  'RelationEnded',
  'ObligationOpened',
  'ObligationClosed',
  'PurposeEnded',
  'SubjectNotified',
  'TaskAcknowledged',
]);

/** Whether events of a type can be suspicious at all. */
export const isJudged = (type: string): boolean => judged.has(type);

function judgeByType(the: Case): void {
  const { entry } = the;
  switch (entry.type) {
    case 'DataCollected':
    case 'DataDeclared':
      return judgeCollection(the as Case<typeof entry>);
    case 'DataUsed':
      judgeDeclared(the, entry.facts);
      judgeTouched(the, entry.facts);
      judgeLocked(the, entry.facts);
      return judgeBasis(the, entry.facts);
    case 'DataTransferred':
      judgeDeclared(the, entry.facts);
      judgeTouched(the, entry.facts);
      judgeLocked(the, entry.facts);
      return judgeTransfer(the as Case<typeof entry>);
    case 'DataPublished':
      judgeDeclared(the, { ...entry.facts, purposes: entry.facts.purposes ?? [] });
      judgeTouched(the, entry.facts);
      judgeLocked(the, entry.facts);
      return judgeBasis(the, { ...entry.facts, purposes: entry.facts.purposes ?? [] }, { publication: true });
    case 'DataCorrected':
      judgeCategories(the, entry.facts.categories, 'closed');
      return judgeTouched(the, entry.facts);
    case 'DataDestroyed':
      judgeHolder(the, entry.facts.holder);
      judgeBlocked(the, entry.facts);
      judgeHeld(the, entry.facts, entry.facts.manner);
      return judgeAnonymised(the as Case<typeof entry>);
    case 'AutomatedDecisionMade':
      return judgeDecision(the as Case<typeof entry>);
    case 'ConsentGiven':
      return judgeConsentGiven(the as Case<typeof entry>);
    case 'PolicyAcknowledged':
      return judgeShown(the as Case<typeof entry>);
    case 'IdentifierContested':
      return judgeContested(the as Case<typeof entry>);
    default:
  }
}

function judgeCollection(the: Case<EntryOf<'DataCollected'> | EntryOf<'DataDeclared'>>): void {
  const { facts } = the.entry;
  judgeDeclared(the, facts);
  judgeHolder(the, facts.holder);
  judgeBlocked(the, facts);
  judgeLocalisation(the);
  judgeOrigin(the);
  judgeDocumentCopy(the);
  judgeBasis(the, facts);
}

function judgeDeclared(
  the: Case,
  facts: { readonly categories: readonly string[]; readonly purposes: readonly string[] },
): void {
  judgeCategories(the, facts.categories, 'closed');
  judgePurposes(the, facts.purposes);
  judgeNecessity(the, facts.categories, facts.purposes);
}

function judgeTouched(the: Case, facts: Parameters<typeof judgeHeld>[1]): void {
  judgeHolder(the, facts.holder);
  judgeBlocked(the, facts);
  judgeHeld(the, facts);
}

/** Art. 19-1: what creates, changes or ends a right needs a consent or a law; else it is a use like any other. */
function judgeDecision(the: Case<EntryOf<'AutomatedDecisionMade'>>): void {
  const { entry, policy, findings } = the;
  const { facts, occurred } = entry;
  judgeDeclared(the, facts);
  judgeBlocked(the, facts);
  judgeHeld(the, facts);
  judgeLocked(the, facts);
  if (facts.effect === 'none') return judgeBasis(the, facts);
  const ground = facts.basis && groundOf(the, facts.basis);
  if (ground?.byLaw) return;
  const clause = policy?.sectionClause('bases') ?? '-';
  for (const purpose of facts.purposes) {
    const uncovered = facts.categories.filter((category) => {
      const best =
        ground?.needsConsent && bestCoverage(the, { category, purpose, moment: occurred }, facts.basis?.consent);
      return !best || !decides(best, ground, the);
    });
    if (uncovered.length === 0) continue;
    const params = { effect: facts.effect, categories: uncovered };
    findings.add('AUTOMATED_WITHOUT_GROUND', clause, { purpose }, params);
  }
}

/** A cookie beside its person's account is no conflict, only not yet told to be theirs. */
function judgeContested({ entry, state, findings }: Case<EntryOf<'IdentifierContested'>>): void {
  const { scheme, rank, fact } = entry.facts;
  if (rank === 'weaker' && state.identity.kind === 'device') return;
  findings.add('IDENTIFIERS_CONFLICT', '-', {}, { scheme, rank, ...(fact === undefined ? {} : { fact }) });
}

/** Findings about holdings as they stand in a state, or about those that one event began; each stands on the event that began its holding. */
export function judgeHoldings(state: SubjectState, outside: Outside, began?: string): Finding[] {
  const byId = new Map<string, Finding>();
  for (const holding of state.holdings.current.values()) {
    if (began !== undefined && holding.began !== began) continue;
    const document = holding.edition ?? editionAt(outside.registers, holding.since.moment)?.document;
    if (holding.end || document === undefined) continue;
    const policy = policyOf(outside, document);
    const article = articleOf(policy.policy.edition.jurisdiction, 'TERM_NOT_SET');
    for (const stay of staysOf(holding, state.relations, policy)) {
      if (hasEnd(stay) || consentSetsEnd(holding, stay.purpose, state, outside)) continue;
      const about = { category: holding.category, purpose: stay.purpose };
      const clause = stay.rule?.clause ?? policy.sectionClause('retention');
      const params = {
        holder: holding.holder,
        lacks: stay.rule ? (stay.rule.relation ?? stay.rule.obligation ?? 'term') : 'rule',
        ...(policy.reviewEvery === undefined ? {} : { review: policy.reviewEvery }),
      };
      const id = findingId(holding.began, 'TERM_NOT_SET', about);
      byId.set(id, { id, event: holding.began, code: 'TERM_NOT_SET', clause, article, ...about, params });
    }
  }
  return [...byId.values()];
}

const atAnyTime = '9999-12-31T23:59:59Z';

/** A consent with a date sets the end of what is held by it, also once the date is over. */
function consentSetsEnd(holding: Holding, purpose: string, state: SubjectState, outside: Outside): boolean {
  const ask = { category: holding.category, purpose, moment: atAnyTime };
  return coverages(state, ask, shownOf(outside)).some(
    ({ consent, lacks }) => consent.items.term?.until !== undefined && lacks.every((lack) => lack === 'term'),
  );
}

/** Findings about the ledger itself; they stand on LedgerOpened. */
export function judgeLedger(ledgerOpened: string, outside: Outside, now: string): Finding[] {
  const { registers } = outside;
  if (officerAt(registers, now)) return [];
  const document = editionAt(registers, now)?.document;
  const policy = document === undefined ? undefined : policyOf(outside, document);
  const findings = new Findings(ledgerOpened, profileOf(outside, now, policy).code);
  findings.add('NO_RESPONSIBLE_PERSON', policy?.sectionClause('contacts') ?? '-');
  return findings.all;
}
