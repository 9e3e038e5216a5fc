// Which files does a log consist of, what are they called and what is in them? C2SP tlog-tiles v0.1.
import { hashBytes, nodeHashLatin1, nodeInput } from './hash.js';
import { Malformed } from './malformed.js';

/** A full tile is 256 hashes wide: a subtree of height 8. */
export const tileWidthMax = 256;
const tileHeight = 8;

/** tlog-tiles: `<L>` is a "decimal ASCII integer between 0 and 63". */
const tileLevelMax = 63;

/** `level` is 0 for leaf hashes, 1 and up for hashes of full tiles below; `entries` for the bundle of the entries themselves. */
export interface Tile {
  readonly level: number | 'entries';
  readonly index: number;
  /** How many hashes or entries: 256, or 1..255 while it is partial. */
  readonly width: number;
}

/** `tile/<L>/<N>[.p/<W>]`: N in groups of three digits, all but the last of which begin with an x. */
export function tilePath({ level, index, width }: Tile): string {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  return `tile/${level}/${groups.join('/')}${width === tileWidthMax ? '' : `.p/${width}`}`;
}

// The longest index below 2^53 has 16 digits: six groups of three.
const pathForm = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** The tile of that path; refused unless `tilePath` writes it just so. */
export function parseTilePath(path: string): Tile {
  const found = path.length <= 64 ? pathForm.exec(path) : null;
  const [, level = '', groups = '', width] = found ?? [];
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(groups.replaceAll(/[x/]/g, '')),
    width: width === undefined ? tileWidthMax : Number(width),
  };
  const possible =
    found !== null &&
    (tile.level === 'entries' || tile.level <= tileLevelMax) &&
    (width === undefined || tile.width < tileWidthMax) &&
    Number.isSafeInteger(tile.index) &&
    tilePath(tile) === path;
  if (!possible) throw new Malformed('BAD_TILE_PATH', 'path', 'Not the path of a tile');
  return tile;
}

/** How wide that tile is in a tree of `size` entries: 0..256; 0 when it does not exist. */
export function tileWidth(level: Tile['level'], index: number, size: number): number {
  const atLevel = level === 'entries' ? size : Math.floor(size / tileWidthMax ** level);
  return Math.min(tileWidthMax, Math.max(0, atLevel - index * tileWidthMax));
}

/**
 * The tiles that a tree of `size` entries has and one of `oldSize` had not, or had less wide: entry bundles first, then level by level.
 * With `oldSize` 0: all tiles of the tree.
 */
export function* tilesBetween(oldSize: number, size: number): Generator<Tile> {
  yield* tilesOfLevel('entries', oldSize, size);
  for (let level = 0; tileWidth(level, 0, size) > 0; level++) yield* tilesOfLevel(level, oldSize, size);
}

function* tilesOfLevel(level: Tile['level'], oldSize: number, size: number): Generator<Tile> {
  const span = tileWidthMax ** (level === 'entries' ? 1 : level + 1);
  for (let index = Math.floor(oldSize / span); ; index++) {
    const width = tileWidth(level, index, size);
    if (width === 0) return;
    if (width > tileWidth(level, index, oldSize)) yield { level, index, width };
  }
}

/** Where the hash of a node stands: hashes `from` (included) to `to` (excluded) of that tile hash together to it. */
export interface NodePlace {
  readonly level: number;
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/** The place of the root of the perfect subtree over leaves index·2^height … (index + 1)·2^height - 1. */
export function placeOfNode(height: number, index: number): NodePlace {
  const level = Math.floor(height / tileHeight);
  const wide = 2 ** (height % tileHeight);
  const from = (index * wide) % tileWidthMax;
  return { level, index: Math.floor((index * wide) / tileWidthMax), from, to: from + wide };
}

/** The root of a perfect subtree whose lowest hashes are hashes `from` to `to` of this tile; their number is a power of two. */
export function rootInTile(tile: Uint8Array, from = 0, to: number = tile.length / hashBytes): Buffer {
  const wide = to - from;
  if (!Number.isInteger(Math.log2(wide)) || from % wide !== 0) {
    throw new Malformed('BAD_TILE', `hashes ${from}–${to}`, 'Not a perfect subtree');
  }
  if (to * hashBytes > tile.length) throw new Malformed('BAD_TILE', `hash ${to}`, 'The tile is too narrow');
  if (wide === 1) return Buffer.from(tile.subarray(from * hashBytes, to * hashBytes));
  // Parents are written over their children from the left: what they overwrite has been read.
  const hashes = Buffer.from(tile.subarray(from * hashBytes, to * hashBytes));
  const input = nodeInput();
  for (let width = wide; width > 1; width /= 2) {
    for (let i = 0; i < width; i += 2) {
      input.set(hashes.subarray(i * hashBytes, (i + 2) * hashBytes), 1);
      hashes.write(nodeHashLatin1(input), (i / 2) * hashBytes, 'latin1');
    }
  }
  return Buffer.from(hashes.subarray(0, hashBytes));
}

/** Refuses a tile of hashes that is not exactly as wide as it should be. */
export function checkTile(tile: Uint8Array, width: number, place: string): void {
  if (tile.length !== width * hashBytes) {
    throw new Malformed('BAD_TILE', place, `${tile.length} bytes instead of ${width} hashes of 32`);
  }
}
