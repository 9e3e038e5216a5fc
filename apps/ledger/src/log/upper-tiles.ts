// Which tiles stand over those of leaf hashes? Computed as they fill, so that nothing above has to be believed or kept.
import { rootInTile, type Tile, tileWidthMax } from '@derbes/transparency';

export interface ComputedTile {
  readonly tile: Tile & { readonly level: number };
  readonly hashes: Buffer;
}

export class UpperTiles {
  /** Of each level from 1 on, the hashes of its last tile. */
  private readonly levels: { index: number; hashes: Buffer[] }[] = [];

  /** A full tile of leaf hashes; yields the tiles that are full with it. */
  *append(leaves: Buffer): Generator<ComputedTile> {
    let root = rootInTile(leaves);
    for (let level = 1; ; level++) {
      const standing = (this.levels[level - 1] ??= { index: 0, hashes: [] });
      standing.hashes.push(root);
      if (standing.hashes.length < tileWidthMax) return;
      const hashes = Buffer.concat(standing.hashes);
      yield { tile: { level, index: standing.index, width: tileWidthMax }, hashes };
      root = rootInTile(hashes);
      this.levels[level - 1] = { index: standing.index + 1, hashes: [] };
    }
  }

  /** Those that are not full at the end of the tree. */
  *partial(): Generator<ComputedTile> {
    for (const [i, { index, hashes }] of this.levels.entries()) {
      if (hashes.length === 0) continue;
      yield { tile: { level: i + 1, index, width: hashes.length }, hashes: Buffer.concat(hashes) };
    }
  }
}
