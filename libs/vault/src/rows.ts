// Which rows does one write leave in the vault's tables? Wrapped keys, sealed parts and look-up tokens.
import { VaultError } from './vault-error.js';

export const ownerKinds = ['subject', 'staff', 'request', 'representative', 'organisation'] as const;
export type OwnerKind = (typeof ownerKinds)[number];

/** A key owner's name, `<kind>-<uuid>`; a subject's is the name of its stream. */
export type OwnerName = `${OwnerKind}-${string}`;

/** A new owner: its SK wrapped under the KEK of `epoch`. */
export interface OwnerRow {
  readonly owner: OwnerName;
  readonly epoch: number;
  readonly wrappedSk: Buffer;
  /** Token of the claim that makes it, until that has landed; null when the events land in the same transaction. */
  readonly claim: Buffer | null;
}

/** An owner as it stands in the table. `wrappedSk` is null once erased. */
export interface KeyRow {
  readonly owner: OwnerName;
  readonly epoch: number;
  readonly wrappedSk: Buffer | null;
  readonly state: 'live' | 'erasing' | 'erased';
  readonly claim: Buffer | null;
  /** The PK row behind a subject's pairwise refs; null for other kinds. */
  readonly refPk: PkRow | null;
}

/** One PK, wrapped under its owner's SK. `part` is "0", "1", …, "check" or "ref". */
export interface PkRow {
  readonly event: string;
  readonly part: string;
  readonly owner: OwnerName;
  readonly wrappedPk: Buffer;
}

/** One sealed value: nonce(12) ‖ ciphertext ‖ tag(16). */
export interface PartRow {
  readonly event: string;
  readonly p: string;
  readonly owner: OwnerName;
  readonly category: string;
  readonly blob: Buffer;
}

/** One identifier by which an owner is found again. */
export interface TokenRow {
  readonly token: Buffer;
  readonly owner: OwnerName;
  readonly scheme: string;
  readonly norm: number;
  readonly epoch: number;
  readonly innerWrapped: Buffer;
  /** As in OwnerRow: a withdrawn command takes its tokens with it. Null for a ref, which other claims may rely on. */
  readonly claim: Buffer | null;
}

/** An identifier that finds another owner from now on, or nobody when `to` is absent. Of moments before `until` it still finds `from`. */
export interface TokenMove {
  readonly token: Buffer;
  /** Whom it must find now; otherwise the move is a conflict. */
  readonly from: OwnerName;
  readonly to?: TokenRow;
  /** From when and until when it meant `from`, whole UTC seconds. */
  readonly since: string;
  readonly until: string;
  /** As in OwnerRow. */
  readonly claim: Buffer | null;
}

/** Whom one identifier finds: somebody now, others for facts that occurred before a moment. */
export interface Holders {
  readonly holder?: KeyRow;
  /** The earliest `until` first. */
  readonly past: readonly { readonly holder: KeyRow; readonly until: string }[];
}

/** What one unit of writing brings to the vault. */
export interface VaultRows {
  readonly owners: readonly OwnerRow[];
  readonly pks: readonly PkRow[];
  readonly parts: readonly PartRow[];
  readonly tokens: readonly TokenRow[];
  readonly moves: readonly TokenMove[];
  /** Owners whose key rows must stand live, besides those that the rows themselves name. */
  readonly live: readonly OwnerName[];
}

export const noRows: VaultRows = { owners: [], pks: [], parts: [], tokens: [], moves: [], live: [] };

const namePattern = new RegExp(`^(${ownerKinds.join('|')})-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`);

/** Throws OWNER_NAME_MALFORMED unless the text is `<kind>-<uuid>` in lower case. */
export function asOwnerName(text: string): OwnerName {
  if (!namePattern.test(text)) throw new VaultError('OWNER_NAME_MALFORMED', 'an owner is named <kind>-<uuid>');
  return text as OwnerName;
}
