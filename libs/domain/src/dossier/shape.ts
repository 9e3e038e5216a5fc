// What does a dossier say about one person? Codes, moments, ids and references to sealed parts; every line names the events it stands on.
import { type Static } from 'typebox';
import { type BaseVerdict, type DeclaredStatutoryRetention, type Relation } from '@derbes/policy';
import { type Capacity, type Role } from '../vocabulary.js';
import { type ConsentItems } from '../consent.js';

export type RoleCode = Static<typeof Role>;
export type CapacityCode = Static<typeof Capacity>;

/** A sealed value: event, "0".."n" within it, and whose key opens it (`<kind>-<uuid>`). */
export interface PartRef {
  readonly event: string;
  readonly p: string;
  readonly owner: string;
}

/** Where the key store says that a value of a person stands, and of which category. */
export interface PlacedPart extends PartRef {
  readonly category: string;
}

/** A moment and the event that says so. */
export interface Mark {
  readonly moment: string;
  readonly event: string;
}

export interface GroundMark extends Mark {
  readonly ground: string;
}

export interface Since extends Mark {
  readonly precision: 'exact' | 'not-later-than';
}

/** `current`; `corrected`: replaced by event `by`; `left`: its holder no longer has it, by event `by`, yet the ledger does. */
export interface ValueLine {
  readonly part: PartRef;
  readonly told: 'collected' | 'declared' | 'corrected' | 'identifier';
  readonly holder: string;
  readonly role?: RoleCode;
  readonly from: string;
  readonly standing: 'current' | 'corrected' | 'left';
  readonly by?: string;
}

/** Where data came from and by what means (Art. 24(1)(1)). */
export interface OriginLine extends Mark {
  readonly kind: string;
  readonly means?: string;
  readonly uploader?: string;
  readonly declaredBasis?: string;
  readonly acceptance?: 'yes' | 'no';
  readonly ground?: string;
  readonly fetched?: string;
  readonly case?: string;
  readonly recipient?: string;
  readonly country?: string;
  /** The sealed link to a public source. */
  readonly link?: PartRef;
  readonly source?: string;
}

export type ConsentStanding = 'stands' | 'withdrawn' | 'withdrawn-in-part' | 'expired' | 'unknown';

/** Without `code` no basis was stated. `article` is `<act>:<article>`, from the fact where it names one, else from the profile. */
export interface BasisLine extends Mark {
  readonly code?: string;
  readonly article?: string;
  readonly verdict: BaseVerdict | 'not-stated' | 'not-judged';
  readonly consent?: { readonly event: string; readonly standing: ConsentStanding };
}

/** How long data stays for one purpose and what ends it, by the edition that the fact names. */
export interface Stay {
  readonly until: 'purpose-reached' | 'term' | 'not-set';
  readonly edition?: string;
  readonly clause?: string;
  /** The relation whose end starts the clock: those open now, and when the last one ended if none is. */
  readonly relation?: { readonly kind: Relation; readonly open: readonly string[]; readonly ended?: Mark };
  readonly event?: 'erasure-final';
  /** ISO 8601 duration. */
  readonly term?: string;
  /** From when on it may stay no longer, where the clock has started. */
  readonly due?: string;
  /** When a holding without a term is looked at again. */
  readonly review?: string;
  /** The term that the consent states. */
  readonly consent?: { readonly event: string; readonly until?: string; readonly untilEvent?: string };
}

export interface PurposeLine {
  readonly purpose: string;
  readonly declared: boolean;
  readonly clause?: string;
  readonly bases: readonly BasisLine[];
  readonly reached?: Mark;
  readonly stay: Stay;
  readonly events: readonly string[];
}

export interface HoldingLine {
  readonly holder: string;
  /** Where the holder keeps its copies, by the register. */
  readonly countries: readonly string[];
  readonly role: RoleCode;
  readonly capacity: CapacityCode;
  /** The organisation for which the controller holds it. */
  readonly for?: string;
  readonly since: Since;
  readonly origins: readonly OriginLine[];
  readonly purposes: readonly PurposeLine[];
  readonly documentCopy?: string;
  readonly blocked?: GroundMark;
  readonly events: readonly string[];
}

