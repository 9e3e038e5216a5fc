// derbes log: the keys with which the log is signed, through the service; and its files made anew, on the service's own machine.
import { type Command } from 'commander';
import { type LogKeyAdded } from '../sequencing/add-log-key.js';
import { republish } from '../recover/republish.js';
import { readSettings } from '../settings.js';
import { Client } from './client.js';
import { onOwnMachine } from './own-machine.js';
import { sayJson, sayLine, type Terminal } from './terminal.js';

export function logCommands(program: Command, terminal: Terminal): void {
  const log = program.command('log').description('The signed log of all events.');
  log
    .command('rotate-key')
    .description(
      'Sign the log with a new key, and with the one before as well until the overlap ends (key of an admin).',
    )
    .option('--until <moment>', 'end of the overlap, such as 2027-01-31T00:00:00Z; 30 days from now when absent')
    .option('--json', 'print the new key as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  derbes log rotate-key --until 2027-01-31T00:00:00Z\n\nTell whoever checks the log, and every witness, the new key before the overlap ends: after it the old one is destroyed.',
    )
    .action(async ({ until, json }: { readonly until?: string; readonly json?: true }) => {
      const body = until === undefined ? {} : { overlap: until };
      const added = (await new Client(terminal).ask('POST', '/v1/log/keys', { body })).body as LogKeyAdded;
      if (json) return sayJson(terminal.stdout, added);
      sayLine(terminal.stdout, added.vkey);
      sayLine(terminal.stderr, `Key ${added.number} signs from now on, the one before as well until ${added.overlap}.`);
    });
  log
    .command('republish')
    .description('Let the files of the log be made anew where LOG_DIR is lost for good.')
    .option('--json', 'print progress and the end as JSON, one object a line')
    .addHelpText(
      'after',
      '\nStop every process of the service, and give LOG_DIR an empty folder; if a copy of the lost one is to be had, put that there instead. Works on ' +
        'the database that the settings name (DATABASE_OWNER_URL) and on KEEP_DIR. All events are hashed and compared with the checkpoint in ' +
        'the keep before anything is changed; the next start writes the files, and serves them when they lead there.\n\nExample:\n  derbes log republish',
    )
    .action(async ({ json }: { readonly json?: true }) => {
      const settings = readSettings(terminal.environment);
      const done = await onOwnMachine(terminal, json, (progress, say) => republish(settings, progress, say));
      if (json) return sayLine(terminal.stdout, JSON.stringify({ phase: 'done', ...done }));
      sayLine(
        terminal.stdout,
        `The events hash to what was signed: ${done.size} entries of ${done.origin}, root ${done.root}.\nStart the service now: it writes the files of the log anew.`,
      );
    });
}
