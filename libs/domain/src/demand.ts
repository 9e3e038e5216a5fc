// What did a court, a state body or the authorised body demand, of which the person may be told, and what became of it?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { Act, Article, closed, Codes, EventIds, Moment, optional, sampleUuid, Uuid } from './vocabulary.js';

export const authorities = [
  'court',
  'prosecutor',
  'inquiry',
  'bailiff',
  'notary',
  'tax',
  'authorised-body',
  'local-executive-body',
  'other-state-body',
] as const;
export const demandOutcomes = ['fulfilled', 'partly', 'nothing-held'] as const;
export const demandRefusals = [
  'no-power',
  'form-not-kept',
  'not-this-controller',
  'person-not-named',
  'other-law',
] as const;
const subjectsMax = 100;

/**
 * Name of the authority and number of its letter are sealed under `request-<uuid>`, that of the stream (`meta.name`, `meta.reference`).
 * `received`: when it reached the controller; `due`: the moment that the demand itself sets. Demands of which the law forbids to tell are
 * recorded elsewhere (RestrictedRecorded).
 */
export const AuthorityDemandReceived = defineEvent('AuthorityDemandReceived', {
  v: 1,
  says: 'An authority demanded personal data or something to be done with it, and the person may be told so.',
  facts: closed({
    authority: Type.Enum([...authorities]),
    received: Moment,
    due: optional(Moment),
    act: optional(Act),
    article: optional(Article),
    categories: optional(Codes),
    subjects: optional(Type.Array(Uuid, { minItems: 1, maxItems: subjectsMax })),
    staff: optional(Uuid),
  }),
  sample: {
    authority: 'court',
    received: '2026-11-20T09:00:00Z',
    due: '2026-11-27T09:00:00Z',
    act: '377-V',
    article: '73',
    categories: ['email'],
    subjects: [sampleUuid(3)],
    staff: sampleUuid(4),
  },
});

/** `transfers`: the DataTransferred by which it was given. */
export const AuthorityDemandAnswered = defineEvent('AuthorityDemandAnswered', {
  v: 1,
  says: 'A demand of an authority was answered: with what it asked for, with a part of it, or that nothing is held.',
  facts: closed({
    outcome: Type.Enum([...demandOutcomes]),
    moment: Moment,
    categories: optional(Codes),
    transfers: optional(EventIds),
    staff: optional(Uuid),
  }),
  sample: { outcome: 'partly', moment: '2026-11-24T09:00:00Z', categories: ['email'], transfers: [sampleUuid(21)] },
});

export const AuthorityDemandRefused = defineEvent('AuthorityDemandRefused', {
  v: 1,
  says: 'A demand of an authority was refused, and why.',
  facts: closed({
    reason: Type.Enum([...demandRefusals]),
    moment: Moment,
    act: optional(Act),
    article: optional(Article),
    staff: optional(Uuid),
  }),
  sample: { reason: 'no-power', moment: '2026-11-24T09:00:00Z', act: '94-V', article: '9(1)', staff: sampleUuid(4) },
});
