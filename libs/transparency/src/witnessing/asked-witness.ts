// What does one witness say of a checkpoint? C2SP tlog-witness v1.0 from the log's side; nothing that it answers is believed unverified.
import { hash } from 'node:crypto';
import { formatAddCheckpoint } from '../add-checkpoint.js';
import { type Checkpoint, openCheckpoint } from '../checkpoint.js';
import { cosignatureTime } from '../cosignature.js';
import { LogHalted, LogTrouble } from '../files/log-trouble.js';
import { Malformed } from '../malformed.js';
import { proofHashesMax, verifyConsistency } from '../proofs.js';
import { formatSignatureLine, type NoteVerifier, openNote, parseNote, parseSignatureLines } from '../signed-note.js';
import { type Answer, Line } from './ask.js';
import { WitnessTrouble } from './trouble.js';

/** The size that it holds, the proof from there, and once more when somebody was faster. */
const attemptsMax = 3;
/** How far a witness's clock may be ahead of ours; as far as a fact's may be. */
const futureMsMax = 5 * 60_000;
const evidenceMsMax = 5_000;

/** A tree that the log signed. */
export interface SignedTree {
  /** The signed note; cosignatures in it do not matter. */
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

/** What the log knows of itself. */
export interface LogSide {
  /** RFC 6962 section 2.1.2, for 0 < `from` < `to` ≤ what is signed. */
  readonly prove: (from: number, to: number) => Promise<readonly Uint8Array[]>;
  /** By which its notes are known: every key that ever signed it. */
  readonly keys: () => Promise<readonly NoteVerifier[]>;
  /** How many entries the last checkpoint has that it may have signed, as the lock in the keep says now. */
  readonly locked: () => Promise<number>;
  readonly clock: () => Date;
}

export class AskedWitness {
  readonly #line: Line;
  /** What it said last that it holds: where the next proof begins. */
  #held = 0;

  constructor(
    readonly name: string,
    prefix: URL,
    private readonly verifier: NoteVerifier,
    private readonly log: LogSide,
  ) {
    this.#line = new Line(prefix);
  }

  /** Entries of the last tree that it cosigned, as far as is known. */
  get held(): number {
    return this.#held;
  }

  close(): void {
    this.#line.close();
  }

  /**
   * Its verified signature line. Throws WitnessTrouble; LogHalted when it holds a note under our own key that contradicts this tree, and
   * LogTrouble LOG_WITNESS_CONTRADICTS when it says so and shows none.
   */
  async cosign(tree: SignedTree, until: AbortSignal): Promise<string> {
    const { size } = tree.checkpoint;
    for (let attempts = 0; attempts < attemptsMax; attempts += 1) {
      // One who holds more than we have is asked from zero, which makes it say what.
      const oldSize = this.#held > size ? 0 : this.#held;
      const proof = oldSize === 0 || oldSize === size ? [] : await this.log.prove(oldSize, size);
      if (proof.length > proofHashesMax) throw new Error('a consistency proof of more than 63 hashes');
      const body = formatAddCheckpoint({ oldSize, proof, note: tree.note });
      const answer = await this.#line.ask('POST', 'add-checkpoint', body, until);
      if (answer.status === 200) {
        const line = this.#verified(tree.note, answer.body);
        this.#held = size;
        return line;
      }
      if (answer.status === 422) throw await this.#otherHistory(tree, oldSize);
      if (answer.status !== 409) throw refusal(answer.status);
      this.#held = heldIn(answer);
      if (this.#held > size) throw await this.#ahead(tree);
    }
    throw new WitnessTrouble('WITNESS_KEEPS_CHANGING', 'it names another size at each attempt');
  }

  /** What it answered must be signature lines and no more, or its text would take part in what is verified: they stand behind the text that we signed. */
  #verified(note: string, lines: string): string {
    const { text } = parseNote(note);
    try {
      parseSignatureLines(lines);
      const [cosigned] = openNote(`${text}\n${lines}`, [this.verifier]).verified;
      if (cosigned === undefined) throw new Malformed('UNKNOWN_KEY', 'answer', 'Nothing verified');
      const { signature, verifier } = cosigned;
      if (cosignatureTime(signature) * 1000 > this.log.clock().getTime() + futureMsMax)
        throw new WitnessTrouble('WITNESS_COSIGNATURE_FROM_THE_FUTURE', 'its clock, or ours, is wrong');
      return formatSignatureLine({ name: verifier.key.name, id: verifier.key.id, signature });
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      if (error.code === 'UNKNOWN_KEY')
        throw new WitnessTrouble('WITNESS_SIGNS_WITH_ANOTHER_KEY', 'no line is by the key that the policy names');
      if (error.code === 'BAD_SIGNATURE')
        throw new WitnessTrouble('WITNESS_COSIGNATURE_FORGED', 'a line under its name is not by its key');
      throw new WitnessTrouble('WITNESS_ANSWER_MALFORMED', error.message);
    }
  }

