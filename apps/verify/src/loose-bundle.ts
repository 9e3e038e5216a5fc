// What stands in a bundle that is not as it should be? As many entries as can be told apart.
import { leafHash } from '@derbes/transparency';

const prefixBytes = 2;
/** A bundle has 256; whoever puts in more need not be followed for ever. */
const entriesMax = 70_000;

export interface LooseBundle {
  /** Leaf hashes as strings of 32 characters, one per byte. */
  readonly hashes: readonly string[];
  /** Whether the bytes end where an entry ends. */
  readonly whole: boolean;
}

export function readLoosely(bundle: Uint8Array): LooseBundle {
  const hashes: string[] = [];
  let at = 0;
  while (at + prefixBytes <= bundle.length && hashes.length < entriesMax) {
    const end = at + prefixBytes + (bundle[at] ?? 0) * 256 + (bundle[at + 1] ?? 0);
    if (end > bundle.length) break;
    hashes.push(leafHash(bundle.subarray(at + prefixBytes, end)).toString('latin1'));
    at = end;
  }
  return { hashes, whole: at === bundle.length };
}
