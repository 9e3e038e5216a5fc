// Where does an export stand, and how far is it? The folder as C2SP tlog-tiles names its files; `checkpoint` is there when all of it is.
import { bundleBytesMax, noteBytesMax, type Tile, tilePath, tilesBetween, tileWidthMax } from '@derbes/transparency';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export const unfinishedFile = 'checkpoint.unfinished';
const checkpointFile = 'checkpoint';
const names: ReadonlySet<string> = new Set([
  checkpointFile,
  unfinishedFile,
  'tile',
  'log.policy',
  'keys.json',
  'README.md',
  'blobs',
]);

/** Ends an export with a sentence for whoever runs it. */
export class ExportFailed extends Error {
  constructor(
    readonly code: 'NOT_AN_EXPORT' | 'LOG_FILE_MISSING' | 'ROLLED_BACK' | 'FORKED' | 'UNTRUSTED',
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

export class ExportFolder {
  private constructor(private readonly dir: string) {}

  /** A new folder, an empty one, or one that holds an export, whole or begun. Throws NOT_AN_EXPORT for any other. */
  static async open(dir: string): Promise<ExportFolder> {
    await mkdir(dir, { recursive: true });
    const found = await readdir(dir);
    const foreign = found.filter((name) => !names.has(name));
    const isExport = found.includes(checkpointFile) || found.includes(unfinishedFile);
    if (foreign.length > 0 || (found.length > 0 && !isExport)) {
      throw new ExportFailed('NOT_AN_EXPORT', `${dir} holds something else than an export; name a folder of its own`);
    }
    return new ExportFolder(dir);
  }

  /** The checkpoint that this folder was exported under; undefined when it never was, or not wholly. */
  finished(): Promise<Buffer | undefined> {
    return this.read(checkpointFile, noteBytesMax);
  }

  /** The checkpoint of an export that was begun and not ended. */
  unfinished(): Promise<Buffer | undefined> {
    return this.read(unfinishedFile, noteBytesMax);
  }

  begin(note: Buffer): Promise<void> {
    return this.write(unfinishedFile, note);
  }

  tile(tile: Tile): Promise<Buffer | undefined> {
    return this.read(tilePath(tile), bundleBytesMax);
  }

  /** Whole or not at all; another file of that name is replaced. */
  async write(name: string, bytes: Buffer | string): Promise<void> {
    const path = join(this.dir, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}~`, bytes);
    await rename(`${path}~`, path);
  }

  /** Takes away what an export has none of. */
  remove(name: 'blobs'): Promise<void> {
    return rm(join(this.dir, name), { recursive: true, force: true });
  }

  /** Takes away the partial tiles of an earlier, smaller tree, and says that the export is whole. */
  async finish(before: number, size: number): Promise<void> {
    const standing = new Set([...tilesBetween(0, size)].filter(isPartial).map(tilePath));
    for (const tile of tilesBetween(0, before)) {
      if (!isPartial(tile) || standing.has(tilePath(tile))) continue;
      await rm(join(this.dir, tilePath(tile)), { force: true });
    }
    for (const tile of tilesBetween(0, size)) if (!isPartial(tile)) await this.dropEmpty(`${tilePath(tile)}.p`);
    const note = join(this.dir, unfinishedFile);
    const file = await open(note, 'r+');
    await file.sync().finally(() => file.close());
    await rename(note, join(this.dir, checkpointFile));
  }

  private async dropEmpty(name: string): Promise<void> {
    const path = join(this.dir, name);
    const found = await readdir(path).catch(() => undefined);
    if (found?.length === 0) await rm(path, { recursive: true });
  }

  /** Undefined when it is not there, or longer than it can be. */
  private async read(name: string, bytesMax: number): Promise<Buffer | undefined> {
    const path = join(this.dir, name);
    try {
      return (await stat(path)).size > bytesMax ? undefined : await readFile(path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw error;
    }
  }
}

const isPartial = ({ width }: Tile): boolean => width < tileWidthMax;
