// What does somebody ask of the controller about personal data, who is it, and what was answered?
import { defineEvent } from '@derbes/kernel';
import Type, { type Static } from 'typebox';
import { Clock } from '../clock.js';
import {
  Act,
  Article,
  closed,
  Code,
  Codes,
  Decimal,
  EventId,
  EventIds,
  Language,
  Moment,
  optional,
  sampleSha256,
  sampleUuid,
  Sha256,
  Uuid,
  Yes,
  YesNo,
} from '../vocabulary.js';

/** Rights of the Law of 2013 and of the GDPR; what a state body demands is no request. */
export const rights = [
  'know',
  'change',
  'supplement',
  'block',
  'unblock',
  'destroy',
  'delete',
  'anonymise',
  'restrict',
  'withdraw',
  'refuse-publication',
  'unpublish',
  'explain',
  'object',
  'complaint',
  'damages',
  'portability',
  'object-processing',
] as const;
export type Right = (typeof rights)[number];

/** For these it need not be known who asks: an answer shows nothing of anybody. */
export const openToAll: ReadonlySet<Right> = new Set(['complaint', 'damages']);

export const requestChannels = ['portal', 'email', 'paper', 'representative', 'state-service'] as const;
/** How somebody shows who she is; `representative`: by the document of her own authority. */
export const identityMethods = [
  'session',
  'mailbox',
  'line',
  'device',
  'second-identifier',
  'signature',
  'presence',
  'representative',
] as const;
export type IdentityMethod = (typeof identityMethods)[number];
export const answerOutcomes = ['fulfilled', 'partly', 'nothing-held'] as const;
/** How an answer left: to the contact of the request, handed over, or shown where the person had proved who she is. */
export const deliveryMeans = ['portal', 'email', 'post', 'in-person', 'state-service'] as const;
export const refusalReasons = [
  'identity-not-proved',
  'no-authority',
  'law-forbids',
  'law-requires-processing',
  'obligation-open',
  'not-unlawful',
  'data-is-right',
  'rights-of-others',
  'manifestly-unfounded',
  'not-this-controller',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

const clocksMax = 10;
const linksMax = 100;
const holdersMax = 200;
const subjectsMax = 500;
const Clocks = Type.Array(Clock, { minItems: 1, maxItems: clocksMax });

/**
 * What it says, where to answer, its number and what identifiers it claims are parts under the request's own key (`meta.request-text`,
 * `meta.contact`, `meta.letter`, `meta.claimed`): no subject comes of a request. `received`: when it reached any address or
 * employee of the controller; recorded is `at`; `late`: more than the term for writing it down lies between (INTAKE_LATE). `clocks` hold the due moments for ever: nobody computes them again.
 */
export const RequestReceived = defineEvent('RequestReceived', {
  v: 1,
  says: 'Somebody asked for a right; by when it must be answered is decided here and not computed again.',
  facts: closed({
    right: Type.Enum([...rights]),
    profiles: Codes,
    channel: Type.Enum([...requestChannels]),
    language: Language,
    received: Moment,
    clocks: Clocks,
    categories: optional(Codes),
    purposes: optional(Codes),
    recipients: optional(Codes),
    behalf: optional(Type.Enum(['self', 'other'])),
    representative: optional(EventId),
    late: optional(Yes),
    staff: optional(Uuid),
  }),
  sample: {
    right: 'know',
    profiles: ['kz'],
    channel: 'email',
    language: 'ru',
    received: '2026-11-20T09:00:00Z',
    clocks: [
      {
        term: 'access',
        profile: 'kz',
        version: '3',
        from: '2026-11-20T09:00:00Z',
        due: '2026-11-25T18:59:59Z',
      },
    ],
    behalf: 'self',
    staff: sampleUuid(4),
  },
});

/** `links`: identifiers under which something was collected, with `since` and `until` in their own events. */
const Opens = closed({
  what: Type.Enum(['everything', 'links', 'scope', 'nothing']),
  links: optional(Type.Array(EventId, { minItems: 1, maxItems: linksMax })),
  categories: optional(Codes),
  purposes: optional(Codes),
});

/** `opens`: what an answer may show. No document is copied, and no identifier kept that was not held before. */
export const IdentityVerified = defineEvent('IdentityVerified', {
  v: 1,
  says: 'It was looked at who asks: by which means, what came of it, and what of the person it opens.',
  facts: closed({
    methods: Type.Array(Type.Enum([...identityMethods]), { maxItems: identityMethods.length }),
    outcome: Type.Enum(['proved', 'not-proved']),
    subject: optional(Uuid),
    opens: Opens,
    representative: optional(EventId),
    staff: optional(Uuid),
  }),
  sample: {
    methods: ['mailbox'],
    outcome: 'proved',
    subject: sampleUuid(3),
    opens: { what: 'links', links: [sampleUuid(5)] },
    staff: sampleUuid(4),
  },
});

/** Only where the profile knows an extension; the person is told within the first term. */
export const RequestExtended = defineEvent('RequestExtended', {
  v: 1,
  says: 'The term of a request was made longer where the law allows it, and the person was told why.',
  facts: closed({
    clocks: Clocks,
    ground: Type.Enum(['complex', 'number']),
    told: Moment,
    staff: optional(Uuid),
  }),
  sample: {
    clocks: [
      {
        term: 'access-extended',
        profile: 'gdpr',
        version: '2',
        from: '2026-11-20T09:00:00Z',
        due: '2027-02-22T22:59:59Z',
      },
    ],
    ground: 'complex',
    told: '2026-12-10T09:00:00Z',
  },
});

const HolderSaid = closed({
  holder: Code,
  said: Type.Enum(['confirmed', 'refused', 'silent']),
  confirmed: optional(Moment),
  task: optional(EventId),
});
const Difference = closed({
  code: Type.Enum(['UNTOLD_HOLDING', 'HOLDING_GONE']),
  holder: Code,
  categories: Codes,
});

/**
 * The answer is frozen: its frame in parts `meta.answer`, its values in one part (or more) a category, `meta.answer.<category>`, all
 * under the person's key where there is a person, else under the request's. `hash`: SHA-256 of the answer's canonical JSON, in which
 * a random salt stands, so that nobody can guess values by it. `head`: the published checkpoint over which it was made. `done`: the
 * events by which the right was carried out. `open`: tasks that were still open, closed over for `reason`.
 */
export const RequestAnswered = defineEvent('RequestAnswered', {
  v: 1,
  says: 'A request was answered: what came of it, which answer left, when and how, and which holders confirmed it.',
  facts: closed({
    outcome: Type.Enum([...answerOutcomes]),
    delivered: Moment,
    how: Type.Enum([...deliveryMeans]),
    language: Language,
    hash: Sha256,
    projection: Code,
    subject: optional(Uuid),
    head: optional(closed({ size: Decimal, root: Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' }) })),
    holders: optional(Type.Array(HolderSaid, { minItems: 1, maxItems: holdersMax })),
    differences: optional(Type.Array(Difference, { minItems: 1, maxItems: holdersMax })),
    complete: optional(YesNo),
    done: optional(EventIds),
    open: optional(EventIds),
    reason: optional(Code),
    staff: optional(Uuid),
  }),
  sample: {
    outcome: 'fulfilled',
    delivered: '2026-11-23T09:00:00Z',
    how: 'email',
    language: 'ru',
    hash: sampleSha256('e'),
    projection: 'answer.1',
    subject: sampleUuid(3),
    head: { size: '377', root: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
    holders: [{ holder: 'crm', said: 'confirmed', confirmed: '2026-11-21T09:00:00Z', task: sampleUuid(20) }],
    differences: [{ code: 'UNTOLD_HOLDING', holder: 'crm', categories: ['phone'] }],
    complete: 'yes',
    staff: sampleUuid(4),
  },
});

/**
 * `prove`: by which means she may prove who she is, where that is what misses. `hash`: SHA-256 of the text of the refusal, which is
 * sealed in parts `meta.refusal` under the request's key. `unsent`: it was made by the ledger itself, and has left only when
 * somebody says so (DeliveryReported); `delivered` is when it was made then.
 */
export const RequestRefused = defineEvent('RequestRefused', {
  v: 2,
  says: 'A request was refused, wholly, with the reason, the act and how to go on.',
  facts: closed({
    reason: Type.Enum([...refusalReasons]),
    act: optional(Act),
    article: optional(Article),
    prove: optional(Type.Array(Type.Enum([...identityMethods]), { minItems: 1, maxItems: identityMethods.length })),
    delivered: Moment,
    how: Type.Enum([...deliveryMeans]),
    language: Language,
    hash: optional(Sha256),
    unsent: optional(Yes),
    staff: optional(Uuid),
  }),
  upcast: { 1: (facts) => facts },
  sample: {
    reason: 'identity-not-proved',
    act: '94-V',
    article: '10(2)',
    prove: ['second-identifier', 'signature', 'presence'],
    delivered: '2026-11-25T09:00:00Z',
    how: 'email',
    language: 'ru',
    hash: sampleSha256('f'),
    unsent: 'yes',
  },
});

/** An incident can begin at this event: when it was noticed, whose data left, and to whom by which answer. */
export const AnswerMisdirected = defineEvent('AnswerMisdirected', {
  v: 1,
  says: 'An answer reached somebody whom it was not about: from this moment on it is a breach.',
  facts: closed({
    answer: EventId,
    detected: Moment,
    ground: Type.Enum(['wrong-address', 'wrong-person', 'shared-address', 'intercepted']),
    affected: Type.Array(Uuid, { minItems: 1, maxItems: subjectsMax }),
    staff: optional(Uuid),
  }),
  sample: {
    answer: sampleUuid(21),
    detected: '2026-11-24T09:00:00Z',
    ground: 'wrong-address',
    affected: [sampleUuid(3)],
  },
});

export type HolderSaid = Static<typeof HolderSaid>;
export type Difference = Static<typeof Difference>;
export type Opens = Static<typeof Opens>;
