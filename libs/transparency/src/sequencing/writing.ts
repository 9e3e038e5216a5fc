// Are the files of new leaves on the disk, and are they what was meant? Written, read again, and the root computed from what was read.
import { type StoredEvent } from '@derbes/event-store';
import { entryBytesMax, readBundle } from '../entry-bundle.js';
import { tilePath } from '../tiles.js';
import { type LogDirectory } from '../files/directory.js';
import { LogTrouble } from '../files/log-trouble.js';
import { type Growth, type GrowingTree } from './growing-tree.js';
import { entryOf } from './standing.js';

/** A tree with leaves to be, and the files that they need. */
export interface Planned {
  readonly before: GrowingTree;
  readonly after: GrowingTree;
  readonly growth: Growth;
}

/** Throws LogTrouble LOG_EVENT_TOO_LARGE: no writer of ours makes such an event, and no bundle can hold it. */
export function plan(before: GrowingTree, events: readonly StoredEvent[]): Planned {
  const entries = events.map(entryOf);
  const tooLarge = entries.findIndex(({ length }) => length > entryBytesMax);
  if (tooLarge >= 0) {
    throw new LogTrouble(
      'LOG_EVENT_TOO_LARGE',
      `the event at position ${events[tooLarge]?.position ?? '?'} of the store has ${entries[tooLarge]?.length} bytes, an entry of the log at most ${entryBytesMax}`,
    );
  }
  const after = before.copy();
  return { before, after, growth: after.grow(entries) };
}

/**
 * Reads every file of the growth again and grows the tree before it by the entries that stand there. Answers that tree. Throws LogTrouble
 * LOG_READ_BACK_DIFFERS: what a disk gives back is what will be served, and nothing else may be signed.
 */
export async function readBack(
  directory: LogDirectory,
  { before, growth }: Planned,
  root: Buffer,
): Promise<GrowingTree> {
  const again = before.copy();
  const read = new Map<string, Buffer>();
  const entries: Uint8Array[] = [];
  for (const { tile } of growth.files) {
    const bytes = await directory.readBack(tile);
    const path = tilePath(tile);
    if (bytes === undefined) throw differs(`${path} was written and is not there`);
    read.set(path, bytes);
    if (tile.level !== 'entries') continue;
    const first = tile.index * 256;
    const known = Math.max(0, before.size - first);
    entries.push(...[...readBundle(bytes, tile.width)].slice(known));
  }
  const { files } = again.grow(entries);
  if (!again.root().equals(root)) throw differs('the entries read again do not hash to the root of the head');
  for (const { tile, bytes } of files) {
    if (read.get(tilePath(tile))?.equals(bytes) !== true)
      throw differs(`${tilePath(tile)} read again is not what was written`);
  }
  return again;
}

const differs = (message: string): LogTrouble => new LogTrouble('LOG_READ_BACK_DIFFERS', message);
