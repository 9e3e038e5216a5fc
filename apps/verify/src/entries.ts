// What do all entries of the export say together? One pass over the bundles, or several where the log is large.
import { type Checkpoint, leafHash, readBundle, tilePath, tileWidth, tileWidthMax } from '@derbes/transparency';
import { type BlobCheck } from './blobs.js';
import { type OddFacts } from './bundle-check.js';
import { EventReader } from './event-form.js';
import { type ExportFiles } from './export-files.js';
import { type SchemasFile } from './facts-form.js';
import { KeyHistory } from './key-history.js';
import { type Disorder, entriesPerPassMax, OrderCheck, shareSalt } from './order.js';
import { secondsOf } from './records.js';
import { type LeafReader, RecomputedTree } from './recomputed-tree.js';
import { type BundleAnswer, scanBundles } from './scan.js';
import { editedTile } from './tile-check.js';
import { type Problem } from './verdict.js';

export interface PassOptions {
  /** The file that a thread runs; without it everything is done in one. */
  readonly thread?: URL;
  /** Told how many entries are done, of how many. */
  readonly progress?: (done: number, of: number) => void;
  /** Of the facts of events, instead of those of this build. */
  readonly schemas?: SchemasFile;
  /** Of which ids and streams are kept in one pass. */
  readonly entriesPerPass?: number;
}

export interface EntriesRead {
  /** Undefined when a bundle is missing or cannot be taken apart. */
  readonly tree?: RecomputedTree;
  readonly history: KeyHistory;
  /** Of single events and of their order. */
  readonly problems: readonly Problem[];
  /** Of tiles of level 0. */
  readonly tileProblems: readonly Problem[];
  /** Of facts that break the schema of their type. */
  readonly schemaProblems: readonly Problem[];
  /** `<type>@<version>` of which no schema is known, and where one stands first. */
  readonly unknown: ReadonlyMap<string, number>;
  /** The latest `at`, POSIX seconds. */
  readonly newestSeconds?: number;
  readonly leaves: LeafReader;
}

const problemsMax = 20;

export async function readEntries(
  files: ExportFiles,
  { origin, size }: Checkpoint,
  blobs: BlobCheck,
  { thread, progress, schemas, entriesPerPass = entriesPerPassMax }: PassOptions,
): Promise<EntriesRead> {
  const passes = Math.max(1, Math.ceil(size / entriesPerPass));
  const scan = { folder: files.folder, size, keepSealed: blobs.wanted, ...(schemas && { schemas }) };
  const reading = new Reading(origin, size, blobs);
  const disorders: Disorder[] = [];
  const salt = shareSalt();
  for (let pass = 0; pass < passes && reading.whole; pass++) {
    const order = new OrderCheck(size, pass, passes, salt);
    for await (const answer of scanBundles(scan, thread)) {
      const { index, width, records, bad } = answer;
      if (pass === 0) reading.take(answer);
      if (!reading.whole) break;
      if (records) order.take(records, index * tileWidthMax, new Set(bad.map(({ place }) => place)));
      progress?.(pass * size + index * tileWidthMax + width, passes * size);
    }
    disorders.push(...order.disorders);
  }
  const leaves = leafReader(files);
  if (!reading.whole) return { ...reading.end(), leaves };
  const ordered = disorders.sort((a, b) => a.place - b.place).slice(0, problemsMax);
  const { problems, ...read } = reading.end();
  return { ...read, problems: [...problems, ...nameDisorders(files, size, ordered)], leaves };
}

/** What the first pass gathers. */
class Reading {
  whole = true;
  private readonly tree: RecomputedTree;
  private readonly history: KeyHistory;
  private readonly problems: Problem[] = [];
  private readonly tileProblems: Problem[] = [];
  private readonly schemaProblems: Problem[] = [];
  private readonly unknown = new Map<string, number>();
  private newest = 0;

  constructor(
    origin: string,
    private readonly size: number,
    private readonly blobs: BlobCheck,
  ) {
    this.tree = new RecomputedTree(size);
    this.history = new KeyHistory(origin);
  }

