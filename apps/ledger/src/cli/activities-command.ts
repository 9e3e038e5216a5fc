// derbes activities: what is done with data, and where does it leave the edition in force, through the service?
import { type Command } from 'commander';
import { type Practice } from '../editions/practice.js';
import { Client } from './client.js';
import { sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

interface Options {
  readonly drift?: true;
  readonly days?: string;
  readonly json?: true;
}

export function activitiesCommand(program: Command, terminal: Terminal): void {
  program
    .command('activities')
    .description(
      'The record of processing activities, and where practice leaves the edition (key of an officer or auditor).',
    )
    .option('--drift', 'only what the edition in force does not declare so')
    .option('--days <days>', 'after how many days without practice what is declared is told of')
    .option('--json', 'print the whole record as JSON')
    .addHelpText('after', '\nExamples:\n  derbes activities\n  derbes activities --drift --days 30')
    .action((options: Options) => print(terminal, options));
}

async function print(terminal: Terminal, { drift: only, days, json }: Options): Promise<void> {
  const query = days === undefined ? '' : `?days=${encodeURIComponent(days)}`;
  const practice = (await new Client(terminal).ask('GET', `/v1/activities${query}`)).body as Practice;
  if (json) return sayJson(terminal.stdout, practice);
  const rows = practice.activities
    .filter(({ drift }) => !only || drift.length > 0)
    .map(({ purpose, category, holder, recipient, country, basis, people, facts, last, drift }) => {
      const why = drift.map(({ reason, clause }) => `${reason} (${clause})`).join(', ');
      return { purpose, category, holder, recipient, country, basis, people, facts, last, drift: why };
    });
  sayLine(terminal.stdout, `edition ${practice.edition.edition}, in force since ${practice.edition.inForce}`);
  sayLine(terminal.stdout, rows.length === 0 ? 'No such activity.' : tableOf(rows));
  for (const { what, code, clause } of practice.unpractised) {
    sayLine(
      terminal.stdout,
      `declared and not practised for ${practice.unpractisedDays} days: ${what} ${code} (${clause})`,
    );
  }
}
