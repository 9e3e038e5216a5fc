// What may an officer say of a person's representatives and of whether she may act herself, and what comes of it?
import { type Outside } from '../case.js';
import { type FactDraft } from '../record.js';
import { type Conflict } from './authority.js';
import { type RepresentationEndGround, type RepresentativeKind, type RepresentativeScope } from './representative.js';
import { type PersonStatus, type Turns } from './status.js';

export interface DocumentShown {
  readonly kind: string;
  readonly date: string;
}

export interface RecogniseRepresentative {
  readonly type: 'RecogniseRepresentative';
  readonly subject: string;
  /** A random uuid: owner of what is sealed of the representative. */
  readonly representative: string;
  readonly kind: RepresentativeKind;
  /** Absent: everything. */
  readonly scope?: RepresentativeScope | undefined;
  readonly exclusive?: boolean | undefined;
  readonly from: string;
  readonly until?: string | undefined;
  /** What gives the authority; whoever has none is refused. */
  readonly document?: DocumentShown | undefined;
  readonly act?: string | undefined;
  readonly article?: string | undefined;
  readonly staff?: string | undefined;
  /** Handles of the values to be sealed. */
  readonly name: number;
  readonly contact?: number | undefined;
  readonly number?: number | undefined;
}

export interface EndRepresentation {
  readonly type: 'EndRepresentation';
  readonly subject: string;
  /** The RepresentativeRecognised event. */
  readonly recognition: string;
  readonly ground: RepresentationEndGround;
  readonly staff?: string | undefined;
}

export interface ChangeStatus {
  readonly type: 'ChangeStatus';
  readonly subject: string;
  readonly status: PersonStatus;
  readonly turns?: Turns | undefined;
  readonly document?: DocumentShown | undefined;
  readonly act?: string | undefined;
  readonly article?: string | undefined;
  readonly staff?: string | undefined;
}

/** Written by the ledger itself when the day has come. */
export interface ComeOfAge {
  readonly type: 'ComeOfAge';
  readonly subject: string;
}

export type PersonCommand = RecogniseRepresentative | EndRepresentation | ChangeStatus | ComeOfAge;

export interface PersonOutside extends Outside {
  /** When it is decided, by the writer's clock. */
  readonly at: string;
}

export interface PersonDecision {
  readonly outcome: 'recognised' | 'contested' | 'ended' | 'changed' | 'unchanged';
  readonly drafts: readonly FactDraft[];
  /** With whom a representative now stands in conflict: an officer decides. */
  readonly conflicts: readonly Conflict[];
}
