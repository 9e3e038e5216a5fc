// What stands about one subject after a run of facts, taken in the order in which they occurred?
import { consentOf, copyConsents, emptyConsents, type Consents } from './consent.js';
import { type Entry } from './fact.js';
import { copyHoldings, emptyHoldings, evolveHoldings, type Holdings } from './holding.js';
import { copyRelations, emptyRelations, type Relations } from './relation.js';
import { copyIdentity, emptyIdentity, type Identity } from './subject.js';

export interface SubjectState {
  readonly identity: Identity;
  readonly holdings: Holdings;
  readonly consents: Consents;
  readonly relations: Relations;
}

export const emptyState = (): SubjectState => ({
  identity: emptyIdentity(),
  holdings: emptyHoldings(),
  consents: emptyConsents(),
  relations: emptyRelations(),
});

/** A copy that may be evolved without touching the original. */
export const copyState = (state: SubjectState): SubjectState => ({
  identity: copyIdentity(state.identity),
  holdings: copyHoldings(state.holdings),
  consents: copyConsents(state.consents),
  relations: copyRelations(state.relations),
});

/** Changes the state given: callers own it or copied it. Entries must come in the order of `compareEntries`. */
export function evolveState(state: SubjectState, entry: Entry): void {
  evolveIdentity(state.identity, entry);
  evolveHoldings(state.holdings, entry);
  evolveConsents(state.consents, entry);
  evolveRelations(state.relations, entry);
}

function evolveIdentity(identity: Identity, entry: Entry): void {
  switch (entry.type) {
    case 'SubjectRegistered':
      // A merged stream brings a second registration: a person merged with anything is a person.
      identity.kind = identity.kind === 'person' ? 'person' : entry.facts.kind;
      return;
    case 'IdentifierLinked':
      identity.links.set(entry.id, entry.facts);
      return;
    case 'IdentifierUnlinked': {
      const link = identity.links.get(entry.facts.link);
      if (link) identity.links.set(entry.facts.link, { ...link, until: entry.facts.until });
      return;
    }
    case 'SubjectsMerged':
      if (entry.facts.part === 'merged') identity.mergedInto = { other: entry.facts.other, merge: entry.id };
      else identity.absorbed.set(entry.facts.other, entry.id);
      return;
    case 'SubjectsUnmerged':
      if (entry.facts.part === 'merged') identity.mergedInto = undefined;
      else identity.absorbed.delete(entry.facts.other);
      return;
    default:
  }
}

function evolveConsents(consents: Consents, entry: Entry): void {
  switch (entry.type) {
    case 'ConsentGiven':
      consents.given.set(entry.id, consentOf(entry));
      return;
    case 'ConsentWithdrawn': {
      const consent = consents.given.get(entry.facts.consent);
      if (!consent) return;
      const { received, scope } = entry.facts;
      const withdrawal = { event: entry.id, received, ...(scope === undefined ? {} : { scope }) };
      consents.given.set(consent.event, { ...consent, withdrawals: [...consent.withdrawals, withdrawal] });
      return;
    }
    case 'ConsentRefused': {
      const refusal = { event: entry.id, moment: entry.occurred, purposes: entry.facts.purposes };
      consents.refused = [...consents.refused, refusal];
      return;
    }
    case 'PolicyAcknowledged':
      consents.acknowledged = [...consents.acknowledged, entry.id];
      return;
    default:
  }
}

function evolveRelations(relations: Relations, entry: Entry): void {
  switch (entry.type) {
    case 'RelationStarted':
      relations.started.set(entry.id, { event: entry.id, kind: entry.facts.kind, started: entry.occurred });
      return;
    case 'RelationEnded': {
      const relation = relations.started.get(entry.facts.relation);
      if (relation) relations.started.set(relation.event, { ...relation, ended: entry.occurred });
      return;
    }
    case 'ObligationOpened':
      relations.obligations.set(entry.id, { event: entry.id, kind: entry.facts.kind, opened: entry.occurred });
      return;
    case 'ObligationClosed': {
      const obligation = relations.obligations.get(entry.facts.obligation);
      if (obligation) relations.obligations.set(obligation.event, { ...obligation, closed: entry.occurred });
      return;
    }
    case 'PurposeEnded':
      relations.endedPurposes.set(entry.facts.purpose, entry.occurred);
      return;
    default:
  }
}
