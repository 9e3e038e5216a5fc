// How does the tree grow by one entry at a time, in memory of a few hashes? RFC 6962 section 2.1.
import { emptyRoot, hashBytes, leafHashLatin1, nodeHashLatin1, nodeInput } from './hash.js';
import { Malformed } from './malformed.js';

const left = 1;
const right = 1 + hashBytes;

/**
 * The right edge of a tree of n entries: one perfect subtree for each bit that is set in n, the largest leftmost. It is all that is needed
 * to append and to know the root; an append costs two hashes on average.
 *
 * Level k holds the node that waits for its right sibling, already laid out as the input of their parent's hash.
 */
export class RightEdge {
  #size = 0;
  readonly #levels: Buffer[] = [];

  /** How many entries the tree has. */
  get size(): number {
    return this.#size;
  }

  /** Appends the entry with this leaf hash. */
  append(leafHash: Uint8Array): void {
    if (leafHash.length !== hashBytes) throw new Malformed('BAD_LENGTH', 'leaf hash', 'A hash has 32 bytes');
    this.#level(0).set(leafHash, this.#size % 2 === 0 ? left : right);
    this.#carry();
  }

  /** Appends an entry by its bytes: `append(leafHash(entry))` without the memory that the hash would take. */
  appendEntry(entry: Uint8Array): void {
    this.#level(0).write(leafHashLatin1(entry), this.#size % 2 === 0 ? left : right, 'latin1');
    this.#carry();
  }

  /** The Merkle tree hash of all entries so far. */
  root(): Buffer {
    if (this.#size === 0) return emptyRoot();
    // From the smallest subtree up: each larger one stands to the left of everything smaller.
    let hash: string | undefined;
    for (let level = 0, rest = this.#size; rest > 0; level++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 0) continue;
      const waiting = this.#level(level);
      if (hash === undefined) {
        hash = waiting.toString('latin1', left, right);
      } else {
        waiting.write(hash, right, 'latin1');
        hash = nodeHashLatin1(waiting);
      }
    }
    return Buffer.from(hash ?? '', 'latin1');
  }

  /** The roots of the perfect subtrees, largest (leftmost) first, 32 bytes each; with `size` all that `restore` needs. */
  save(): Buffer {
    const hashes: Buffer[] = [];
    for (let level = 0, rest = this.#size; rest > 0; level++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) hashes.unshift(this.#level(level).subarray(left, right));
    }
    return Buffer.concat(hashes);
  }

  /** The edge that `save` described, of a tree of `size` entries. */
  static restore(size: number, saved: Uint8Array): RightEdge {
    if (!Number.isSafeInteger(size) || size < 0) throw new Malformed('BAD_NUMBER', 'size', 'No size of a tree');
    const edge = new RightEdge();
    edge.#size = size;
    let at = saved.length;
    for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 0) continue;
      at -= hashBytes;
      if (at < 0) break;
      edge.#level(level).set(saved.subarray(at, at + hashBytes), left);
    }
    if (at !== 0) throw new Malformed('BAD_LENGTH', 'right edge', 'Other hashes than a tree of this size has');
    return edge;
  }

  /** Another edge of the same tree, which grows by itself. */
  copy(): RightEdge {
    return RightEdge.restore(this.#size, this.save());
  }

  // The new leaf stands at level 0. Wherever it completes a pair, the pair's hash moves up a level.
  #carry(): void {
    let rest = this.#size;
    for (let level = 0; rest % 2 === 1; level++) {
      rest = (rest - 1) / 2;
      this.#level(level + 1).write(nodeHashLatin1(this.#level(level)), rest % 2 === 0 ? left : right, 'latin1');
    }
    this.#size++;
  }

  #level(level: number): Buffer {
    return (this.#levels[level] ??= nodeInput());
  }
}
