// What does a log send a witness? C2SP tlog-witness v1.0, the body of `add-checkpoint`.
import { Malformed } from './malformed.js';
import { proofHashesMax } from './proofs.js';
import { noteBytesMax } from './signed-note.js';
import { decodeDecimal, decodeHash, decodeUtf8 } from './strict-text.js';

export interface AddCheckpoint {
  /** The size that the sender takes the witness to have cosigned last; 0 for none. */
  readonly oldSize: number;
  /** Consistency of `oldSize` with the checkpoint, RFC 6962 section 2.1.2; empty from 0. */
  readonly proof: readonly Uint8Array[];
  /** The log's checkpoint, a signed note. */
  readonly note: string;
}

export function formatAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  const lines = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`);
  return `old ${oldSize}\n${lines.join('')}\n${note}`;
}

/** Takes the body apart; the note in it is not looked at. Every refusal is a `Malformed`. */
export function parseAddCheckpoint(body: Uint8Array | string): AddCheckpoint {
  const whole = decodeUtf8(body, noteBytesMax, 'body');
  const blank = whole.indexOf('\n\n');
  if (blank < 0) throw new Malformed('BAD_PROOF', 'body', 'No empty line before a checkpoint');
  const [old = '', ...proof] = whole.slice(0, blank).split('\n', proofHashesMax + 2);
  if (!old.startsWith('old ')) throw new Malformed('BAD_PROOF', 'line 1', 'Not the old size');
  if (proof.length > proofHashesMax) throw new Malformed('TOO_MANY_LINES', 'proof', 'More than 63 lines');
  return {
    oldSize: decodeDecimal(old.slice('old '.length), 'line 1'),
    proof: proof.map((line, i) => decodeHash(line, `line ${i + 2}`)),
    note: whole.slice(blank + 2),
  };
}
