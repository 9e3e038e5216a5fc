// derbes restore: the folders of a backup into an empty database, on the machine where the service will run.
import { type Command } from 'commander';
import { foldersOf } from '../backup/places.js';
import { restore } from '../backup/restore.js';
import { readSettings } from '../settings.js';
import { onOwnMachine } from './own-machine.js';
import { sayLine, type Terminal } from './terminal.js';

const about = `
It fills the database that the service's settings name (DATA_DIR, or DATABASE_URL with DATABASE_OWNER_URL; EVENTSTORE_URL for the
events), which must be empty, and needs the keep of the ledger in KEEP_DIR. All hashes are compared before anything is written. Cut
off, it has written nothing, or goes on when it is started again.

Then start the service: it carries out every erasure of the keep's journal anew before it answers anything.

Examples:
  derbes restore /backup/2026-11-23
  derbes restore /backup/2026-11-23 --keys-dir /other-disk/keys-2026-11-23 --json

docs/operations/backup.md has the steps, and what each code asks for.`;

interface Options {
  readonly keysDir?: string;
  readonly json?: true;
}

export function restoreCommand(program: Command, terminal: Terminal): void {
  program
    .command('restore')
    .description('Fill an empty database from a backup.')
    .argument('<dir>', 'folder that `derbes backup` wrote')
    .option('--keys-dir <dir>', 'folder of the key store (default: <dir>-keys)')
    .option('--json', 'print progress and the end as JSON, one object a line')
    .addHelpText('after', about)
    .action(async (dir: string, { keysDir, json }: Options) => {
      const settings = readSettings(terminal.environment);
      const restored = await onOwnMachine(terminal, json, (progress, log) =>
        restore(foldersOf(dir, keysDir), settings, progress, log),
      );
      if (json) return sayLine(terminal.stdout, JSON.stringify({ phase: 'done', ...restored }));
      const { ledger, events, rows, dropped } = restored;
      sayLine(
        terminal.stdout,
        [
          `Ledger ${ledger}: ${events} events and ${rows} rows are restored.`,
          ...(dropped > 0 ? [`${dropped} key owners that these events do not know were left out.`] : []),
          'Start the service now: it compares itself with the keep before it answers.',
        ].join('\n'),
      );
    });
}
