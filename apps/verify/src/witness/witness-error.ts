// Why does a witness not start, or not go on? One class, one stable code for each reason.

export type WitnessCode =
  | 'WITNESS_STANDS'
  | 'WITNESS_MISSING'
  | 'WITNESS_FILE_NOT_USABLE'
  | 'WITNESS_KEY_WRONG'
  | 'WITNESS_STATE_CORRUPT'
  | 'WITNESS_STATE_CHANGED'
  | 'WITNESS_STATE_NOT_WRITTEN'
  | 'WITNESS_IN_USE'
  | 'WITNESS_LOGS_WRONG'
  | 'WITNESS_ADDRESS_NOT_USABLE'
  | 'WITNESS_USAGE';

export class WitnessError extends Error {
  constructor(
    readonly code: WitnessCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The system's own word (ENOENT, EACCES, …) for what went wrong with a file or a socket. */
export function systemCodeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'unknown';
}
