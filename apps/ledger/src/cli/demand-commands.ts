// derbes demands: what courts and state bodies demanded of which people may be told, and what became of it, through the service.
import { authorities, demandOutcomes, demandRefusals } from '@derbes/domain';
import { Option, type Command } from 'commander';
import { type DemandReceived } from '../demands/demand-commands.js';
import { Client } from './client.js';
import { rowsOf } from './register-rows.js';
import { fieldsIn } from './request-input.js';
import { reasonOption } from './subject-commands.js';
import { sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

const collect = (one: string, all: readonly string[]): readonly string[] => [...all, one];
const chosen = (flags: string, says: string, of: readonly string[]): Option => new Option(flags, says).choices(of);
const example = '00000000-0000-4000-8000-000000000001';
const sealedFields = ['name', 'reference'];

export function demandCommands(program: Command, terminal: Terminal): void {
  const demands = program
    .command('demands')
    .description('Demands of courts and state bodies of which people may be told; the others: derbes restricted.');
  listing(demands, terminal);
  receiving(demands, terminal);
  closing(demands, terminal);
}

interface Listed {
  readonly status?: string;
  readonly overdue?: true;
  readonly subject?: string;
  readonly category?: string;
  readonly from?: string;
  readonly until?: string;
  readonly reason?: string;
  readonly json?: true;
}

function listing(demands: Command, terminal: Terminal): void {
  demands
    .command('list')
    .description('Which demands came, by when they are to be answered and what became of each (officer or auditor).')
    .addOption(chosen('--status <state>', 'how far it is', ['open', 'answered', 'refused']))
    .option('--overdue', 'those whose term is, or was, over')
    .option('--subject <id>', 'that name this person; needs --reason')
    .option('--category <code>', 'that name this category')
    .option('--from <moment>', 'received from then on, RFC 3339')
    .option('--until <moment>', 'received before then, RFC 3339')
    .addOption(reasonOption())
    .option('--json', 'print the rows as JSON, one a line')
    .addHelpText('after', '\nExamples:\n  derbes demands list --status open\n  derbes register demands --csv --all')
    .action(async ({ reason, json, overdue, ...filter }: Listed) => {
      const rows = await rowsOf(terminal, 'demands', { ...filter, ...(overdue && { overdue: 'yes' }) }, reason);
      if (json) for (const row of rows) sayLine(terminal.stdout, JSON.stringify(row));
      else if (rows.length > 0) sayLine(terminal.stdout, tableOf(rows));
    });
}

interface Receiving {
  readonly sealed: string;
  readonly category: readonly string[];
  readonly subject: readonly string[];
  readonly json?: true;
}

function receiving(demands: Command, terminal: Terminal): void {
  demands
    .command('receive')
    .description('Take a demand down (key of an officer).')
    .addOption(chosen('--authority <kind>', 'who demands', authorities).makeOptionMandatory())
    .requiredOption('--received <moment>', 'when it reached the controller, RFC 3339')
    .requiredOption('--sealed <file>', 'name of the body and number of its letter, a JSON file; - is stdin')
    .option('--due <moment>', 'by when it asks for an answer, RFC 3339')
    .option('--act <number>', 'the act that it names, with --article')
    .option('--article <article>', 'the article that it names')
    .option('--category <code>', 'data that it asks for; several times', collect, [])
    .option('--subject <id>', 'whom it is about; several times', collect, [])
    .option('--staff <id>', 'the officer who did it')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  derbes demands receive --authority court --received 2026-11-20T09:00:00Z --sealed letter.json\n\nletter.json: {"name": "…", "reference": "…"}; reference may be absent.\nOne of which the law forbids to tell is never taken down here: derbes restricted receive.',
    )
    .action(async ({ sealed, category, subject, json, ...said }: Receiving) => {
      const body = {
        ...said,
        ...(await fieldsIn(terminal, sealed, sealedFields)),
        ...(category.length > 0 && { categories: category }),
        ...(subject.length > 0 && { subjects: subject }),
      };
      const taken = (await new Client(terminal).ask('POST', '/v1/demands', { body })).body as DemandReceived;
      if (json) sayJson(terminal.stdout, taken);
      else sayLine(terminal.stdout, taken.demand);
    });
}

const about = (demands: Command, name: string, says: string, help: string): Command =>
  demands
    .command(name)
    .description(says)
    .argument('<demand>', 'id of the demand, as `derbes demands receive` printed it')
    .requiredOption('--moment <moment>', 'when, RFC 3339')
    .option('--staff <id>', 'the officer who did it')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExample:\n  derbes demands ${name} ${example} --moment 2026-11-24T09:00:00Z ${help}`);

interface Answering {
  readonly category: readonly string[];
  readonly transfer: readonly string[];
  readonly json?: true;
}

function closing(demands: Command, terminal: Terminal): void {
  about(demands, 'answer', 'Say what a demand was answered, once (key of an officer).', '--outcome fulfilled')
    .addOption(chosen('--outcome <outcome>', 'what came of it', demandOutcomes).makeOptionMandatory())
    .option('--category <code>', 'what was handed over; several times', collect, [])
    .option('--transfer <event>', 'the transfer by which it was; several times', collect, [])
    .action(async (demand: string, { category, transfer, json, ...said }: Answering) => {
      const given = { ...(category.length > 0 && { categories: category }) };
      const by = { ...(transfer.length > 0 && { transfers: transfer }) };
      await step(terminal, `${demand}/answer`, { ...said, ...given, ...by }, json);
    });
  about(demands, 'refuse', 'Say that a demand was refused, and why (key of an officer).', '--refusal no-power')
    .addOption(chosen('--refusal <why>', 'why', demandRefusals).makeOptionMandatory())
    .option('--act <number>', 'the act that forbids it, with --article')
    .option('--article <article>', 'its article')
    .action(async (demand: string, { json, ...said }: { readonly json?: true }) =>
      step(terminal, `${demand}/refuse`, said, json),
    );
}

async function step(terminal: Terminal, path: string, body: object, json?: true): Promise<void> {
  const [demand = '', ...rest] = path.split('/');
  const at = `/v1/demands/${[encodeURIComponent(demand), ...rest].join('/')}`;
  const answer = (await new Client(terminal).ask('POST', at, { body })).body as { readonly status: string };
  if (json) sayJson(terminal.stdout, answer);
  else sayLine(terminal.stdout, answer.status);
}
