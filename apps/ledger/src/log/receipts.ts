// Which receipt has an event? Its leaf, its bytes as the log has them, the proof and the published checkpoint, checked before it is given out.
import { formatTlogProof, leafHash, tileWidth, tileWidthMax, verifyInclusion } from '@derbes/transparency';
import { type LogDirectory, LogTrouble } from '@derbes/transparency/files.js';
import { type Pool } from 'pg';
import { type PublishedFiles } from './published-files.js';
import { TileProofs } from './tile-proofs.js';

export interface Receipt {
  /** C2SP tlog-proof. */
  readonly text: string;
  /** The event's bytes. */
  readonly entry: Buffer;
}

/** An event that is no leaf of the published tree: recorded or not, no receipt shows it yet. */
export const notYet = Symbol('not yet');

export class Receipts {
  private readonly proofs: TileProofs;

  constructor(
    private readonly app: Pool,
    private readonly directory: LogDirectory,
    private readonly files: PublishedFiles,
  ) {
    this.proofs = new TileProofs(directory);
  }

  /** The receipt under the last published checkpoint. Throws LogTrouble where the files do not hold what was signed. */
  async of(event: string): Promise<Receipt | typeof notYet> {
    const leaf = await this.leafOf(event);
    const published = leaf && (await this.files.published());
    if (!leaf || !published || leaf.index >= published.checkpoint.size) return notYet;
    const { index } = leaf;
    const { size, root } = published.checkpoint;
    const [entry, hashes] = await Promise.all([this.entry(index, size), this.proofs.inclusion(index, size)]);
    // A receipt that does not verify is worse than none: it would be kept for years.
    if (!leafHash(entry).equals(leaf.hash) || !verifyInclusion({ leafHash: leaf.hash, index, size, root }, hashes)) {
      // Whoever mends the files must not have to start the service again.
      this.proofs.forget();
      throw new LogTrouble('LOG_TILE_DAMAGED', `the files of the log do not hold leaf ${index} as it was signed`);
    }
    return { text: formatTlogProof({ extra: entry, index, hashes, checkpoint: published.note }), entry };
  }

  private async leafOf(event: string): Promise<{ readonly index: number; readonly hash: Buffer } | undefined> {
    const { rows } = await this.app.query<{ index: string; hash: Buffer }>({
      name: 'log-leaf',
      text: 'select index, hash from log_leaf where id = $1',
      values: [event],
    });
    const [row] = rows;
    return row && { index: Number(row.index), hash: row.hash };
  }

  private async entry(index: number, size: number): Promise<Buffer> {
    const bundle = Math.floor(index / tileWidthMax);
    const entries = await this.directory.readEntries(bundle, tileWidth('entries', bundle, size));
    const entry = entries[index % tileWidthMax];
    if (!entry) throw new LogTrouble('LOG_TILE_DAMAGED', `bundle ${bundle} of the log has no entry for leaf ${index}`);
    return Buffer.from(entry);
  }
}
