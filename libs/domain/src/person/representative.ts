// Who may act for a person, by which document, in what, from when until when?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import {
  Act,
  Article,
  CalendarDate,
  closed,
  Code,
  Codes,
  EventId,
  Moment,
  optional,
  sampleUuid,
  Uuid,
  Yes,
} from '../vocabulary.js';

/** Those whom the law itself makes act (Civil Code Art. 22-26), whom the person chose, and who comes after her. */
export const representativeKinds = [
  'parent',
  'adoptive-parent',
  'guardian',
  'trustee',
  'attorney-in-fact',
  'heir',
  'other',
] as const;
export type RepresentativeKind = (typeof representativeKinds)[number];

export const representationEndGrounds = [
  'revoked',
  'term-over',
  'court-decision',
  'came-of-age',
  'representative-died',
  'conflict-decided',
  'recognised-in-error',
  'other',
] as const;
export type RepresentationEndGround = (typeof representationEndGrounds)[number];

/** A dimension that is absent is not narrowed; without any of them the representative may do everything that the person may. */
const Scope = closed({
  rights: optional(Codes),
  categories: optional(Codes),
  purposes: optional(Codes),
});

export interface RepresentativeScope {
  readonly rights?: readonly string[];
  readonly categories?: readonly string[];
  readonly purposes?: readonly string[];
}

/** What proves it, without its number, which is sealed. */
const AuthorityDocument = closed({ kind: Code, date: CalendarDate });

/**
 * Name, contact and the document's number are sealed under `representative-<uuid>`, as `meta.name`, `meta.contact` and
 * `meta.document`. `exclusive`: the document lets nobody else act in the same. `act` and `article` of an heir: by which the
 * officer decided it.
 */
export const RepresentativeRecognised = defineEvent('RepresentativeRecognised', {
  v: 1,
  says: 'From `from` on a representative may act for the person in what the scope names, by the document named.',
  facts: closed({
    representative: Uuid,
    kind: Type.Enum([...representativeKinds]),
    scope: optional(Scope),
    exclusive: optional(Yes),
    from: Moment,
    until: optional(Moment),
    document: AuthorityDocument,
    act: optional(Act),
    article: optional(Article),
    staff: optional(Uuid),
  }),
  sample: {
    representative: sampleUuid(21),
    kind: 'attorney-in-fact',
    scope: { rights: ['know'], categories: ['email'], purposes: ['account'] },
    exclusive: 'yes',
    from: '2026-11-20T00:00:00Z',
    until: '2027-11-20T00:00:00Z',
    document: { kind: 'power-of-attorney', date: '2026-11-18' },
    staff: sampleUuid(4),
  },
});

export const RepresentativeEnded = defineEvent('RepresentativeEnded', {
  v: 1,
  says: 'A representative may no longer act for the person.',
  facts: closed({
    recognition: EventId,
    ground: Type.Enum([...representationEndGrounds]),
    staff: optional(Uuid),
  }),
  sample: { recognition: sampleUuid(22), ground: 'revoked', staff: sampleUuid(4) },
});
