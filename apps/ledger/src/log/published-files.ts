// What of the log may be handed out? The published checkpoint, and those files that its tree has; nothing that is not signed yet.
import { type Checkpoint, parseCheckpoint, parseNote, type Tile, tileWidth, tileWidthMax } from '@derbes/transparency';
import { type LogDirectory } from '@derbes/transparency/files.js';

export interface Published {
  /** The signed note as it stands. */
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

/** Whoever publishes may be another process: what is published, the folder says. */
export class PublishedFiles {
  constructor(private readonly directory: LogDirectory) {}

  /** Undefined while nothing was published. Throws Malformed for a file that is no checkpoint. */
  async published(): Promise<Published | undefined> {
    const note = await this.directory.readCheckpoint();
    return note === undefined ? undefined : { note, checkpoint: parseCheckpoint(parseNote(note).text) };
  }

  /** What the log says of its keys and witnesses: C2SP tlog-policy. */
  policy(): Promise<string | undefined> {
    return this.directory.readPolicy();
  }

  /**
   * A tile or bundle of the published tree, as a static host would serve it: undefined when the tree has none of this place and width, or
   * one that is full by now, whatever lies on disk before it is signed or after it is dropped.
   */
  async tile(tile: Tile): Promise<Buffer | undefined> {
    const published = await this.published();
    const width = tileWidth(tile.level, tile.index, published?.checkpoint.size ?? 0);
    if (tile.width > width || (tile.width < tileWidthMax && width === tileWidthMax)) return undefined;
    return this.directory.file(tile);
  }
}
