// derbes register, rebuild, health: the registers across subjects, and how the service itself does.
import { Presets, SingleBar } from 'cli-progress';
import { type Command, Argument } from 'commander';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { registers } from '../read/queries.js';
import { type Rebuild } from '../write/commands.js';
import { Client, tell } from './client.js';
import { reasonOption } from './subject-commands.js';
import { CommandFailed, exitCodes, sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

export const pagesMax = 10_000;
const pollMs = 200;
/** A day; a rebuild that takes longer goes on without its watcher. */
export const pollsMax = (24 * 3600 * 1000) / pollMs;

interface RegisterOptions {
  readonly filter: readonly string[];
  readonly limit?: string;
  readonly cursor?: string;
  readonly all?: true;
  readonly reason?: string;
  readonly json?: true;
  readonly csv?: true;
}

export function registerCommands(program: Command, terminal: Terminal): void {
  program
    .command('register')
    .description('Print a register, a page at a time (key of an officer or auditor).')
    .addArgument(new Argument('<name>', 'which register').choices([...registers]))
    .option(
      '--filter <name=value>',
      'restrict it; may be given several times',
      (one: string, all: readonly string[]) => [...all, one],
      [],
    )
    .option('--limit <rows>', 'rows of a page')
    .option('--cursor <cursor>', 'the page after the one that gave this cursor')
    .option('--all', 'all pages')
    .addOption(reasonOption())
    .option('--json', 'print {items, next} as JSON; with --all one JSON object a line')
    .option('--csv', 'print CSV with a header line; with --all the whole register as it is read')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes register findings --filter code=CONSENT_MISSING\n  derbes register holdings --filter holder=crm --all --json\n  derbes register consents --csv --all > consents.csv\n\nA page about one subject needs --reason.',
    )
    .action((name: string, options: RegisterOptions) => printRegister(terminal, name, options));

  program
    .command('rebuild')
    .description('Build read models anew from the log, with a progress bar (key of an admin).')
    .argument('[model]', 'one read model; all when absent')
    .option('--no-wait', 'begin and return')
    .option('--json', 'print how the rebuilds stand at the end as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes rebuild\n  derbes rebuild holdings --json\n\nThe old tables answer until the new ones are complete. Exits 1 when a rebuild failed.',
    )
    .action((model: string | undefined, options: { wait: boolean; json?: true }) => rebuild(terminal, model, options));

  program
    .command('health')
    .description('Say whether every part of the service is ready, and which is not and why; needs no key.')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  derbes health || echo not ready\n\nExits 1 when a part is not ready, 3 when nobody answers.',
    )
    .action(async ({ json }: { json?: true }) => {
      const { status, body } = await new Client(terminal).ask('GET', '/health/ready', { expect: [503] });
      if (json) sayJson(terminal.stdout, body);
      if (status !== 200) throw new CommandFailed(tell(status, body));
      if (!json) sayLine(terminal.stdout, `ready: ${(body as { parts: string[] }).parts.join(', ')}`);
    });
}

async function printRegister(terminal: Terminal, name: string, options: RegisterOptions): Promise<void> {
  const client = new Client(terminal);
  const query = new URLSearchParams();
  for (const filter of options.filter) {
    const [field = '', ...value] = filter.split('=');
    if (field === '' || value.length === 0) throw new CommandFailed('a filter is written name=value', exitCodes.usage);
    query.set(field, value.join('='));
  }
  if (options.limit !== undefined) query.set('limit', options.limit);
  if (options.cursor !== undefined) query.set('cursor', options.cursor);
  if (options.csv) return printCsv(terminal, name, query, options);
  for (let page = 0; page < pagesMax; page++) {
    const path = `/v1/registers/${name}?${query.toString()}`;
    const { body } = await client.ask('GET', path, options.reason === undefined ? {} : { reason: options.reason });
    const { items, next } = body as { items: Record<string, unknown>[]; next?: string };
    if (options.json && options.all) for (const item of items) sayLine(terminal.stdout, JSON.stringify(item));
    else if (options.json) sayJson(terminal.stdout, body);
    else if (items.length > 0) sayLine(terminal.stdout, tableOf(items));
    if (next === undefined) return;
    if (!options.all) return options.json ? undefined : sayLine(terminal.stderr, `more: --cursor ${next}`);
    query.set('cursor', next);
  }
  throw new CommandFailed(`more than ${pagesMax} pages`);
}

async function printCsv(
  terminal: Terminal,
  name: string,
  query: URLSearchParams,
  { all, json, reason }: RegisterOptions,
): Promise<void> {
  if (json) throw new CommandFailed('--csv and --json exclude each other', exitCodes.usage);
  if (all && (query.has('limit') || query.has('cursor')))
    throw new CommandFailed('--csv --all prints the whole register, without --limit and --cursor', exitCodes.usage);
  const path = `/v1/registers/${name}${all ? '/export' : ''}?${query.toString()}`;
  const { headers, chunks } = await new Client(terminal).stream(path, 'text/csv', reason);
  for await (const chunk of chunks) if (!terminal.stdout.write(chunk)) await once(terminal.stdout, 'drain');
  const next = headers.get('derbes-next');
  if (next !== null) sayLine(terminal.stderr, `more: --cursor ${next}`);
}

async function rebuild(
  terminal: Terminal,
  model: string | undefined,
  { wait, json }: { readonly wait: boolean; readonly json?: true },
): Promise<void> {
  const client = new Client(terminal);
  const started = (await client.ask('POST', '/v1/rebuilds', { body: model === undefined ? {} : { model } }))
    .body as Rebuild[];
  const ids = new Set(started.map(({ id }) => id));
  const ended = wait ? await watch(client, terminal, ids) : started;
  if (json) sayJson(terminal.stdout, ended);
  else sayLine(terminal.stdout, tableOf(ended.map((one) => ({ ...one }))));
  const failed = ended.filter(({ state }) => state === 'failed');
  if (failed.length > 0) throw new CommandFailed(`not rebuilt: ${failed.map((one) => one.model).join(', ')}`);
}

async function watch(client: Client, { stderr }: Terminal, ids: ReadonlySet<string>): Promise<Rebuild[]> {
  const format = 'rebuilding {bar} {percentage}% | {value}/{total} events';
  const bar = new SingleBar({ format, stream: stderr, clearOnComplete: true }, Presets.shades_classic);
  let begun = false;
  try {
    for (let poll = 0; poll < pollsMax; poll++) {
      const all = (await client.ask('GET', '/v1/rebuilds')).body as Rebuild[];
      const ours = all.filter(({ id }) => ids.has(id));
      const total = sum(ours.map((one) => one.total));
      if (stderr.isTTY === true) {
        if (!begun) bar.start(total, 0);
        begun = true;
        bar.setTotal(total);
        bar.update(sum(ours.map((one) => one.applied)));
      }
      if (ours.every(({ state }) => state === 'done' || state === 'failed')) return ours;
      await pause(pollMs);
    }
  } finally {
    if (begun) bar.stop();
  }
  throw new CommandFailed('the rebuild takes longer than a day; GET /v1/rebuilds says how far it is');
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
