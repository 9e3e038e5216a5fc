// What do facts have in common: whom they are about, on what basis, from where, and which other fact they mean?
import { originKinds } from '@derbes/domain';
import {
  Act,
  Article,
  Bin,
  Code,
  identifierCharsMax,
  Moment,
  Nested,
  NestedList,
  OneOfWith,
  OnlyWhen,
  Optional,
  OrElse,
  Pattern,
  referenceIdCharsMax,
  referenceIdPattern,
  refPattern,
  sealedCharsMax,
  Sha256,
  sourceCharsMax,
  sourcePattern,
  Text,
  YesOrNo,
  OneOf,
} from '../form/field.js';

export const identifiersMax = 16;
export const languages = ['ru', 'kk', 'en'] as const;
export const roles = ['private', 'entrepreneur', 'representative'] as const;
export const capacities = ['own', 'operator'] as const;

/** By what a service knows a person or device. */
export class IdentifierForm {
  @Code() scheme: string;
  @Text(identifierCharsMax) value: string;
  /** From when on it means this subject; the fact's own time when absent. */
  @Optional() @Moment() since?: string;
}

/** Whom a fact is about: identifiers, or the pairwise reference that this source was given. */
export class SubjectForm {
  @OneOfWith('ref') @NestedList(() => IdentifierForm, 1, identifiersMax) identifiers?: IdentifierForm[];
  @OrElse() @Pattern(refPattern, 22, 'a reference this service gave: 22 characters') ref?: string;
}

/** Another fact, by the source and id under which it was or will be sent. */
export class ReferenceForm {
  @Pattern(sourcePattern, sourceCharsMax, 'a URI-reference of at most 256 characters') source: string;
  @Pattern(referenceIdPattern, referenceIdCharsMax, 'at most 128 visible ASCII characters') id: string;
}

export class OrganisationForm {
  @Bin() bin: string;
  @Optional() @Text(sealedCharsMax) name?: string;
}

export class BasisForm {
  @Code() code: string;
  /** The consent that it leans on. */
  @Optional() @Nested(() => ReferenceForm) consent?: ReferenceForm;
  @Optional() @Act() law?: string;
  @Optional() @Article() article?: string;
}

/** Where data came from, and by what means. */
export class OriginForm {
  @OneOf(originKinds) kind: (typeof originKinds)[number];
  @Optional() @Code() means?: string;
  /** The organisation that uploaded it. */
  @Optional() @OnlyWhen('kind', ['uploaded']) @Nested(() => OrganisationForm) uploader?: OrganisationForm;
  /** The uploading employee, as the service knows them; sealed. */
  @Optional() @OnlyWhen('kind', ['uploaded']) @Text(sealedCharsMax) employee?: string;
  @Optional() @OnlyWhen('kind', ['uploaded']) @Code() declaredBasis?: string;
  /** Whether the uploader accepted the policy's terms for other people's data. */
  @Optional() @OnlyWhen('kind', ['uploaded']) @YesOrNo() acceptance?: boolean;
  /** The link to the source; sealed. */
  @Optional() @OnlyWhen('kind', ['public-source']) @Text(sealedCharsMax) url?: string;
  /** On what ground it was published there. */
  @Optional() @OnlyWhen('kind', ['public-source']) @Code() ground?: string;
  @Optional() @OnlyWhen('kind', ['public-source']) @Moment() fetched?: string;
  @Optional() @OnlyWhen('kind', ['public-source', 'uploaded']) @Code() case?: string;
  @Optional() @OnlyWhen('kind', ['third-party']) @Code() recipient?: string;
}

/** Which text was put before the person. */
export class ShownForm {
  /** SHA-256 of the edition's document. */
  @Sha256() edition: string;
  @OneOf(languages) language: (typeof languages)[number];
  /** SHA-256 of the text as shown. */
  @Sha256() hash: string;
}

/** What every fact about somebody begins with. */
export class AboutSubject {
  @Nested(() => SubjectForm) subject: SubjectForm;
}
