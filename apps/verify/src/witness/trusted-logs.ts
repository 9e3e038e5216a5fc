// Which logs does this witness watch, and by which keys? The `log` lines of a C2SP tlog-policy file, such as stands in every export.
import { Malformed, type NoteVerifier, parsePolicy, policyBytesMax } from '@derbes/transparency';
import { readFileSync, statSync } from 'node:fs';
import { systemCodeOf, WitnessError } from './witness-error.js';

export class TrustedLogs {
  readonly #byOrigin = new Map<string, NoteVerifier[]>();

  constructor(keys: readonly NoteVerifier[]) {
    // One origin may have two keys: the old and the new one of a log that changes its key.
    for (const verifier of keys) {
      const { name } = verifier.key;
      this.#byOrigin.set(name, [...(this.#byOrigin.get(name) ?? []), verifier]);
    }
  }

  get origins(): readonly string[] {
    return [...this.#byOrigin.keys()];
  }

  keysOf(origin: string): readonly NoteVerifier[] {
    return this.#byOrigin.get(origin) ?? [];
  }
}

/** Throws WITNESS_LOGS_WRONG. */
export function readTrustedLogs(path: string): TrustedLogs {
  try {
    if (statSync(path).size > policyBytesMax) throw new WitnessError('WITNESS_LOGS_WRONG', `${path} is too long`);
    const { logs } = parsePolicy(readFileSync(path));
    if (logs.length === 0) throw new WitnessError('WITNESS_LOGS_WRONG', `${path} names no log to watch`);
    return new TrustedLogs(logs.map(({ verifier }) => verifier));
  } catch (error) {
    if (error instanceof WitnessError) throw error;
    if (error instanceof Malformed)
      throw new WitnessError('WITNESS_LOGS_WRONG', `${path}: ${error.code}: ${error.message}`);
    throw new WitnessError('WITNESS_LOGS_WRONG', `${path} cannot be read (${systemCodeOf(error)})`);
  }
}
