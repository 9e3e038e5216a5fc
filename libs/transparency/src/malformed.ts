// What is wrong with a text or file that claims to be part of a log, and where in it?

/** Every way in which a parser of this library refuses its input. Stable: callers and tests compare them. */
export type MalformedCode =
  // any text
  | 'NOT_UTF8'
  | 'CONTROL_CHARACTER'
  | 'NO_FINAL_NEWLINE'
  | 'TOO_LONG'
  | 'TOO_MANY_LINES'
  | 'BAD_BASE64'
  | 'BAD_LENGTH'
  | 'BAD_NUMBER'
  // keys and notes
  | 'BAD_KEY'
  | 'BAD_KEY_NAME'
  | 'KEY_ID_MISMATCH'
  | 'UNKNOWN_KEY_TYPE'
  | 'NO_SIGNATURES'
  | 'BAD_SIGNATURE_LINE'
  | 'BAD_SIGNATURE'
  | 'UNKNOWN_KEY'
  // checkpoints
  | 'BAD_CHECKPOINT'
  | 'EXTENSION_LINE'
  | 'OTHER_ORIGIN'
  // tiles
  | 'BAD_TILE_PATH'
  | 'BAD_TILE'
  | 'BAD_BUNDLE'
  // proofs and policies
  | 'BAD_PROOF'
  | 'NOT_INCLUDED'
  | 'BELOW_QUORUM'
  | 'BAD_POLICY';

/** The one error of every parser here. `place` says where (a line, a byte, a field) and never quotes the input. */
export class Malformed extends Error {
  override readonly name = 'Malformed';

  constructor(
    readonly code: MalformedCode,
    readonly place: string,
    message: string,
  ) {
    super(`${message} (${place})`);
  }
}
