// derbes requests: what did people ask, by when is it due, and what was answered?
import { rights } from '@derbes/domain';
import { Option, type Command } from 'commander';
import { rowsOf } from './register-rows.js';
import { reasonOption } from './subject-commands.js';
import { sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

interface Listing {
  readonly right?: string;
  readonly overdue?: true;
  readonly delivery?: string;
  readonly status?: string;
  readonly subject?: string;
  readonly reason?: string;
  readonly json?: true;
}

export function requestsCommand(program: Command, terminal: Terminal): void {
  program
    .command('requests')
    .description('What people asked, by when it is due, and when it was answered (key of an officer or auditor).')
    .addOption(new Option('--right <right>', 'of this right').choices([...rights]))
    .option('--overdue', 'what was not answered in time')
    .addOption(
      new Option('--status <state>', 'of this state').choices(['received', 'identified', 'answered', 'refused']),
    )
    .addOption(
      new Option('--delivery <state>', 'what is known of the answer on its way').choices([
        'unsent',
        'sent',
        'delivered',
        'failed',
      ]),
    )
    .option('--subject <id>', 'of this subject; needs --reason')
    .addOption(reasonOption())
    .option('--json', 'print the rows as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes requests --overdue\n  derbes requests --right know --status received --json',
    )
    .action((options: Listing) => list(terminal, options));
}

async function list(
  terminal: Terminal,
  { right, overdue, delivery, status, subject, reason, json }: Listing,
): Promise<void> {
  const filter = { right, overdue: overdue && 'yes', delivery, status, subject };
  const rows = await rowsOf(terminal, 'requests', filter, reason);
  if (json) return sayJson(terminal.stdout, rows);
  if (rows.length === 0) return sayLine(terminal.stdout, 'No such request.');
  const brief = rows.map(
    ({ request, rightAsked, state, received, due, actual, outcome, delivery: way, overdue: late }) => {
      return {
        request,
        right: rightAsked,
        state,
        received,
        due,
        answered: actual,
        outcome,
        delivery: way,
        overdue: late,
      };
    },
  );
  sayLine(terminal.stdout, tableOf(brief));
}
