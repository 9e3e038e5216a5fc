// What does a person at the terminal read when the service starts, or cannot?
import { type NewKey } from './keys/api-keys.js';

/** Told once: only hashes are kept. */
export function tellKeys(keys: readonly NewKey[]): void {
  if (keys.length === 0) return;
  const lines = keys.map(
    ({ role, key, source }) => `  ${role.padEnd(8)} ${key}${source === undefined ? '' : `  (${source})`}`,
  );
  process.stdout.write(
    ['', 'The keys of this ledger. They are shown this once; only their hashes are kept.', ...lines, '', ''].join('\n'),
  );
}

/** Errors with a code say what to do; anything else is a fault of ours and shows where it arose. */
export function tellTrouble(error: unknown): void {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && typeof message === 'string')
    process.stderr.write(`${message.startsWith(code) ? message : `${code}: ${message}`}\n`);
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
