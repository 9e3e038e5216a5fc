// Who holds the keys that must not stand in the database? A custodian: files by default, a key service behind the same port.

/** Named 32-byte secrets of one ledger. An implementation says in its documentation where every copy lies. */
export interface Custodian {
  /** Code under which the log names it. */
  readonly kind: string;
  /**
   * The secret, or undefined when there is none of that name. Throws when it is damaged or another ledger's, and CUSTODIAN_DOWN
   * when it cannot be asked: nothing found must never mean nobody asked.
   */
  read(name: string): Promise<Buffer | undefined>;
  /** Keeps a new secret, durable when it returns. Throws SECRET_EXISTS rather than replace one. */
  write(name: string, secret: Buffer): Promise<void>;
  /** Makes the secret unreadable for ever; nothing happens when there is none. */
  destroy(name: string): Promise<void>;
  names(): Promise<string[]>;
}
