// What does a dossier say is held: values, holdings, purposes, grounds, terms?
import { type Static } from 'typebox';
import { type BaseVerdict, type DeclaredStatutoryRetention, type Relation } from '@derbes/policy';
import { type Capacity, type Role } from '../vocabulary.js';

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
  /** A link to a public source was told; it is sealed in `linkPart`. */
  readonly link?: 'yes';
  readonly linkPart?: PartRef;
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
export interface StayLine {
  readonly until: 'purpose-reached' | 'term' | 'not-set';
  readonly edition?: string;
  readonly clause?: string;
  /** The relation whose end starts the clock: those open now, and when the last one ended if none is. */
  readonly relation?: { readonly kind: Relation; readonly open: readonly string[]; readonly ended?: Mark };
  /** The same of a kind of obligation. */
  readonly obligation?: { readonly kind: string; readonly open: readonly string[]; readonly ended?: string };
  readonly event?: 'purpose-ended' | 'erasure-final';
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
  readonly stay: StayLine;
  readonly events: readonly string[];
}

/** `confirmed`: when this holder said that it has stopped, answering the task that told it to. */
export interface BlockedLine extends GroundMark {
  readonly confirmed?: Mark;
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
  readonly blocked?: BlockedLine;
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
  /** The task that the holder answered; absent where it told the end itself. */
  readonly task?: string;
}

export type StatutoryLine = Pick<
  DeclaredStatutoryRetention,
  'code' | 'confirmed' | 'act' | 'article' | 'document' | 'term' | 'clause'
>;

/**
 * Why the ledger itself has values (0037): as the holders have them, for their purposes, on their bases, no longer than they;
 * to recognise the person by them alone; or left over, since every holder's ended.
 */
export type LedgerWhy = 'as-holders' | 'recognition' | 'left-over';

export interface CategoryLine {
  readonly category: string;
  readonly declared: boolean;
  readonly clause?: string;
  /** Every holder that has it now; `ledger` where the vault has its values. */
  readonly holders: readonly string[];
  readonly values: readonly ValueLine[];
  readonly holdings: readonly HoldingLine[];
  /** Present where the ledger's own vault has values; it has had them since `moment`. */
  readonly ledger?: { readonly moment: string; readonly events: readonly string[]; readonly why: LedgerWhy };
  readonly ended: readonly EndedHolding[];
  readonly statutory: readonly StatutoryLine[];
}
