// derbes requests: what did people ask, by when is it due, and what was answered?
import { rights } from '@derbes/domain';
import { Option, type Command } from 'commander';
import { Client } from './client.js';
import { reasonOption } from './subject-commands.js';
import { sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

/** Pages that one listing prints; whoever has more asks with a filter. */
const pagesMax = 200;

interface Listing {
  readonly right?: string;
  readonly overdue?: true;
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
    .option('--subject <id>', 'of this subject; needs --reason')
    .addOption(reasonOption())
    .option('--json', 'print the rows as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes requests --overdue\n  derbes requests --right know --status received --json',
    )
    .action((options: Listing) => list(terminal, options));
}

async function list(terminal: Terminal, { right, overdue, status, subject, reason, json }: Listing): Promise<void> {
  const client = new Client(terminal);
  const asked = Object.entries({ right, overdue: overdue && 'yes', status, subject });
  const query = new URLSearchParams(
    asked.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])),
  );
  const rows: Record<string, unknown>[] = [];
  for (let page = 0; page < pagesMax; page++) {
    const path = `/v1/registers/requests?${query.toString()}`;
    const { body } = await client.ask('GET', path, { ...(reason !== undefined && { reason }) });
    const { items, next } = body as { items: Record<string, unknown>[]; next?: string };
    rows.push(...items);
    if (next === undefined) break;
    query.set('cursor', next);
  }
  if (json) return sayJson(terminal.stdout, rows);
  if (rows.length === 0) return sayLine(terminal.stdout, 'No such request.');
  const brief = rows.map(({ request, rightAsked, state, received, due, actual, outcome, overdue: late }) => {
    return { request, right: rightAsked, state, received, due, answered: actual, outcome, overdue: late };
  });
  sayLine(terminal.stdout, tableOf(brief));
}
