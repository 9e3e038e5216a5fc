// What did the person agree to, refuse and withdraw, and which text was shown?
import { defineEvent, type RecordedOf } from '@derbes/kernel';
import Type, { type Static } from 'typebox';
import { Clock } from './clock.js';
import {
  closed,
  Code,
  Codes,
  Countries,
  EventId,
  Language,
  Moment,
  optional,
  sampleSha256,
  sampleUuid,
  Sha256,
  Uuid,
  Yes,
  YesNo,
} from './vocabulary.js';

/** The text put before the person: the edition it belongs to, its language and the SHA-256 of what was shown. */
const Shown = closed({ edition: Sha256, language: Language, hash: Sha256 });

/** The eight items of Art. 8(4); an item that the text did not state is absent. The subject's name is sealed as `meta.subject-name`. */
export const ConsentItems = closed({
  operator: optional(Yes),
  subjectName: optional(Yes),
  term: optional(closed({ until: optional(Moment), untilEvent: optional(Code) })),
  thirdParties: optional(closed({ allowed: YesNo, classes: optional(Codes), recipients: optional(Codes) })),
  crossBorder: optional(closed({ allowed: YesNo, countries: optional(Countries) })),
  publication: optional(closed({ allowed: YesNo })),
  data: optional(Codes),
  other: optional(Codes),
});
export type ConsentItems = Static<typeof ConsentItems>;

const answered = { purposes: Codes, items: ConsentItems, shown: optional(Shown), channel: Code };

/** Whose word it was where it was not the person's own: the RepresentativeRecognised event, where the service knows it. */
const spoken = { by: Type.Enum(['subject', 'representative']), representative: optional(EventId) };

/** The proof (a signature, a one-time password's trace, a scan) is sealed as `meta.consent-proof`; `proof` is its kind. */
export const ConsentGiven = defineEvent('ConsentGiven', {
  v: 1,
  says: 'The person, or a representative, agreed to these purposes with the items of Art. 8(4) as shown.',
  facts: closed({ ...answered, proof: optional(Code), ...spoken }),
  sample: {
    purposes: ['account'],
    items: {
      operator: 'yes',
      subjectName: 'yes',
      term: { untilEvent: 'purpose-reached' },
      thirdParties: { allowed: 'yes', classes: ['hosting'] },
      crossBorder: { allowed: 'no' },
      publication: { allowed: 'no' },
      data: ['full-name', 'email'],
      other: ['withdrawal-by-email'],
    },
    shown: { edition: sampleSha256('a'), language: 'ru', hash: sampleSha256('c') },
    channel: 'web-form',
    proof: 'click-trace',
    by: 'subject',
  },
});

export const ConsentRefused = defineEvent('ConsentRefused', {
  v: 1,
  says: 'The person was asked to agree to these purposes and said no.',
  facts: closed({
    purposes: Codes,
    items: optional(ConsentItems),
    shown: optional(Shown),
    channel: Code,
    ...spoken,
  }),
  sample: { purposes: ['analytics'], channel: 'web-form', by: 'subject' },
});

/**
 * Without `scope` the whole consent is withdrawn; what the scope names is withdrawn, the rest stands (Art. 24(1)(5)). `clock`: within
 * which term it is stopped or refused with reasons; absent where no profile told one when it was recorded.
 */
export const ConsentWithdrawn = defineEvent('ConsentWithdrawn', {
  v: 2,
  says: 'The person withdrew a consent, or a part of it; the notice was received at `received` (Art. 8(7)).',
  facts: closed({
    consent: EventId,
    scope: optional(
      closed({
        purposes: optional(Codes),
        categories: optional(Codes),
        recipients: optional(Codes),
        thirdParties: optional(Yes),
        crossBorder: optional(Yes),
        publication: optional(Yes),
      }),
    ),
    received: Moment,
    channel: optional(Code),
    representative: optional(EventId),
    clock: optional(Clock),
    request: optional(Uuid),
    staff: optional(Uuid),
  }),
  upcast: { 1: (facts) => facts },
  sample: {
    consent: sampleUuid(10),
    scope: { thirdParties: 'yes' },
    received: '2026-11-21T08:00:00Z',
    channel: 'email',
    request: sampleUuid(18),
    staff: sampleUuid(4),
  },
});

export const PolicyAcknowledged = defineEvent('PolicyAcknowledged', {
  v: 1,
  says: 'The person acknowledged an edition of the policy, which is never a consent.',
  facts: closed({ shown: Shown, channel: Code }),
  sample: { shown: { edition: sampleSha256('a'), language: 'ru', hash: sampleSha256('c') }, channel: 'web-form' },
});

export type ConsentScope = NonNullable<RecordedOf<typeof ConsentWithdrawn>['facts']['scope']>;

export interface Withdrawal {
  readonly event: string;
  /** When the notice was received: from then on processing must stop (Art. 8(7)). */
  readonly received: string;
  /** Absent: the whole consent. */
  readonly scope?: ConsentScope;
  readonly representative?: string;
  /** Within which term it is decided. */
  readonly clock?: Clock;
}

export interface Consent {
  readonly event: string;
  readonly given: string;
  readonly purposes: readonly string[];
  readonly items: ConsentItems;
  readonly shown?: Static<typeof Shown>;
  readonly channel: string;
  readonly proof?: string;
  readonly by: 'subject' | 'representative';
  /** RepresentativeRecognised of whoever gave it for the person. */
  readonly representative?: string;
  readonly withdrawals: readonly Withdrawal[];
}

export interface Refusal {
  readonly event: string;
  readonly moment: string;
  readonly purposes: readonly string[];
  readonly representative?: string;
}

export interface Consents {
  /** By the event id of ConsentGiven. */
  readonly given: ReadonlyMap<string, Consent>;
  readonly refused: readonly Refusal[];
  /** Event ids of PolicyAcknowledged; never a ground for anything. */
  readonly acknowledged: readonly string[];
}

type ConsentEvent = Omit<RecordedOf<typeof ConsentGiven>, 'parts'>;

export const emptyConsents: Consents = { given: new Map(), refused: [], acknowledged: [] };

/** A consent as it stands when given. */
export function consentOf({ id, occurred, facts }: ConsentEvent): Consent {
  return { event: id, given: occurred, ...facts, withdrawals: [] };
}
