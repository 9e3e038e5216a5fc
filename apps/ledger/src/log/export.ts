// How does an auditor take the log away? File by file as it is served, each checked as it comes, gone on with where it broke off.
import {
  type Checkpoint,
  leafHash,
  Malformed,
  openByPolicy,
  parseCheckpoint,
  parseNote,
  parsePolicy,
  readBundle,
  RightEdge,
  type Tile,
  tilePath,
  tileWidth,
  tileWidthMax,
  writeBundle,
  hashBytes,
} from '@derbes/transparency';
import { type Progress } from '../progress.js';
import { ExportFailed, ExportFolder, unfinishedFile } from './export-folder.js';
import { keyAddedBy, keysText, type LoggedKey, readmeText } from './export-texts.js';
import { UpperTiles } from './upper-tiles.js';

/** Where the log is served, or lies. */
export interface LogSource {
  checkpoint(): Promise<Buffer>;
  policy(): Promise<Buffer>;
  /** Undefined for what is not there. */
  file(path: string): Promise<Buffer | undefined>;
}

export interface ExportAsked {
  readonly source: LogSource;
  readonly dir: string;
  /** Whom to trust; the log's own policy when absent, which shows that nothing broke and not that nobody lied. */
  readonly policy?: Buffer;
  /** What else is wanted, put into the folder when the tree is whole. */
  readonly beside?: (folder: ExportFolder, checkpoint: Checkpoint) => Promise<void>;
  readonly progress: Progress;
}

export interface Exported {
  readonly checkpoint: Checkpoint;
  readonly quorumMet: boolean;
  /** The first file that is not what the checkpoint says; it is in the export as it was served. */
  readonly fault?: string;
}

/** Bundles fetched at a time, each with its tile. */
const atOnce = 8;

interface Pair {
  readonly bundle: Buffer;
  readonly leaves: Buffer;
  /** Undefined when it is no bundle or does not hash to its tile. */
  readonly entries: readonly Uint8Array[] | undefined;
}

/** Throws ExportFailed, and what the source throws; what was fetched stays and is not fetched again. */
export async function exportLog({ source, dir, policy, beside, progress }: ExportAsked): Promise<Exported> {
  const folder = await ExportFolder.open(dir);
  const served = await source.policy();
  const before = await folder.finished();
  const note = (await folder.unfinished()) ?? (await source.checkpoint());
  const { checkpoint, quorumMet } = opened(note, policy ?? served);
  const earlier = before && parseCheckpoint(parseNote(before).text);
  if (earlier && earlier.size > checkpoint.size) {
    throw new ExportFailed(
      'ROLLED_BACK',
      `the log has ${checkpoint.size} events and had ${earlier.size} when this folder was exported; its checkpoint proves that`,
    );
  }
  await folder.begin(note);
  const walk = new Walk(source, folder, checkpoint, earlier, progress);
  const fault = await walk.run();
  await folder.write('log.policy', served);
  await folder.write('keys.json', keysText(checkpoint, walk.keys));
  await folder.write('README.md', readmeText(checkpoint));
  await folder.remove('blobs');
  await beside?.(folder, checkpoint);
  await folder.finish(earlier?.size ?? 0, checkpoint.size);
  return { checkpoint, quorumMet, ...(fault !== undefined && { fault }) };
}

function opened(note: Buffer, policy: Buffer): { checkpoint: Checkpoint; quorumMet: boolean } {
  try {
    return openByPolicy(parsePolicy(policy), note);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new ExportFailed(
      'UNTRUSTED',
      `the checkpoint is not one of this policy’s log: ${error.code}, ${error.message}`,
    );
  }
}

class Walk {
  readonly keys: LoggedKey[] = [];
  private readonly edge = new RightEdge();
  private readonly upper = new UpperTiles();
  private fault: string | undefined;

  constructor(
    private readonly source: LogSource,
    private readonly folder: ExportFolder,
    private readonly checkpoint: Checkpoint,
    private readonly earlier: Checkpoint | undefined,
    private readonly progress: Progress,
  ) {}

  /** The first thing that is wrong, if anything is. */
  async run(): Promise<string | undefined> {
    const { size, root } = this.checkpoint;
    const bundles = Math.ceil(size / tileWidthMax);
    this.progress.phase('exporting', size, 'entries');
    this.mustContinue();
    for (let from = 0; from < bundles; from += atOnce) {
      const some = Array.from({ length: Math.min(atOnce, bundles - from) }, (_, i) => from + i);
      const pairs = await Promise.all(some.map((index) => this.pair(index)));
      for (const [i, pair] of pairs.entries()) await this.take(from + i, pair);
      this.progress.at(this.edge.size);
    }
    for (const computed of this.upper.partial()) await this.hold(computed.tile, computed.hashes);
    if (!this.edge.root().equals(root)) this.found('the events do not hash to the root of the checkpoint');
    return this.fault;
  }

