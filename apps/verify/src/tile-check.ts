// Does every tile hold what the entries hash to? Nobody could check a single receipt by a tile that does not.
import { hashBytes, type Tile, tilePath, tilesBetween, tileWidth } from '@derbes/transparency';
import { type ExportFiles } from './export-files.js';
import { type RecomputedTree } from './recomputed-tree.js';
import { Found, type Problem } from './verdict.js';

const problemsMax = 20;
const otherHashes = 'does not hold what the entries hash to';

/** The tiles of level 1 and up, whose number is a 256th of the others'. Missing ones are told of by the layout. */
export function checkUpperTiles(files: ExportFiles, tree: RecomputedTree): Problem[] {
  const problems: Problem[] = [];
  for (const tile of tilesBetween(0, tree.size)) {
    if (tile.level === 'entries' || tile.level === 0 || problems.length === problemsMax) continue;
    const found = readTile(files, tile);
    if (found && !found.equals(tree.tile(tile))) problems.push(edited(tile, otherHashes));
  }
  return problems;
}

/** Tiles that were narrower under an earlier checkpoint must be the beginnings of those of today. */
export function checkEarlierTiles(files: ExportFiles, size: number, earlier: readonly Tile[]): Problem[] {
  const problems: Problem[] = [];
  for (const tile of earlier) {
    const today = readTile(files, { ...tile, width: tileWidth(tile.level, tile.index, size) });
    const found = readTile(files, tile);
    const length = tile.level === 'entries' ? bundleLength(today, tile.width) : tile.width * hashBytes;
    if (today && found && found.equals(today.subarray(0, length))) continue;
    problems.push(edited(tile, 'is not the beginning of the wider one beside it'));
    if (problems.length === problemsMax) break;
  }
  return problems;
}

export const editedTile = (index: number, width: number): Problem => edited({ level: 0, index, width }, otherHashes);

const edited = (tile: Tile, says: string): Problem => ({ word: 'EDITED', where: tilePath(tile), says });

function readTile(files: ExportFiles, tile: Tile): Buffer | undefined {
  try {
    return files.tile(tile);
  } catch (error) {
    // Larger than any tile, so certainly not what it must be.
    if (error instanceof Found) return Buffer.alloc(0);
    throw error;
  }
}

/** Where the first entries of a bundle end. */
function bundleLength(bundle: Buffer | undefined, entries: number): number {
  let at = 0;
  for (let i = 0; bundle && i < entries && at + 2 <= bundle.length; i++) at += 2 + bundle.readUInt16BE(at);
  return at;
}