  /** It holds more than we have: this log was put back to an earlier state, unless the witness lies. */
  async #ahead(tree: SignedTree): Promise<Error> {
    const { size } = tree.checkpoint;
    const evidence = await this.#evidence(tree);
    const what = `witness ${this.name} holds ${this.#held} entries of this log, which has ${size}`;
    if (evidence === undefined || evidence.checkpoint.size <= size) return unproven(what);
    return this.#rolledBack(what, evidence);
  }

  /** It holds another tree of `oldSize` than ours, for our proofs hold; unless it lies, or cannot verify one. */
  async #otherHistory(tree: SignedTree, oldSize: number): Promise<Error> {
    const { size } = tree.checkpoint;
    const evidence = await this.#evidence(tree);
    const what = `witness ${this.name} holds another history of ${oldSize} entries than this log, which has ${size}`;
    if (evidence === undefined) return unproven(what);
    if (evidence.checkpoint.size > size) return this.#rolledBack(what, evidence);
    if (!(await this.#followsFrom(evidence.checkpoint, tree.checkpoint)))
      return new LogHalted('LOG_FORKED', `${what}; under this log’s own key: ${inOneLine(evidence.note)}`);
    return evidence.checkpoint.size === oldSize ? refusal(422) : unproven(what);
  }

  async #rolledBack(what: string, { checkpoint, note }: SignedTree): Promise<Error> {
    // Another process took over and signed it meanwhile: this one only has to stop.
    if ((await this.log.locked()) >= checkpoint.size)
      return new LogTrouble('LOG_SUPERSEDED', 'another sequencer had a larger tree cosigned');
    return new LogHalted('LOG_ROLLED_BACK', `${what}; under this log’s own key: ${inOneLine(note)}`);
  }

  async #followsFrom({ size: oldSize, root: oldRoot }: Checkpoint, { size, root }: Checkpoint): Promise<boolean> {
    if (oldSize === 0) return true;
    if (oldSize === size) return oldRoot.equals(root);
    return verifyConsistency({ oldSize, oldRoot, size, root }, await this.log.prove(oldSize, size));
  }

  /** The checkpoint that it serves, when this log's key signed it. It may be up to an hour behind what it holds. */
  async #evidence({ checkpoint: { origin } }: SignedTree): Promise<SignedTree | undefined> {
    try {
      const path = `${hash('sha256', origin)}/checkpoint`;
      const { status, body } = await this.#line.ask('GET', path, '', AbortSignal.timeout(evidenceMsMax));
      if (status !== 200) return undefined;
      return { checkpoint: openCheckpoint(body, origin, await this.log.keys()).checkpoint, note: body };
    } catch (error) {
      if (error instanceof WitnessTrouble || error instanceof Malformed) return undefined;
      throw error;
    }
  }
}

/** "The tree size of the latest cosigned checkpoint in decimal, followed by a newline", as text/x.tlog.size. */
function heldIn({ type, body }: Answer): number {
  const held = /^(0|[1-9][0-9]{0,15})\n$/.test(body) ? Number(body) : NaN;
  if (type !== 'text/x.tlog.size' || !Number.isSafeInteger(held))
    throw new WitnessTrouble('WITNESS_ANSWER_MALFORMED', 'it answers 409 without the size that it holds');
  return held;
}

function refusal(status: number): WitnessTrouble {
  if (status === 404) return new WitnessTrouble('WITNESS_KNOWS_NO_SUCH_LOG', 'it does not know this log by its origin');
  if (status === 403) return new WitnessTrouble('WITNESS_KNOWS_NO_SUCH_KEY', 'it does not trust the key of this log');
  return new WitnessTrouble('WITNESS_REFUSES', `it answers ${status}`);
}

const unproven = (what: string): LogTrouble =>
  new LogTrouble('LOG_WITNESS_CONTRADICTS', `${what}; it shows no note of ours that says so`);

const inOneLine = (note: string): string => note.trimEnd().split(/\n+/).join(' | ');
