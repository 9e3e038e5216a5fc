// How is shown that an entry is in a tree, and that one tree is the beginning of another? RFC 6962 section 2.1.1–2.1.2, RFC 9162 section
// 2.1.3–2.1.4: the same proofs, the newer text has the clearer algorithms for who checks them.
import { hashBytes, nodeHash } from './hash.js';
import { Malformed } from './malformed.js';

/** No tree is higher: tlog-witness section "add-checkpoint" allows 63 lines of proof. */
export const proofHashesMax = 63;

/** The root of a perfect subtree: over leaves index·2^height … (index + 1)·2^height - 1. */
export interface TreeNode {
  readonly height: number;
  readonly index: number;
}

/** Gives the hash of a node of which all leaves are in the tree. */
export type NodeReader = (node: TreeNode) => Uint8Array;

/**
 * What a proof consists of, before anything is read: for each of its hashes the perfect subtrees that hash together to it, from left to
 * right. So whoever reads nodes from afar can fetch them all at once.
 */
export type ProofPlan = readonly (readonly TreeNode[])[];

/** PATH(index, D[0:size]): RFC 9162 section 2.1.3.1, from the leaf's sibling up to the root's child. */
export function inclusionPlan(index: number, size: number): ProofPlan {
  mustBeIn(index, 0, size - 1, 'index');
  mustBeIn(size, 1, Number.MAX_SAFE_INTEGER, 'size');
  const plan: TreeNode[][] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + largestPowerBelow(to - from);
    if (index < middle) {
      plan.push(perfectSubtrees(middle, to));
      to = middle;
    } else {
      plan.push(perfectSubtrees(from, middle));
      from = middle;
    }
  }
  return plan.reverse();
}

/** PROOF(oldSize, D[0:size]): RFC 9162 section 2.1.4.1. From size 0 there is none, for it would prove nothing. */
export function consistencyPlan(oldSize: number, size: number): ProofPlan {
  mustBeIn(oldSize, 1, size, 'old size');
  mustBeIn(size, 1, Number.MAX_SAFE_INTEGER, 'size');
  const plan: TreeNode[][] = [];
  let [from, to] = [0, size];
  while (to !== oldSize) {
    const middle = from + largestPowerBelow(to - from);
    if (oldSize <= middle) {
      plan.push(perfectSubtrees(middle, to));
      to = middle;
    } else {
      plan.push(perfectSubtrees(from, middle));
      from = middle;
    }
  }
  // Whoever checks has the root of the old tree; only where that is not itself a node of the new one must the node be told.
  if (from > 0) plan.push(perfectSubtrees(from, to));
  return plan.reverse();
}

/** MTH(D[0:size]): the nodes that hash together to the root of a tree of at least one entry. */
export function rootPlan(size: number): ProofPlan {
  mustBeIn(size, 1, Number.MAX_SAFE_INTEGER, 'size');
  return [perfectSubtrees(0, size)];
}

/** The hashes that a plan asks for. */
export function buildProof(plan: ProofPlan, read: NodeReader): Buffer[] {
  return plan.map((nodes) => {
    const hashes: Buffer[] = nodes.map((node) => Buffer.from(read(node)));
    return hashes.reduceRight((right, left) => nodeHash(left, right));
  });
}

/** That an entry with this leaf hash stands at this place of a tree. */
export interface Inclusion {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
}

/** RFC 9162 section 2.1.3.2, step by step. */
export function verifyInclusion({ leafHash, index, size, root }: Inclusion, proof: readonly Uint8Array[]): boolean {
  if (!allHashes([leafHash, root, ...proof]) || !isIn(index, 0, size - 1)) return false;
  let [fn, sn] = [index, size - 1];
  let r = leafHash;
  for (const p of proof) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      r = nodeHash(p, r);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      r = nodeHash(r, p);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equal(r, root);
}

/** That the first tree is the beginning of the second. */
export interface Consistency {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * RFC 9162 section 2.1.4.2, step by step. Two trees of one size are consistent when they are the same, by an empty proof. Nothing is
 * consistent with the empty tree here: every tree is, so a proof of it proves nothing.
 */
export function verifyConsistency(
  { oldSize, oldRoot, size, root }: Consistency,
  proof: readonly Uint8Array[],
): boolean {
  if (!allHashes([oldRoot, root, ...proof]) || !isIn(oldSize, 1, size)) return false;
  if (oldSize === size) return proof.length === 0 && equal(oldRoot, root);
  if (proof.length === 0) return false;
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  if (first === undefined) return false;
  let [fn, sn] = [oldSize - 1, size - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [first, first];
  for (const c of rest) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeHash(sr, c);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equal(fr, oldRoot) && equal(sr, root);
}

// Leaves `from` to `to` of a tree, where `from` is a multiple of the largest power of two in their number.
function perfectSubtrees(from: number, to: number): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let at = from; at < to;) {
    const wide = isPowerOfTwo(to - at) ? to - at : largestPowerBelow(to - at);
    nodes.push({ height: Math.log2(wide), index: at / wide });
    at += wide;
  }
  return nodes;
}

// Sizes pass 2^31, where the bit operators of JavaScript end; below 2^53 this arithmetic is exact.
const isOdd = (n: number) => n % 2 === 1;
const half = (n: number) => Math.floor(n / 2);
const isIn = (n: number, min: number, max: number) => Number.isSafeInteger(n) && n >= min && n <= max;

function isPowerOfTwo(n: number): boolean {
  return largestPowerBelow(n + 1) === n;
}

// RFC 9162 section 2.1.1: "let k be the largest power of two smaller than n", for n > 1.
function largestPowerBelow(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

function allHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.length <= 2 + proofHashesMax && hashes.every(({ length }) => length === hashBytes);
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function mustBeIn(n: number, min: number, max: number, place: string): void {
  if (!isIn(n, min, max)) throw new Malformed('BAD_NUMBER', place, 'No such place in such a tree');
}
