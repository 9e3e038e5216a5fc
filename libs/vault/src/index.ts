export { type Answer } from './answer.js';
export { type Custodian } from './custodian.js';
export { type CustodianState } from './custody.js';
export {
  closeEpoch,
  epochStanding,
  epochStatus,
  type CloseAsked,
  type CloseProgress,
  type EpochStatus,
} from './epoch-close.js';
export {
  type DestroyedFacts,
  type EpochEvent,
  type EpochLedger,
  type ErasureMade,
  type Published,
} from './epoch-ledger.js';
export { closeSteps, heldCodes, logWaits } from './epoch-state.js';
export { scheduled, type CloseParts } from './epoch-steps.js';
export { type Destroyed } from './erasure.js';
export { inTransaction } from './in-transaction.js';
export { type JournalEntry } from './journal-lines.js';
export { type Journal } from './journal.js';
export { makeKeep, openKeep, type Keep, type KeepPlace } from './keep.js';
export { KeyBackup, keyBackupLagMsMax, type KeyBackupPlace, type KeyBackupStatus } from './key-backup.js';
export { backedUpAside, holdsKeyBackup, proveKeyBackup, replaceKeys, restoreKeys } from './key-restore.js';
export { KeyServiceCustodian, type KeyService } from './key-service.js';
export { type KeyRing, type Place, type Sealed } from './key-ring.js';
export { looksPersonal, type PersonalLook } from './looks-personal.js';
export { vaultMigrations } from './migrations.js';
export { normalise, normaliseRef, schemes, type Identifier, type Malformed, type Scheme } from './normalise.js';
export { type Disclosed, type Opened, type Unopened, type Wanted } from './opening.js';
export { type Doomed } from './part-erasure.js';
export { vaultParticipant } from './participant.js';
export { mentionsMax, type Mention, type RestrictedPlace } from './reading.js';
export { RestrictedSeal, restrictedBytesMax, type RestrictedAt } from './restricted-seal.js';
export {
  asOwnerName,
  noRows,
  ownerKinds,
  type DoomedPart,
  type Fence,
  type Holders,
  type KeyRow,
  type LookupToken,
  type OwnerKind,
  type OwnerName,
  type OwnerRow,
  type PartRow,
  type PkRow,
  type TokenMove,
  type TokenRow,
  type VaultRows,
} from './rows.js';
export { signingSecrets, type SigningSecrets } from './signing-secrets.js';
export { Vault, type Replay } from './vault.js';
export { VaultError } from './vault-error.js';
