// How are entries and nodes of the tree hashed? RFC 6962 section 2.1, the same in RFC 9162 section 2.1.1.
import { hash } from 'node:crypto';

/** SHA-256. */
export const hashBytes = 32;

// "This domain separation is required to give second preimage resistance": no entry can be passed off as a node.
const leafPrefix = 0x00;
const nodePrefix = 0x01;

/** A node before it is hashed: 0x01 ‖ left ‖ right. */
export const nodeInputBytes = 1 + 2 * hashBytes;

/** MTH({}) = SHA-256(""): the root of the tree without entries. */
export function emptyRoot(): Buffer {
  return hash('sha256', '', 'buffer');
}

/** MTH({d}) = SHA-256(0x00 ‖ d). */
export function leafHash(entry: Uint8Array): Buffer {
  return hash('sha256', leafInput(entry), 'buffer');
}

/** MTH of a tree whose two halves hash to these: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  nodeScratch.set(left, 1);
  nodeScratch.set(right, 1 + hashBytes);
  return hash('sha256', nodeScratch, 'buffer');
}

// A hash comes out of Node three times as fast as a string of 32 one-byte characters as it does as a Buffer: no memory outside the heap
// is made for it. Where millions of hashes are made to be hashed again, they stay such strings until they are written into the next input.

/** `leafHash` as a string of 32 characters, one per byte (latin1). */
export function leafHashLatin1(entry: Uint8Array): string {
  return hash('sha256', leafInput(entry), 'binary');
}

/** The same of the entry that stands from `from` up to `to` of a bundle: a view of it would cost a tenth of its hash. */
export function leafHashWithinLatin1(bundle: Buffer, from: number, to: number): string {
  const length = to - from;
  if (length >= leafScratch.length) leafScratch = Buffer.alloc(1 + length, leafPrefix);
  bundle.copy(leafScratch, 1, from, to);
  return hash('sha256', leafScratch.subarray(0, 1 + length), 'binary');
}

/** The hash of what `nodeInput()` made and the caller filled in, as a string of 32 characters, one per byte (latin1). */
export function nodeHashLatin1(input: Buffer): string {
  return hash('sha256', input, 'binary');
}

/** 0x01 and room for the two halves, at bytes 1 and 33. */
export function nodeInput(): Buffer {
  const input = Buffer.alloc(nodeInputBytes);
  input[0] = nodePrefix;
  return input;
}

// Everything here is synchronous, so one piece of memory serves every call.
const nodeScratch = nodeInput();
let leafScratch = Buffer.alloc(1 + 65_535, leafPrefix);

function leafInput(entry: Uint8Array): Buffer {
  if (entry.length >= leafScratch.length) leafScratch = Buffer.alloc(1 + entry.length, leafPrefix);
  leafScratch.set(entry, 1);
  return leafScratch.subarray(0, 1 + entry.length);
}
