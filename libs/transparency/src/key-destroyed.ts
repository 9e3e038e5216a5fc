// What does the log's key sign when a custodian destroyed a key of the ledger? The text of a signed note, six lines.

/** No checkpoint begins like this: its first line is an origin, and origins of ours have no space. */
const heading = 'derbes key destroyed';

export interface KeyDestroyedText {
  readonly origin: string;
  /** Number of the epoch whose key it was, decimal. */
  readonly epoch: string;
  /** As the log calls it. */
  readonly custodian: string;
  /** Check value of the key, hex. */
  readonly kcv: string;
  /** When the custodian, asked again, had it no more: whole seconds, UTC, RFC 3339. */
  readonly destroyed: string;
}

/** The text to be signed. What signs it is the log, for a custodian has no key of its own: it says what the ledger was answered. */
export const formatKeyDestroyed = ({ origin, epoch, custodian, kcv, destroyed }: KeyDestroyedText): string =>
  [heading, origin, epoch, custodian, kcv, destroyed].map((line) => `${line}\n`).join('');
