// What can a restricted record say? Sealed whole: no field of it stands anywhere else.
import { type JsonValue } from '@derbes/kernel';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { Act, Article, closed, Code, Country, Decimal, EventId, Moment, optional, Uuid } from '../vocabulary.js';

export const restrictedHoldGrounds = ['demand', 'internal'] as const;
export const restrictedOutcomes = ['fulfilled', 'partly', 'nothing-held', 'refused'] as const;
export const transferModes = ['sent', 'access'] as const;
/** Why the records of a matter are there no longer: their term was over, or a restored ledger had them no more. */
export const restrictedGoneWhys = ['term', 'lost'] as const;
const readSubjectsMax = 100;
/** Records that one entry says are gone; more need several. */
export const restrictedGoneMax = 100;
/** Characters and codes of the longest entry still fit the padding of the seal. */
export const restrictedNameCharsMax = 200;
export const restrictedTextCharsMax = 600;
export const restrictedCodesMax = 30;

const Name = Type.String({ minLength: 1, maxLength: restrictedNameCharsMax });
const Text = Type.String({ minLength: 1, maxLength: restrictedTextCharsMax });
const Codes = Type.Array(Code, { minItems: 1, maxItems: restrictedCodesMax });
const Law = { act: optional(Act), article: optional(Article) };
/** Key of whoever recorded it. */
const By = Type.String({ maxLength: 64 });

const Demand = closed({
  kind: Type.Literal('demand'),
  by: By,
  subject: Uuid,
  authority: Name,
  reference: optional(Name),
  received: Moment,
  due: optional(Moment),
  categories: optional(Codes),
  text: optional(Text),
  ...Law,
});
const Answer = closed({
  kind: Type.Literal('answer'),
  by: By,
  demand: EventId,
  outcome: Type.Enum([...restrictedOutcomes]),
  moment: Moment,
  reference: optional(Name),
  text: optional(Text),
  ...Law,
});
const Transfer = closed({
  kind: Type.Literal('transfer'),
  by: By,
  demand: EventId,
  subject: Uuid,
  recipient: Name,
  country: Country,
  mode: Type.Enum([...transferModes]),
  categories: Codes,
  occurred: Moment,
});
/** `internal`: a matter of the controller of which nobody may learn yet, such as a claim that is prepared. */
const Hold = closed({
  kind: Type.Literal('hold'),
  by: By,
  subject: Uuid,
  ground: Type.Enum([...restrictedHoldGrounds]),
  demand: optional(EventId),
  categories: optional(Codes),
  until: optional(Moment),
  text: optional(Text),
  ...Law,
});
const Lift = closed({ kind: Type.Literal('lift'), by: By, hold: EventId, text: optional(Text) });
/** Who looked, for a demand: it stands here and in no stream of reads. */
const Read = closed({
  kind: Type.Literal('read'),
  by: By,
  question: Code,
  reason: optional(Code),
  demand: optional(EventId),
  subjects: Type.Array(Uuid, { maxItems: readSubjectsMax }),
  count: optional(Decimal),
});
/** Until when a matter (a demand, or a hold of no demand) stays on record; of several words the last counts. */
const Term = closed({
  kind: Type.Literal('term'),
  by: By,
  matter: EventId,
  until: Moment,
  text: optional(Text),
  ...Law,
});
/** Records that do not open any more, by their events; it says nothing of what they said. */
const Gone = closed({
  kind: Type.Literal('gone'),
  by: By,
  why: Type.Enum([...restrictedGoneWhys]),
  events: Type.Array(EventId, { minItems: 1, maxItems: restrictedGoneMax }),
});
const Entry = Type.Union([Demand, Answer, Transfer, Hold, Lift, Read, Term, Gone]);

export type RestrictedEntry = Static<typeof Entry>;
export type RestrictedKind = RestrictedEntry['kind'];
export type RestrictedOf<K extends RestrictedKind> = Extract<RestrictedEntry, { kind: K }>;

const compiled = Compile(Entry);

/** Thrown for what was sealed as an entry and is none: written by a later build, or by nobody of ours. */
export class NotAnEntry extends Error {
  readonly code = 'NOT_AN_ENTRY';
}

/** Throws NotAnEntry. */
export function readRestricted(said: JsonValue): RestrictedEntry {
  if (!compiled.Check(said)) throw new NotAnEntry('a restricted record of a form that this build does not know');
  return said;
}

/** An entry with where and when it was recorded. */
export interface RestrictedRecord {
  /** The event. */
  readonly id: string;
  readonly at: string;
  readonly entry: RestrictedEntry;
}
