// Are the files of a log what its tree says? Every bundle is hashed anew and compared with every tile over it, before anybody relies on one.
import { tileWidth, tileWidthMax, type Tile } from '../tiles.js';
import { type LogDirectory } from '../files/directory.js';
import { LogTrouble } from '../files/log-trouble.js';
import { GrowingTree } from './growing-tree.js';

/**
 * Reads all entries of a log of that size, tells them in their order, and answers the roots that they lead to at these sizes. Throws
 * LogTrouble LOG_TILE_MISSING and LOG_TILE_DAMAGED.
 */
export async function verifyFiles(
  directory: LogDirectory,
  size: number,
  rootsAt: readonly number[],
  told: (entries: readonly Uint8Array[], first: number) => void,
): Promise<ReadonlyMap<number, Buffer>> {
  const tree = GrowingTree.empty();
  const roots = new Map<number, Buffer>();
  const note = (): void => {
    if (rootsAt.includes(tree.size)) roots.set(tree.size, tree.root());
  };
  note();
  while (tree.size < size) {
    const first = tree.size;
    const index = first / tileWidthMax;
    const entries = await directory.readEntries(index, tileWidth('entries', index, size));
    const cuts = rootsAt.map((at) => at - first).filter((at) => at > 0 && at < entries.length);
    let from = 0;
    for (const to of [...cuts.sort((a, b) => a - b), entries.length]) {
      const { files } = tree.grow(entries.slice(from, to));
      for (const { tile, bytes } of files) if (isOf(tile, size)) await assertTile(directory, tile, bytes);
      note();
      from = to;
    }
    told(entries, first);
  }
  return roots;
}

/** Narrower ones are on the way there: what they held stands in these. */
const isOf = ({ level, index, width }: Tile, size: number): boolean =>
  level !== 'entries' && width === tileWidth(level, index, size);

async function assertTile(directory: LogDirectory, tile: Tile, bytes: Uint8Array): Promise<void> {
  const standing = await directory.readTile(Number(tile.level), tile.index, tile.width);
  if (standing.equals(bytes)) return;
  throw new LogTrouble('LOG_TILE_DAMAGED', `${directory.pathOf(tile)} is not what the entries below it hash to`);
}
