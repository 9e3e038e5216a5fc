// What do the files of the log prove? All of them are hashed up to the last checkpoint that was signed, before a single event is put back.
import { NotAnEnvelope, readEnvelope } from '@derbes/kernel';
import {
  ed25519Verifier,
  Malformed,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  parseVkey,
  type Checkpoint,
} from '@derbes/transparency';
import { type LogDirectory } from '@derbes/transparency/files.js';
import { verifyFiles, type CheckpointLock } from '@derbes/transparency/sequencing.js';
import { keyAddedBy, type LoggedKey } from '../log/export-texts.js';
import { type Progress } from '../progress.js';
import { RecoverError } from './recover-error.js';

export interface ProvenFiles {
  readonly ledger: string;
  /** The last one that was signed or may have been. */
  readonly checkpoint: Checkpoint;
}

/**
 * The files must lead to the root that stands in the keep, and to that of the published checkpoint, which a key must have signed that the
 * locked part of the log names. Throws RecoverError and LogTrouble.
 */
export async function proveFiles(
  directory: LogDirectory,
  lock: CheckpointLock,
  progress: Progress,
): Promise<ProvenFiles> {
  const locked = (await lock.read())?.checkpoint;
  if (!locked || locked.size === 0) {
    throw new RecoverError(
      'RECOVER_NO_LOCK',
      'the keep holds no checkpoint of the log: name the KEEP_DIR of this ledger, or put its folder `log` back',
    );
  }
  const note = await directory.readCheckpoint();
  if (note === undefined) throw wrong('they have no checkpoint');
  const published = readable(() => parseCheckpoint(parseNote(note).text));
  const size = Math.max(locked.size, published.size);
  progress.phase('verify', size);
  const keys: LoggedKey[] = [];
  let opened: { readonly ledger: string; readonly origin: string } | undefined;
  const roots = await verifyFiles(directory, size, [locked.size, published.size], (entries, first) => {
    if (first === 0) opened = openedBy(entries[0]);
    for (const [i, entry] of entries.entries()) {
      const key = first + i < locked.size ? keyAddedBy(entry, first + i) : undefined;
      if (key) keys.push(key);
    }
    progress.at(first + entries.length);
  });
  if (!opened || opened.origin !== locked.origin) throw wrong('they are those of another log than the keep has');
  await directory.assertOf(opened.ledger);
  if (roots.get(locked.size)?.equals(locked.root) !== true) {
    throw wrong(`their first ${locked.size} entries do not hash to the root that stands in the keep`);
  }
  const verifiers = keys.map(({ vkey }) => ed25519Verifier(parseVkey(vkey)));
  const { origin, ledger } = opened;
  const signed = readable(() => openCheckpoint(note, origin, verifiers).checkpoint);
  if (roots.get(signed.size)?.equals(signed.root) !== true) {
    throw wrong(`their first ${signed.size} entries do not hash to the root of their own checkpoint`);
  }
  return { ledger, checkpoint: signed.size > locked.size ? signed : locked };
}

function openedBy(entry: Uint8Array | undefined): { readonly ledger: string; readonly origin: string } {
  try {
    const { type, facts } = readEnvelope(Buffer.from(entry ?? '').toString());
    const { ledger, origin } = facts;
    if (type === 'LedgerOpened' && typeof ledger === 'string' && typeof origin === 'string') return { ledger, origin };
  } catch (error) {
    if (!(error instanceof NotAnEnvelope)) throw error;
  }
  throw wrong('their first entry is not that of a ledger');
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause;
    throw wrong('their checkpoint is not signed by a key that the log names', cause);
  }
}

const wrong = (why: string, cause?: unknown): RecoverError =>
  new RecoverError(
    'RECOVER_FILES_WRONG',
    `the files of the log cannot be relied on: ${why}. Name a copy of LOG_DIR that can. Nothing was put back`,
    { cause },
  );
