// What does an answer about a person say of erasures, holds and locks? A line for each, with the events that it stands on.
import { type Withheld } from '@derbes/domain';

export interface CertificateMark {
  readonly moment: string;
  readonly event: string;
}

/** Of the first three states the last one reached; `refused` where nothing was ordered. */
export type CertificateState = 'ordered' | 'executed' | 'final' | 'refused';

export interface ErasureLine {
  /** Number of the certificate. */
  readonly order: string;
  readonly cause: 'erasure' | 'correction' | 'retraction' | 'holding-ended';
  readonly scope: 'person' | 'category' | 'value';
  readonly categories: readonly string[];
  readonly ground?: string;
  readonly state: CertificateState;
  readonly ordered?: CertificateMark;
  readonly refused?: CertificateMark;
  readonly executed?: CertificateMark;
  readonly final?: CertificateMark;
  /** Categories that an act keeps; the certificate says which. */
  readonly kept: readonly string[];
}

export interface HoldLine extends CertificateMark {
  readonly ground: string;
  readonly article?: string;
  /** Absent: all of them. */
  readonly categories?: readonly string[];
  readonly until?: string;
  readonly lifted?: CertificateMark & { readonly ground: string };
  readonly stands: boolean;
  /** Once it is over: what it kept from being destroyed, and nobody has destroyed since. Nothing of it is ordered again by itself. */
  readonly withheld?: readonly Withheld[];
}

/** Kept though it was to be destroyed: it answers, and is not used. */
export interface LockLine extends CertificateMark {
  readonly category: string;
  readonly why: readonly string[];
}
