// Which files does a log need when entries are added to it? The tree's right edge with the tiles that are not full yet, in memory.
import { writeBundle } from '../entry-bundle.js';
import { hashBytes, leafHash } from '../hash.js';
import { RightEdge } from '../right-edge.js';
import { rootInTile, tileWidth, tileWidthMax } from '../tiles.js';
import { type LogDirectory, type TileFile } from '../files/directory.js';

/** Entries added, with the files that a log of the new size has and one of the old size had not, or had narrower. */
export interface Growth {
  readonly leaves: readonly Buffer[];
  readonly files: readonly TileFile[];
}

export class GrowingTree {
  private constructor(
    private readonly edge: RightEdge,
    /** Of the bundle that is not full. */
    private entries: Uint8Array[],
    /** Of each level, the hashes of the tile that is not full. */
    private readonly levels: Buffer[][],
  ) {}

  static empty(): GrowingTree {
    return new GrowingTree(new RightEdge(), [], []);
  }

  /** From the files of a log of that size. Throws LogTrouble LOG_TILE_MISSING or LOG_TILE_DAMAGED. */
  static async read(directory: LogDirectory, size: number): Promise<GrowingTree> {
    const levels: Buffer[][] = [];
    for (let level = 0; Math.floor(size / tileWidthMax ** level) > 0; level++) {
      const index = Math.floor(size / tileWidthMax ** (level + 1));
      const width = tileWidth(level, index, size);
      const tile = width === 0 ? Buffer.alloc(0) : await directory.readTile(level, index, width);
      levels.push(Array.from({ length: width }, (_, i) => tile.subarray(i * hashBytes, (i + 1) * hashBytes)));
    }
    const index = Math.floor(size / tileWidthMax);
    const width = tileWidth('entries', index, size);
    const entries = width === 0 ? [] : await directory.readEntries(index, width);
    return new GrowingTree(edgeOf(size, levels), entries, levels);
  }

  get size(): number {
    return this.edge.size;
  }

  root(): Buffer {
    return this.edge.root();
  }

  /** What a right edge of this tree is restored from. */
  savedEdge(): Buffer {
    return this.edge.save();
  }

  copy(): GrowingTree {
    return new GrowingTree(
      this.edge.copy(),
      [...this.entries],
      this.levels.map((hashes) => [...hashes]),
    );
  }

  /** Adds entries; answers what has to be written, entries before hashes and lower levels before higher ones. */
  grow(added: readonly Uint8Array[]): Growth {
    const leaves: Buffer[] = [];
    const files: TileFile[] = [];
    const touched = new Set<number>();
    for (const entry of added) {
      const leaf = leafHash(entry);
      leaves.push(leaf);
      this.edge.append(leaf);
      this.entries.push(entry);
      if (this.entries.length === tileWidthMax) {
        files.push(this.bundle((this.size - tileWidthMax) / tileWidthMax));
        this.entries = [];
      }
      this.push(0, leaf, files, touched);
    }
    if (added.length > 0 && this.entries.length > 0) files.push(this.bundle(Math.floor(this.size / tileWidthMax)));
    for (const level of touched) {
      const hashes = this.levels[level] ?? [];
      if (hashes.length === 0) continue;
      const index = Math.floor(this.size / tileWidthMax ** (level + 1));
      files.push({ tile: { level, index, width: hashes.length }, bytes: Buffer.concat(hashes) });
    }
    return { leaves, files };
  }

  private push(level: number, hash: Buffer, files: TileFile[], touched: Set<number>): void {
    const hashes = (this.levels[level] ??= []);
    touched.add(level);
    hashes.push(hash);
    if (hashes.length < tileWidthMax) return;
    const bytes = Buffer.concat(hashes);
    const index = Math.floor(this.size / tileWidthMax ** (level + 1)) - 1;
    files.push({ tile: { level, index, width: tileWidthMax }, bytes });
    this.levels[level] = [];
    this.push(level + 1, rootInTile(bytes), files, touched);
  }

  private bundle(index: number): TileFile {
    const width = this.entries.length;
    return { tile: { level: 'entries', index, width }, bytes: writeBundle(this.entries) };
  }
}

/** Every set bit of the size is a perfect subtree: those of one tile stand in it from the left, the larger first. */
function edgeOf(size: number, levels: readonly (readonly Buffer[])[]): RightEdge {
  const saved: Buffer[] = [];
  for (const hashes of [...levels].reverse()) {
    const tile = Buffer.concat(hashes);
    for (let wide = tileWidthMax / 2, from = 0; wide >= 1; wide /= 2) {
      if ((hashes.length & wide) === 0) continue;
      saved.push(rootInTile(tile, from, from + wide));
      from += wide;
    }
  }
  return RightEdge.restore(size, Buffer.concat(saved));
}
