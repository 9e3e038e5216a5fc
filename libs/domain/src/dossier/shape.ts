// What does a dossier say about one person? Codes, moments, ids and references to sealed parts; every line names the events it stands on.
import { type Relation } from '@derbes/policy';
import {
  type AcknowledgementLine,
  type ConsentLine,
  type PublicationLine,
  type RefusalLine,
  type TransferLine,
  type UseLine,
} from './agreed-shape.js';
import {
  type BasisLine,
  type CategoryLine,
  type GroundMark,
  type Mark,
  type PartRef,
  type RoleCode,
} from './held-shape.js';
import { type WhoActs } from '../person/authority.js';
import { type RepresentativeLine, type StatusLine } from './people-shape.js';

export * from './agreed-shape.js';
export * from './held-shape.js';
export * from './people-shape.js';

export interface DecisionLine extends Mark {
  readonly categories: readonly string[];
  readonly purposes: readonly string[];
  readonly basis: BasisLine;
  readonly effect: 'right-created' | 'right-changed' | 'right-ended' | 'none';
}

export interface RelationLine extends Mark {
  readonly kind: Relation;
  readonly ended?: Mark;
}

export interface ObligationLine extends Mark {
  readonly kind: string;
  readonly law?: string;
  readonly article?: string;
  readonly relation?: string;
  readonly closed?: Mark;
}

export interface BlockLine extends GroundMark {
  readonly categories: readonly string[];
  readonly holder?: string;
  /** Categories of it that were unblocked, with when and why. */
  readonly ended: readonly (GroundMark & { readonly categories: readonly string[] })[];
  readonly stands: boolean;
}

export interface DestructionLine extends GroundMark {
  readonly manner: 'deleted' | 'destroyed' | 'anonymised';
  readonly categories: readonly string[];
  readonly holder: string;
  readonly role?: RoleCode;
  readonly method: string;
  readonly copiesUntil?: string;
}

export interface CorrectionLine extends GroundMark {
  readonly categories: readonly string[];
  readonly holder: string;
  readonly role: RoleCode;
  readonly corrects?: string;
}

export interface IdentifierLine {
  readonly scheme: string;
  readonly since: string;
  readonly event: string;
  readonly part?: PartRef;
  readonly until?: GroundMark;
}

export interface NoticeLine extends Mark {
  readonly about: string;
  readonly channel: string;
  readonly transfers: readonly string[];
}

export interface ContestLine extends Mark {
  readonly scheme: string;
  readonly rank: 'weaker' | 'equal';
  readonly fact?: string;
  readonly told?: string;
}

/** A value of this person in what was told about somebody else: which kind of data, when, by which system; never the words. */
export interface MentionLine {
  readonly event: string;
  readonly categories: readonly string[];
  readonly type?: string;
  readonly moment?: string;
  readonly source?: string;
}

/** A fact told in error: it counts for nothing (`retraction` says since when and why). */
export interface RetractedLine extends Mark {
  readonly type: string;
  readonly source?: string;
  readonly retraction: GroundMark;
  readonly parts: readonly PartRef[];
}

/** A part that an event names and whose row is gone: erased, or lost. `categories`: what it may have been. */
export interface MissingPart extends PartRef {
  readonly categories: readonly string[];
}

export interface EditionLine {
  readonly document: string;
  readonly code: string;
  readonly inForce: string;
  readonly assertedBy: string;
  readonly languages: readonly string[];
  readonly event: string;
}

export interface Dossier {
  readonly subject: string;
  /** Other subjects found to be the same person, folded in. */
  readonly merged: readonly string[];
  readonly asOf: string;
  readonly asKnownAt: string;
  /** Absent when the ledger knew nobody under this id yet. */
  readonly registered?: Mark & { readonly kind: 'person' | 'device' };
  readonly edition?: EditionLine;
  readonly identifiers: readonly IdentifierLine[];
  /** Who acts in the person's name; absent of a device and of nobody. */
  readonly acts?: WhoActs;
  readonly representatives: readonly RepresentativeLine[];
  readonly statuses: readonly StatusLine[];
  readonly categories: readonly CategoryLine[];
  readonly uses: readonly UseLine[];
  readonly transfers: readonly TransferLine[];
  readonly publications: readonly PublicationLine[];
  readonly consents: readonly ConsentLine[];
  readonly refusals: readonly RefusalLine[];
  readonly acknowledgements: readonly AcknowledgementLine[];
  readonly decisions: readonly DecisionLine[];
  readonly relations: readonly RelationLine[];
  readonly obligations: readonly ObligationLine[];
  readonly blocks: readonly BlockLine[];
  readonly destructions: readonly DestructionLine[];
  readonly corrections: readonly CorrectionLine[];
  readonly notices: readonly NoticeLine[];
  readonly contests: readonly ContestLine[];
  readonly mentions: readonly MentionLine[];
  readonly retracted: readonly RetractedLine[];
  readonly missing: readonly MissingPart[];
}
