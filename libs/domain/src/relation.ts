// Which relations, obligations and purposes bind data to a person, and when did they end?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { Act, Article, closed, Code, EventId, optional, sampleUuid } from './vocabulary.js';

export const relationKinds = ['contract', 'subscription', 'account', 'ticket', 'enquiry', 'session'] as const;

export const RelationStarted = defineEvent('RelationStarted', {
  v: 1,
  says: 'A relation with the person began: a contract, subscription, account, ticket, enquiry or session.',
  facts: closed({ kind: Type.Enum([...relationKinds]) }),
  sample: { kind: 'contract' },
});

export const RelationEnded = defineEvent('RelationEnded', {
  v: 1,
  says: 'A relation ended; what was held for it alone has reached its purpose (Art. 18(2)).',
  facts: closed({ relation: EventId, kind: Type.Enum([...relationKinds]) }),
  sample: { relation: sampleUuid(13), kind: 'contract' },
});

export const ObligationOpened = defineEvent('ObligationOpened', {
  v: 1,
  says: 'Something is owed between the person and the controller, which limits withdrawal (Art. 8(2)).',
  facts: closed({ kind: Code, law: optional(Act), article: optional(Article), relation: optional(EventId) }),
  sample: { kind: 'debt', relation: sampleUuid(13) },
});

export const ObligationClosed = defineEvent('ObligationClosed', {
  v: 1,
  says: 'What was owed is settled.',
  facts: closed({ obligation: EventId }),
  sample: { obligation: sampleUuid(14) },
});

export const PurposeEnded = defineEvent('PurposeEnded', {
  v: 1,
  says: 'A purpose was reached for this person; what was held for it alone is due to go (Art. 12(2)).',
  facts: closed({ purpose: Code }),
  sample: { purpose: 'support' },
});

export interface Relation {
  readonly event: string;
  readonly kind: (typeof relationKinds)[number];
  readonly started: string;
  readonly ended?: string;
}

export interface Obligation {
  readonly event: string;
  readonly kind: string;
  readonly opened: string;
  readonly closed?: string;
}

export interface Relations {
  /** By the event id of RelationStarted. */
  readonly started: ReadonlyMap<string, Relation>;
  /** By the event id of ObligationOpened. */
  readonly obligations: ReadonlyMap<string, Obligation>;
  /** Purposes that ended, with the moment. */
  readonly endedPurposes: ReadonlyMap<string, string>;
}

export const emptyRelations: Relations = { started: new Map(), obligations: new Map(), endedPurposes: new Map() };

export const openRelation = (relations: Relations, kind: string): Relation | undefined =>
  [...relations.started.values()].find((relation) => relation.kind === kind && relation.ended === undefined);

/** The last end of a relation of this kind; undefined while one is open or when there never was one. */
export function lastEnd(relations: Relations, kind: string): string | undefined {
  if (openRelation(relations, kind)) return undefined;
  const ends = [...relations.started.values()].filter((one) => one.kind === kind).map((one) => one.ended ?? '');
  return ends.sort().at(-1);
}

export const openObligation = (relations: Relations): Obligation | undefined =>
  [...relations.obligations.values()].find((obligation) => obligation.closed === undefined);
