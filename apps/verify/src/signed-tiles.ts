// Which tiles of the export are what was signed? Followed from the signed root downwards, whatever the entries say.
import {
  buildProof,
  hashBytes,
  Malformed,
  placeOfNode,
  rootInTile,
  rootPlan,
  tileWidth,
  tileWidthMax,
  type TreeNode,
} from '@derbes/transparency';
import { type ExportFiles } from './export-files.js';
import { Found } from './verdict.js';

/** Tiles above level 0 are few, and each is asked for once for every tile below it. */
const keptMax = 64;

/** Signed hashes by place. A tile that leads to the root cannot have been made by anybody who did not know what was signed. */
export class SignedTiles {
  private readonly kept = new Map<string, Buffer | undefined>();
  private readonly edgeHolds: boolean;

  constructor(
    private readonly files: ExportFiles,
    private readonly size: number,
    root: Uint8Array,
  ) {
    this.edgeHolds = this.rootOfEdge()?.equals(root) ?? false;
  }

  /** The hashes that were signed for this tile; undefined when the export does not tell them any more. */
  tile(level: number, index: number): Buffer | undefined {
    const name = `${level}/${index}`;
    if (this.kept.has(name)) return this.kept.get(name);
    const tile = this.checked(level, index);
    if (this.kept.size === keptMax) this.kept.clear();
    this.kept.set(name, tile);
    return tile;
  }

  /** The root that was signed for a full tile. */
  rootOf(level: number, index: number): Buffer | undefined {
    const above = this.tile(level + 1, Math.floor(index / tileWidthMax));
    const at = (index % tileWidthMax) * hashBytes;
    return above?.subarray(at, at + hashBytes);
  }

  private checked(level: number, index: number): Buffer | undefined {
    const width = tileWidth(level, index, this.size);
    const tile = this.read(level, index, width);
    if (tile === undefined) return undefined;
    // A partial tile is part of the right edge, which hashes to the root as a whole.
    if (width < tileWidthMax) return this.edgeHolds ? tile : undefined;
    const signed = this.rootOf(level, index);
    return signed?.equals(rootInTile(tile)) ? tile : undefined;
  }

  private rootOfEdge(): Buffer | undefined {
    if (this.size === 0) return undefined;
    try {
      return buildProof(rootPlan(this.size), (node) => this.nodeOfEdge(node))[0];
    } catch (error) {
      if (error instanceof Malformed) return undefined;
      throw error;
    }
  }

  private nodeOfEdge({ height, index }: TreeNode): Buffer {
    const place = placeOfNode(height, index);
    const width = tileWidth(place.level, place.index, this.size);
    const tile = this.read(place.level, place.index, width);
    if (tile === undefined) throw new Malformed('BAD_TILE', 'edge', 'A tile of the right edge is not there');
    return rootInTile(tile, place.from, place.to);
  }

  private read(level: number, index: number, width: number): Buffer | undefined {
    try {
      const tile = this.files.tile({ level, index, width });
      return tile?.length === width * hashBytes ? tile : undefined;
    } catch (error) {
      if (error instanceof Found) return undefined;
      throw error;
    }
  }
}
