// What was ordered to be destroyed, what is kept by which act, and what was destroyed?
import { defineEvent } from '@derbes/kernel';
import Type, { type Static } from 'typebox';
import {
  Act,
  Article,
  closed,
  Code,
  Decimal,
  EventId,
  Moment,
  optional,
  PartName,
  sampleUuid,
  Uuid,
  Yes,
} from './vocabulary.js';

/** Parts that one event names; an order of more is executed in several ErasureExecuted. */
export const erasurePartsMax = 1_000;
/** Categories that one event names: an envelope must hold them. */
export const erasureCategoriesMax = 500;
/** Acts, holds and blocks that keep something, in one event. */
const keepersMax = 100;

export const erasureScopes = ['person', 'category', 'value'] as const;
export const erasureCauses = ['erasure', 'correction', 'retraction', 'holding-ended'] as const;
export const erasureGrounds = [
  'purpose-reached',
  'term-over',
  'relation-ended',
  'consent-withdrawn',
  'subject-request',
  'objection',
  'collected-without-consent',
  'breach-confirmed',
  'court-decision',
  'other-law',
] as const;
/** Why something is kept that was to be destroyed. */
export const keepReasons = [
  'LEGAL_HOLD',
  'STATUTORY_RETENTION',
  'RETENTION_UNCONFIRMED',
  'OBLIGATION_OPEN',
  'BLOCKED',
] as const;

const Categories = Type.Array(Code, { minItems: 1, maxItems: erasureCategoriesMax });
const Parts = Type.Array(PartName, { minItems: 1, maxItems: erasurePartsMax });
const Scope = Type.Enum([...erasureScopes]);
const Ground = Type.Enum([...erasureGrounds]);

/** `hold`, `block`, `obligation`: the event that keeps it; `row`: the policy's row; `reason`: why an officer keeps what nobody confirmed. */
const Keeper = closed({
  why: Type.Enum([...keepReasons]),
  categories: Categories,
  hold: optional(EventId),
  row: optional(Code),
  block: optional(EventId),
  obligation: optional(EventId),
  act: optional(Act),
  article: optional(Article),
  until: optional(Moment),
  reason: optional(Code),
});
/** What keeps categories that were to be destroyed. */
export type Kept = Static<typeof Keeper>;
const Keepers = Type.Array(Keeper, { minItems: 1, maxItems: keepersMax });

/**
 * Its id is the certificate's number. It orders exactly what it names: what is kept is not in it. `decided`: rows of the
 * policy with an unconfirmed term that an officer did not keep, and why. `under`: the order to erase the survivor of a
 * merge, with whom this subject goes. `request`: of the person, which it carries out.
 */
export const ErasureOrdered = defineEvent('ErasureOrdered', {
  v: 2,
  says: 'The destruction of a person, of categories or of single values was ordered; from now on it cannot be read here.',
  facts: closed({
    scope: Scope,
    categories: optional(Categories),
    parts: optional(Parts),
    ground: Ground,
    act: optional(Act),
    article: optional(Article),
    decided: optional(Type.Array(closed({ row: Code, reason: Code }), { minItems: 1, maxItems: keepersMax })),
    under: optional(EventId),
    request: optional(Uuid),
    staff: optional(Uuid),
  }),
  upcast: { 1: (facts) => facts },
  sample: {
    scope: 'category',
    categories: ['phone'],
    ground: 'consent-withdrawn',
    act: '94-V',
    article: '18(1)',
    decided: [{ row: 'contract-documents', reason: 'no-document-made' }],
    request: sampleUuid(18),
    staff: sampleUuid(4),
  },
});

/** `scope`, `categories` and `parts` say what was asked; `kept` says what of it stays, locked, and by which act. */
export const ErasureNarrowed = defineEvent('ErasureNarrowed', {
  v: 1,
  says: 'Less was ordered to be destroyed than was asked, because an act keeps the rest.',
  facts: closed({
    order: optional(EventId),
    scope: Scope,
    categories: optional(Categories),
    parts: optional(Parts),
    kept: Keepers,
  }),
  sample: {
    order: sampleUuid(16),
    scope: 'person',
    kept: [
      {
        why: 'LEGAL_HOLD',
        categories: ['requisites.iban'],
        hold: sampleUuid(15),
        act: '94-V',
        article: '8(2)',
        until: '2027-11-20T00:00:00Z',
      },
    ],
  },
});

export const ErasureRefused = defineEvent('ErasureRefused', {
  v: 2,
  says: 'Nothing of what was asked may be destroyed, because acts keep all of it.',
  facts: closed({
    scope: Scope,
    categories: optional(Categories),
    parts: optional(Parts),
    ground: Ground,
    kept: Keepers,
    request: optional(Uuid),
    staff: optional(Uuid),
  }),
  upcast: { 1: (facts) => facts },
  sample: {
    scope: 'category',
    categories: ['requisites.iban'],
    ground: 'subject-request',
    kept: [
      {
        why: 'RETENTION_UNCONFIRMED',
        categories: ['requisites.iban'],
        row: 'payment-documents',
        reason: 'asked-accountant',
      },
    ],
  },
});

/**
 * `order` is the event that demanded it: ErasureOrdered, DataCorrected, FactRetracted or DataDestroyed, as `cause` says.
 * Several answer one order where more parts go than one event names, or where a hold keeps some for now; all but the last say
 * `more`. Every part that went is in `parts`, but for a whole person, of whom all do.
 */
export const ErasureExecuted = defineEvent('ErasureExecuted', {
  v: 1,
  says: 'What an order named was destroyed in the working systems here: keys, sealed values, look-up tokens.',
  facts: closed({
    order: EventId,
    cause: Type.Enum([...erasureCauses]),
    scope: Scope,
    categories: optional(Categories),
    parts: optional(Parts),
    ordered: Moment,
    destroyed: closed({ parts: Decimal, keys: Decimal, tokens: Decimal }),
    more: optional(Yes),
  }),
  sample: {
    order: sampleUuid(11),
    cause: 'correction',
    scope: 'value',
    parts: [`${sampleUuid(12)}/0`],
    ordered: '2026-11-20T09:00:00Z',
    destroyed: { parts: '1', keys: '1', tokens: '0' },
  },
});

export type ErasureScope = (typeof erasureScopes)[number];
export type ErasureCause = (typeof erasureCauses)[number];
export type ErasureGround = (typeof erasureGrounds)[number];
