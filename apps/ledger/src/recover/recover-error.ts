// Why are events not put back from the files of the log? One code each; the message says the way out.

export type RecoverErrorCode =
  | 'LEDGER_MISSING'
  | 'RECOVER_CLAIMS_MISSING'
  | 'RECOVER_DISTURBED'
  | 'RECOVER_FILES_THERE'
  | 'RECOVER_FILES_WRONG'
  | 'RECOVER_FORKED'
  | 'RECOVER_KEYS_WRONG'
  | 'RECOVER_NO_LOCK'
  | 'RECOVER_SERVICE_RUNNING'
  | 'RECOVER_UNSUPPORTED';

/** The message holds no value of an event and no address with a password. */
export class RecoverError extends Error {
  constructor(
    readonly code: RecoverErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${message}`, options);
  }
}
