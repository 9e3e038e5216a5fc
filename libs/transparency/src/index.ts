// The pure part of the transparency log: formats and mathematics that anybody can check us by. It imports node:crypto and nothing else.
export { privateKeyOf, publicKeyBytes } from './ed25519-key.js';
export { emptyRoot, hashBytes, leafHash, leafHashLatin1, leafHashWithinLatin1, nodeHash } from './hash.js';
export { Malformed, type MalformedCode } from './malformed.js';
export { RightEdge } from './right-edge.js';
export {
  buildProof,
  type Consistency,
  consistencyPlan,
  type Inclusion,
  inclusionPlan,
  type NodeReader,
  type ProofPlan,
  rootPlan,
  type TreeNode,
  verifyConsistency,
  verifyInclusion,
} from './proofs.js';
export {
  checkTile,
  type NodePlace,
  parseTilePath,
  placeOfNode,
  rootInTile,
  type Tile,
  tilePath,
  tilesBetween,
  tileWidth,
  tileWidthMax,
} from './tiles.js';
export { bundleBytesMax, entryPlaces, readBundle, writeBundle } from './entry-bundle.js';
export {
  ed25519Signer,
  ed25519Verifier,
  formatSignatureLine,
  formatVkey,
  noteBytesMax,
  type NoteSignature,
  type NoteSigner,
  type NoteVerifier,
  type OpenedNote,
  openNote,
  parseNote,
  parseVkey,
  signatureLine,
  signatureType,
  type SignedNote,
  signNote,
  type VerifierKey,
  verifierKey,
} from './signed-note.js';
export {
  type Checkpoint,
  formatCheckpoint,
  type OpenedCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  sameTree,
} from './checkpoint.js';
export { formatKeyDestroyed, type KeyDestroyedText } from './key-destroyed.js';
export { type AddCheckpoint, formatAddCheckpoint, parseAddCheckpoint } from './add-checkpoint.js';
export { cosignatureTime, cosignatureVerifier, cosigner } from './cosignature.js';
export {
  formatPolicy,
  type Group,
  meetsQuorum,
  openByPolicy,
  parsePolicy,
  type Policy,
  policyBytesMax,
  type PolicyLog,
  type Witness,
  type WitnessedCheckpoint,
} from './tlog-policy.js';
export { formatTlogProof, parseTlogProof, type TlogProof, tlogProofBytesMax, verifyTlogProof } from './tlog-proof.js';
