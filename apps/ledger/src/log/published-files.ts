// What of the log may be handed out? The published checkpoint, and those files that its tree has; nothing that is not signed yet.
import {
  type Checkpoint,
  Malformed,
  parseCheckpoint,
  parseNote,
  type Tile,
  tileWidth,
  tileWidthMax,
} from '@derbes/transparency';
import { type LogDirectory, LogTrouble } from '@derbes/transparency/files.js';

export interface Published {
  /** The signed note as it stands. */
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

/** Whoever publishes may be another process: what is published, the folder says. */
export class PublishedFiles {
  /** `wasPublished`: whether anything was published so far; then a folder without a checkpoint has lost it. */
  constructor(
    private readonly directory: LogDirectory,
    private readonly wasPublished: () => Promise<boolean>,
  ) {}

  /** Undefined while nothing was published. Throws LogTrouble for a checkpoint that is lost or none. */
  async published(): Promise<Published | undefined> {
    const note = await this.directory.readCheckpoint();
    if (note === undefined) {
      if (!(await this.wasPublished())) return undefined;
      throw new LogTrouble('LOG_DIR_MISSING', `LOG_DIR (${this.directory.dir}) has lost the published checkpoint`);
    }
    try {
      return { note, checkpoint: parseCheckpoint(parseNote(note).text) };
    } catch (cause) {
      if (!(cause instanceof Malformed)) throw cause;
      throw new LogTrouble('LOG_TILE_DAMAGED', 'the published checkpoint is not what it was written as', { cause });
    }
  }

  /** What the log says of its keys and witnesses: C2SP tlog-policy. */
  policy(): Promise<string | undefined> {
    return this.directory.readPolicy();
  }

  /**
   * A tile or bundle of the published tree, as a static host would serve it: undefined when the tree has none of this place and width, or
   * one that is full by now, whatever lies on disk before it is signed or after it is dropped. Throws LogTrouble for one that is lost.
   */
  async tile(tile: Tile): Promise<Buffer | undefined> {
    const published = await this.published();
    const width = tileWidth(tile.level, tile.index, published?.checkpoint.size ?? 0);
    if (tile.width > width || (tile.width < tileWidthMax && width === tileWidthMax)) return undefined;
    const bytes = await this.directory.file(tile);
    // A narrower one need never have been published; this one was.
    if (bytes === undefined && tile.width > 0 && tile.width === width)
      throw new LogTrouble(
        'LOG_TILE_MISSING',
        `a file of the published tree is lost from LOG_DIR (${this.directory.dir})`,
      );
    return bytes;
  }
}
