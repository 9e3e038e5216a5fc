// What can go wrong in the vault? Every error carries a stable code and names no personal value.

/** `code` is stable UPPER_SNAKE; the message may name owners, events and parts, never a value or a key. */
export class VaultError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
    this.name = 'VaultError';
  }
}
