// What does a service send about people and what binds them: identifiers, relations, obligations, purposes, retractions?
import { relationKinds } from '@derbes/domain';
import { Act, Article, Code, Day, Nested, NestedList, OneOf, Optional, Sha256 } from '../form/field.js';
import { AboutSubject, IdentifierForm, identifiersMax, ReferenceForm } from './parts.js';

export const noticeTransfersMax = 500;
type RelationKind = (typeof relationKinds)[number];

export class SubjectRegisteredForm extends AboutSubject {}

/** Further identifiers of somebody: those of `subject` and these mean the same person from now on. */
export class SubjectIdentifiedForm extends AboutSubject {
  @NestedList(() => IdentifierForm, 1, identifiersMax) identifiers: IdentifierForm[];
}

export class SubjectNotifiedForm extends AboutSubject {
  /** What the person was told of, such as `transfer`. */
  @Code() about: string;
  @Code() channel: string;
  @Optional() @NestedList(() => ReferenceForm, 1, noticeTransfersMax) transfers?: ReferenceForm[];
  /** The edition that the person was told of, or under which a consent was asked for. */
  @Optional() @Sha256() edition?: string;
}

/** The one date that is kept of a child; no birth date. */
export class TurnsForm {
  @OneOf(['14', '18']) age: '14' | '18';
  @Day() on: string;
}

/** Of children alone: that somebody is incapable, missing or dead an officer says, by a document. What an officer said stands. */
export class SubjectStatusForm extends AboutSubject {
  @OneOf(['minor']) status: 'minor';
  @Nested(() => TurnsForm) turns: TurnsForm;
}

export class RelationStartedForm extends AboutSubject {
  @OneOf(relationKinds) kind: RelationKind;
}

export class RelationEndedForm extends AboutSubject {
  /** The fact that it started. */
  @Nested(() => ReferenceForm) relation: ReferenceForm;
  @OneOf(relationKinds) kind: RelationKind;
}

/** Something owed, which limits withdrawal (Art. 8(2)). */
export class ObligationOpenedForm extends AboutSubject {
  @Code() kind: string;
  @Optional() @Act() law?: string;
  @Optional() @Article() article?: string;
  @Optional() @Nested(() => ReferenceForm) relation?: ReferenceForm;
}

export class ObligationClosedForm extends AboutSubject {
  @Nested(() => ReferenceForm) obligation: ReferenceForm;
}

export class PurposeEndedForm extends AboutSubject {
  @Code() purpose: string;
}

/** Names no subject: the fact it takes back does. */
export class FactRetractedForm {
  @Nested(() => ReferenceForm) fact: ReferenceForm;
  @Code() ground: string;
}
