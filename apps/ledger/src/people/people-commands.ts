// What may an officer say of who acts for a person, and of whether she is a child, incapable, missing or dead?
import {
  personStatuses,
  representationEndGrounds,
  representativeKinds,
  type PersonStatus,
  type RepresentationEndGround,
  type RepresentativeKind,
} from '@derbes/domain';
import {
  Act,
  Article,
  Code,
  Codes,
  Day,
  Moment,
  Nested,
  OneOf,
  Optional,
  sealedCharsMax,
  Text,
  Uuid,
  YesOrNo,
} from '../http/form/field.js';
import { AskedCommand, type Done } from '../write/commands.js';

export interface RepresentativeMade extends Done {
  /** Id of the representation, to end it by and to name in consents and requests. */
  readonly representation: string;
  /** `contested`: another representative claims the same alone, or undoes what this one did; an officer decides, and neither acts. */
  readonly outcome: 'recognised' | 'contested';
  /** The representations that stand against it. */
  readonly against: readonly string[];
}

export interface StatusChanged extends Done {
  readonly outcome: 'changed' | 'unchanged';
}

/** Absent: not narrowed in that. */
export class ScopeForm {
  @Optional() @Codes() rights?: string[];
  @Optional() @Codes() categories?: string[];
  @Optional() @Codes() purposes?: string[];
}

/** Its number is sealed under a key of the representative. */
export class AuthorityForm {
  @Code() kind: string;
  @Day() date: string;
  @Text(sealedCharsMax) number: string;
}

export class ProofForm {
  @Code() kind: string;
  @Day() date: string;
}

/** The one date that is kept of a child. */
export class TurnsForm {
  @OneOf(['14', '18']) age: '14' | '18';
  @Day() on: string;
}

export class RecogniseRepresentative extends AskedCommand<RepresentativeMade> {
  /** From the path. */
  subject: string;
  @OneOf(representativeKinds) kind: RepresentativeKind;
  @Text(sealedCharsMax) name: string;
  @Optional() @Text(sealedCharsMax) contact?: string;
  /** Whoever shows none is refused. */
  @Optional() @Nested(() => AuthorityForm) document?: AuthorityForm;
  /** Without it everything that the person may. */
  @Optional() @Nested(() => ScopeForm) scope?: ScopeForm;
  /** The document lets nobody else act in the same. */
  @Optional() @YesOrNo() exclusive?: boolean;
  /** Now when absent. */
  @Optional() @Moment() from?: string;
  @Optional() @Moment() until?: string;
  /** Of an heir: by which act and article it was decided. */
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
  @Optional() @Uuid() staff?: string;
}

export class EndRepresentation extends AskedCommand<Done> {
  subject: string;
  /** From the path. */
  representation: string;
  @OneOf(representationEndGrounds) ground: RepresentationEndGround;
  @Optional() @Uuid() staff?: string;
}

export class ChangeStatus extends AskedCommand<StatusChanged> {
  subject: string;
  @OneOf(personStatuses) status: PersonStatus;
  /** Of a child, and of nobody else. */
  @Optional() @Nested(() => TurnsForm) turns?: TurnsForm;
  /** Needed for `incapable`, `deceased` and `missing`, and to take one of these back. */
  @Optional() @Nested(() => ProofForm) document?: ProofForm;
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
  @Optional() @Uuid() staff?: string;
}
