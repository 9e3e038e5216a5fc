// Which rows does one write leave in the vault's tables? Wrapped keys, sealed parts and look-up tokens.
import { VaultError } from './vault-error.js';

export const ownerKinds = [
  'subject',
  'staff',
  'request',
  'representative',
  'organisation',
  'restricted',
  'incident',
] as const;
export type OwnerKind = (typeof ownerKinds)[number];

/** A key owner's name, `<kind>-<uuid>`; a subject's is the name of its stream. */
export type OwnerName = `${OwnerKind}-${string}`;

/** Of an owner's first SK. */
export const newGeneration = 0;

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
  /** Counts the SKs that the owner had: a PK wrapped under an earlier one than stands is of no use. */
  readonly generation: number;
}

/** One PK, wrapped under its owner's SK. `part` is "0", "1", …, "check" or "ref". */
export interface PkRow {
  readonly event: string;
  readonly part: string;
  readonly owner: OwnerName;
  readonly wrappedPk: Buffer;
  /** Generation of the SK that it is wrapped under. */
  readonly generation: number;
}

/** One sealed value: nonce(12) ‖ ciphertext ‖ tag(16). */
export interface PartRow {
  readonly event: string;
  readonly p: string;
  readonly owner: OwnerName;
  readonly category: string;
  readonly blob: Buffer;
}

/** An identifier ready to be looked up, under every epoch that stands; `inner` never leaves the request unwrapped. */
export interface LookupToken {
  readonly scheme: string;
  readonly norm: number;
  readonly inner: Buffer;
  /** Its name while the request lasts: the token under the epoch that was current when it was made. */
  readonly token: Buffer;
  /** That epoch. */
  readonly epoch: number;
}

/** One identifier by which an owner is found again. */
export interface TokenRow {
  readonly token: Buffer;
  /** By which it would stand under the other epoch while one takes over from another: whoever holds that holds the identifier. */
  readonly other: Buffer | null;
  readonly owner: OwnerName;
  readonly scheme: string;
  readonly norm: number;
  readonly epoch: number;
  readonly innerWrapped: Buffer;
  /** As in OwnerRow: a withdrawn command takes its tokens with it. Null for a ref, which other claims may rely on. */
  readonly claim: Buffer | null;
  /** Moment of the latest fence that its writer knew to stand on the token; absent when it knew of none. */
  readonly over?: string;
}

/** An identifier that finds another owner from now on, or nobody when `to` is absent. Of moments before `until` it still finds `from`. */
export interface TokenMove {
  readonly token: Buffer;
  /** As in TokenRow: it may stand by either. */
  readonly other: Buffer | null;
  /** The epoch of `token`. */
  readonly epoch: number;
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
  /** Erased people whom it found; until the epoch closes. */
  readonly fences: readonly Fence[];
}

/** An erased person's token without the person: of which facts it must be said that they are about somebody erased. */
export interface Fence {
  /** Moment of the order by which she was erased. */
  readonly since: string;
  /** Until when it had meant her, when it no longer did at the time of the order: facts of later moments are somebody else's. */
  readonly until?: string;
}

/** One sealed value to be destroyed. */
export interface DoomedPart {
  readonly eventId: string;
  readonly p: string;
  /** Scheme of the identifier that is sealed in it: by that identifier the owner is found no longer. */
  readonly scheme?: string;
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
