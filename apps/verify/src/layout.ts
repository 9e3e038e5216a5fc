// Does the folder hold the files of an export, all of them and nothing else?
import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import {
  Malformed,
  parseTilePath,
  type Tile,
  tilePath,
  tilesBetween,
  tileWidth,
  tileWidthMax,
} from '@derbes/transparency';
import { type ExportFiles } from './export-files.js';
import { type Problem } from './verdict.js';

/** Beside `tile/` and `blobs/`. README.md and log.policy bear no signature: neither is believed. */
const plainFiles = new Set(['checkpoint', 'log.policy', 'keys.json', 'README.md']);
const folders = new Set(['tile', 'blobs']);
/** A folder that holds more than this many strange things is told of no further. */
const foreignMax = 20;

export interface Layout {
  /** Foreign, missing and unsigned files. */
  readonly problems: readonly Problem[];
  /** Tiles as wide as they were under an earlier checkpoint; tlog-tiles lets them stand beside the wider ones. */
  readonly earlier: readonly Tile[];
}

/** `size`: what the checkpoint signs. */
export function readLayout(files: ExportFiles, size: number): Layout {
  const foreign: Problem[] = [];
  const unsigned: Problem[] = [];
  const earlier: Tile[] = [];
  const found = new Set<string>();
  const tell = (to: Problem[], problem: Problem): void => {
    if (to.length < foreignMax) to.push(problem);
  };
  for (const [path, kind] of walk(files.folder)) {
    const [top = ''] = path.split('/');
    if (kind === 'other') tell(foreign, { word: 'FOREIGN_FILE', where: path, says: 'is no ordinary file' });
    else if (top === 'tile') {
      const tile = tileOf(path);
      const width = tile ? tileWidth(tile.level, tile.index, size) : 0;
      if (!tile) tell(foreign, { word: 'FOREIGN_FILE', where: path, says: 'has not the name of any tile' });
      else if (tile.width > width) {
        tell(unsigned, { word: 'INSERTED', where: path, says: `reaches beyond the ${size} entries that are signed` });
      } else if (tile.width < width) earlier.push(tile);
      else found.add(path);
    } else if (top !== 'blobs' && !plainFiles.has(path)) {
      tell(foreign, { word: 'FOREIGN_FILE', where: path, says: 'is no file of an export' });
    }
  }
  const missing: Problem[] = [];
  for (const tile of tilesBetween(0, size)) {
    const path = tilePath(tile);
    if (found.has(path)) continue;
    tell(missing, { word: 'DROPPED', where: path, says: `is missing${ofEntries(tile)}` });
  }
  return { problems: [...missing, ...unsigned, ...foreign], earlier };
}

function tileOf(path: string): Tile | undefined {
  try {
    return parseTilePath(path);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

export function ofEntries({ level, index, width }: Tile): string {
  if (level !== 'entries') return '';
  const first = index * tileWidthMax;
  return width === 1 ? `, and with it entry ${first}` : `, and with it entries ${first} to ${first + width - 1}`;
}

/** Every file below, `/` between the parts of its path; links are named and not followed. */
function* walk(folder: string, below = ''): Generator<readonly [string, 'file' | 'other']> {
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below.split(sep).join('/')}/${entry.name}`;
    if (entry.isDirectory() && (below !== '' || folders.has(entry.name))) yield* walk(folder, path);
    else yield [path, entry.isFile() ? 'file' : 'other'];
  }
}