export interface EndedHolding extends GroundMark {
  readonly holder: string;
  readonly role: RoleCode;
  readonly capacity: CapacityCode;
  readonly since: Since;
  readonly manner: 'deleted' | 'destroyed' | 'anonymised';
  readonly method: string;
  readonly copiesUntil?: string;
}

export type StatutoryLine = Pick<
  DeclaredStatutoryRetention,
  'code' | 'confirmed' | 'act' | 'article' | 'document' | 'term' | 'clause'
>;

export interface CategoryLine {
  readonly category: string;
  readonly declared: boolean;
  readonly clause?: string;
  /** Every holder that has it now; `ledger` where the vault has its values. */
  readonly holders: readonly string[];
  readonly values: readonly ValueLine[];
  readonly holdings: readonly HoldingLine[];
  /** Present where the ledger's own vault has values; it has had them since `moment`. */
  readonly ledger?: { readonly moment: string; readonly events: readonly string[] };
  readonly ended: readonly EndedHolding[];
  readonly statutory: readonly StatutoryLine[];
}

export interface UseLine {
  readonly categories: readonly string[];
  readonly purposes: readonly string[];
  readonly holder?: string;
  readonly role?: RoleCode;
  readonly basis: BasisLine;
  readonly first: string;
  readonly last: string;
  readonly events: readonly string[];
}

export interface TransferLine extends Mark {
  readonly recipient: string;
  readonly class?: string;
  /** Sealed name, BIN and undertaking number, where the register has them. */
  readonly about: readonly PartRef[];
  readonly country: string;
  readonly mode: 'sent' | 'access';
  readonly categories: readonly string[];
  readonly purposes: readonly string[];
  readonly basis: BasisLine;
  readonly ground?: string;
  readonly holder?: string;
  readonly role?: RoleCode;
  /** The undertaking that the register knows for that moment (Art. 10(1)). */
  readonly undertaking?: {
    readonly from: string;
    readonly until?: string;
    readonly event: string;
    readonly held: boolean;
  };
  readonly suspended?: GroundMark;
  /** When the person was told of it (Art. 19(1)). */
  readonly told: readonly (Mark & { readonly channel: string })[];
}

export interface PublicationLine extends Mark {
  readonly categories: readonly string[];
  readonly purposes: readonly string[];
  readonly basis: BasisLine;
  readonly place: string;
  readonly address?: PartRef;
  readonly holder?: string;
  readonly ended?: Mark & { readonly ground?: string };
}

export interface WithdrawalLine extends Mark {
  readonly received: string;
  readonly channel?: string;
  readonly scope?: {
    readonly purposes?: readonly string[];
    readonly categories?: readonly string[];
    readonly recipients?: readonly string[];
    readonly thirdParties?: 'yes';
    readonly crossBorder?: 'yes';
    readonly publication?: 'yes';
  };
}

export interface Shown {
  readonly edition: string;
  readonly language: 'ru' | 'kk' | 'en';
  readonly hash: string;
}

export interface ConsentLine extends Mark {
  readonly purposes: readonly string[];
  readonly items: ConsentItems;
  /** Numbers of Art. 8(4) that the text did not state, 1 to 7. */
  readonly missing: readonly string[];
  readonly shown?: Shown;
  readonly channel: string;
  readonly proof?: string;
  readonly proofPart?: PartRef;
  readonly subjectName?: PartRef;
  readonly by: 'subject' | 'representative';
  readonly standing: ConsentStanding;
  readonly withdrawals: readonly WithdrawalLine[];
}

export interface RefusalLine extends Mark {
  readonly purposes: readonly string[];
  readonly shown?: Shown;
  readonly channel: string;
  readonly by: 'subject' | 'representative';
}

export interface AcknowledgementLine extends Mark {
  readonly shown: Shown;
  readonly channel: string;
}

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
  readonly edition: string;
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
