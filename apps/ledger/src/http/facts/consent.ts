// What does a service send about consents: given with the eight items of Art. 8(4), refused, withdrawn; policy acknowledged?
import {
  Code,
  Codes,
  Countries,
  Moment,
  Nested,
  OneOf,
  OneOfWith,
  OrElse,
  Optional,
  sealedCharsMax,
  Stated,
  Text,
  Uuid,
  YesOrNo,
} from '../form/field.js';
import { AboutSubject, ReferenceForm, ShownForm } from './parts.js';

export const consentGivers = ['subject', 'representative'] as const;

export class ConsentTermForm {
  @OneOfWith('untilEvent') @Moment() until?: string;
  /** Code of the event that ends it, such as `purpose-reached`. */
  @OrElse() @Code() untilEvent?: string;
}

export class ThirdPartiesForm {
  @YesOrNo() allowed: boolean;
  /** Recipient classes of the policy. */
  @Optional() @Codes() classes?: string[];
  @Optional() @Codes() recipients?: string[];
}

export class CrossBorderForm {
  @YesOrNo() allowed: boolean;
  @Optional() @Countries() countries?: string[];
}

export class PublicationForm {
  @YesOrNo() allowed: boolean;
}

/** Art. 8(4), items 1 to 8; an item that the text did not state is absent. */
export class ConsentItemsForm {
  /** 1: the text named the operator with its BIN. */
  @Optional() @Stated() operator?: true;
  /** 2: full name of the person; sealed. */
  @Optional() @Text(sealedCharsMax) subjectName?: string;
  /** 3 */
  @Optional() @Nested(() => ConsentTermForm) term?: ConsentTermForm;
  /** 4 */
  @Optional() @Nested(() => ThirdPartiesForm) thirdParties?: ThirdPartiesForm;
  /** 5 */
  @Optional() @Nested(() => CrossBorderForm) crossBorder?: CrossBorderForm;
  /** 6 */
  @Optional() @Nested(() => PublicationForm) publication?: PublicationForm;
  /** 7: the categories. */
  @Optional() @Codes() data?: string[];
  /** 8 */
  @Optional() @Codes() other?: string[];
}

export class ProofForm {
  @Code() kind: string;
  /** A signature, the trace of a one-time password, a document's number; sealed. */
  @Optional() @Text(sealedCharsMax) value?: string;
}

export class ConsentGivenForm extends AboutSubject {
  @Codes() purposes: string[];
  @Nested(() => ConsentItemsForm) items: ConsentItemsForm;
  @Optional() @Nested(() => ShownForm) shown?: ShownForm;
  @Code() channel: string;
  @Optional() @Nested(() => ProofForm) proof?: ProofForm;
  /** `subject` when absent. */
  @Optional() @OneOf(consentGivers) by?: (typeof consentGivers)[number];
  /** Number of the representative's authority, as the officer who recognised it gave it; where one alone stands it need not be named. */
  @Optional() @Uuid() representative?: string;
}

export class ConsentRefusedForm extends AboutSubject {
  @Codes() purposes: string[];
  @Optional() @Nested(() => ConsentItemsForm) items?: ConsentItemsForm;
  @Optional() @Nested(() => ShownForm) shown?: ShownForm;
  @Code() channel: string;
  /** `subject` when absent. */
  @Optional() @OneOf(consentGivers) by?: (typeof consentGivers)[number];
  /** Number of the representative's authority, as the officer who recognised it gave it; where one alone stands it need not be named. */
  @Optional() @Uuid() representative?: string;
}

/** What is withdrawn; what it does not name stands (Art. 24(1)(5)). */
export class WithdrawalScopeForm {
  @Optional() @Codes() purposes?: string[];
  @Optional() @Codes() categories?: string[];
  @Optional() @Codes() recipients?: string[];
  @Optional() @Stated() thirdParties?: true;
  @Optional() @Stated() crossBorder?: true;
  @Optional() @Stated() publication?: true;
}

export class ConsentWithdrawnForm extends AboutSubject {
  @Nested(() => ReferenceForm) consent: ReferenceForm;
  /** The whole consent when absent. */
  @Optional() @Nested(() => WithdrawalScopeForm) scope?: WithdrawalScopeForm;
  /** When the notice was received; the fact's own time when absent. */
  @Optional() @Moment() received?: string;
  @Optional() @Code() channel?: string;
  /** Number of the authority of whoever withdrew it for the person. */
  @Optional() @Uuid() representative?: string;
}

/** Never a consent. */
export class PolicyAcknowledgedForm extends AboutSubject {
  @Nested(() => ShownForm) shown: ShownForm;
  @Code() channel: string;
}
