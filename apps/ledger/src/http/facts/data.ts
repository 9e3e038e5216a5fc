// What does a service send about data: collected, declared, used, transferred, corrected, blocked, destroyed, published?
import { destructionManners } from '@derbes/domain';
import {
  Code,
  Codes,
  Country,
  Day,
  Moment,
  Nested,
  OneOf,
  OnlyWhen,
  Optional,
  sealedCharsMax,
  SealedValues,
  Stated,
  Text,
} from '../form/field.js';
import { AboutSubject, BasisForm, capacities, OrganisationForm, OriginForm, ReferenceForm, roles } from './parts.js';

type RoleCode = (typeof roles)[number];
export const transferModes = ['sent', 'access'] as const;
export const sincePrecisions = ['exact', 'not-later-than'] as const;

/** `values` is keyed by category and names only categories of this fact. */
export class DataCollectedForm extends AboutSubject {
  @Codes() categories: string[];
  @Codes() purposes: string[];
  @Optional() @Nested(() => BasisForm) basis?: BasisForm;
  @Code() holder: string;
  /** In what quality the person appears; `private` when absent. */
  @Optional() @OneOf(roles) role?: RoleCode;
  /** `own` when absent; `operator` for an organisation that uploaded it. */
  @Optional() @OneOf(capacities) capacity?: (typeof capacities)[number];
  /** For which organisation the controller holds it. */
  @Optional() @OnlyWhen('capacity', ['operator']) @Nested(() => OrganisationForm) for?: OrganisationForm;
  /** Unknown when absent. */
  @Optional() @Nested(() => OriginForm) origin?: OriginForm;
  /** A copy of an identity document was taken (Art. 7(10)). */
  @Optional() @Stated() documentCopy?: true;
  /** Where it was collected from, when not where the holder is. */
  @Optional() @Country() country?: string;
  @Optional() @SealedValues() values?: Record<string, string | Record<string, string>>;
}

export class SinceForm {
  @Moment() moment: string;
  @OneOf(sincePrecisions) precision: (typeof sincePrecisions)[number];
}

/** Data that a holder had before the ledger was told of it. */
export class DataDeclaredForm extends DataCollectedForm {
  @Nested(() => SinceForm) since: SinceForm;
}

export class DataUsedForm extends AboutSubject {
  @Codes() categories: string[];
  @Codes() purposes: string[];
  @Optional() @Nested(() => BasisForm) basis?: BasisForm;
  @Optional() @Code() holder?: string;
  @Optional() @OneOf(roles) role?: RoleCode;
}

export class DataTransferredForm extends AboutSubject {
  @Codes() categories: string[];
  @Codes() purposes: string[];
  @Optional() @Nested(() => BasisForm) basis?: BasisForm;
  @Code() recipient: string;
  @Country() country: string;
  /** Ground of Art. 16 (cross-border) or Art. 9. */
  @Optional() @Code() ground?: string;
  @OneOf(transferModes) mode: (typeof transferModes)[number];
  @Optional() @Code() holder?: string;
  @Optional() @OneOf(roles) role?: RoleCode;
}

export class DataCorrectedForm extends AboutSubject {
  @Codes() categories: string[];
  @Code() holder: string;
  @Optional() @OneOf(roles) role?: RoleCode;
  @Code() ground: string;
  /** The fact whose values are replaced. */
  @Optional() @Nested(() => ReferenceForm) corrects?: ReferenceForm;
  @Optional() @SealedValues() values?: Record<string, string | Record<string, string>>;
}

export class DataBlockedForm extends AboutSubject {
  @Codes() categories: string[];
  /** All holders when absent. */
  @Optional() @Code() holder?: string;
  @Code() ground: string;
}

export class DataUnblockedForm extends DataBlockedForm {}

export class DataDestroyedForm extends AboutSubject {
  @OneOf(destructionManners) manner: (typeof destructionManners)[number];
  @Codes() categories: string[];
  @Code() holder: string;
  @Optional() @OneOf(roles) role?: RoleCode;
  @Code() ground: string;
  @Code() method: string;
  /** Until when copies remain. */
  @Optional() @OnlyWhen('manner', ['deleted']) @Day() copiesUntil?: string;
}

export class DataPublishedForm extends AboutSubject {
  @Codes() categories: string[];
  @Optional() @Codes() purposes?: string[];
  @Optional() @Nested(() => BasisForm) basis?: BasisForm;
  /** Kind of place. */
  @Code() place: string;
  /** The address itself; sealed. */
  @Optional() @Text(sealedCharsMax) address?: string;
  @Optional() @Code() holder?: string;
  @Optional() @OneOf(roles) role?: RoleCode;
}

export class DataUnpublishedForm extends AboutSubject {
  @Codes() categories: string[];
  @Code() place: string;
  @Optional() @Code() ground?: string;
  @Optional() @Nested(() => ReferenceForm) publication?: ReferenceForm;
}

/** Automated processing that may create, change or end a right (Art. 19-1). */
export class DecisionMadeForm extends AboutSubject {
  @Codes() categories: string[];
  @Codes() purposes: string[];
  @Optional() @Nested(() => BasisForm) basis?: BasisForm;
  @OneOf(['right-created', 'right-changed', 'right-ended', 'none']) effect: string;
}
