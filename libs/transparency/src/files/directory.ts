// Where do the files of a log stand? `public` is what any static host may serve, `private` what nobody may.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { noteBytesMax } from '../signed-note.js';
import { bundleBytesMax, readBundle, writeBundle } from '../entry-bundle.js';
import { hashBytes } from '../hash.js';
import { checkTile, tilePath, tilesBetween, tileWidthMax, type Tile } from '../tiles.js';
import {
  dropLeftovers,
  inTurns,
  readIfThere,
  replaceFile,
  writeForEver,
  writePrivate,
  type FileToWrite,
} from './durable-files.js';
import { LogTrouble } from './log-trouble.js';
import { readSidecar, sidecarBytesMax, writeSidecar, type Sidecar } from './sidecar.js';

const checkpointName = 'checkpoint';
const policyName = 'log.policy';
/** Says whose log this is; where it is missing, the volume is. */
const markName = 'ledger';

/** A tile or bundle with the bytes that it has. */
export interface TileFile {
  readonly tile: Tile;
  readonly bytes: Uint8Array;
}

export class LogDirectory {
  readonly publicDir: string;
  readonly privateDir: string;

  constructor(readonly dir: string) {
    this.publicDir = join(dir, 'public');
    this.privateDir = join(dir, 'private');
  }

  /** Makes the folders of the log of this ledger, or finds them. Throws LOG_DIR_MISSING when they are another's. */
  async begin(ledger: string): Promise<void> {
    await mkdir(this.privateDir, { recursive: true, mode: 0o700 });
    await mkdir(this.publicDir, { recursive: true, mode: 0o750 });
    if ((await this.ledger()) === undefined) {
      await writeForEver([{ path: join(this.dir, markName), bytes: Buffer.from(`${ledger}\n`) }]);
    }
    await this.assertOf(ledger);
  }

  /** Throws LogTrouble LOG_DIR_MISSING: an unmounted volume is an empty folder. */
  async assertOf(ledger: string): Promise<void> {
    const named = await this.ledger();
    if (named === ledger) return;
    throw new LogTrouble(
      'LOG_DIR_MISSING',
      named === undefined
        ? `LOG_DIR (${this.dir}) does not hold the log of this ledger. Is the volume mounted?`
        : `LOG_DIR (${this.dir}) holds the log of the ledger ${named}`,
    );
  }

  private async ledger(): Promise<string | undefined> {
    return (await readIfThere(join(this.dir, markName)))?.toString().trim();
  }

  /** Removes what a process that was killed while it wrote these leaves left half-written, in the folders where it wrote. */
  async sweep(from: number, to: number): Promise<void> {
    const folders = new Set([this.dir, this.publicDir]);
    for (const tile of tilesBetween(from, to)) {
      folders.add(dirname(this.pathOf(tile)));
      if (tile.level === 'entries') folders.add(dirname(this.sidecarPathOf(tile)));
    }
    await inTurns([...folders], dropLeftovers);
  }

  pathOf(tile: Tile): string {
    return join(this.publicDir, tilePath(tile));
  }

  /** Durable when it returns. Throws LOG_TILE_DIFFERS. */
  async write(files: readonly TileFile[]): Promise<void> {
    await writeForEver(files.map(({ tile, bytes }): FileToWrite => ({ path: this.pathOf(tile), bytes })));
  }

  /** Durable when it returns, each in the place of what stood there: claims change when somebody is erased. */
  async writeSidecars(sidecars: readonly Sidecar[]): Promise<void> {
    await writePrivate(
      sidecars.map((sidecar): FileToWrite => ({ path: this.sidecarPathOf(sidecar), bytes: writeSidecar(sidecar) })),
    );
  }

  /** Of the bundle itself, or of one that grew out of it. Throws LogTrouble LOG_SIDECAR_MISSING or LOG_SIDECAR_DAMAGED. */
  async readSidecar(index: number, width: number): Promise<Sidecar> {
    const narrowest = this.sidecarPathOf({ index, width });
    const widths = [width, ...(await widerThan(this.sidecarPathOf({ index, width: tileWidthMax }), width))];
    for (const found of widths) {
      const path = this.sidecarPathOf({ index, width: found });
      const bytes = await readIfThere(path, sidecarBytesMax);
      if (bytes !== undefined) return readSidecar(bytes, { index, width: found }, path);
    }
    throw new LogTrouble('LOG_SIDECAR_MISSING', `${narrowest} is not there`);
  }

  /** Removes the sidecars of a bundle when it was narrower. */
  async dropNarrowerSidecars({ index, width }: Pick<Tile, 'index' | 'width'>): Promise<void> {
    const partial = `${this.sidecarPathOf({ index, width: tileWidthMax })}.p`;
    if (width === tileWidthMax) return rm(partial, { recursive: true, force: true });
    const names = (await readdir(partial).catch(() => [])).filter((name) => Number(name) < width);
    await inTurns(names, (name) => rm(join(partial, name), { force: true }));
  }

