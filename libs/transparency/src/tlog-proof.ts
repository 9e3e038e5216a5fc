// What is a receipt? C2SP tlog-proof: one text file that shows, offline, that an entry stands in a log that was signed and witnessed.
import { Malformed } from './malformed.js';
import { entryBytesMax } from './entry-bundle.js';
import { proofHashesMax, verifyInclusion } from './proofs.js';
import { noteBytesMax } from './signed-note.js';
import { decodeBase64, decodeDecimal, decodeHash, decodeUtf8 } from './strict-text.js';
import { openByPolicy, type Policy, type WitnessedCheckpoint } from './tlog-policy.js';

const firstLine = 'c2sp.org/tlog-proof@v1';

/** Extra data of ours is the entry itself, so what an entry may have is enough. */
const extraBytesMax = entryBytesMax;

/** A note, the hashes at 45 bytes a line, the extra data in base64, and the rest. */
export const tlogProofBytesMax = noteBytesMax + 45 * proofHashesMax + Math.ceil(extraBytesMax / 3) * 4 + 1024;

export interface TlogProof {
  /** Not authenticated by the format. In our receipts: the bytes of the entry, bound by the proof when their leaf hash is what it shows. */
  readonly extra?: Buffer;
  readonly index: number;
  /** From the leaf's sibling up to the root's child. */
  readonly hashes: readonly Buffer[];
  /** The signed note, as the log issued it. */
  readonly checkpoint: string;
}

export function formatTlogProof({ extra, index, hashes, checkpoint }: TlogProof): string {
  const lines = [
    firstLine,
    ...(extra === undefined ? [] : [`extra ${extra.toString('base64')}`]),
    `index ${index}`,
    ...hashes.map((hash) => hash.toString('base64')),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Takes a receipt apart; nothing in it is verified yet. */
export function parseTlogProof(file: Uint8Array | string): TlogProof {
  const text = decodeUtf8(file, tlogProofBytesMax, 'proof');
  const blank = text.indexOf('\n\n');
  if (blank < 0) throw bad('proof', 'No empty line before a checkpoint');
  const lines = text.slice(0, blank).split('\n', proofHashesMax + 4);
  if (lines.shift() !== firstLine) throw bad('line 1', `Not ${firstLine}`);
  const extra = lines[0]?.startsWith('extra ') ? decodeBase64(lines.shift()?.slice(6) ?? '', 'extra') : undefined;
  // "If no extra data is present, this line is omitted."
  if (extra?.length === 0) throw bad('extra', 'A line of extra data without any');
  if (extra && extra.length > extraBytesMax) throw new Malformed('TOO_LONG', 'extra', 'Longer than any entry');
  const index = lines.shift();
  if (!index?.startsWith('index ')) throw bad('index', 'No line with the index');
  if (lines.length > proofHashesMax)
    throw new Malformed('TOO_MANY_LINES', 'hashes', 'More hashes than any tree is high');
  return {
    ...(extra && { extra }),
    index: decodeDecimal(index.slice(6), 'index'),
    hashes: lines.map((line, i) => decodeHash(line, `hash ${i + 1}`)),
    checkpoint: text.slice(blank + 2),
  };
}

/**
 * The four steps of tlog-proof, "Verifying a tlog proof": the leaf hash, computed by the caller; the checkpoint by a log of the policy; its
 * quorum (BELOW_QUORUM); the inclusion (NOT_INCLUDED). Returns the checkpoint only when all hold.
 */
export function verifyTlogProof(proof: TlogProof, leafHash: Uint8Array, policy: Policy): WitnessedCheckpoint {
  const witnessed = openByPolicy(policy, proof.checkpoint);
  if (!witnessed.quorumMet)
    throw new Malformed('BELOW_QUORUM', 'checkpoint', 'Too few witnesses of the policy cosigned');
  const { size, root } = witnessed.checkpoint;
  if (!verifyInclusion({ leafHash, index: proof.index, size, root }, proof.hashes)) {
    throw new Malformed('NOT_INCLUDED', 'hashes', 'The hashes do not lead from the entry to the root');
  }
  return witnessed;
}

function bad(place: string, message: string): Malformed {
  return new Malformed('BAD_PROOF', place, message);
}
