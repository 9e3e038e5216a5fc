// What does a dossier say of who may act for a person, and of whether she may act herself?
import { type Conflict, type Standing } from '../person/authority.js';
import { type RepresentativeKind, type RepresentativeScope } from '../person/representative.js';
import { type PersonStatus, type Turns } from '../person/status.js';
import { type GroundMark, type Mark, type PartRef } from './held-shape.js';

/** `event` is the number of the representation, `moment` when it was recognised. */
export interface RepresentativeLine extends Mark {
  /** Sealed under the representative's own key. Contact and the number of the document are the officer's and stand in no dossier. */
  readonly name?: PartRef;
  readonly kind: RepresentativeKind;
  readonly standing: Standing;
  readonly from: string;
  readonly until?: string;
  /** Absent: everything that the person may. */
  readonly scope?: RepresentativeScope;
  /** The document lets nobody else act in the same. */
  readonly exclusive: boolean;
  readonly document: { readonly kind: string; readonly date: string };
  /** Of an heir: act and article by which it was decided. */
  readonly article?: string;
  readonly ended?: GroundMark;
  /** Representations that contradict this one: neither acts until an officer has decided. */
  readonly against: readonly {
    readonly event: string;
    readonly why: Conflict['why'];
    readonly acts: readonly string[];
  }[];
}

export interface StatusLine extends Mark {
  readonly status: PersonStatus;
  /** Of a child the one date that is kept. */
  readonly turns?: Turns;
  readonly ofAge?: string;
  readonly document?: { readonly kind: string; readonly date: string };
  readonly article?: string;
  /** Consents given for her that she must be asked to give herself. */
  readonly renew: readonly string[];
}
