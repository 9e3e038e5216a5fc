// Which kinds of facts may a service tell, and which event does each become?
import { type Recorded } from '@derbes/kernel';
import { type SubjectEvent } from './catalogue.js';

/** CloudEvents types without their `derbes.` prefix, and the event named after each. */
export const factTypes = {
  'data.collected': 'DataCollected',
  'data.declared': 'DataDeclared',
  'data.used': 'DataUsed',
  'data.transferred': 'DataTransferred',
  'data.corrected': 'DataCorrected',
  'data.blocked': 'DataBlocked',
  'data.unblocked': 'DataUnblocked',
  'data.destroyed': 'DataDestroyed',
  'data.published': 'DataPublished',
  'data.unpublished': 'DataUnpublished',
  'consent.given': 'ConsentGiven',
  'consent.refused': 'ConsentRefused',
  'consent.withdrawn': 'ConsentWithdrawn',
  'subject.registered': 'SubjectRegistered',
  'subject.identified': 'IdentifierLinked',
  'subject.notified': 'SubjectNotified',
  'subject.status': 'SubjectStatusChanged',
  'relation.started': 'RelationStarted',
  'relation.ended': 'RelationEnded',
  'obligation.opened': 'ObligationOpened',
  'obligation.closed': 'ObligationClosed',
  'purpose.ended': 'PurposeEnded',
  'decision.made': 'AutomatedDecisionMade',
  'policy.acknowledged': 'PolicyAcknowledged',
  'fact.retracted': 'FactRetracted',
} as const satisfies Record<string, SubjectEvent['type']>;
export type FactType = keyof typeof factTypes;

type WithoutParts<E> = E extends Recorded ? Omit<E, 'parts'> : never;
/** A subject's event as folds keep it: codes only, without the traces of sealed values. */
export type Entry = WithoutParts<SubjectEvent>;
export type EntryOf<Type extends SubjectEvent['type']> = Extract<Entry, { type: Type }>;

/** Strips what folds do not keep. */
export function entryOf(event: SubjectEvent | Entry): Entry {
  if (!('parts' in event)) return event;
  const { type, facts, id, stream, revision, at, occurred, actor, source, edition } = event;
  return {
    type,
    facts,
    id,
    stream,
    revision,
    at,
    occurred,
    actor,
    ...(source !== undefined && { source }),
    ...(edition !== undefined && { edition }),
  } as Entry;
}

// Within one second a consent counts before what leans on it, and an ending after it, whichever was told first.
const early = new Set<string>(['SubjectRegistered', 'IdentifierLinked', 'SubjectsMerged']);
const grounds = new Set<string>(['ConsentGiven', 'PolicyAcknowledged', 'RelationStarted', 'ObligationOpened']);
const collecting = new Set<string>(['DataCollected', 'DataDeclared']);
const ending = new Set<string>(['ConsentWithdrawn', 'RelationEnded', 'ObligationClosed', 'PurposeEnded']);

function rankWithinSecond(type: string): number {
  if (early.has(type)) return 0;
  if (grounds.has(type)) return 1;
  if (collecting.has(type)) return 2;
  return ending.has(type) ? 4 : 3;
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order in which facts count: by when they occurred, not by when they were told. */
export function compareEntries(a: Entry, b: Entry): number {
  return (
    order(a.occurred, b.occurred) ||
    rankWithinSecond(a.type) - rankWithinSecond(b.type) ||
    order(a.at, b.at) ||
    order(a.stream, b.stream) ||
    a.revision - b.revision
  );
}
