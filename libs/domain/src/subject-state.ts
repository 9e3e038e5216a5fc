// What stands about one subject after a run of facts, taken in the order in which they occurred?
import { emptyAssessments, evolveAssessments, type Assessments } from './assessment-state.js';
import { consentOf, emptyConsents, type Consents } from './consent.js';
import { Drafts } from './drafts.js';
import { emptyErasures, evolveErasures, type Erasures } from './erasure-state.js';
import { type Entry } from './fact.js';
import { emptyHoldings, evolveHoldings, type Holdings } from './holding.js';
import { answerTask } from './holding-answered.js';
import { evolvePerson, unknownPerson, type PersonState } from './person/person-state.js';
import { emptyRelations, type Relations } from './relation.js';
import { emptyRetention, evolveRetention, type RetentionState } from './retention/state.js';
import { emptyIdentity, type Identity } from './subject.js';
import { emptyWithdrawals, evolveWithdrawals, type WithdrawalsState } from './withdrawal/state.js';
import { emptyTasks, evolveTasks, type Tasks } from './task/state.js';

/** Immutable. What an entry says nothing of is shared with the state before it. */
export interface SubjectState {
  readonly identity: Identity;
  readonly holdings: Holdings;
  readonly consents: Consents;
  readonly relations: Relations;
  readonly erasures: Erasures;
  readonly withdrawals: WithdrawalsState;
  readonly assessments: Assessments;
  readonly tasks: Tasks;
  readonly person: PersonState;
  readonly retention: RetentionState;
}

export const emptyState: SubjectState = {
  identity: emptyIdentity,
  holdings: emptyHoldings,
  consents: emptyConsents,
  relations: emptyRelations,
  erasures: emptyErasures,
  withdrawals: emptyWithdrawals,
  assessments: emptyAssessments,
  tasks: emptyTasks,
  person: unknownPerson,
  retention: emptyRetention,
};

/**
 * The state after one more entry. Entries must come in the order of `compareEntries`. A run over many entries gives one
 * `drafts` for all of them and must not show a state in between to anybody who keeps it.
 */
export function evolveState(state: SubjectState, entry: Entry, drafts = new Drafts()): SubjectState {
  const identity = evolveIdentity(state.identity, entry, drafts);
  const holdings = evolveHeld(state, entry, drafts);
  const consents = evolveConsents(state.consents, entry, drafts);
  const relations = evolveRelations(state.relations, entry, drafts);
  const erasures = evolveErasures(state.erasures, entry, drafts);
  const tasks = evolveTasks(state.tasks, entry, drafts);
  const withdrawals = evolveWithdrawals(state.withdrawals, entry, drafts);
  const assessments = evolveAssessments(state.assessments, entry, drafts);
  const person = evolvePerson(state.person, entry, drafts);
  const retention = evolveRetention(state.retention, entry, drafts);
  return { identity, holdings, consents, relations, erasures, tasks, withdrawals, assessments, person, retention };
}

function evolveHeld({ holdings, tasks, erasures }: SubjectState, entry: Entry, drafts: Drafts): Holdings {
  if (entry.type !== 'TaskAcknowledged') return evolveHoldings(holdings, entry, drafts);
  const task = tasks.get(entry.facts.task);
  return task ? answerTask(holdings, { task, order: erasures.orders.get(task.cause), entry }, drafts) : holdings;
}

function evolveIdentity(identity: Identity, entry: Entry, drafts: Drafts): Identity {
  switch (entry.type) {
    case 'SubjectRegistered':
      // A merged stream brings a second registration: a person merged with anything is a person.
      return { ...identity, kind: identity.kind === 'person' ? 'person' : entry.facts.kind };
    case 'IdentifierLinked':
      return { ...identity, links: drafts.of(identity.links).set(entry.id, entry.facts) };
    case 'IdentifierUnlinked': {
      const { link: event, until } = entry.facts;
      const link = identity.links.get(event);
      return link ? { ...identity, links: drafts.of(identity.links).set(event, { ...link, until }) } : identity;
    }
    case 'SubjectsMerged': {
      const { part, other } = entry.facts;
      if (part === 'merged') return { ...identity, mergedInto: { other, merge: entry.id } };
      return { ...identity, absorbed: drafts.of(identity.absorbed).set(other, entry.id) };
    }
    case 'SubjectsUnmerged': {
      const { part, other } = entry.facts;
      if (part === 'merged') return { ...identity, mergedInto: undefined };
      const absorbed = drafts.of(identity.absorbed);
      absorbed.delete(other);
      return { ...identity, absorbed };
    }
    default:
      return identity;
  }
}

function evolveConsents(consents: Consents, entry: Entry, drafts: Drafts): Consents {
  switch (entry.type) {
    case 'ConsentGiven':
      return { ...consents, given: drafts.of(consents.given).set(entry.id, consentOf(entry)) };
    case 'ConsentWithdrawn': {
      const consent = consents.given.get(entry.facts.consent);
      if (!consent) return consents;
      const { received, scope, representative, clock } = entry.facts;
      const withdrawal = {
        event: entry.id,
        received,
        ...(scope === undefined ? {} : { scope }),
        ...(representative !== undefined && { representative }),
        ...(clock && { clock }),
      };
      const withdrawn = { ...consent, withdrawals: [...consent.withdrawals, withdrawal] };
      return { ...consents, given: drafts.of(consents.given).set(consent.event, withdrawn) };
    }
    case 'ConsentRefused': {
      const { purposes, representative } = entry.facts;
      const refusal = {
        event: entry.id,
        moment: entry.occurred,
        purposes,
        ...(representative !== undefined && { representative }),
      };
      return { ...consents, refused: [...consents.refused, refusal] };
    }
    case 'PolicyAcknowledged':
      return { ...consents, acknowledged: [...consents.acknowledged, entry.id] };
    default:
      return consents;
  }
}

function evolveRelations(relations: Relations, entry: Entry, drafts: Drafts): Relations {
  const { id: event, occurred } = entry;
  switch (entry.type) {
    case 'RelationStarted': {
      const relation = { event, kind: entry.facts.kind, started: occurred };
      return { ...relations, started: drafts.of(relations.started).set(event, relation) };
    }
    case 'RelationEnded': {
      const relation = relations.started.get(entry.facts.relation);
      if (!relation) return relations;
      const ended = { ...relation, ended: occurred };
      return { ...relations, started: drafts.of(relations.started).set(relation.event, ended) };
    }
    case 'ObligationOpened': {
      const obligation = { event, kind: entry.facts.kind, opened: occurred };
      return { ...relations, obligations: drafts.of(relations.obligations).set(event, obligation) };
    }
    case 'ObligationClosed': {
      const obligation = relations.obligations.get(entry.facts.obligation);
      if (!obligation) return relations;
      const closed = { ...obligation, closed: occurred };
      return { ...relations, obligations: drafts.of(relations.obligations).set(obligation.event, closed) };
    }
    case 'PurposeEnded':
      return { ...relations, endedPurposes: drafts.of(relations.endedPurposes).set(entry.facts.purpose, occurred) };
    default:
      return relations;
  }
}
