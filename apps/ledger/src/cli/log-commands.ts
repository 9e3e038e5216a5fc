// derbes log: the keys with which the log is signed, through the service.
import { type Command } from 'commander';
import { type LogKeyAdded } from '../sequencing/add-log-key.js';
import { Client } from './client.js';
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
}
