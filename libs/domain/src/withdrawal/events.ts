// After a withdrawal: what was stopped, what lawfully goes on, by which act, and what ends that?
import { defineEvent } from '@derbes/kernel';
import Type, { type Static } from 'typebox';
import { relationKinds } from '../relation.js';
import { Act, Article, closed, Code, Codes, EventId, Moment, optional, sampleUuid, Uuid, Yes } from '../vocabulary.js';

/** Withdrawals that one decision answers. */
export const withdrawalsAtOnceMax = 100;
/** Groups that one event names; a group is purposes × categories (× recipients). */
export const groupsMax = 100;

/** Why something goes on: for what is owed it is used, for the others it is only stored. */
export const goingOnReasons = [
  'OBLIGATION_OPEN',
  'LEGAL_HOLD',
  'STATUTORY_RETENTION',
  'RETENTION_UNCONFIRMED',
] as const;
export type GoingOnReason = (typeof goingOnReasons)[number];

export const Withdrawals = Type.Array(EventId, { minItems: 1, maxItems: withdrawalsAtOnceMax });

/** With `recipients`: passing it on to them; with `publication`: publishing it; with neither: use here. */
const group = { purposes: Codes, categories: Codes, recipients: optional(Codes), publication: optional(Yes) };
const StoppedGroup = closed(group);
export type StoppedGroup = Static<typeof StoppedGroup>;

/** `basis`: the code of what makes it lawful without this consent, or `other-consent`. */
const UntouchedGroup = closed({ ...group, basis: Code });
export type UntouchedGroup = Static<typeof UntouchedGroup>;

/**
 * `withdrawals` are the ConsentWithdrawn events that it answers. `stopped` is empty where nothing was held, or where all goes on for
 * now. `untouched`: what never leaned on the consent alone. `reopens`: the WithdrawalRefused whose condition ended at `ended`.
 */
export const ProcessingStopped = defineEvent('ProcessingStopped', {
  v: 1,
  says: 'What leaned on a withdrawn consent was stopped; what was refused at first stops when its condition ends.',
  facts: closed({
    withdrawals: Withdrawals,
    stopped: Type.Array(StoppedGroup, { maxItems: groupsMax }),
    untouched: optional(Type.Array(UntouchedGroup, { minItems: 1, maxItems: groupsMax })),
    reopens: optional(EventId),
    ended: optional(Moment),
    request: optional(Uuid),
    staff: optional(Uuid),
  }),
  sample: {
    withdrawals: [sampleUuid(17)],
    stopped: [
      { purposes: ['analytics'], categories: ['email', 'phone'] },
      { purposes: ['account'], categories: ['email'], recipients: ['far-cloud'] },
    ],
    untouched: [{ purposes: ['payment'], categories: ['requisites.iban'], basis: 'kz.9.10' }],
    staff: sampleUuid(4),
  },
});

/**
 * One group that a withdrawal does not stop. `extent`: `use` where an open obligation needs it (Art. 8(2)), `storage` where a hold or a
 * statute keeps it: any use of that is stopped. It ends with what it names: `obligation` is closed, `hold` lifted, `until` comes,
 * or the `relation` ends that starts the term of the policy's `row`.
 */
export const WithdrawalRefused = defineEvent('WithdrawalRefused', {
  v: 1,
  says: 'A part of what a withdrawal asks is refused, by this act, until what it names ends; then it stops by itself.',
  facts: closed({
    withdrawals: Withdrawals,
    extent: Type.Enum(['use', 'storage']),
    purposes: Codes,
    categories: Codes,
    recipients: optional(Codes),
    why: Type.Enum([...goingOnReasons]),
    obligation: optional(EventId),
    hold: optional(EventId),
    row: optional(Code),
    relation: optional(Type.Enum([...relationKinds])),
    act: optional(Act),
    article: optional(Article),
    until: optional(Moment),
    reason: optional(Code),
    reopens: optional(EventId),
    ended: optional(Moment),
    request: optional(Uuid),
    staff: optional(Uuid),
  }),
  sample: {
    withdrawals: [sampleUuid(17)],
    extent: 'use',
    purposes: ['contract'],
    categories: ['requisites.iban'],
    recipients: ['good-bank'],
    why: 'OBLIGATION_OPEN',
    obligation: sampleUuid(14),
    act: '94-V',
    article: '8(2)',
    staff: sampleUuid(4),
  },
});
