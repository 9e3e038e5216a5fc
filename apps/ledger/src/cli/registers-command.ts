// derbes registers export: every register as files for an inspector, each whole or not there, with a page that says what they are.
import { type Command } from 'commander';
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { barProgress, jsonProgress, type Progress } from '../progress.js';
import { type Register, registers } from '../read/queries.js';
import { noteBytesMax, policyBytesMax } from '@derbes/transparency';
import { Client } from './client.js';
import { exportRestricted } from './restricted-register.js';
import { readmeOf, type Sent } from './registers-readme.js';
import { CommandFailed, exitCodes, sayLine, type Terminal } from './terminal.js';

/** The end of the JSON of a register, which says how many rows came and how far it reached. */
const endBytesMax = 2_000;
const endPattern = /\],"rows":(\d+),"reach":(\{[^{}]*\})\}\n$/;

const forms = { json: 'application/json', csv: 'text/csv' } as const;
type Form = keyof typeof forms;

export function registersCommand(program: Command, terminal: Terminal): void {
  program
    .command('registers')
    .description('Registers as a whole, as an inspector asks for them.')
    .command('export')
    .description('Write every register as CSV and JSON, with the checkpoint of the log (key of an officer or auditor).')
    .argument('<dir>', 'folder of the export; it must be new or empty')
    .option('--restricted', 'the register of restricted demands and no other (key of a restricted-officer)')
    .option('--json', 'progress and result as JSON, one line each')
    .addHelpText(
      'after',
      '\nExample:\n  derbes registers export ./inspection-2026-11\n\nValues stay sealed. README.md is written last: a folder without it was broken off and is not whole.',
    )
    .action((dir: string, { json, restricted }: { json?: true; restricted?: true }) =>
      restricted ? exportRestricted(terminal, dir) : run(terminal, dir, json === true),
    );
}

async function run(terminal: Terminal, dir: string, json: boolean): Promise<void> {
  const client = new Client(terminal);
  await mustBeEmpty(dir);
  const progress = json ? jsonProgress(terminal.stdout) : barProgress(terminal.stderr);
  const sent: Sent[] = [];
  try {
    for (const [place, register] of registers.entries()) {
      progress.phase(`${register}, ${place + 1} of ${registers.length}`, undefined, 'bytes');
      sent.push(await registerInto(dir, register, client, progress));
    }
  } finally {
    progress.end();
  }
  // Taken last, so that its tree holds what the rows stand on.
  const checkpoint = await mustHave(client, '/log/checkpoint', noteBytesMax);
  await writeWhole(dir, 'checkpoint', checkpoint);
  await writeWhole(dir, 'log.policy', await mustHave(client, '/log/log.policy', policyBytesMax));
  const sums = sent.flatMap(({ files }) => files.map(({ name, sha256 }) => `${sha256}  ${name}\n`));
  await writeWhole(dir, 'SHA256SUMS', sums.join(''));
  await writeWhole(dir, 'README.md', readmeOf(sent, checkpoint.toString().split('\n').slice(0, 3)));
  const rows = sent.reduce((all, one) => all + one.rows, 0);
  if (json) sayLine(terminal.stdout, JSON.stringify({ phase: 'exported', registers: sent.length, rows }));
  else sayLine(terminal.stdout, `${sent.length} registers, ${rows} rows`);
}

async function mustBeEmpty(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  if ((await readdir(dir)).length === 0) return;
  throw new CommandFailed(
    `${dir} is not empty; name a new folder (an export without README.md was broken off: take it away)`,
    exitCodes.usage,
  );
}

async function registerInto(dir: string, register: Register, client: Client, progress: Progress): Promise<Sent> {
  const json = await fileInto(dir, register, 'json', client, progress);
  const [, rows, reach] = endPattern.exec(json.end) ?? [];
  if (rows === undefined || reach === undefined) {
    throw new CommandFailed(`the register ${register} came without its end`);
  }
  const csv = await fileInto(dir, register, 'csv', client, progress);
  await rename(join(dir, `${json.name}~`), join(dir, json.name));
  await rename(join(dir, `${csv.name}~`), join(dir, csv.name));
  const { moment } = JSON.parse(reach) as { readonly moment?: string };
  return { register, rows: Number(rows), moment, serves: json.serves, files: [json, csv] };
}

/** Under another name until the register is known to be whole. */
async function fileInto(dir: string, register: Register, form: Form, client: Client, progress: Progress) {
  const name = `${register}.${form}`;
  const { headers, chunks } = await client.stream(`/v1/registers/${register}/export`, forms[form]);
  const file = await open(join(dir, `${name}~`), 'wx');
  const hash = createHash('sha256');
  let end = Buffer.alloc(0);
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      await file.writeFile(chunk);
      hash.update(chunk);
      end = Buffer.concat([end, chunk]).subarray(-endBytesMax);
      progress.at((bytes += chunk.length));
    }
    await file.sync();
  } catch (error) {
    await rm(join(dir, `${name}~`), { force: true });
    throw error;
  } finally {
    await file.close();
  }
  const serves = (headers.get('derbes-serves') ?? '').split(' ').filter((article) => article !== '');
  return { name, serves, end: end.toString(), sha256: hash.digest('hex') };
}

async function mustHave(client: Client, path: string, bytesMax: number): Promise<Buffer> {
  const bytes = await client.file(path, bytesMax);
  if (bytes) return bytes;
  throw new CommandFailed(`${path} is not there: is this the address of a ledger?`);
}

async function writeWhole(dir: string, name: string, content: Buffer | string): Promise<void> {
  await writeFile(join(dir, `${name}~`), content);
  await rename(join(dir, `${name}~`), join(dir, name));
}
