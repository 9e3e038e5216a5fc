// How is one tree shown to be the beginning of another, out of the files of the log?
import { buildProof, consistencyPlan } from '../proofs.js';
import { placeOfNode, rootInTile, tilePath, tileWidth, type Tile } from '../tiles.js';
import { type LogDirectory } from './directory.js';

/** The consistency proof from `oldSize` to `size`, 1 ≤ oldSize ≤ size. Throws LogTrouble for tiles that are not there or not whole. */
export async function consistencyProof(directory: LogDirectory, oldSize: number, size: number): Promise<Buffer[]> {
  const plan = consistencyPlan(oldSize, size);
  const tileOf = (level: number, index: number): Tile => ({ level, index, width: tileWidth(level, index, size) });
  const tiles = new Map<string, Buffer>();
  for (const { height, index: node } of plan.flat()) {
    const { level, index } = placeOfNode(height, node);
    const tile = tileOf(level, index);
    if (!tiles.has(tilePath(tile))) tiles.set(tilePath(tile), await directory.readTile(level, index, tile.width));
  }
  return buildProof(plan, ({ height, index: node }) => {
    const { level, index, from, to } = placeOfNode(height, node);
    const tile = tiles.get(tilePath(tileOf(level, index)));
    if (!tile) throw new RangeError('a tile of the plan was not read');
    return rootInTile(tile, from, to);
  });
}
