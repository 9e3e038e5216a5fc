// What does a dossier say of uses, transfers, publications and consents?
import { type ConsentItems } from '../consent.js';
import {
  type BasisLine,
  type ConsentStanding,
  type GroundMark,
  type Mark,
  type PartRef,
  type RoleCode,
} from './held-shape.js';

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
  /** On whose word that ground stands for this country, by the edition of that moment (0032). */
  readonly claim?: { readonly code: string; readonly assertedBy: string; readonly instrument: string };
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
