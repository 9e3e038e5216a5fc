// Where does a command about a request take personal values from? From stdin, files or a question, never from its arguments.
import { readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { CommandFailed, exitCodes, readAll, type Terminal } from './terminal.js';

const fileBytesMax = 1024 * 1024;
const requestFields = ['text', 'contact', 'letter', 'claimed'];

export interface Personal {
  readonly text?: string | undefined;
  readonly personal?: string | undefined;
}

/** What the request says and who it claims to be from, as the body of the service has it. */
export async function personalOf(terminal: Terminal, { text, personal }: Personal): Promise<object> {
  if (text === '-' && personal === '-')
    throw new CommandFailed('one of --text and --personal can be stdin', exitCodes.usage);
  const told = personal === undefined ? {} : await fieldsIn(terminal, personal, requestFields);
  return text === undefined ? told : { ...told, text: (await readNamed(terminal, text)).trim() };
}

/** One JSON object with these fields and no others, from a file or stdin. */
export async function fieldsIn(terminal: Terminal, file: string, fields: readonly string[]): Promise<object> {
  const json = await readNamed(terminal, file);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new CommandFailed(`${file} is no JSON`, exitCodes.usage);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CommandFailed(`${file} is to be one JSON object`, exitCodes.usage);
  }
  const unknown = Object.keys(value).find((field) => !fields.includes(field));
  if (unknown === undefined) return value;
  throw new CommandFailed(`${file} has a field beside ${fields.join(', ')}`, exitCodes.usage);
}

async function readNamed({ stdin }: Terminal, file: string): Promise<string> {
  if (file === '-') return readAll(stdin);
  try {
    if ((await stat(file)).size <= fileBytesMax) return await readFile(file, 'utf8');
  } catch {
    throw new CommandFailed(`${file} cannot be read`, exitCodes.usage);
  }
  throw new CommandFailed(`${file} is larger than any request`, exitCodes.usage);
}

export interface ProofSaid {
  readonly method: string;
  readonly identifier?: { readonly scheme: string; readonly value: string };
}

/** `method` or `method:scheme` each; the identifiers are lines of stdin in the same order. */
export async function proofsOf(terminal: Terminal, said: readonly string[]): Promise<readonly ProofSaid[]> {
  const asked = said.map((one) => {
    const [method = '', scheme] = one.split(':', 2);
    return { method, scheme };
  });
  const schemes = asked.flatMap(({ scheme }) => (scheme === undefined ? [] : [scheme]));
  const values = (await linesOf(terminal, schemes))[Symbol.iterator]();
  return asked.map(({ method, scheme }) =>
    scheme === undefined ? { method } : { method, identifier: { scheme, value: values.next().value ?? '' } },
  );
}

async function linesOf({ stdin, stderr }: Terminal, schemes: readonly string[]): Promise<readonly string[]> {
  if (schemes.length === 0) return [];
  if (stdin.isTTY === true) {
    const lines = createInterface({ input: stdin, output: stderr });
    const values: string[] = [];
    try {
      for (const scheme of schemes) values.push((await lines.question(`identifier (${scheme}): `)).trim());
    } finally {
      lines.close();
    }
    return values;
  }
  const told = (await readAll(stdin)).split('\n').map((line) => line.trim());
  const values = told.filter((line) => line !== '');
  if (values.length === schemes.length) return values;
  throw new CommandFailed(
    `${schemes.length} identifiers are read from stdin, one a line, and ${values.length} came`,
    exitCodes.usage,
  );
}
