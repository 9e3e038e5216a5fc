// Whom does the inspector believe, and what did they sign? The policy file is pinned; nothing in the export adds to it.
import {
  Malformed,
  type NoteVerifier,
  openByPolicy,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  parsePolicy,
  type Policy,
  type WitnessedCheckpoint,
} from '@derbes/transparency';
import { Found, type Word } from './verdict.js';

/** Throws Found WRONG_POLICY. */
export function readPolicy(file: Uint8Array, where: string): Policy {
  try {
    const policy = parsePolicy(file);
    if (policy.logs.length === 0) throw new Found('WRONG_POLICY', where, 'names no log');
    return policy;
  } catch (error) {
    if (error instanceof Malformed) throw new Found('WRONG_POLICY', where, told(error));
    throw error;
  }
}

/** A checkpoint signed by a log of the policy; its quorum is told, not demanded. Throws Found. */
export function openSigned(policy: Policy, note: Uint8Array | string, where: string): WitnessedCheckpoint {
  return asFound(policy, note, where, () => openByPolicy(policy, note));
}

/**
 * An older checkpoint: signed by a log of the policy, or by a key that the log's own verified entries name. It is evidence against the log,
 * so the log's signature is enough, whoever cosigned. Throws Found.
 */
export function openOlder(policy: Policy, named: readonly NoteVerifier[], note: Uint8Array | string, where: string) {
  return asFound(policy, note, where, () => {
    try {
      return openByPolicy(policy, note).checkpoint;
    } catch (error) {
      const [first] = named;
      if (!(error instanceof Malformed) || error.code !== 'UNKNOWN_KEY' || !first) throw error;
      return openCheckpoint(note, first.key.name, named).checkpoint;
    }
  });
}

function asFound<T>(policy: Policy, note: Uint8Array | string, where: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    if (error.code === 'BAD_SIGNATURE') throw new Found('BAD_SIGNATURE', where, told(error));
    if (error.code === 'OTHER_ORIGIN') throw new Found('OTHER_ORIGIN', where, told(error));
    if (error.code !== 'UNKNOWN_KEY') throw new Found('MALFORMED_CHECKPOINT', where, told(error));
    throw new Found(isOfAnotherLog(policy, note) ? 'OTHER_ORIGIN' : 'UNKNOWN_KEY', where, told(error));
  }
}

/** Nothing of the note is verified here; it only decides which word its refusal gets. */
function isOfAnotherLog({ logs }: Policy, note: Uint8Array | string): boolean {
  try {
    const { origin } = parseCheckpoint(parseNote(note).text);
    return logs.every(({ verifier }) => verifier.key.name !== origin);
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

/** What a parser says, for a line of the report. */
export const told = ({ message }: Malformed): string => `${message.slice(0, 1).toLowerCase()}${message.slice(1)}`;

/** A word for what a parser refused, where only one fits. */
export function refused(error: unknown, word: Word, where: string): Found {
  if (error instanceof Malformed) return new Found(word, where, told(error));
  throw error;
}
