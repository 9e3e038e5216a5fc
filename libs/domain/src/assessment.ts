// What did the responsible person find of a suspicion: confirmed, not confirmed, remedied; and what is to follow by when?
import { defineEvent } from '@derbes/kernel';
import Type, { type Static } from 'typebox';
import { Clock } from './clock.js';
import { findingCodes } from './finding.js';
import { Act, Article, closed, Code, codePattern, Decimal, Moment, optional, sampleUuid, Uuid } from './vocabulary.js';

/** Findings that one assessment names one by one. */
export const assessedAtOnceMax = 100;

export const verdicts = ['confirmed', 'not-confirmed', 'remedied'] as const;
export type Verdict = (typeof verdicts)[number];

const uuidPattern = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const codeOrNone = `(?:-|${codePattern.slice(1, -1)})`;
/** `<event>:<CODE>:<category>:<purpose>`, `-` where there is none. */
export const findingIdPattern = `^${uuidPattern}:[A-Z][A-Z_]{1,63}:[a-z0-9.-]{1,64}:[a-z0-9.-]{1,64}$`;
const FindingId = Type.String({ pattern: findingIdPattern, maxLength: 300 });
const CodeOrNone = Type.String({ pattern: `^${codeOrNone}$`, maxLength: 64 });
/** Clause of an edition's text. */
const Clause = Type.String({ pattern: '^[0-9A-Za-z.()-]{1,40}$' });
/** A CloudEvents source as in an envelope, `-` for what the ledger wrote itself. */
const Source = Type.String({ pattern: '^[\\x21-\\x7e]{1,256}$' });
const Month = Type.String({ pattern: '^[0-9]{4}-(?:0[1-9]|1[0-2])$' });

/** One suspicion raised many times: code × clause × source × basis × month, as the register of classes has it. */
const FindingClass = closed({
  code: Type.Enum([...findingCodes]),
  clause: Clause,
  source: Source,
  basis: CodeOrNone,
  period: Month,
});
export type FindingClass = Static<typeof FindingClass>;

/**
 * Of single findings it stands in the stream of the person whom they are about, or else in `policy`; of a class always there, and it
 * covers what stands on events recorded up to `until`: what comes later is new. `found` findings of `people` stood then.
 * `clocks`: what is due now, destruction once it is confirmed (Art. 25(2)(8)), unblocking once it is not.
 */
export const FindingAssessed = defineEvent('FindingAssessed', {
  v: 1,
  says: 'The responsible person looked into findings and said what is true of them and what is done about it.',
  facts: closed({
    findings: optional(Type.Array(FindingId, { minItems: 1, maxItems: assessedAtOnceMax })),
    class: optional(FindingClass),
    until: optional(Moment),
    found: optional(Decimal),
    people: optional(Decimal),
    verdict: Type.Enum([...verdicts]),
    measure: optional(Code),
    act: optional(Act),
    article: optional(Article),
    request: optional(Uuid),
    clocks: optional(Type.Array(Clock, { minItems: 1, maxItems: 2 })),
    staff: Uuid,
  }),
  sample: {
    findings: [`${sampleUuid(12)}:CONSENT_MISSING:email:analytics`],
    verdict: 'confirmed',
    measure: 'data-destroyed',
    act: '94-V',
    article: '25(2)(8)',
    staff: sampleUuid(4),
  },
});
