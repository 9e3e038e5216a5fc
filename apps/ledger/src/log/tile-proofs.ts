// How is a proof made in a few milliseconds out of a log of millions? From the few tiles that it needs, of which those in use are kept.
import {
  buildProof,
  inclusionPlan,
  placeOfNode,
  rootInTile,
  type Tile,
  tilePath,
  tileWidth,
  type TreeNode,
} from '@derbes/transparency';
import { type LogDirectory } from '@derbes/transparency/files.js';

/** 8 KiB each: 8 MiB of the tiles used last, which never change. */
const keptTilesMax = 1_024;

export class TileProofs {
  private readonly kept = new Map<string, Promise<Buffer>>();

  constructor(private readonly directory: Pick<LogDirectory, 'readTile'>) {}

  /** The inclusion proof of an entry in the tree of this size. Throws LogTrouble for tiles that are not there or not whole. */
  async inclusion(index: number, size: number): Promise<Buffer[]> {
    const plan = inclusionPlan(index, size);
    const places = new Map(plan.flat().map((node) => [nameOf(node), placeOfNode(node.height, node.index)]));
    const tiles = new Map<string, Buffer>();
    const needed = new Map(
      [...places.values()].map(({ level, index: at }): [string, Tile] => {
        const tile = { level, index: at, width: tileWidth(level, at, size) };
        return [tilePath(tile), tile];
      }),
    );
    await Promise.all([...needed].map(async ([path, tile]) => void tiles.set(path, await this.tile(path, tile))));
    return buildProof(plan, (node) => {
      const { level, index: at, from, to } = placeOfNode(node.height, node.index);
      const tile = tiles.get(tilePath({ level, index: at, width: tileWidth(level, at, size) }));
      if (!tile) throw new RangeError('a tile of the plan was not read');
      return rootInTile(tile, from, to);
    });
  }

  /** What is on disk counts again: a tile of the kept ones is not what was signed. */
  forget(): void {
    this.kept.clear();
  }

  private tile(path: string, { level, index, width }: Tile): Promise<Buffer> {
    const kept = this.kept.get(path);
    // Put behind the others: those that nobody used for longest stand first.
    this.kept.delete(path);
    const tile = kept ?? this.directory.readTile(Number(level), index, width);
    this.kept.set(path, tile);
    // What could not be read may be there the next time.
    if (!kept) tile.catch(() => this.kept.delete(path));
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= keptTilesMax) break;
      this.kept.delete(oldest);
    }
    return tile;
  }
}

const nameOf = ({ height, index }: TreeNode): string => `${height}/${index}`;