  private sidecarPathOf({ index, width }: Pick<Tile, 'index' | 'width'>): string {
    return join(this.privateDir, 'claims', tilePath({ level: 'entries', index, width }));
  }

  /**
   * The hashes of a tile, from the tile itself or from one that grew out of it. Throws LogTrouble LOG_TILE_MISSING or
   * LOG_TILE_DAMAGED.
   */
  async readTile(level: number, index: number, width: number): Promise<Buffer> {
    const [bytes, found] = await this.read({ level, index, width });
    try {
      checkTile(bytes, found, tilePath({ level, index, width: found }));
    } catch (cause) {
      throw this.damaged({ level, index, width: found }, cause);
    }
    return bytes.subarray(0, width * hashBytes);
  }

  /** The entries of a bundle, from the bundle itself or from one that grew out of it. Throws as `readTile` does. */
  async readEntries(index: number, width: number): Promise<Uint8Array[]> {
    const [bytes, found] = await this.read({ level: 'entries', index, width });
    try {
      if (bytes.length > bundleBytesMax) throw new RangeError('longer than any bundle');
      return [...readBundle(bytes, found)].slice(0, width);
    } catch (cause) {
      throw this.damaged({ level: 'entries', index, width: found }, cause);
    }
  }

  /** Exactly what stands at this path; undefined when nothing does. */
  readBack(tile: Tile): Promise<Buffer | undefined> {
    return readIfThere(this.pathOf(tile));
  }

  /** The bytes of a file as it is served; undefined when there is none. A partial bundle is cut out of the full one that replaced it. */
  async file(tile: Tile): Promise<Buffer | undefined> {
    const bytes = await readIfThere(this.pathOf(tile));
    if (bytes !== undefined || tile.width === tileWidthMax) return bytes;
    const { level, index, width } = tile;
    if ((await readIfThere(this.pathOf({ level, index, width: tileWidthMax }))) === undefined) return undefined;
    return level === 'entries' ? writeBundle(await this.readEntries(index, width)) : this.readTile(level, index, width);
  }

  /** The note that is published; undefined before the first one. */
  async readCheckpoint(): Promise<string | undefined> {
    const bytes = await readIfThere(join(this.publicDir, checkpointName));
    if (bytes !== undefined && bytes.length > noteBytesMax)
      throw new LogTrouble('LOG_TILE_DAMAGED', `${join(this.publicDir, checkpointName)} is no checkpoint`);
    return bytes?.toString();
  }

  /** From now on readers find this note; a crash may bring the one before back, until the next start. */
  publish(note: string): Promise<void> {
    return replaceFile({ path: join(this.publicDir, checkpointName), bytes: Buffer.from(note) });
  }

  async readPolicy(): Promise<string | undefined> {
    return (await readIfThere(join(this.publicDir, policyName)))?.toString();
  }

  writePolicy(policy: string): Promise<void> {
    return replaceFile({ path: join(this.publicDir, policyName), bytes: Buffer.from(policy) });
  }

  /** Removes the narrower versions of tiles that are full now. tlog-tiles: a log "MAY delete any partial tile once" the full one is there. */
  async dropPartials(tiles: readonly Tile[]): Promise<void> {
    await inTurns(
      tiles.filter(({ width }) => width === tileWidthMax),
      (full) => rm(`${this.pathOf(full)}.p`, { recursive: true, force: true }),
    );
  }

  private async read(tile: Tile): Promise<[bytes: Buffer, width: number]> {
    const bytes = await readIfThere(this.pathOf(tile));
    if (bytes !== undefined) return [bytes, tile.width];
    for (const width of await widerThan(this.pathOf({ ...tile, width: tileWidthMax }), tile.width)) {
      const grown = await readIfThere(this.pathOf({ ...tile, width }));
      if (grown !== undefined) return [grown, width];
    }
    throw new LogTrouble('LOG_TILE_MISSING', `${this.pathOf(tile)} is not there`);
  }

  private damaged(tile: Tile, cause: unknown): LogTrouble {
    return new LogTrouble('LOG_TILE_DAMAGED', `${this.pathOf(tile)} is not what it was written as`, { cause });
  }
}

/** The widths in which a file may stand today that was once so wide, widest first: all hold what it held. */
async function widerThan(full: string, than: number): Promise<number[]> {
  if (than === tileWidthMax) return [];
  const names = await readdir(`${full}.p`).catch(() => []);
  const partial = names.map(Number).filter((width) => width > than && width < tileWidthMax);
  return [tileWidthMax, ...partial.sort((a, b) => b - a)];
}
