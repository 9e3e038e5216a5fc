// What became of an answer on its way, and of what the request said, when its term was over?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { Act, Article, closed, Code, EditionCode, EventId, Moment, optional, sampleUuid, Uuid } from '../vocabulary.js';
import { deliveryMeans } from './events.js';

export const deliveryOutcomes = ['sent', 'delivered', 'failed'] as const;
/** By what somebody knows that it arrived. */
export const deliveryProofs = [
  'signed-for',
  'courier-receipt',
  'mail-receipt',
  'read-receipt',
  'service-receipt',
  'word-of-person',
] as const;
export const deliveryFaults = ['returned', 'bounced', 'address-unknown', 'not-collected', 'refused', 'lost'] as const;

/** Of the answer or refusal `of`. The number under which post or courier know it is sealed as `meta.reference`, under the controller's key. */
export const DeliveryReported = defineEvent('DeliveryReported', {
  v: 1,
  says: 'What became of an answer or a refusal on its way: it was sent, it arrived as somebody proves, or it came back.',
  facts: closed({
    of: EventId,
    outcome: Type.Enum([...deliveryOutcomes]),
    how: Type.Enum([...deliveryMeans]),
    happened: Moment,
    proof: optional(Type.Enum([...deliveryProofs])),
    fault: optional(Type.Enum([...deliveryFaults])),
    staff: optional(Uuid),
  }),
  sample: {
    of: sampleUuid(21),
    outcome: 'delivered',
    how: 'post',
    happened: '2026-11-27T06:00:00Z',
    proof: 'signed-for',
    staff: sampleUuid(4),
  },
});

/**
 * What is sealed under the request's key goes with `destroy`, and the frozen answer with it; events stay. `keep`: longer than the term,
 * by the act that asks for it. `by`: a term whose row is sure ends by itself, any other by what an officer decides.
 */
export const RequestRecordsDecided = defineEvent('RequestRecordsDecided', {
  v: 1,
  says: 'The term of what a request itself said, and of what was sealed to answer it, is over: it goes, or is kept for a reason.',
  facts: closed({
    decide: Type.Enum(['destroy', 'keep']),
    by: Type.Enum(['term', 'officer']),
    due: Moment,
    term: Code,
    profile: Code,
    version: EditionCode,
    until: optional(Moment),
    act: optional(Act),
    article: optional(Article),
    reason: optional(Code),
    staff: optional(Uuid),
  }),
  sample: {
    decide: 'destroy',
    by: 'term',
    due: '2029-11-23T09:00:00Z',
    term: 'request-records',
    profile: 'kz',
    version: '5',
  },
});

export type DeliveryOutcome = (typeof deliveryOutcomes)[number];
