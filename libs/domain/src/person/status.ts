// May the person act herself: is she a child, of age, incapable, missing, dead?
import { defineEvent } from '@derbes/kernel';
import Type, { type Static } from 'typebox';
import {
  Act,
  Article,
  CalendarDate,
  closed,
  Code,
  EventIds,
  Moment,
  optional,
  sampleUuid,
  Uuid,
} from '../vocabulary.js';

export const personStatuses = ['minor', 'adult', 'incapable', 'deceased', 'missing'] as const;
export type PersonStatus = (typeof personStatuses)[number];

/** The one date that is kept of a child: that of turning 14, or 18; never a date of birth (Civil Code Art. 22-23). */
export const Turns = closed({ age: Type.Enum(['14', '18']), on: CalendarDate });
export type Turns = Static<typeof Turns>;

/**
 * `ofAge`: when she comes of age by it, decided once. `document`: what proves it (its number stays where the document is). `renew`: consents that others gave for her as a child and
 * that she must be asked to give herself, now that she is of age.
 */
export const SubjectStatusChanged = defineEvent('SubjectStatusChanged', {
  v: 1,
  says: 'The person is a minor, of age, incapable, deceased or missing; what others may do for her follows from it.',
  facts: closed({
    status: Type.Enum([...personStatuses]),
    turns: optional(Turns),
    ofAge: optional(Moment),
    document: optional(closed({ kind: Code, date: CalendarDate })),
    act: optional(Act),
    article: optional(Article),
    renew: optional(EventIds),
    staff: optional(Uuid),
  }),
  sample: { status: 'minor', turns: { age: '18', on: '2030-05-17' }, staff: sampleUuid(4) },
});
