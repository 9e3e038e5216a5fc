// How does a command that works on the ledger's own files or database tell how far it is, and fail?
import { EventStoreError } from '@derbes/event-store';
import { VaultError } from '@derbes/vault';
import { LogTrouble } from '@derbes/transparency/files.js';
import { BackupError } from '../backup/backup-error.js';
import { RecoverError } from '../recover/recover-error.js';
import { barProgress, jsonProgress, type Progress } from '../progress.js';
import { CommandFailed, sayLine, type Terminal } from './terminal.js';

/** Runs it with progress on stderr, or as JSON on stdout; an error with a code ends the command with that code and its sentence. */
export async function onOwnMachine<T>(
  { stdout, stderr }: Terminal,
  json: true | undefined,
  work: (progress: Progress, log: (line: string) => void) => Promise<T>,
): Promise<T> {
  const progress = json ? jsonProgress(stdout) : barProgress(stderr);
  try {
    const done = await work(progress, (line) => sayLine(stderr, line));
    progress.end();
    return done;
  } catch (error) {
    progress.end();
    const { code, message } = error as { code?: unknown; message: string };
    if (json && typeof code === 'string') sayLine(stdout, JSON.stringify({ phase: 'failed', code }));
    if (error instanceof BackupError || error instanceof RecoverError || error instanceof VaultError)
      throw new CommandFailed(message);
    if (error instanceof EventStoreError || error instanceof LogTrouble)
      throw new CommandFailed(`${error.code}: ${message}`);
    throw error;
  }
}
