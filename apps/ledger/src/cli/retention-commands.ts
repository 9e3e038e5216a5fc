// derbes retention: what is due to go, and what becomes of it?
import { retentionActs } from '@derbes/policy';
import { Option, type Command } from 'commander';
import { type RetentionClassSaid, type RetentionSaid } from '../retention/retention-commands.js';
import { Client } from './client.js';
import { rowsOf } from './register-rows.js';
import { reasonOption } from './subject-commands.js';
import { sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

interface Named {
  readonly subject?: string;
  readonly category?: string;
  readonly holder?: string;
  readonly purpose?: string;
  readonly reason?: string;
  readonly json?: true;
}
interface Listing extends Named {
  readonly status?: string;
}
interface Deciding extends Named {
  readonly until?: string;
  readonly act?: string;
  readonly article?: string;
  readonly because: string;
  readonly staff?: string;
}

const states = ['waiting', 'due-soon', 'due', 'overdue', 'stopped', 'ordered', 'open', 'ended'];

const named = (command: Command): Command =>
  command
    .option('--subject <id>', 'of this subject; needs --reason')
    .option('--category <code>', 'of this category')
    .option('--holder <code>', 'in this holder')
    .option('--purpose <code>', 'held for this purpose');

export function retentionCommands(program: Command, terminal: Terminal): void {
  const retention = program.command('retention').description('What is due to go, and what becomes of it.');
  named(retention.command('list'))
    .description('What is due when, and what waits for whom (key of an officer or auditor).')
    .addOption(new Option('--status <state>', 'of this state; `waiting`: for an officer').choices(states))
    .addOption(reasonOption())
    .option('--json', 'print the rows as JSON')
    .addHelpText('after', '\nExample:\n  derbes retention list --status waiting')
    .action((options: Listing) => list(terminal, options));
  named(retention.command('decide'))
    .description('Decide what is due, of one subject or of a class (key of an officer).')
    .argument('<act>', [...retentionActs, 'keep'].join(', '))
    .option('--until <moment>', 'with keep: until when, RFC 3339')
    .option('--act <act>', 'with keep: number of the act')
    .option('--article <article>', 'with keep: article of the act')
    .requiredOption('--because <code>', 'why')
    .option('--staff <id>', 'the officer who decided it')
    .addOption(reasonOption().makeOptionMandatory())
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes retention list --status waiting\n  derbes retention decide destroy --holder helpdesk --because term-over --reason audit\n\nWithout --subject it is a class: name at least a category, a holder or a purpose.',
    )
    .action((act: string, options: Deciding) => decide(terminal, act, options));
}

async function list(terminal: Terminal, { reason, json, ...filter }: Listing): Promise<void> {
  const rows = await rowsOf(terminal, 'retention', filter, reason);
  if (json) return sayJson(terminal.stdout, rows);
  if (rows.length === 0) return sayLine(terminal.stdout, 'Nothing of this is held.');
  const brief = rows.map(({ subject, category, holder, state, due, ground, act, waitsFor }) => {
    return { subject, category, holder, state, due, ground, act, waits: waitsFor };
  });
  sayLine(terminal.stdout, tableOf(brief));
}

async function decide(terminal: Terminal, word: string, options: Deciding): Promise<void> {
  const { subject, because, reason, json, ...said } = options;
  const body = { ...said, decide: word, reason: because };
  const path =
    subject === undefined ? '/v1/retention/decisions' : `/v1/subjects/${encodeURIComponent(subject)}/retention`;
  const answer = (await new Client(terminal).ask('POST', path, { body, ...(reason !== undefined && { reason }) })).body;
  if (json) return sayJson(terminal.stdout, answer);
  if (subject === undefined) {
    const { people, decided, kept, more } = answer as RetentionClassSaid;
    sayLine(terminal.stdout, `decided: ${decided} of ${people} people; kept: ${kept}${more ? '; there are more' : ''}`);
    return;
  }
  const { decided, kept, orders } = answer as RetentionSaid;
  sayLine(terminal.stdout, `decided: ${decided}`);
  for (const order of orders) sayLine(terminal.stdout, `certificate ${order}`);
  for (const { category, holder, why, until } of kept) {
    sayLine(terminal.stdout, `kept: ${category} in ${holder} (${why}${until === undefined ? '' : ` until ${until}`})`);
  }
}
