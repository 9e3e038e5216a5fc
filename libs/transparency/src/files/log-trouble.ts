// What can go wrong with a log on its disk, and what must nobody go on after?

/** Something that may pass, or that a person can mend: nothing was signed, and it is tried again. */
export class LogTrouble extends Error {
  override readonly name = 'LogTrouble';
  constructor(
    readonly code:
      | 'LOG_TILE_DIFFERS'
      | 'LOG_TILE_MISSING'
      | 'LOG_TILE_DAMAGED'
      | 'LOG_DIR_MISSING'
      | 'LOG_FILE_UNREADABLE'
      | 'LOG_EVENT_TOO_LARGE'
      | 'LOG_SIDECAR_MISSING'
      | 'LOG_SIDECAR_DAMAGED'
      | 'LOG_READ_BACK_DIFFERS'
      | 'LOG_SUPERSEDED'
      | 'LOG_KEY_MISSING'
      | 'LOG_LOCK_DAMAGED'
      | 'LOG_LOCK_MISSING'
      | 'LOG_WITNESS_FAILED'
      | 'LOG_WITNESS_CONTRADICTS',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Whoever went on would sign what contradicts an earlier signature: neither the log nor the ledger takes anything any more. */
export class LogHalted extends Error {
  override readonly name = 'LogHalted';
  constructor(
    readonly code: LogHaltCode,
    message: string,
  ) {
    super(message);
  }
}

/**
 * LOG_LOCK_AHEAD: a checkpoint of more events than the store has was signed. LOG_FORKED: the events are not those that were signed.
 * LOG_ROLLED_BACK: a witness holds a note under our key that is ahead of all that we know we signed, lock included. CLAIMS_BEHIND: the
 * events are all there, in a store of their own, and the database does not know what they were made of.
 */
export const logHaltCodes = ['LOG_LOCK_AHEAD', 'LOG_FORKED', 'LOG_ROLLED_BACK', 'CLAIMS_BEHIND'] as const;
export type LogHaltCode = (typeof logHaltCodes)[number];
