// Is each sealed value in the export the one that its event names? Values of erased people are gone, so a missing one says nothing.
import { hash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type SealedValue } from './bundle-check.js';
import { type ExportFiles } from './export-files.js';
import { Found, type Problem } from './verdict.js';

const folder = 'blobs';
/** A sealed value is one value of one person; the service takes none that is nearly as large. */
const blobBytesMax = 16_777_216;
const problemsMax = 20;

/** `blobs/<ev>/<event>.<part>`: the ciphertext that part p of that event names by its SHA-256; <ev> begins its id. */
export const blobPath = (event: string, part: number): string => `${folder}/${event.slice(0, 2)}/${event}.${part}`;

/** Takes the sealed values that events name, in the order of the log. */
export class BlobCheck {
  /** Whether there is anything to compare with. */
  readonly wanted: boolean;
  /** Blobs that are what their events name. */
  count = 0;
  private looked = 0;
  private readonly problems: Problem[] = [];

  constructor(private readonly files: ExportFiles) {
    this.wanted = files.stats(folder)?.isDirectory() ?? false;
  }

  take({ place, event, part, blob }: SealedValue): void {
    const path = blobPath(event, part);
    try {
      const bytes = this.files.read(path, blobBytesMax, 'BLOB_SWAPPED');
      if (!bytes) return;
      this.looked++;
      if (hash('sha256', bytes, 'base64url') === blob) this.count++;
      else this.tell({ word: 'BLOB_SWAPPED', where: path, says: `is not what entry ${place} names as part ${part}` });
    } catch (error) {
      if (!(error instanceof Found)) throw error;
      this.looked++;
      this.tell(error);
    }
  }

  /** `demanded`: whether an export without blobs is not what was asked for. */
  end(demanded: boolean): Problem[] {
    if (!this.wanted) {
      return demanded ? [{ word: 'NOT_AN_EXPORT', where: folder, says: 'is missing, and --blobs demands it' }] : [];
    }
    const there = countFiles(join(this.files.folder, folder));
    if (there > this.looked) {
      const says = `${there - this.looked} of ${there} files are named by no event`;
      this.tell({ word: 'INSERTED', where: folder, says });
    }
    return this.problems;
  }

  private tell(problem: Problem): void {
    if (this.problems.length < problemsMax) this.problems.push(problem);
  }
}

function countFiles(path: string): number {
  let count = 0;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    count += entry.isDirectory() ? countFiles(join(path, entry.name)) : 1;
  }
  return count;
}
