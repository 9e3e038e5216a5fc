// What did this witness cosign last, of each log? One file that is replaced whole, and only where it still says what we last knew.
import {
  type Checkpoint,
  cosignatureTime,
  Malformed,
  type NoteVerifier,
  openNote,
  parseCheckpoint,
} from '@derbes/transparency';
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeFile, replaceFile } from './durable-file.js';
import { systemCodeOf, WitnessError } from './witness-error.js';

const stateFile = 'witness.state';
const format = 'derbes-witness-state/1';
/** A checkpoint with its log's signatures and ours is well under 2 kB; far above what the logs of one policy take. */
const stateBytesMax = 1024 * 1024;

/** The last checkpoint of one log that this witness cosigned. */
export interface Held extends Checkpoint {
  /** With the log's signatures that were verified, and ours. */
  readonly note: string;
  /** When it was cosigned, in seconds since 1970. */
  readonly time: number;
}

export class StateFile {
  readonly #path: string;
  readonly #held = new Map<string, Held>();
  /** What stood in the file when we last read or wrote it. */
  #known: string;

  private constructor(path: string, known: string) {
    this.#path = path;
    this.#known = known;
  }

  /** Begins the state of a new witness; one that was begun and saw nothing yet is as good. Throws WITNESS_STANDS. */
  static make(folder: string): void {
    const path = join(folder, stateFile);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      makeFile(path, contentOf([]));
    } catch (error) {
      if (systemCodeOf(error) === 'EEXIST') {
        if (readState(path) === contentOf([])) return;
        throw new WitnessError('WITNESS_STANDS', `${folder} holds what a witness saw already`);
      }
      throw new WitnessError('WITNESS_FILE_NOT_USABLE', `${folder} cannot be written to (${systemCodeOf(error)})`);
    }
  }

  /**
   * A missing file is not an empty one: a witness that forgot what it saw would cosign a fork. Each checkpoint in it must bear our own
   * cosignature. Throws WITNESS_MISSING, WITNESS_STATE_CORRUPT.
   */
  static open(folder: string, own: NoteVerifier): StateFile {
    const path = join(folder, stateFile);
    const known = readState(path);
    const state = new StateFile(path, known);
    try {
      for (const note of notesIn(known)) state.#put(heldOf(note, own));
    } catch (error) {
      if (!(error instanceof Malformed || error instanceof SyntaxError)) throw error;
      throw new WitnessError(
        'WITNESS_STATE_CORRUPT',
        `${path} is damaged (${error.message}); restore it, never empty it`,
      );
    }
    return state;
  }

  get all(): readonly Held[] {
    return [...this.#held.values()];
  }

  held(origin: string): Held | undefined {
    return this.#held.get(origin);
  }

  /**
   * Durable when it returns. Synchronous, so that nothing comes between the check of a checkpoint and this. Throws WITNESS_STATE_CHANGED
   * when somebody else wrote the file, WITNESS_STATE_NOT_WRITTEN when nobody knows what stands there now: in both the process must end.
   */
  hold(held: Held): void {
    const all = new Map(this.#held).set(held.origin, held);
    const content = contentOf([...all.values()].map(({ note }) => note));
    if (readState(this.#path) !== this.#known)
      throw new WitnessError('WITNESS_STATE_CHANGED', `${this.#path} was changed by somebody else`);
    try {
      replaceFile(this.#path, content);
    } catch (error) {
      throw new WitnessError('WITNESS_STATE_NOT_WRITTEN', `${this.#path} was not written (${systemCodeOf(error)})`);
    }
    this.#known = content;
    this.#put(held);
  }

  #put(held: Held): void {
    this.#held.set(held.origin, held);
  }
}

/** One line of JSON and its SHA-256: a damaged file is told from one that says less. */
function contentOf(notes: readonly string[]): string {
  const line = JSON.stringify({ format, notes });
  return `${line}\n${hash('sha256', line)}\n`;
}

function notesIn(content: string): readonly string[] {
  const [line = '', digest, ...rest] = content.split('\n');
  if (digest !== hash('sha256', line) || rest.join('') !== '') throw new SyntaxError('its digest is another');
  const said = JSON.parse(line) as { readonly format?: unknown; readonly notes?: unknown };
  const { notes } = said;
  if (said.format !== format || !Array.isArray(notes) || !notes.every((note) => typeof note === 'string'))
    throw new SyntaxError('it is of another format');
  return notes;
}

function heldOf(note: string, own: NoteVerifier): Held {
  const { text, verified } = openNote(note, [own]);
  const [cosigned] = verified;
  if (cosigned === undefined) throw new SyntaxError('a checkpoint in it is not cosigned');
  return { ...parseCheckpoint(text), note, time: cosignatureTime(cosigned.signature) };
}

function readState(path: string): string {
  try {
    if (statSync(path).size > stateBytesMax) throw new WitnessError('WITNESS_STATE_CORRUPT', `${path} is too long`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof WitnessError) throw error;
    if (systemCodeOf(error) === 'ENOENT')
      throw new WitnessError('WITNESS_MISSING', `${path} is not there; without it this witness would cosign a fork`);
    throw new WitnessError('WITNESS_FILE_NOT_USABLE', `${path} cannot be read (${systemCodeOf(error)})`);
  }
}
