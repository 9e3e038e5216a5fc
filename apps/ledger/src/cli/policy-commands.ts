// derbes policy: is this file a policy, what does it say otherwise than another, and publish it.
import { checkPolicy, dutyText, type Mistake, namedTextFiles, type Texts } from '@derbes/policy';
import { type Command } from 'commander';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type EditionPublished } from '../write/commands.js';
import { Client } from './client.js';
import { diffCommand } from './policy-diff.js';
import { CommandFailed, exitCodes, inputBytesMax, sayJson, sayLine, type Terminal } from './terminal.js';

export function policyCommands(program: Command, terminal: Terminal): void {
  const policy = program.command('policy').description('Check and publish policy files.');

  policy
    .command('check')
    .description('Name every mistake of a policy file with its line; needs no service.')
    .argument('<file>', 'policy file (YAML); its texts are read from beside it')
    .option('--json', 'print the mistakes as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes policy check examples/kiberon/policy.yaml\n  derbes policy check policy.yaml --json\n\nExits 1 when there are mistakes.',
    )
    .action(async (file: string, { json }: { json?: true }) => {
      const { yaml, texts } = await readPolicy(file);
      const mistakes = checkPolicy(yaml, { texts });
      if (json) sayJson(terminal.stdout, { file, mistakes });
      else for (const mistake of mistakes) sayLine(terminal.stdout, lineOf(file, mistake));
      if (mistakes.length > 0) throw new CommandFailed(`${basename(file)}: ${count(mistakes.length)}`);
      if (!json) sayLine(terminal.stdout, `${basename(file)}: no mistakes`);
    });

  diffCommand(policy, terminal, readPolicy);

  policy
    .command('publish')
    .description('Publish a policy file with its texts as an edition (key of an officer).')
    .argument('<file>', 'policy file (YAML); its texts are read from beside it')
    .requiredOption('--in-force <moment>', 'from when it is in force, RFC 3339; may lie in the past')
    .requiredOption('--asserted-by <code>', 'code of who says so, such as director')
    .option('--idempotency-key <key>', 'the same key again repeats the first outcome')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  derbes policy publish examples/kiberon/policy.yaml --in-force 2026-11-01T00:00:00+05:00 --asserted-by director',
    )
    .action(
      async (file: string, options: { inForce: string; assertedBy: string; idempotencyKey?: string; json?: true }) => {
        const { yaml, texts } = await readPolicy(file);
        const { inForce, assertedBy, idempotencyKey } = options;
        const { body } = await new Client(terminal).ask('POST', '/v1/policies?wait=projected', {
          body: { yaml, texts, inForce, assertedBy },
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        });
        if (options.json) return sayJson(terminal.stdout, body);
        const { edition, status, difference, asks } = body as EditionPublished;
        sayLine(terminal.stdout, `${status}: edition ${edition}`);
        if (difference && asks) sayLine(terminal.stdout, `it is ${difference}; ${dutyText(asks, 'en')}`);
      },
    );
}

const count = (mistakes: number): string => (mistakes === 1 ? '1 mistake' : `${mistakes} mistakes`);

/** As compilers write it, so that editors jump to the place. */
const lineOf = (file: string, { line, column, code, message, hint }: Mistake): string =>
  `${file}:${line}:${column} ${code} ${message}${hint === undefined ? '' : ` (${hint})`}`;

/** A file with the texts it names; one that is not there is a mistake of the file, which the check names. */
async function readPolicy(file: string): Promise<{ yaml: string; texts: Texts }> {
  const yaml = await readText(file);
  const texts: Partial<Record<keyof Texts, string>> = {};
  for (const { language, file: named } of namedTextFiles(yaml)) {
    const text = await readText(join(dirname(file), named)).catch(() => undefined);
    if (text !== undefined) texts[language] = text;
  }
  return { yaml, texts };
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= inputBytesMax) return await readFile(file, 'utf8');
  } catch {
    throw new CommandFailed(`${file} cannot be read`, exitCodes.usage);
  }
  throw new CommandFailed(`${file} is larger than any policy`, exitCodes.usage);
}
