// What went wrong with personal data, whom does it concern, whom was it told, and what was done about it?
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
  Moment,
  optional,
  sampleSha256,
  sampleUuid,
  Sha256,
  Uuid,
  Yes,
} from '../vocabulary.js';

export const incidentKinds = [
  'unauthorised-access',
  'disclosure',
  'misdirected-answer',
  'loss',
  'theft',
  'alteration',
  'destruction',
  'unavailability',
  'other',
] as const;
export type IncidentKind = (typeof incidentKinds)[number];

export const noticeMeans = ['portal', 'email', 'post', 'in-person', 'state-service'] as const;
/** `state`: the authority hands the list to the e-government operator (Art. 27-1(1)(6-2)); `direct`: the controller told them itself. */
export const toldThrough = ['state', 'direct', 'public'] as const;
export const incidentOutcomes = ['confirmed', 'not-confirmed'] as const;
/** Why nobody affected had to be told (GDPR Art. 34(1), (3)). */
export const untoldGrounds = ['no-high-risk', 'unreadable', 'risk-removed', 'disproportionate'] as const;

/** People whom one scope names one by one. */
export const namedSubjectsMax = 500;
const clocksMax = 10;
const profilesMax = 10;

/**
 * Whom an incident concerns: everybody whose data was at a holder or with a recipient at any moment of the window, both ends included
 * (`until` absent: until it was detected), or people named one by one. Without categories: whatever was there.
 */
export const IncidentScope = closed({
  holder: optional(Code),
  recipient: optional(Code),
  subjects: optional(Type.Array(Uuid, { minItems: 1, maxItems: namedSubjectsMax })),
  categories: optional(Codes),
  from: optional(Moment),
  until: optional(Moment),
});
export type IncidentScope = Static<typeof IncidentScope>;

/** `document`: the list as it was frozen, ids only; `records`: one for each person and category. */
const Frozen = closed({ document: Sha256, people: Decimal, records: Decimal });
export type FrozenCounts = Static<typeof Frozen>;

/**
 * What happened (`meta.incident`), its likely consequences, the measures taken, and a salt of the packs are parts under the incident's
 * own key. `detected` is cut to the minute. `radius` is absent where nobody could be counted then.
 */
export const IncidentDetected = defineEvent('IncidentDetected', {
  v: 1,
  says: 'A breach was detected: of what kind, whom it concerns as far as was known, and by when whom it must be told.',
  facts: closed({
    kind: Type.Enum([...incidentKinds]),
    detected: Moment,
    scope: IncidentScope,
    clocks: Type.Array(Clock, { minItems: 1, maxItems: clocksMax }),
    radius: optional(Frozen),
    misdirected: optional(EventId),
    request: optional(Uuid),
    staff: optional(Uuid),
  }),
  sample: {
    kind: 'unauthorised-access',
    detected: '2026-11-24T09:05:00Z',
    scope: { holder: 'crm', categories: ['email'], from: '2026-11-20T00:00:00Z', until: '2026-11-24T09:05:00Z' },
    clocks: [
      {
        term: 'breach-notice',
        profile: 'kz',
        version: '3',
        from: '2026-11-24T09:05:00Z',
        due: '2026-11-25T18:59:59Z',
        strict: '2026-11-25T09:05:00Z',
      },
    ],
    radius: { document: sampleSha256('7'), people: '1200', records: '2300' },
    staff: sampleUuid(4),
  },
});

/** `change` says what the new scope did to the list before it; `added` and `gone` count people. */
export const IncidentScopeChanged = defineEvent('IncidentScopeChanged', {
  v: 1,
  says: 'More was found out of whom a breach concerns: the scope is another from here on; its clocks stay.',
  facts: closed({
    scope: IncidentScope,
    change: Type.Enum(['wider', 'narrower', 'other', 'same']),
    radius: optional(Frozen),
    added: optional(Decimal),
    gone: optional(Decimal),
    staff: optional(Uuid),
  }),
  sample: {
    scope: { holder: 'crm', categories: ['email', 'phone'], from: '2026-11-20T00:00:00Z' },
    change: 'wider',
    radius: { document: sampleSha256('8'), people: '1350', records: '3400' },
    added: '150',
    gone: '0',
  },
});

/**
 * Number of the letter is sealed as `meta.reference`, the reasons of a delay (GDPR Art. 33(1)) as `meta.delay`, both under the
 * incident's key. The first notice of a profile ends its clock; later ones tell what became known since (Art. 33(4)).
 */
export const AuthorityNotified = defineEvent('AuthorityNotified', {
  v: 1,
  says: 'An authority was told of a breach: which one, by which law, when, how, and which pack left.',
  facts: closed({
    authority: Code,
    profile: Code,
    told: Moment,
    how: Type.Enum([...noticeMeans]),
    pack: optional(Sha256),
    late: optional(Yes),
    staff: optional(Uuid),
  }),
  sample: {
    authority: 'digital-ministry',
    profile: 'kz',
    told: '2026-11-24T15:00:00Z',
    how: 'portal',
    pack: sampleSha256('9'),
    staff: sampleUuid(4),
  },
});

/** What they were told, or under which number the list was handed over, is sealed under the incident's key. */
export const AffectedTold = defineEvent('AffectedTold', {
  v: 1,
  says: 'People whom a breach concerns were told of it, or their list was handed to the channel of the state.',
  facts: closed({
    through: Type.Enum([...toldThrough]),
    told: Moment,
    people: Decimal,
    radius: optional(Sha256),
    pack: optional(Sha256),
    staff: optional(Uuid),
  }),
  sample: {
    through: 'state',
    told: '2026-11-24T15:00:00Z',
    people: '1200',
    radius: sampleSha256('7'),
    pack: sampleSha256('9'),
  },
});

/** Measures are sealed as `meta.measures`. `unnotified`: laws by which no authority had to be told, with the act that says so. */
export const IncidentClosed = defineEvent('IncidentClosed', {
  v: 1,
  says: 'An incident is over: it was a breach or it was none, and what was done so that it does not happen again.',
  facts: closed({
    outcome: Type.Enum([...incidentOutcomes]),
    unnotified: optional(
      closed({ profiles: Type.Array(Code, { minItems: 1, maxItems: profilesMax }), act: Act, article: Article }),
    ),
    untold: optional(Type.Enum([...untoldGrounds])),
    staff: optional(Uuid),
  }),
  sample: { outcome: 'confirmed', untold: 'unreadable', staff: sampleUuid(4) },
});
