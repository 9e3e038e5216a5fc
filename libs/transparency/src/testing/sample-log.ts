// A log of made-up entries in memory, with a key of its own: what a test has witnessed, forked and rolled back.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type Checkpoint, formatCheckpoint } from '../checkpoint.js';
import { emptyRoot, leafHash, nodeHash } from '../hash.js';
import { buildProof, consistencyPlan, rootPlan, type TreeNode } from '../proofs.js';
import {
  ed25519Signer,
  ed25519Verifier,
  formatVkey,
  type NoteSigner,
  type NoteVerifier,
  signNote,
} from '../signed-note.js';

export class SampleLog {
  readonly signer: NoteSigner;
  readonly verifier: NoteVerifier;
  readonly #leaves: Buffer[] = [];

  constructor(
    readonly origin = 'log.example/sample',
    private readonly key: KeyObject = generateKeyPairSync('ed25519').privateKey,
  ) {
    this.signer = ed25519Signer(origin, key);
    this.verifier = ed25519Verifier(this.signer.key);
  }

  get vkey(): string {
    return formatVkey(this.signer.key);
  }

  get size(): number {
    return this.#leaves.length;
  }

  /** Adds `count` entries that say `what`. */
  grow(count: number, what = 'entry'): this {
    for (let i = 0; i < count; i += 1) this.#leaves.push(leafHash(Buffer.from(`${what} ${this.size}`)));
    return this;
  }

  /** Another log under the same key and origin: its first `size` entries are these. */
  fork(size: number): SampleLog {
    const other = new SampleLog(this.origin, this.key);
    other.#leaves.push(...this.#leaves.slice(0, size));
    return other;
  }

  root(size = this.size): Buffer {
    return size === 0 ? emptyRoot() : (buildProof(rootPlan(size), (node) => this.#node(node))[0] ?? emptyRoot());
  }

  checkpoint(size = this.size): Checkpoint {
    return { origin: this.origin, size, root: this.root(size) };
  }

  /** The checkpoint of that size, signed. */
  note(size = this.size): string {
    return signNote(formatCheckpoint(this.checkpoint(size)), [this.signer]);
  }

  /** RFC 6962 section 2.1.2; none from 0. */
  prove(from: number, to = this.size): Buffer[] {
    return from === 0 || from === to ? [] : buildProof(consistencyPlan(from, to), (node) => this.#node(node));
  }

  #node({ height, index }: TreeNode): Buffer {
    if (height > 0)
      return nodeHash(
        this.#node({ height: height - 1, index: index * 2 }),
        this.#node({ height: height - 1, index: index * 2 + 1 }),
      );
    const leaf = this.#leaves[index];
    if (leaf === undefined) throw new RangeError(`there is no leaf ${index}`);
    return leaf;
  }
}
