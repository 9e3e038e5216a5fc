// What does a test of the sequencer need? A log over a real store with folders of its own, every note that was ever signed, and a check of it all.
import { followPages, type EventStore, type StoredEvent } from '@derbes/event-store';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Pool } from 'pg';
import { openCheckpoint, parseCheckpoint, type Checkpoint } from '../../checkpoint.js';
import { RightEdge } from '../../right-edge.js';
import { parseVkey, ed25519Verifier } from '../../signed-note.js';
import { tilesBetween, type Tile } from '../../tiles.js';
import { LogDirectory } from '../../files/directory.js';
import { GrowingTree } from '../growing-tree.js';
import { Sequencer, type SequencerOptions } from '../sequencer.js';
import { SigningKeys, vkeyOf, type AddedKey } from '../signing-keys.js';
import { recording } from './recording.js';
import { type SequencingOrder } from './sequencing-child.js';

export const origin = 'ledger.test/log';
const waitMsMax = 60_000;
const lookMs = 5;

export class TestLog {
  readonly ledger = randomUUID();
  /** The text of everything that a key of this log ever signed. */
  readonly signed: string[] = [];
  readonly troubles: unknown[] = [];
  readonly added: AddedKey[] = [];
  private readonly seeds = new Map<number, Buffer>();

  private constructor(
    readonly root: string,
    readonly pool: Pool,
    readonly store: EventStore,
  ) {
    this.addKey();
  }

  static async make(pool: Pool, store: EventStore): Promise<TestLog> {
    const root = await mkdtemp(join(tmpdir(), 'derbes-log-'));
    await mkdir(join(root, 'keep'), { mode: 0o700 });
    return new TestLog(root, pool, store);
  }

  get keepDir(): string {
    return join(this.root, 'keep');
  }

  get directory(): LogDirectory {
    return new LogDirectory(join(this.root, 'log'));
  }

  addKey(overlapUntil?: Date): void {
    const number = this.added.length + 1;
    const seed = randomBytes(32);
    this.seeds.set(number, seed);
    this.added.push({ number, vkey: vkeyOf(origin, seed), ...(overlapUntil && { overlapUntil }) });
  }

  async keys(): Promise<SigningKeys> {
    const secrets = {
      read: (number: number) =>
        Promise.resolve(this.seeds.has(number) ? Buffer.from(this.seeds.get(number) ?? '') : undefined),
    };
    return recording(await SigningKeys.load(this.added, secrets, new Date()), (text) => this.signed.push(text));
  }

  sequencer(overrides: Partial<SequencerOptions> = {}): Sequencer {
    return new Sequencer({
      pool: this.pool,
      store: this.store,
      directory: this.directory,
      keepDir: this.keepDir,
      ledger: this.ledger,
      origin,
      keys: () => this.keys(),
      clock: () => new Date(),
      retryMs: 20,
      onTrouble: (error) => this.troubles.push(error),
      ...overrides,
    });
  }

  /** What a process of its own needs to run a sequencer of this log. */
  orderFor(postgres: SequencingOrder['postgres']): SequencingOrder {
    return {
      postgres,
      logDir: this.directory.dir,
      keepDir: this.keepDir,
      ledger: this.ledger,
      origin,
      added: this.added,
      seeds: Object.fromEntries([...this.seeds].map(([number, seed]) => [String(number), seed.toString('hex')])),
      signedFile: this.signedFile,
    };
  }

  /** Adds what processes of their own signed; the last line of one that was killed may be cut off, and then nothing was signed. */
  async readSigned(): Promise<void> {
    const lines = (await readFile(this.signedFile, 'utf8')).split('\n').filter((line) => /^".*"$/.test(line));
    this.signed.push(...lines.map((line) => JSON.parse(line) as string));
  }

  private get signedFile(): string {
    return join(this.root, 'signed.jsonl');
  }

  /** The published checkpoint, verified with the keys of this log. */
  async checkpoint(): Promise<Checkpoint | undefined> {
    const note = await this.directory.readCheckpoint();
    const known = this.added.map(({ vkey }) => ed25519Verifier(parseVkey(vkey)));
    return note === undefined ? undefined : openCheckpoint(note, origin, known).checkpoint;
  }

  async published(size: number): Promise<void> {
    await until(async () => ((await this.checkpoint())?.size ?? 0) >= size);
  }

  /** The whole log, recomputed from its files as anybody would, against the events of the store. Answers its size. */
  async verify(): Promise<number> {
    const checkpoint = await this.checkpoint();
    const size = checkpoint?.size ?? 0;
    const events: StoredEvent[] = [];
    for await (const page of followPages(this.store, { until: 'head' })) events.push(...page);
    if (events.length < size) throw new Error(`${size} leaves of ${events.length} events`);
    const tree = GrowingTree.empty();
    const entries: Uint8Array[] = [];
    for (const tile of tilesBetween(0, size)) {
      if (tile.level === 'entries') entries.push(...(await this.directory.readEntries(tile.index, tile.width)));
    }
    for (const [i, entry] of entries.entries()) {
      if (Buffer.from(entry).toString() !== events[i]?.bytes) throw new Error(`entry ${i} is not event ${i}`);
    }
    const { files } = tree.grow(entries);
    for (const { tile, bytes } of files) {
      const file = await this.directory.file(tile);
      if (file?.equals(bytes) !== true) throw new Error(`${nameOf(tile)} is not what its entries make`);
    }
    if (checkpoint && !tree.root().equals(checkpoint.root)) throw new Error('the root is not that of the entries');
    this.assertNoContradiction(events);
    return size;
  }

  /** Every note signed by a key of this log names the root that the events of the store lead to, so no two of them contradict each other. */
  private assertNoContradiction(events: readonly StoredEvent[]): void {
    const roots = new Map<number, Buffer>();
    const edge = new RightEdge();
    const sizes = new Set(this.signed.map((text) => parseCheckpoint(text).size));
    for (const { bytes } of events) {
      edge.appendEntry(Buffer.from(bytes));
      if (sizes.has(edge.size)) roots.set(edge.size, edge.root());
    }
    for (const text of this.signed) {
      const { size, root } = parseCheckpoint(text);
      if (roots.get(size)?.equals(root) !== true) throw new Error(`a note of size ${size} contradicts the events`);
    }
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

const nameOf = ({ level, index, width }: Tile): string => `tile ${level}/${index} of width ${width}`;

/** Resolves when it holds; throws after a minute. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + waitMsMax;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it did not come to hold within a minute');
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