  private async take(index: number, { leaves, entries }: Pair): Promise<void> {
    const first = index * tileWidthMax;
    for (let at = 0; at < leaves.length; at += hashBytes) {
      const entry = entries?.[at / hashBytes];
      const key = entry && keyAddedBy(entry, first + at / hashBytes);
      if (key) this.keys.push(key);
      this.edge.append(leaves.subarray(at, at + hashBytes));
      this.mustContinue();
    }
    if (leaves.length < tileWidthMax * hashBytes) return;
    for (const { tile, hashes } of this.upper.append(leaves)) await this.hold(tile, hashes);
  }

  /** What was exported here before must be the beginning of what is exported now. */
  private mustContinue(): void {
    const { earlier, edge } = this;
    if (!earlier || earlier.size !== edge.size || edge.root().equals(earlier.root)) return;
    throw new ExportFailed(
      'FORKED',
      `the log does not continue what was exported here at ${earlier.size} events. Keep both: checkpoint and ${unfinishedFile} contradict each other, or a file here was changed; export into another folder to tell`,
    );
  }

  /** A bundle and its tile, from the folder where they stand and agree, else as served. */
  private async pair(index: number): Promise<Pair> {
    const width = tileWidth('entries', index, this.checkpoint.size);
    const tiles = [
      { level: 'entries', index, width },
      { level: 0, index, width },
    ] as const;
    const [bundle, leaves] = await Promise.all(tiles.map((tile) => this.folder.tile(tile)));
    const standing = bundle && leaves && entriesOf(bundle, leaves, width);
    if (standing) return { bundle, leaves, entries: standing };
    const [servedBundle, servedLeaves] = await Promise.all(tiles.map((tile) => this.fetch(tile)));
    if (!servedBundle || !servedLeaves) throw new RangeError('two files were fetched');
    await Promise.all(tiles.map((tile, i) => this.folder.write(tilePath(tile), i === 0 ? servedBundle : servedLeaves)));
    const entries = entriesOf(servedBundle, servedLeaves, width);
    if (!entries) this.found(`${tilePath(tiles[0])} is not what ${tilePath(tiles[1])} says`);
    return { bundle: servedBundle, leaves: mended(servedLeaves, width), entries };
  }

  /** The tile in the folder as it must be by what is below it, or as it is served. */
  private async hold(tile: Tile, computed: Buffer): Promise<void> {
    if ((await this.folder.tile(tile))?.equals(computed)) return;
    const served = await this.fetch(tile);
    await this.folder.write(tilePath(tile), served);
    if (!served.equals(computed)) this.found(`${tilePath(tile)} is not what the tiles below it hash to`);
  }

  /** tlog-tiles: a client "MAY fetch the full tile as a fallback in case the partial tile is not available anymore". */
  private async fetch(tile: Tile): Promise<Buffer> {
    const served = await this.source.file(tilePath(tile));
    if (served) return served;
    const full = tile.width < tileWidthMax && (await this.source.file(tilePath({ ...tile, width: tileWidthMax })));
    if (!full)
      throw new ExportFailed(
        'LOG_FILE_MISSING',
        `the log does not serve ${tilePath(tile)}, which its checkpoint covers`,
      );
    if (tile.level !== 'entries') return full.subarray(0, tile.width * hashBytes);
    try {
      return writeBundle([...readBundle(full, tileWidthMax)].slice(0, tile.width));
    } catch (error) {
      if (error instanceof Malformed) return full;
      throw error;
    }
  }

  private found(fault: string): void {
    this.fault ??= fault;
  }
}

/** The entries of a bundle that hash to this tile. */
function entriesOf(bundle: Buffer, leaves: Buffer, width: number): readonly Uint8Array[] | undefined {
  try {
    const entries = [...readBundle(bundle, width)];
    return Buffer.concat(entries.map(leafHash)).equals(leaves) ? entries : undefined;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** A tile of another length than it should have is told already; the walk goes on over as many hashes as there should be. */
const mended = (leaves: Buffer, width: number): Buffer => {
  const whole = Buffer.alloc(width * hashBytes);
  leaves.copy(whole);
  return whole;
};
