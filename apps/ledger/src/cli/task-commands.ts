// derbes tasks, destination: what holders and recipients have to do, how they are reached, and what they answered.
import { deliveryModes } from '@derbes/domain';
import { Option, type Command } from 'commander';
import { officersResults } from '../cascade/task-commands.js';
import { Client } from './client.js';
import { reasonOption } from './subject-commands.js';
import { CommandFailed, exitCodes, sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

interface TaskItem {
  readonly task: string;
  readonly kind: string;
  readonly manner?: string;
  readonly holder?: string;
  readonly recipient?: string;
  readonly categories?: readonly string[];
  readonly status: string;
  readonly route: string;
  readonly dueBy?: string;
}

interface Listing {
  readonly state?: string;
  readonly holder?: string;
  readonly recipient?: string;
  readonly subject?: string;
  readonly limit?: string;
  readonly reason?: string;
  readonly json?: true;
}

interface Saying {
  readonly reference?: string;
  readonly happened?: string;
  readonly because?: string;
  readonly reason: string;
  readonly json?: true;
}

const path = (task: string, word: string): string => `/v1/tasks/${encodeURIComponent(task)}/${word}`;

export function taskCommands(program: Command, terminal: Terminal): void {
  const tasks = program
    .command('tasks')
    .description('What holders and recipients have to do, and what they answered (key of an officer or auditor).');
  listing(tasks, terminal);
  saying(tasks, terminal);
  destinations(program.command('destination').description('How holders and recipients are reached.'), terminal);
}

function listing(tasks: Command, terminal: Terminal): void {
  tasks
    .command('list', { isDefault: true })
    .description('Print a page of the register of tasks.')
    .option('--state <state>', 'open, told, done, refused, failed, closed or silent')
    .option('--holder <code>', 'of this holder')
    .option('--recipient <code>', 'of this recipient')
    .option('--subject <id>', 'about this subject; needs --reason')
    .option('--limit <rows>', 'rows of a page')
    .addOption(reasonOption())
    .option('--json', 'print {items, next} as JSON')
    .addHelpText('after', '\nExamples:\n  derbes tasks --state silent\n  derbes tasks --holder crm --json')
    .action(async ({ state, holder, recipient, subject, limit, reason, json }: Listing) => {
      const asked = Object.entries({ status: state, holder, recipient, subject, limit });
      const query = new URLSearchParams(
        asked.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])),
      );
      const { body } = await new Client(terminal).ask('GET', `/v1/registers/tasks?${query.toString()}`, {
        ...(reason !== undefined && { reason }),
      });
      if (json) return sayJson(terminal.stdout, body);
      const { items } = body as { items: readonly TaskItem[] };
      const rows = items.map(
        ({ task, kind, manner, categories = [], holder: of, recipient: to, status, route, dueBy }) => ({
          task,
          kind: manner === undefined ? kind : `${kind} (${manner})`,
          whose: of === undefined ? `recipient ${to ?? ''}` : `holder ${of}`,
          categories: categories.join(','),
          state: status,
          by: route,
          due: dueBy ?? '',
        }),
      );
      sayLine(terminal.stdout, tableOf(rows));
    });
}

function saying(tasks: Command, terminal: Terminal): void {
  const say = async (task: string, word: string, options: Saying, more: object): Promise<void> => {
    const { reference, happened, reason, json } = options;
    const body = {
      ...more,
      ...(reference !== undefined && { reference }),
      ...(happened !== undefined && { happened }),
    };
    const answer = (await new Client(terminal).ask('POST', path(task, word), { body, reason })).body;
    if (json) sayJson(terminal.stdout, answer);
    else sayLine(terminal.stdout, (answer as { status: string }).status);
  };
  const command = (name: string, says: string, example: string): Command =>
    tasks
      .command(name)
      .description(`${says} (key of an officer).`)
      .argument('<task>', 'id of the task')
      .addOption(reasonOption().makeOptionMandatory())
      .option('--json', 'print the answer as JSON')
      .addHelpText(
        'after',
        `\nExample:\n  derbes tasks ${name} 00000000-0000-4000-8000-000000000001 ${example} --reason subject-request`,
      );
  const byLetter = (one: Command): Command =>
    one
      .option('--reference <number>', 'number of the letter; it is sealed')
      .option('--happened <moment>', 'when, RFC 3339; now when absent');

  byLetter(
    command('told', 'Say that a letter was sent, or that somebody was told by word of mouth', '--reference 14/2026'),
  ).action((task: string, options: Saying) => say(task, 'delivery', options, {}));
  byLetter(command('answered', 'Say what came back by letter or by word of mouth', '--result done'))
    .addOption(new Option('--result <result>', 'what').choices([...officersResults]).makeOptionMandatory())
    .option('--because <code>', 'why, of a refusal')
    .action((task: string, { result, because, ...options }: Saying & { readonly result: string }) =>
      say(task, 'answer', options, { result, ...(because !== undefined && { reason: because }) }),
    );
  tasks
    .command('resend')
    .description('Send a task again that could not be delivered, or was not answered (key of an officer).')
    .argument('<task>', 'id of the task')
    .requiredOption('--because <code>', 'why')
    .option('--staff <id>', 'who decided it')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  derbes tasks resend 00000000-0000-4000-8000-000000000001 --because receiver-mended',
    )
    .action(async (task: string, { because, staff, json }: Resending) => {
      const body = { reason: because, ...(staff !== undefined && { staff }) };
      const answer = (await new Client(terminal).ask('POST', path(task, 'resend'), { body })).body;
      if (json) sayJson(terminal.stdout, answer);
      else sayLine(terminal.stdout, 'sent again');
    });
  command('close', 'Decide that nothing waits for this task any more', '--because system-switched-off')
    .requiredOption('--because <code>', 'why')
    .action((task: string, { because, ...options }: Saying) => say(task, 'closing', options, { reason: because }));
}

interface Resending {
  readonly because: string;
  readonly staff?: string;
  readonly json?: true;
}

interface Setting {
  readonly holder?: string;
  readonly recipient?: string;
  readonly by: string;
  readonly url?: string;
  readonly ackKey?: string;
  readonly json?: true;
}

function destinations(destination: Command, terminal: Terminal): void {
  destination
    .command('set')
    .description('Say how a holder or recipient is told what it has to do (key of an officer or admin).')
    .option('--holder <code>', 'of this holder')
    .option('--recipient <code>', 'of this recipient')
    .addOption(new Option('--by <way>', 'how').choices([...deliveryModes]).makeOptionMandatory())
    .option('--url <url>', 'with webhook: where it is called')
    .option('--ack-key <key>', 'Ed25519 public key of whoever acknowledges, base64url')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  derbes destination set --holder crm --by webhook --url https://crm.example.kz/derbes\n\nPrints the secret that signs what is sent; it is not told again.',
    )
    .action(async ({ holder, recipient, by, url, ackKey, json }: Setting) => {
      if ((holder === undefined) === (recipient === undefined)) {
        throw new CommandFailed('give --holder or --recipient', exitCodes.usage);
      }
      const whose = holder === undefined ? `recipients/${recipient ?? ''}` : `holders/${holder}`;
      const body = { by, ...(url !== undefined && { url }), ...(ackKey !== undefined && { ackKey }) };
      const answer = (await new Client(terminal).ask('POST', `/v1/${whose}/destination`, { body })).body;
      if (json) return sayJson(terminal.stdout, answer);
      const { status, secret } = answer as { status: string; secret?: string };
      sayLine(terminal.stdout, secret ?? status);
    });
}
