// derbes restricted demands, records, and registers export --restricted: what stands in the register, and in the records themselves.
import { Option, type Command } from 'commander';
import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RestrictedList } from '../restricted/restricted-queries.js';
import { Client } from './client.js';
import { reasonOption } from './subject-commands.js';
import { CommandFailed, exitCodes, sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

/** Pages that one listing prints; whoever has more asks with a filter. */
const pagesMax = 200;
const register = '/v1/restricted/registers/demands';

interface Listed {
  readonly reason: string;
  readonly status?: string;
  readonly overdue?: true;
  readonly subject?: string;
  readonly category?: string;
  readonly from?: string;
  readonly until?: string;
  readonly csv?: true;
  readonly json?: true;
}

export function restrictedReading(restricted: Command, terminal: Terminal): void {
  const reason = (): Option => reasonOption().default('authority-request');
  restricted
    .command('demands')
    .description('The register: which demands came, by when they are to be answered and what became of each.')
    .addOption(new Option('--status <state>', 'how far it is').choices(['open', 'answered', 'refused']))
    .option('--overdue', 'those whose term is, or was, over')
    .option('--subject <id>', 'about this person')
    .option('--category <code>', 'that name this category')
    .option('--from <moment>', 'received from then on, RFC 3339')
    .option('--until <moment>', 'received before then, RFC 3339')
    .addOption(reason())
    .option('--csv', 'print it as CSV')
    .option('--json', 'print the rows as JSON, one a line')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes restricted demands --status open\n  derbes restricted demands --csv > demands.csv',
    )
    .action((options: Listed) => list(terminal, options));
  restricted
    .command('records')
    .description('All that was recorded: of everybody, of one person, or for one demand; the newest first.')
    .option('--subject <id>', 'about this person')
    .option('--demand <record>', 'this demand with all that was recorded for it')
    .addOption(reason())
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  derbes restricted records --json')
    .action(
      async ({ reason: why, json, ...asked }: { reason: string; json?: true; subject?: string; demand?: string }) => {
        const { body } = await new Client(terminal).ask('POST', '/v1/restricted/list', { body: asked, reason: why });
        if (json) return sayJson(terminal.stdout, body);
        const { items, more, lost = [] } = body as RestrictedList;
        if (items.length > 0)
          sayLine(terminal.stdout, tableOf(items.map(({ id, at, entry }) => ({ id, at, ...entry }))));
        if (more) sayLine(terminal.stderr, 'there are older ones: ask for one person, or one demand');
        if (lost.length > 0) sayLine(terminal.stderr, `${lost.length} records are lost: derbes restricted lost`);
      },
    );
}

async function list(terminal: Terminal, { reason, csv, json, overdue, ...filter }: Listed): Promise<void> {
  if (csv && json) throw new CommandFailed('--csv and --json exclude each other', exitCodes.usage);
  const client = new Client(terminal);
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const body = { ...filter, ...(overdue && { overdue: 'yes' }), ...(cursor !== undefined && { cursor }) };
    const accept = csv ? 'text/csv' : 'application/json';
    const answer = await client.ask('POST', register, { body, reason, accept });
    if (csv) {
      // One header line for all pages.
      terminal.stdout.write(page === 0 ? answer.text : answer.text.slice(answer.text.indexOf('\n') + 1));
      cursor = answer.headers.get('derbes-next') ?? undefined;
    } else {
      const { items, next } = answer.body as { items: Record<string, unknown>[]; next?: string };
      if (json) for (const item of items) sayLine(terminal.stdout, JSON.stringify(item));
      else if (items.length > 0) sayLine(terminal.stdout, tableOf(items));
      cursor = next;
    }
    if (cursor === undefined) return;
  }
  throw new CommandFailed(`more than ${pagesMax} pages`);
}

const exportReason = 'audit';
const forms = { json: 'application/json', csv: 'text/csv' } as const;

/** SHA256SUMS is written last: a folder without it was broken off. */
export async function exportRestricted(terminal: Terminal, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  if ((await readdir(dir)).length > 0)
    throw new CommandFailed(`${dir} is not empty; name a new folder`, exitCodes.usage);
  const client = new Client(terminal);
  const sums: string[] = [];
  let rows = 0;
  for (const [form, accept] of Object.entries(forms)) {
    const { text, body } = await client.ask('POST', `${register}/export`, { body: {}, reason: exportReason, accept });
    if (form === 'json') rows = (body as { rows: number }).rows;
    const name = `restricted-demands.${form}`;
    await whole(dir, name, text);
    sums.push(`${createHash('sha256').update(text).digest('hex')}  ${name}\n`);
  }
  await whole(dir, 'SHA256SUMS', sums.join(''));
  sayLine(terminal.stdout, `1 register, ${rows} rows`);
}

async function whole(dir: string, name: string, content: string): Promise<void> {
  await writeFile(join(dir, `${name}~`), content, { mode: 0o600 });
  await rename(join(dir, `${name}~`), join(dir, name));
}
