// To which tree do the entries hash that stand in the export? Built from the bundles alone; no tile is believed.
import {
  buildProof,
  emptyRoot,
  hashBytes,
  placeOfNode,
  rootInTile,
  rootPlan,
  type Tile,
  tileWidth,
  tileWidthMax,
  type TreeNode,
} from '@derbes/transparency';

/** Gives the leaf hashes of a full bundle, computed from it anew. */
export type LeafReader = (bundle: number) => Uint8Array;

/** Holds 32 bytes for every 256 entries. */
export class RecomputedTree {
  /** Level 1 and up: the hashes that stand in the tiles of that level, one after the other. */
  private readonly levels: Buffer[] = [];
  private partial: Uint8Array = Buffer.alloc(0);

  constructor(readonly size: number) {
    for (let level = 1; Math.floor(size / tileWidthMax ** level) > 0; level++) {
      this.levels.push(Buffer.alloc(Math.floor(size / tileWidthMax ** level) * hashBytes));
    }
  }

  /** The root of a full bundle. */
  fill(bundle: number, root: Uint8Array): void {
    this.levels[0]?.set(root, bundle * hashBytes);
  }

  /** The leaf hashes of the last bundle, when it is not full. */
  fillLast(hashes: Uint8Array): void {
    this.partial = hashes;
  }

  /** To be called when all bundles are filled in. */
  complete(): void {
    for (const [i, upper] of this.levels.entries()) {
      const lower = i === 0 ? undefined : this.levels[i - 1];
      if (!lower) continue;
      for (let n = 0; n < upper.length / hashBytes; n++) {
        upper.set(rootInTile(this.slice(lower, n * tileWidthMax, (n + 1) * tileWidthMax)), n * hashBytes);
      }
    }
  }

  /** What a tile of level 1 and up must hold; of level 0 the last one alone, when it is partial. */
  tile({ level, index, width }: Tile): Uint8Array {
    if (level === 'entries') throw new TypeError('a bundle is no tile of hashes');
    if (level === 0) return this.partial;
    return this.slice(this.levels[level - 1] ?? Buffer.alloc(0), index * tileWidthMax, index * tileWidthMax + width);
  }

  /** The root of the first `size` entries. `leaves` is asked only where `size` cuts through a full bundle. */
  root(size: number, leaves: LeafReader): Buffer {
    if (size === 0) return emptyRoot();
    const [root] = buildProof(rootPlan(size), (node) => this.node(node, leaves));
    return root ?? emptyRoot();
  }

  /** The root of a perfect subtree. */
  node({ height, index }: TreeNode, leaves: LeafReader): Uint8Array {
    const place = placeOfNode(height, index);
    if (place.level > 0) {
      const width = tileWidth(place.level, place.index, this.size);
      return rootInTile(this.tile({ level: place.level, index: place.index, width }), place.from, place.to);
    }
    const isLast = tileWidth(0, place.index, this.size) < tileWidthMax;
    return rootInTile(isLast ? this.partial : leaves(place.index), place.from, place.to);
  }

  private slice(level: Buffer, from: number, to: number): Buffer {
    return level.subarray(from * hashBytes, to * hashBytes);
  }
}