  take({ index, width, hashes, tile, records, ledger, sealed, bad, odd }: BundleAnswer): void {
    if (!hashes || !records) {
      this.whole = false;
      return;
    }
    if (width === tileWidthMax) this.tree.fill(index, hashes);
    else this.tree.fillLast(hashes);
    if (tile === 'other' && this.tileProblems.length < problemsMax) this.tileProblems.push(editedTile(index, width));
    for (const { place, reason } of bad) {
      if (this.problems.length === problemsMax) break;
      this.problems.push({ word: 'MALFORMED_EVENT', where: `entry ${place}`, says: reason });
    }
    for (const one of odd) this.takeOdd(one);
    for (const event of ledger) this.history.take(event);
    for (const value of sealed) this.blobs.take(value);
    for (const moment of records.moments) if (moment > this.newest) this.newest = moment;
  }

  private takeOdd({ place, named, reason }: OddFacts): void {
    if (reason === undefined) {
      if (this.unknown.size < problemsMax && !this.unknown.has(named)) this.unknown.set(named, place);
    } else if (this.schemaProblems.length < problemsMax) {
      this.schemaProblems.push({
        word: 'BAD_FACTS',
        where: `entry ${place}`,
        says: `breaks the schema of ${named}: ${reason}`,
      });
    }
  }

  end() {
    this.history.end(this.size);
    this.tree.complete();
    const { tree, history, problems, tileProblems, schemaProblems, unknown, newest, whole } = this;
    return {
      ...(whole && { tree }),
      ...{ history, problems, tileProblems, schemaProblems, unknown },
      ...(newest > 0 && { newestSeconds: secondsOf(newest) }),
    };
  }
}

function leafReader(files: ExportFiles): LeafReader {
  return (index) => {
    const bundle = files.bundle(index, tileWidthMax);
    if (!bundle) throw new Error(`${tilePath({ level: 'entries', index, width: tileWidthMax })} is gone meanwhile`);
    return Buffer.concat([...readBundle(bundle, tileWidthMax)].map(leafHash));
  };
}

/**
 * A revision that was there already stands twice. One that comes too early leaves a gap: the events between come later, and then the stream
 * is out of order; or they come never, and then they are missing from the log.
 */
function nameDisorders(files: ExportFiles, size: number, disorders: readonly Disorder[]): Problem[] {
  const later = disorders.some((one) => one.kind === 'revision' && one.revision > one.expected)
    ? laterRevisions(files, size, disorders)
    : new Set<Disorder>();
  return disorders.map((one) => {
    const { stream, id } = eventAt(files, size, one.place);
    const where = `entry ${one.place}`;
    if (one.kind === 'id twice') return { word: 'INSERTED', where, says: `has id ${id} of entry ${one.before}` };
    if (one.kind === 'time')
      return { word: 'TIME_BACKWARDS', where, says: `is earlier than the one before in ${stream}` };
    const { revision, expected } = one;
    if (revision < expected) return { word: 'INSERTED', where, says: `is revision ${revision} of ${stream} again` };
    const says = `is revision ${revision} of ${stream}, and revision ${expected}`;
    if (later.has(one)) return { word: 'REORDERED', where, says: `${says} comes after it` };
    return { word: 'DROPPED', where, says: `${says} stands nowhere` };
  });
}

/** Of the gaps those whose missing revision does come. */
function laterRevisions(files: ExportFiles, size: number, disorders: readonly Disorder[]): Set<Disorder> {
  const sought = new Map<string, Disorder>();
  for (const one of disorders) {
    if (one.kind !== 'revision') continue;
    sought.set(`${eventAt(files, size, one.place).stream} ${one.expected}`, one);
  }
  const found = new Set<Disorder>();
  const reader = new EventReader();
  for (let index = 0; index * tileWidthMax < size; index++) {
    const width = tileWidth('entries', index, size);
    const bundle = files.bundle(index, width);
    for (const entry of bundle ? readBundle(bundle, width) : []) {
      const event = reader.readIfAny(entry);
      const gap = event && sought.get(`${event.stream} ${event.revision}`);
      if (gap) found.add(gap);
    }
  }
  return found;
}

function eventAt(files: ExportFiles, size: number, place: number): { stream: string; id: string } {
  const index = Math.floor(place / tileWidthMax);
  const width = tileWidth('entries', index, size);
  const entry = [...readBundle(files.bundle(index, width) ?? Buffer.alloc(0), width)][place % tileWidthMax];
  const { stream, id } = new EventReader().readIfAny(entry ?? new Uint8Array()) ?? { stream: '', id: '' };
  return { stream, id };
}
