// How does the log stand at a start, or after anything went wrong? Head, lock, files and events must tell the same story, or nobody signs.
import { StoreTampered, type EventStore, type StoredEvent } from '@derbes/event-store';
import { sameTree, type Checkpoint, openCheckpoint, parseCheckpoint } from '../checkpoint.js';
import { emptyRoot } from '../hash.js';
import { parseNote } from '../signed-note.js';
import { type LogDirectory, type TileFile } from '../files/directory.js';
import { type Sidecar } from '../files/sidecar.js';
import { LogHalted, LogTrouble } from '../files/log-trouble.js';
import { GrowingTree } from './growing-tree.js';
import { type Head, type HeadTable } from './head-table.js';
import { Intake, type BatchLimits } from './intake.js';
import { type CheckpointLock, type Locked } from './lock.js';
import { type SigningKeys } from './signing-keys.js';

export interface LogParts {
  readonly heads: HeadTable;
  readonly lock: CheckpointLock;
  readonly directory: LogDirectory;
  readonly store: EventStore;
  readonly ledger: string;
  readonly origin: string;
  readonly limits: BatchLimits;
  /** What belongs beside the bundles among these files, whose leaves are assigned. */
  readonly sidecars: (files: readonly TileFile[]) => Promise<readonly Sidecar[]>;
}

/** A log at its head, all files written. */
export interface Standing {
  readonly head: Head;
  readonly locked: Locked;
  readonly tree: GrowingTree;
  /** Checkpoints that were signed, or may have been, of more leaves than the head has: the events must lead to each. */
  readonly ahead: readonly Checkpoint[];
}

/** Finishes what was begun, with the same bytes, and answers how the log stands. Throws LogHalted and LogTrouble. */
export async function standingOf(
  parts: LogParts,
  keys: SigningKeys,
  write: (before: GrowingTree, events: readonly StoredEvent[], root: Buffer) => Promise<GrowingTree>,
): Promise<Standing> {
  const { heads, directory, ledger } = parts;
  const halted = await heads.halted();
  if (halted) throw halted;
  const [head, locked] = await begun(parts);
  if (head.writtenSize === 0) await directory.begin(ledger);
  else await directory.assertOf(ledger);
  await directory.sweep(head.beforeSize, head.size);
  const last = await lastEvents(parts, head);
  let tree = await GrowingTree.read(directory, head.writtenSize);
  if (head.writtenSize < head.size) {
    tree = await write(tree, last, head.root);
    await heads.written(head.size);
  } else if (!tree.root().equals(head.root)) {
    throw new LogTrouble('LOG_TILE_DAMAGED', 'the tiles of the right edge do not hash to the root of the log');
  }
  const signed = await signedOf(parts, keys, head, locked);
  for (const one of signed) if (one.size <= head.size) await assertOnTheWay(parts, tree, one);
  return {
    head: { ...head, writtenSize: head.size },
    locked,
    tree,
    ahead: signed.filter(({ size }) => size > head.size).sort((a, b) => a.size - b.size),
  };
}

/** Begins the log where there is none: first the lock, so that a head without one is a lock that was lost. */
async function begun({ heads, lock, origin }: LogParts): Promise<[Head, Locked]> {
  const head = await heads.read();
  let locked = await lock.read();
  if (head && !locked) {
    throw new LogTrouble(
      'LOG_LOCK_MISSING',
      'the keep holds no lock of the log, which was begun: put back the folder `log` of the keep. Nothing is signed without it',
    );
  }
  locked ??= await lock.swap(undefined, { origin, size: 0, root: emptyRoot() });
  if (locked.checkpoint.origin !== origin) {
    throw new LogTrouble(
      'LOG_LOCK_DAMAGED',
      `the lock in the keep is that of the log ${locked.checkpoint.origin}, not of ${origin}`,
    );
  }
  if (head) return [head, locked];
  await heads.begin();
  const made = await heads.read();
  if (!made) throw new Error('the head that was just made is not there');
  return [made, locked];
}

/** The events of the last leaves, as the store has them today. Throws LogHalted when it has them no more, or others. */
async function lastEvents({ heads, store, limits }: LogParts, head: Head): Promise<StoredEvent[]> {
  const count = head.size - head.beforeSize;
  if (count === 0) return [];
  const after = head.beforePosition;
  const intake = new Intake(store, limits, { until: 'head', ...(after !== undefined && { after }) });
  const events: StoredEvent[] = [];
  try {
    while (events.length < count && !intake.exhausted) {
      await intake.wait();
      events.push(...intake.take(count - events.length));
    }
  } catch (error) {
    throw asHalt(error);
  } finally {
    intake.close();
  }
  if (events.length < count) throw storeBehind(head.beforeSize + events.length, head.size);
  const { leaves } = GrowingTree.empty().grow(events.map(entryOf));
  const ids = events.map(({ id }) => id);
  if (await heads.holds(head.beforeSize, ids, leaves)) return events;
  throw new LogHalted(
    'LOG_FORKED',
    `the events behind leaf ${head.beforeSize} are not those that the log took for its leaves`,
  );
}

/** Every statement that a key of this log may have signed, as far as it can be known here. */
async function signedOf(
  { directory, origin }: LogParts,
  keys: SigningKeys,
  head: Head,
  { checkpoint }: Locked,
): Promise<Checkpoint[]> {
  const signed = [checkpoint];
  const file = await directory.readCheckpoint();
  // What cannot be opened by our keys is not ours and will be replaced.
  if (file !== undefined) signed.push(...opened(file, origin, keys));
  if (head.note !== undefined) signed.push(parseCheckpoint(parseNote(head.note).text));
  return signed;
}

function opened(note: string, origin: string, keys: SigningKeys): Checkpoint[] {
  try {
    return [openCheckpoint(note, origin, keys.verifiers).checkpoint];
  } catch {
    return [];
  }
}

/** Throws LogHalted LOG_FORKED when the tree did not have this root at that size. */
export async function assertOnTheWay(
  { directory, heads }: Pick<LogParts, 'directory' | 'heads'>,
  tree: GrowingTree,
  signed: Checkpoint,
): Promise<void> {
  if (signed.size === tree.size) {
    if (sameTree(signed, { ...signed, root: tree.root() })) return;
    throw forked(signed);
  }
  const earlier = await GrowingTree.read(directory, signed.size);
  if (earlier.root().equals(signed.root)) return;
  if (!(await heads.rootOf(signed.size)).equals(signed.root)) throw forked(signed);
  throw new LogTrouble(
    'LOG_TILE_DAMAGED',
    `tiles of the first ${signed.size} leaves do not hash to the root that was signed`,
  );
}

const wayOut =
  'Nothing is written any more. The way out is `derbes recover --from-tiles`, which puts the events back from the files of the log.';

export const storeBehind = (size: number, signed: number): LogHalted =>
  new LogHalted(
    'LOG_LOCK_AHEAD',
    `the log was signed for ${signed} events, and the store has ${size} of them. ${wayOut}`,
  );

const forked = ({ size }: Checkpoint): LogHalted =>
  new LogHalted('LOG_FORKED', `the first ${size} events are not those that the log was signed for. ${wayOut}`);

/** A store that ends before the place that the log reached was put back to an earlier state. */
export function asHalt(error: unknown): unknown {
  if (!(error instanceof StoreTampered) || error.code !== 'STORE_BEHIND') return error;
  return new LogHalted('LOG_LOCK_AHEAD', `the store has lost events that are leaves of the log. ${wayOut}`);
}

/** The leaf of an event: exactly the bytes that were read. */
export const entryOf = ({ bytes }: StoredEvent): Buffer => Buffer.from(bytes);
