// What may a verifier read of an export? Ordinary files under known names, none larger than its kind can be.
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import {
  bundleBytesMax,
  hashBytes,
  noteBytesMax,
  policyBytesMax,
  tilePath,
  tileWidthMax,
  type Tile,
} from '@derbes/transparency';
import { Found, type Word } from './verdict.js';

export { bundleBytesMax, noteBytesMax, policyBytesMax };
export const tileBytesMax = tileWidthMax * hashBytes;
/** Key history: a line for each key that the log ever had. */
export const keysBytesMax = 1_048_576;

/** Never through a link, and never waits for a pipe that somebody put there. Windows has neither flag. */
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The bytes of an ordinary file; undefined when nothing is there. Throws Found for anything else or anything larger. */
export function readBounded(path: string, bytesMax: number, where: string, tooLarge: Word): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, openFlags);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'ELOOP' || code === 'ENXIO') throw new Found('FOREIGN_FILE', where, 'is no ordinary file');
    throw new Found('USAGE', where, `cannot be read (${code ?? 'unknown'})`);
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Found('FOREIGN_FILE', where, 'is no ordinary file');
    if (stats.size > bytesMax) throw new Found(tooLarge, where, `has ${stats.size} bytes, more than ${bytesMax}`);
    const bytes = Buffer.allocUnsafe(stats.size);
    let at = 0;
    while (at < bytes.length) {
      const read = readSync(file, bytes, at, bytes.length - at, at);
      if (read === 0) break;
      at += read;
    }
    return bytes.subarray(0, at);
  } finally {
    closeSync(file);
  }
}

/** The files of a log under one folder. */
export class ExportFiles {
  constructor(readonly folder: string) {}

  /** Undefined when the bundle is missing. */
  bundle(index: number, width: number): Buffer | undefined {
    const path = tilePath({ level: 'entries', index, width });
    return readBounded(join(this.folder, path), bundleBytesMax, path, 'MALFORMED_BUNDLE');
  }

  /** Undefined when the tile is missing. */
  tile(tile: Tile): Buffer | undefined {
    const path = tilePath(tile);
    const bytesMax = tile.level === 'entries' ? bundleBytesMax : tileBytesMax;
    return readBounded(join(this.folder, path), bytesMax, path, 'EDITED');
  }

  read(name: string, bytesMax: number, tooLarge: Word): Buffer | undefined {
    return readBounded(join(this.folder, name), bytesMax, name, tooLarge);
  }

  /** Never follows a link; undefined when nothing is there. */
  stats(name: string): Stats | undefined {
    return lstatSync(join(this.folder, name), { throwIfNoEntry: false });
  }
}
