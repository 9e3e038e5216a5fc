// What does a log say of its tree? C2SP tlog-checkpoint v1.0: origin, size and root, as the text of a signed note.
import { emptyRoot, hashBytes } from './hash.js';
import { Malformed } from './malformed.js';
import { type NoteVerifier, type OpenedNote, openNote, signatureType } from './signed-note.js';
import { decodeDecimal, decodeHash } from './strict-text.js';

/** An origin is a key name too, in our logs; far above any schema-less URL. */
const originCharactersMax = 1024;

export interface Checkpoint {
  /** The log's identity for ever, such as `ledger.example/kz`. */
  readonly origin: string;
  /** How many entries. */
  readonly size: number;
  /** RFC 6962 Merkle tree hash at that size, 32 bytes. */
  readonly root: Buffer;
}

/** The text to be signed: three lines. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  const text = `${origin}\n${size}\n${root.toString('base64')}\n`;
  parseCheckpoint(text);
  return text;
}

/**
 * The checkpoint of a note's text. Extension lines are refused: tlog-checkpoint advises against them because no monitor can audit what they
 * say, and no log of ours has any.
 */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw new Malformed('NO_FINAL_NEWLINE', 'checkpoint', 'The last line does not end');
  const [origin = '', size, root, ...extensions] = text.slice(0, -1).split('\n', 4);
  if (origin === '' || origin.length > originCharactersMax || size === undefined || root === undefined) {
    throw new Malformed('BAD_CHECKPOINT', 'checkpoint', 'Not an origin, a size and a root');
  }
  if (extensions.length > 0) throw new Malformed('EXTENSION_LINE', 'line 4', 'Extension lines are not accepted');
  const checkpoint = { origin, size: decodeDecimal(size, 'line 2'), root: decodeHash(root, 'line 3') };
  // RFC 6962 section 2.1: there is one tree without entries.
  if (checkpoint.size === 0 && !checkpoint.root.equals(emptyRoot())) {
    throw new Malformed('BAD_CHECKPOINT', 'line 3', 'Not the root of the tree without entries');
  }
  return checkpoint;
}

/** A checkpoint whose signatures were verified. */
export interface OpenedCheckpoint<V extends NoteVerifier> extends OpenedNote<V> {
  readonly checkpoint: Checkpoint;
}

/**
 * Opens the checkpoint of the log of that origin: an Ed25519 key (0x01) in `known` that bears the origin as its name must have signed it; what
 * other known keys (witnesses) signed is verified as well. Every refusal is a `Malformed`: OTHER_ORIGIN, UNKNOWN_KEY, BAD_SIGNATURE, …
 */
export function openCheckpoint<V extends NoteVerifier>(
  note: Uint8Array | string,
  origin: string,
  known: readonly V[],
): OpenedCheckpoint<V> {
  const opened = openNote(note, known);
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint.origin !== origin) throw new Malformed('OTHER_ORIGIN', 'line 1', 'A checkpoint of another log');
  const ofTheLog = ({ key }: NoteVerifier) => key.name === origin && key.type === signatureType.ed25519;
  if (!opened.verified.some(({ verifier }) => ofTheLog(verifier))) {
    throw new Malformed('UNKNOWN_KEY', 'signatures', 'No signature of a known key of the log');
  }
  return { ...opened, checkpoint };
}

/** Whether both name the same tree: size and root. (Two of one size and another root are a fork.) */
export function sameTree(one: Checkpoint, other: Checkpoint): boolean {
  return one.size === other.size && one.root.length === hashBytes && one.root.equals(other.root);
}
