// derbes erasure audit: is anything that was destroyed still in the bytes of files? The tool that an inspector runs.
import { type Command, Option } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { audit, type Audited, type Finding } from '../audit/audit.js';
import { keysIn, valuesIn, WantedMalformed } from '../audit/named.js';
import { type Wanted } from '../audit/wanted.js';
import { readSettings } from '../settings.js';
import { onOwnMachine } from './own-machine.js';
import { CommandFailed, exitCodes, inputBytesMax, readAll, sayLine, type Terminal } from './terminal.js';

const about = `
Looks for the bytes of values and keys in every file of DATA_DIR (the embedded database with its WAL and logs), of KEEP_DIR, and of what
--dir names: backups, logs, tiles, the data directory of a PostgreSQL elsewhere. Forms: as it is, base64 and base64url at any offset,
hex in both cases, UTF-16 of both orders, JSON and percent escapes; *.gz also unpacked. The report names line, form, file and offset,
and never the value.

Values are read from a file or stdin, one a line: a command line is seen by every user of the machine.

Exit codes: 0 nothing found, 1 found, 2 wrong command line, 4 nothing found, but some files could not be read.

Examples:
  derbes erasure audit --values-file values.txt --dir /backup --dir /var/log/derbes
  derbes erasure audit --keys-file keys.txt --json < /dev/null
  derbes erasure audit < values.txt

docs/operations/backup.md says what this shows and what it cannot.`;

interface Options {
  readonly value?: string;
  readonly valuesFile?: string;
  readonly keysFile?: string;
  readonly dir: readonly string[];
  readonly json?: true;
}

export function auditCommand(program: Command, terminal: Terminal): void {
  program
    .command('erasure')
    .description('Show what became of what was to be destroyed.')
    .command('audit')
    .description('Search files for the bytes of values and keys.')
    .option('--values-file <file>', 'values, one a line; - is stdin, and the default when nothing is named')
    .option('--keys-file <file>', 'keys, one a line, in hex or base64')
    .option('--dir <path>', 'another folder or file to search; may be repeated', collect, [])
    .option('--json', 'print progress, findings and the end as JSON, one object a line')
    .addOption(new Option('--value <value>').hideHelp())
    .addHelpText('after', about)
    .action((options: Options) => search(terminal, options));
}

const collect = (path: string, paths: readonly string[]): string[] => [...paths, path];

async function search(terminal: Terminal, options: Options): Promise<void> {
  const { stdout } = terminal;
  const { valuesFile, keysFile, dir, json, value } = options;
  if (value !== undefined) {
    throw new CommandFailed(
      'a value on the command line is seen by every user of the machine: name a file in --values-file, or send it to stdin',
      exitCodes.usage,
    );
  }
  const wanted = await wantedOf(terminal, valuesFile, keysFile);
  const places = placesOf(terminal, dir);
  const tell = (finding: Finding): void =>
    sayLine(stdout, json ? JSON.stringify({ phase: 'found', ...finding }) : sentenceOf(finding));
  const done = await onOwnMachine(terminal, json, (progress) => {
    const named = valuesFile !== undefined && valuesFile !== '-' ? { named: valuesFile } : {};
    return audit({ wanted, places, ...named }, progress, tell);
  });
  if (json) {
    const { files, bytes, found, unread } = done;
    sayLine(stdout, JSON.stringify({ phase: 'done', files, bytes, found, unread }));
  } else sayEnd(terminal, wanted.length, done);
  if (done.found > 0) throw new CommandFailed(`found at ${done.found} places`);
  if (done.unread.length > 0)
    throw new CommandFailed(
      `nothing was found, but ${done.unread.length} places could not be read`,
      exitCodes.incomplete,
    );
}

async function wantedOf(terminal: Terminal, valuesFile?: string, keysFile?: string): Promise<Wanted[]> {
  const source = valuesFile ?? (keysFile === undefined ? '-' : undefined);
  try {
    const values =
      source === undefined ? [] : valuesIn(source === '-' ? await readAll(terminal.stdin) : fileText(source));
    const keys = keysFile === undefined ? [] : keysIn(fileText(keysFile));
    const wanted = [...values, ...keys];
    if (wanted.length > 0) return wanted;
  } catch (error) {
    if (!(error instanceof WantedMalformed)) throw error;
    throw new CommandFailed(`${error.code}: ${error.message}`, exitCodes.usage);
  }
  throw new CommandFailed('nothing to look for: values come from --values-file or stdin, one a line', exitCodes.usage);
}

function fileText(path: string): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= inputBytesMax) return bytes.toString('utf8');
  } catch {
    throw new CommandFailed('the file that names what to look for cannot be read', exitCodes.usage);
  }
  throw new CommandFailed(
    `the file that names what to look for is longer than ${inputBytesMax} bytes`,
    exitCodes.usage,
  );
}

/** Every place that the settings or the caller name; one that the caller names must be there. */
function placesOf({ environment, stderr }: Terminal, dirs: readonly string[]): string[] {
  const { dataDir, keepDir, logDir, databaseUrl } = readSettings(environment);
  const logs = logDir.startsWith(`${dataDir}${sep}`) ? [] : [logDir];
  const missing = dirs.find((path) => !existsSync(path));
  if (missing !== undefined) throw new CommandFailed(`there is nothing at ${resolve(missing)}`, exitCodes.usage);
  const own = [dataDir, keepDir, ...logs].filter((path) => existsSync(path));
  const places = [...new Set([...own, ...dirs.map((path) => resolve(path))])];
  if (places.length === 0) throw new CommandFailed(`there is nothing in ${dataDir}, and no --dir`, exitCodes.usage);
  if (databaseUrl !== undefined) {
    sayLine(
      stderr,
      'The files of the PostgreSQL of DATABASE_URL are searched only where --dir names them, on its own machine.',
    );
  }
  for (const place of places) sayLine(stderr, `Searching ${place}`);
  return places;
}

const sentenceOf = ({ kind, line, form, file, offset, unpacked }: Finding): string =>
  `${kind} of line ${line} as ${form}: ${file} at byte ${offset}${unpacked ? ' of what is packed in it' : ''}`;

function sayEnd(
  { stdout, stderr }: Terminal,
  wanted: number,
  { files, bytes, found, findings, unread }: Audited,
): void {
  for (const { path, code } of unread) sayLine(stderr, `not read (${code}): ${path}`);
  if (found > findings.length) sayLine(stdout, `… and ${found - findings.length} places more.`);
  if (found === 0) sayLine(stdout, `None of ${wanted} stands in ${files} files, ${bytes} bytes.`);
}
