// How does a command speak with whoever runs it? Answers on stdout, everything else on stderr, failures by exit code.
import { createInterface } from 'node:readline/promises';
import { type Readable, type Writable } from 'node:stream';

export const exitCodes = {
  done: 0,
  /** The service, the file or the state says no; stderr says why. */
  refused: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The service does not answer. */
  unreachable: 3,
  /** Nothing was found, and not everything could be looked at. */
  incomplete: 4,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const inputBytesMax = 64 * 1024 * 1024;

export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Ends the command with this code after saying why on stderr. */
export class CommandFailed extends Error {
  constructor(
    message: string,
    readonly exit: ExitCode = exitCodes.refused,
  ) {
    super(message);
  }
}

export const sayLine = (to: Writable, line: string): void => void to.write(`${line}\n`);

/** One JSON value, indented, ending in a newline. */
export const sayJson = (to: Writable, value: unknown): void => sayLine(to, JSON.stringify(value, null, 2));

export async function readAll(from: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of from as AsyncIterable<Buffer | string>) {
    const buffer = Buffer.from(chunk as string);
    bytes += buffer.length;
    if (bytes > inputBytesMax)
      throw new CommandFailed(`the input is longer than ${inputBytesMax} bytes`, exitCodes.usage);
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A personal value: asked for, or read from stdin; never an argument, which every user of the machine sees in `ps`. */
export async function readPersonal({ stdin, stderr }: Terminal, what: string): Promise<string> {
  if (stdin.isTTY !== true) {
    const told = (await readAll(stdin)).trim();
    if (told !== '') return told;
    throw new CommandFailed(`${what} is read from stdin, and nothing came`, exitCodes.usage);
  }
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    return (await lines.question(`${what}: `)).trim();
  } finally {
    lines.close();
  }
}

export const cellCharsMax = 60;

/** Rows as text columns as wide as their widest cell; nested values as JSON. */
export function tableOf(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => cellOf(row[column])))];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > cellCharsMax ? `${text.slice(0, cellCharsMax - 1)}…` : text;
}
