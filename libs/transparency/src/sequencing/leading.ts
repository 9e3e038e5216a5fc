// What does the one sequencer that leads do with the next events? Each step stands on the one before; after any error all is read anew.
import { type StoredEvent } from '@derbes/event-store';
import { formatCheckpoint, type Checkpoint } from '../checkpoint.js';
import { signNote } from '../signed-note.js';
import { tileWidthMax, type Tile } from '../tiles.js';
import { type Cosigning } from './cosigning.js';
import { type GrowingTree } from './growing-tree.js';
import { type Head } from './head-table.js';
import { type Locked } from './lock.js';
import { type SigningKeys } from './signing-keys.js';
import { assertOnTheWay, type LogParts, type Standing } from './standing.js';
import { plan, readBack } from './writing.js';

/** What was done last; whoever throws or dies there shows that nothing contradicts itself. */
export const logSteps = [
  'assigned',
  'written',
  'read-back',
  'locked',
  'signed',
  'cosigned',
  'published',
  'told',
] as const;
export type LogStep = (typeof logSteps)[number];

export interface LeadingOptions {
  readonly clock: () => Date;
  readonly cosigning?: Cosigning;
  readonly at?: (step: LogStep, checkpoint: Checkpoint) => void | Promise<void>;
}

export class Leading {
  head: Head;
  /** Checkpoints that may have been signed before, and that the log has not reached again. */
  ahead: readonly Checkpoint[];
  private locked: Locked;
  private tree: GrowingTree;
  /** Keys that have signed what is published now. */
  private signedBy = '';
  private readonly full: Tile[] = [];
  /** Bundles whose narrower sidecars are of no use once this is published. */
  private readonly grown: Tile[] = [];

  constructor(
    private readonly options: LeadingOptions,
    private readonly parts: LogParts,
    private readonly keys: SigningKeys,
    { head, locked, tree, ahead }: Standing,
    private readonly moved: (head: Head) => void,
  ) {
    this.head = head;
    this.locked = locked;
    this.tree = tree;
    this.ahead = ahead;
  }

  /** Makes the events the next leaves, with their files on the disk. Signs nothing. */
  async add(events: readonly StoredEvent[]): Promise<void> {
    const last = events.at(-1);
    if (!last) return;
    const { heads, directory, ledger } = this.parts;
    // Folders that vanished must not be begun anew without what stood in them.
    await directory.assertOf(ledger);
    const planned = plan(this.tree, events);
    const root = planned.after.root();
    this.head = await heads.advance({
      from: this.head,
      ids: events.map(({ id }) => id),
      leaves: planned.growth.leaves,
      root,
      edge: planned.after.savedEdge(),
      position: last.position,
    });
    this.moved(this.head);
    await this.at('assigned');
    await directory.write(planned.growth.files);
    await directory.writeSidecars(await this.parts.sidecars(planned.growth.files));
    await this.at('written');
    this.tree = await readBack(directory, planned, root);
    await this.at('read-back');
    await heads.written(this.head.size);
    this.head = { ...this.head, writtenSize: this.head.size };
    for (const { tile } of planned.growth.files) {
      if (tile.width === tileWidthMax) this.full.push(tile);
      if (tile.level === 'entries') this.grown.push(tile);
    }
    const reached = this.ahead.filter(({ size }) => size === this.head.size);
    for (const signed of reached) await assertOnTheWay(this.parts, this.tree, signed);
    this.ahead = this.ahead.filter(({ size }) => size > this.head.size);
  }

  /**
   * Shows the witnesses what was signed last, before anything more is signed: when database, keep and files were all put back, only they know
   * of more.
   */
  async showWitnesses(): Promise<void> {
    const { checkpoint } = this.locked;
    if (checkpoint.size === 0) return;
    const note = signNote(formatCheckpoint(checkpoint), this.keys.signers(this.options.clock()));
    await this.options.cosigning?.cosign(note, checkpoint);
  }

  /** Locks, signs, has it cosigned, and publishes the head; nothing happens when that stands already, cosigned by as many as must. */
  async publish(): Promise<void> {
    const { heads, lock, directory, origin } = this.parts;
    const signers = this.keys.signers(this.options.clock());
    const checkpoint: Checkpoint = { origin, size: this.head.size, root: this.head.root };
    const signing = `${checkpoint.size} ${signers.map(({ key }) => key.id).join(' ')}`;
    const again = signing === this.signedBy;
    if (checkpoint.size === 0 || (again && !this.head.belowQuorum)) return;
    if (this.locked.checkpoint.size < checkpoint.size) this.locked = await lock.swap(this.locked, checkpoint);
    await this.at('locked');
    // From here on the same text for ever: signing it again gives the same bytes (RFC 8032).
    const note = signNote(formatCheckpoint(checkpoint), signers);
    await this.at('signed');
    const { lines, belowQuorum } = (await this.options.cosigning?.cosign(note, checkpoint)) ?? alone;
    await this.at('cosigned');
    if (again && note + lines === this.head.note) return;
    // Whoever slept here while another went on must not put the older note in the place of the newer.
    await lock.assertNewest(this.locked);
    await directory.publish(note + lines);
    await this.at('published');
    await heads.published({ size: checkpoint.size, note: note + lines, belowQuorum });
    this.head = { ...this.head, publishedSize: checkpoint.size, note: note + lines, belowQuorum };
    this.signedBy = signing;
    this.moved(this.head);
    await this.at('told');
    await directory.dropPartials(this.full.splice(0));
    for (const bundle of this.grown.splice(0)) await directory.dropNarrowerSidecars(bundle);
  }

  private async at(step: LogStep): Promise<void> {
    await this.options.at?.(step, { origin: this.parts.origin, size: this.head.size, root: this.head.root });
  }
}

const alone = { lines: '', belowQuorum: false } as const;
