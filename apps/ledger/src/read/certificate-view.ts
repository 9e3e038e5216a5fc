// What does a certificate of erasure say? What was destroyed, in which state, when and by which events; what is kept, and what remains.
import { type Keeping, type Labels } from '@derbes/policy';
import { type ControllerView, type Wording } from './dossier-view.js';
import { type CertificateMark, type CertificateState } from './erasure-view.js';
import { type ProvingLeaves } from './proving-leaves.js';

export const elsewhereStates = [
  'not-yet-asked',
  'asked',
  'told-by-letter',
  'confirmed',
  'refused',
  'did-not-answer',
  'undeliverable',
  'closed',
] as const;

/** `not-yet-asked`: it was not told yet, or nobody said that it was; `closed`: an officer decided not to wait for its answer. */
export interface Elsewhere {
  readonly code: string;
  readonly categories: readonly string[];
  readonly state: (typeof elsewhereStates)[number];
  /** When it was told to destroy it. */
  readonly told?: CertificateMark;
  /** Of `refused` when it refused, of `closed` when that was decided. */
  readonly answered?: CertificateMark;
  /** Why it refused, could not be told, or is waited for no more. */
  readonly reason?: string;
  /** In which manner it was told to let it go, where not that nobody may be able to restore it. */
  readonly asked?: 'deleted' | 'destroyed' | 'anonymised';
  readonly manner?: 'deleted' | 'destroyed' | 'anonymised';
  readonly copiesUntil?: string;
  readonly confirmed?: CertificateMark;
  /** What it confirmed: that it is done, or that it had nothing. */
  readonly result?: string;
}

export interface KeptLine {
  /** LEGAL_HOLD, STATUTORY_RETENTION, RETENTION_UNCONFIRMED, OBLIGATION_OPEN or BLOCKED. */
  readonly why: string;
  readonly label?: Labels;
  readonly categories: readonly string[];
  /** `<act>:<article>`. */
  readonly article?: string;
  /** ISO 8601 duration that the row of the policy names from the law. */
  readonly term?: string;
  /** Of a row of the policy whether a lawyer confirmed it (where nobody did, an officer decides); else how sure the profile is of the article. */
  readonly confidence?: 'confirmed' | 'unconfirmed' | Keeping['confidence'];
  readonly until?: string;
  readonly reason?: string;
  /** Row of the policy. */
  readonly row?: string;
  /** The hold, block or obligation that keeps it. */
  readonly event?: string;
}

export interface FinalLine {
  readonly moment: string;
  readonly epoch: string;
  /** EpochClosed, and the SHA-256 of its list, on which every execution stands that it made final. */
  readonly closed: string;
  readonly list: string;
  /** Each key that could have opened it: of the epoch, and of those before it. */
  readonly custodians: readonly {
    readonly epoch: string;
    readonly custodian: string;
    readonly kcv: string;
    readonly destroyed: string;
    /** C2SP signed note by the log's key that says the same; keys destroyed by earlier versions of the program have none. */
    readonly note?: string;
    /** The published checkpoint that covered the close before the key went, and who stood behind it. */
    readonly log?: {
      readonly size: string;
      readonly witnesses: 'cosigned' | 'none' | 'accepted-without';
      readonly accepted?: string;
    };
    readonly event: string;
  }[];
}

export interface CertificateView {
  /** Id of the event that demanded the destruction. */
  readonly number: string;
  readonly subject: string;
  readonly issued: string;
  readonly controller?: ControllerView;
  readonly state: CertificateState;
  readonly cause: 'erasure' | 'correction' | 'retraction' | 'holding-ended';
  readonly scope: 'person' | 'category' | 'value';
  /** What was asked, where less was ordered. */
  readonly asked?: { readonly scope: 'person' | 'category' | 'value'; readonly categories: readonly string[] };
  readonly ground?: { readonly code: string; readonly label?: Labels; readonly article?: string };
  /** Rows of the policy whose term nobody confirmed, which an officer decided not to keep, and why. */
  readonly decided: readonly { readonly row: string; readonly reason: string }[];
  /** What goes: categories of the scope `category`; `<event id>/<p>` of values named one by one. */
  readonly categories: readonly string[];
  readonly values: readonly string[];
  readonly ordered?: CertificateMark;
  readonly executed?: CertificateMark & {
    readonly destroyed: { readonly values: number; readonly keys: number; readonly identifiers: number };
  };
  readonly final?: FinalLine;
  /** `nobody-to-ask`: no other system and no recipient had it, as far as was told. */
  readonly everywhere: 'nobody-to-ask' | 'confirmed' | 'not-yet';
  readonly holders: readonly Elsewhere[];
  readonly recipients: readonly Elsewhere[];
  readonly kept: readonly KeptLine[];
  /** Records that stay after the end: they are not anonymous. */
  readonly remains: {
    readonly what: 'proof-records';
    readonly purpose: 'accountability';
    readonly anonymous: false;
    readonly article?: string;
    /** ISO 8601 duration from `final` on; absent where the policy sets none. */
    readonly term?: string;
  };
  /** The order to erase the survivor of a merge, with whom this subject went. */
  readonly under?: string;
  /** All events that prove it, in the order of this page. */
  readonly events: readonly string[];
  /** Once final: where the published log has these events; each of them has a receipt. */
  readonly log?: ProvingLeaves;
  readonly wording: Wording;
}
