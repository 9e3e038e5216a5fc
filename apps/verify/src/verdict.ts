// What may be said of an export? One word each, what it means, and the exit code that stands for it, for ever.

interface Meaning {
  readonly exit: number;
  readonly means: string;
}

/**
 * A word says what is certain. Where two explanations fit, the word for what both have in common is used: see docs/verification.md.
 * Exit codes never change their meaning; a new word takes a new code.
 */
export const meanings = {
  OK: { exit: 0, means: 'everything that stands in the export is what the log signed' },
  FAILED: { exit: 1, means: 'the verifier itself failed; nothing is said of the export' },
  USAGE: { exit: 2, means: 'it was called wrongly, or a file named on the command line cannot be read' },
  WRONG_POLICY: { exit: 3, means: 'the policy file cannot be relied on: it is malformed' },
  NOT_AN_EXPORT: { exit: 10, means: 'the folder is no export: what every export has is missing' },
  FOREIGN_FILE: { exit: 11, means: 'the folder holds something that no export holds (a link, a device, another name)' },
  MALFORMED_CHECKPOINT: { exit: 12, means: 'a checkpoint is not of the form that the standard demands' },
  MALFORMED_RECEIPT: { exit: 13, means: 'a receipt is not of the form that the standard demands' },
  OTHER_ORIGIN: { exit: 14, means: 'it is of another log than the one that the policy names' },
  UNKNOWN_KEY: { exit: 15, means: 'no key that the policy names has signed it' },
  BAD_SIGNATURE: { exit: 16, means: 'a signature under the name of a known key is not by that key' },
  BELOW_QUORUM: { exit: 17, means: 'fewer witnesses have cosigned it than the policy demands' },
  STALE: { exit: 18, means: 'it is older than --max-age allows' },
  ROLLED_BACK: { exit: 20, means: 'the log had signed more entries than it shows now' },
  FORKED: { exit: 21, means: 'the log has signed two histories that contradict each other' },
  EDITED: { exit: 22, means: 'other bytes stand in a place than were signed for it' },
  DROPPED: { exit: 23, means: 'something that was signed, or that others build upon, is missing' },
  INSERTED: { exit: 24, means: 'something stands there that was not signed, or stands there twice' },
  REORDERED: { exit: 25, means: 'everything that was signed stands there, in another order' },
  BAD_RECEIPT: { exit: 26, means: 'a receipt does not prove what it says it proves' },
  MALFORMED_BUNDLE: { exit: 30, means: 'a bundle cannot be taken apart into entries' },
  MALFORMED_EVENT: { exit: 31, means: 'an entry was signed that is no event of a ledger' },
  TIME_BACKWARDS: { exit: 32, means: 'within one stream, an event was recorded before the one that it follows' },
  KEY_HISTORY_WRONG: { exit: 33, means: 'what the ledger says of its keys contradicts itself' },
  BAD_FACTS: { exit: 35, means: 'the facts of an event break the published schema of its type and version' },
  BLOB_SWAPPED: { exit: 34, means: 'a sealed value is not the one that its event names' },
} as const satisfies Readonly<Record<string, Meaning>>;

export type Word = keyof typeof meanings;

/** One thing that is wrong. `where` names a file, an entry or a stream, never a value. */
export interface Problem {
  readonly word: Word;
  readonly where: string;
  readonly says: string;
}

/** Ends a check that cannot go on. */
export class Found extends Error implements Problem {
  constructor(
    readonly word: Word,
    readonly where: string,
    readonly says: string,
  ) {
    super(`${word} ${where}: ${says}`);
  }
}
