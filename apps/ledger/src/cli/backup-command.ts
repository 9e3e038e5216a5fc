// derbes backup: a ledger as it is at one moment, into two folders of files, on its own machine.
import { type Command } from 'commander';
import { backUp } from '../backup/backup.js';
import { foldersOf } from '../backup/places.js';
import { readSettings } from '../settings.js';
import { onOwnMachine } from './own-machine.js';
import { sayLine, type Terminal } from './terminal.js';

const about = `
DIR gets the events byte for byte, outcomes, sealed values, documents and hashes of API keys; --keys-dir (DIR-keys unless told) gets the
key store. Neither opens anything without the other and the keep: keep the two on different disks, and KEEP_DIR on a third.

It asks the database that the service's settings name (DATA_DIR, DATABASE_URL, EVENTSTORE_URL), running or not, and holds up nobody.
Both folders stand under their names only when they are whole and on the disk. Nothing is ever overwritten.

Examples:
  derbes backup /backup/2026-11-23
  derbes backup /backup/2026-11-23 --keys-dir /other-disk/keys-2026-11-23 --json

docs/operations/backup.md has the steps, and how to restore.`;

interface Options {
  readonly keysDir?: string;
  readonly json?: true;
}

export function backupCommand(program: Command, terminal: Terminal): void {
  program
    .command('backup')
    .description('Write a backup of the ledger as it is now; the service may run.')
    .argument('<dir>', 'new folder for events and sealed values')
    .option('--keys-dir <dir>', 'new folder for the key store')
    .option('--json', 'print progress and the end as JSON, one object a line')
    .addHelpText('after', about)
    .action(async (dir: string, { keysDir, json }: Options) => {
      const settings = readSettings(terminal.environment);
      const made = await onOwnMachine(terminal, json, (progress, log) =>
        backUp(foldersOf(dir, keysDir), settings, progress, log),
      );
      if (json) return sayLine(terminal.stdout, JSON.stringify({ phase: 'done', ...made }));
      sayLine(
        terminal.stdout,
        [
          `Ledger ${made.ledger}: ${made.events} events and ${made.rows} rows stand in ${made.dir} and ${made.keysDir}.`,
          `SHA-256 over the leaf hashes in order: ${made.leaves}`,
          `SHA-256 of the manifests: ${made.manifests.ledger} and, of the key store, ${made.manifests.keys}`,
        ].join('\n'),
      );
    });
}
