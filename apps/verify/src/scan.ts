// How are all bundles of an export gone through, by several threads, in memory that does not grow with the log?
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { rootInTile, tileWidth, tileWidthMax } from '@derbes/transparency';
import { type BadEntry, BundleChecker, type LedgerEventRead, type OddFacts, type SealedValue } from './bundle-check.js';
import { ExportFiles } from './export-files.js';
import { FactsForms, type SchemasFile } from './facts-form.js';
import { type Records } from './records.js';
import { Found, type Problem } from './verdict.js';

/** What a thread is to go through. */
export interface Scan {
  readonly folder: string;
  /** The signed size of the log. */
  readonly size: number;
  readonly keepSealed: boolean;
  /** Instead of those of this build. */
  readonly schemas?: SchemasFile;
}

/** What a thread found in one bundle. */
export interface BundleAnswer {
  readonly index: number;
  readonly width: number;
  /** The bundle's hashes: their root when it is full, else all of them. Absent when it could not be taken apart. */
  readonly hashes?: Uint8Array<ArrayBuffer>;
  /** Whether the tile of level 0 holds these hashes. */
  readonly tile?: 'same' | 'other' | 'missing';
  readonly records?: Records;
  readonly ledger: readonly LedgerEventRead[];
  readonly sealed: readonly SealedValue[];
  readonly bad: readonly BadEntry[];
  readonly odd: readonly OddFacts[];
  /** Why it could not be taken apart. */
  readonly problem?: Problem;
}

/** Bundles that a thread is given at a time: enough that handing over costs nothing beside them. */
const bundlesAtATime = 8;
/** What threads may be ahead of the slowest, in askings; more would only take memory. */
const askingsAheadMax = 4;
const workersMax = 16;
/** Up to here threads take longer to start than they help. */
const aloneSizeMax = 20_000;

/** Goes through some bundles; a thread has one. */
export class Scanner {
  private readonly checker: BundleChecker;
  private readonly files: ExportFiles;

  constructor(private readonly scan: Scan) {
    this.checker = new BundleChecker(scan.schemas && new FactsForms(scan.schemas));
    this.files = new ExportFiles(scan.folder);
  }

  bundles(from: number, to: number): BundleAnswer[] {
    return Array.from({ length: to - from }, (_, i) => this.bundle(from + i));
  }

  private bundle(index: number): BundleAnswer {
    const { size, keepSealed } = this.scan;
    const width = tileWidth('entries', index, size);
    const none = { index, width, ledger: [], sealed: [], bad: [], odd: [] };
    let bytes: Buffer | undefined;
    try {
      bytes = this.files.bundle(index, width);
    } catch (error) {
      if (error instanceof Found)
        return { ...none, problem: { word: error.word, where: error.where, says: error.says } };
      throw error;
    }
    const read = bytes && this.checker.check(bytes, width, index * tileWidthMax, keepSealed);
    if (!read) return none;
    const { hashes, records, ledger, sealed, bad, odd } = read;
    const kept = width === tileWidthMax ? rootInTile(hashes) : hashes;
    return {
      ...{ index, width, records, ledger, sealed, bad, odd },
      hashes: new Uint8Array(kept),
      tile: this.compareTile(index, width, hashes),
    };
  }

  private compareTile(index: number, width: number, hashes: Buffer): 'same' | 'other' | 'missing' {
    try {
      const tile = this.files.tile({ level: 0, index, width });
      return tile === undefined ? 'missing' : tile.equals(hashes) ? 'same' : 'other';
    } catch (error) {
      if (error instanceof Found) return 'other';
      throw error;
    }
  }
}

/** What is asked of a thread; it answers with BundleAnswer[]. */
export interface Asking {
  readonly from: number;
  readonly to: number;
}

/** Every bundle in the order of the log. `thread`: the file that a thread runs; without it all is done here. */
export async function* scanBundles(scan: Scan, thread: URL | undefined): AsyncGenerator<BundleAnswer> {
  const bundles = Math.ceil(scan.size / tileWidthMax);
  if (thread === undefined || scan.size <= aloneSizeMax) {
    const scanner = new Scanner(scan);
    for (let index = 0; index < bundles; index++) yield* scanner.bundles(index, index + 1);
    return;
  }
  const crew = Array.from({ length: Math.min(workersMax, availableParallelism()) }, () => new Thread(thread, scan));
  try {
    const askings = Math.ceil(bundles / bundlesAtATime);
    const answers: Promise<BundleAnswer[]>[] = [];
    for (let asked = 0, given = 0; given < askings; given++) {
      for (; asked < askings && asked < given + askingsAheadMax * crew.length; asked++) {
        const from = asked * bundlesAtATime;
        const answer = crew[asked % crew.length]?.ask({ from, to: Math.min(bundles, from + bundlesAtATime) });
        // Whoever waits for an earlier one hears of a failure there.
        answer?.catch(() => undefined);
        if (answer) answers.push(answer);
      }
      yield* (await answers.shift()) ?? [];
    }
  } finally {
    await Promise.all(crew.map((one) => one.end()));
  }
}

/** Answers come in the order of the askings. */
class Thread {
  private readonly worker: Worker;
  private readonly waiting: { resolve: (answer: BundleAnswer[]) => void; reject: (error: unknown) => void }[] = [];

  constructor(file: URL, scan: Scan) {
    this.worker = new Worker(file, { workerData: scan });
    this.worker.on('message', (answer: BundleAnswer[]) => this.waiting.shift()?.resolve(answer));
    this.worker.on('error', (error) => {
      for (const { reject } of this.waiting.splice(0)) reject(error);
    });
  }

  ask(asking: Asking): Promise<BundleAnswer[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(asking);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}

/** Memory that is handed over instead of copied. */
export const handedOver = (answers: readonly BundleAnswer[]): ArrayBuffer[] =>
  answers.flatMap(({ hashes, records }) => {
    const { ids, streams, revisions, moments } = records ?? {};
    return [hashes, ids, streams, revisions, moments].flatMap((one) => one?.buffer ?? []);
  });
