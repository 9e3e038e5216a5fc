// Does the log still hold what it signed before? Every older checkpoint and receipt that somebody kept is compared.
import {
  leafHash,
  type NoteVerifier,
  parseTlogProof,
  type Policy,
  type TlogProof,
  verifyInclusion,
} from '@derbes/transparency';
import { type LeafReader, type RecomputedTree } from './recomputed-tree.js';
import { openOlder, openSigned, refused } from './trust.js';
import { Found, type Problem } from './verdict.js';

/** A file that somebody kept. */
export interface Kept {
  /** As it was named on the command line. */
  readonly name: string;
  readonly bytes: Buffer;
}

interface Head {
  readonly size: number;
  readonly root: Buffer;
}

/** Before any entry was read: what two signatures alone contradict. */
export function compareHeads(name: string, older: Head, head: Head): Problem | undefined {
  if (older.size > head.size) {
    const says = `signs ${older.size} entries, and the export shows ${head.size}`;
    return { word: 'ROLLED_BACK', where: name, says };
  }
  if (older.size === head.size && !older.root.equals(head.root)) {
    return { word: 'FORKED', where: name, says: `signs ${older.size} entries with another root than the export does` };
  }
  return undefined;
}

/** Compares with the tree of entries, which hash to the signed root. */
export class Comparison {
  constructor(
    private readonly policy: Policy,
    private readonly named: readonly NoteVerifier[],
    private readonly tree: RecomputedTree,
    private readonly head: Head,
    private readonly leaves: LeafReader,
  ) {}

  /** Throws Found for a checkpoint that is none or that the log did not sign. */
  checkpoint({ name, bytes }: Kept): Problem | undefined {
    return this.older(name, openOlder(this.policy, this.named, bytes, name));
  }

  /** Throws Found for a receipt that is none, that the log did not sign, or that too few witnesses cosigned. */
  receipt({ name, bytes }: Kept): Problem | undefined {
    const proof = readReceipt(name, bytes);
    const { checkpoint, quorumMet } = openSigned(this.policy, proof.checkpoint, name);
    const { size, root } = checkpoint;
    const includes = (hash: Uint8Array): boolean =>
      verifyInclusion({ leafHash: hash, index: proof.index, size, root }, proof.hashes);
    if (proof.extra && !includes(leafHash(proof.extra))) {
      return { word: 'BAD_RECEIPT', where: name, says: `does not lead from its entry to the root of ${size} entries` };
    }
    const contradiction = this.older(name, checkpoint);
    if (contradiction) return contradiction;
    // From here on the receipt's tree is the beginning of this one.
    if (proof.index >= size || !includes(this.leaf(proof.index))) {
      return { word: 'BAD_RECEIPT', where: name, says: `does not lead from entry ${proof.index} to the root` };
    }
    if (!quorumMet) return { word: 'BELOW_QUORUM', where: name, says: 'too few witnesses of the policy cosigned it' };
    return undefined;
  }

  private older(name: string, older: Head): Problem | undefined {
    const contradiction = compareHeads(name, older, this.head);
    if (contradiction || this.tree.root(older.size, this.leaves).equals(older.root)) return contradiction;
    const says = `signs ${older.size} entries, and the first ${older.size} of the export are others`;
    return { word: 'FORKED', where: name, says };
  }

  private leaf(index: number): Uint8Array {
    return this.tree.node({ height: 0, index }, this.leaves);
  }
}

function readReceipt(name: string, bytes: Buffer): TlogProof {
  try {
    return parseTlogProof(bytes);
  } catch (error) {
    throw refused(error, 'MALFORMED_RECEIPT', name);
  }
}

/**
 * What was kept against what the export's checkpoint signs, before any entry is believed. A key that the policy does not name may yet be
 * named by the log itself: whoever can read that looks again with Comparison.
 */
export function compareKept(
  policy: Policy,
  checkpoints: readonly Kept[],
  receipts: readonly Kept[],
  head: Head,
): Problem[] {
  return [
    ...checkpoints.flatMap(({ name, bytes }) =>
      caught(() => compareHeads(name, openOlder(policy, [], bytes, name), head)),
    ),
    ...receipts.flatMap(({ name, bytes }) =>
      caught(() => compareHeads(name, openOlder(policy, [], readReceipt(name, bytes).checkpoint, name), head)),
    ),
  ];
}

/** What a check finds, thrown or told. */
export function caught(check: () => Problem | undefined): Problem[] {
  try {
    const problem = check();
    return problem ? [problem] : [];
  } catch (error) {
    if (error instanceof Found) return [{ word: error.word, where: error.where, says: error.says }];
    throw error;
  }
}
