// derbes policy diff: what does one edition say otherwise than another, of files or of what is published?
import {
  changeLine,
  declared,
  difference,
  dutyText,
  kindText,
  languages,
  loadPolicy,
  type DeclaredPolicy,
  type Difference,
  type Language,
  type Texts,
} from '@derbes/policy';
import { Refused } from '@derbes/kernel';
import { Option, type Command } from 'commander';
import { type EditionDifference } from '../editions/edition-queries.js';
import { Client } from './client.js';
import { CommandFailed, exitCodes, sayJson, sayLine, type Terminal } from './terminal.js';

type ReadPolicy = (file: string) => Promise<{ readonly yaml: string; readonly texts: Texts }>;

interface Options {
  readonly lang: Language;
  readonly json?: true;
}

const hash = /^[0-9a-f]{64}$/;

export function diffCommand(policy: Command, terminal: Terminal, readPolicy: ReadPolicy): void {
  policy
    .command('diff')
    .description('Name every change between two editions: wording, narrower or wider, and what it asks.')
    .argument('<older>', 'policy file, or SHA-256 of a published edition')
    .argument('<newer>', 'the same; both are files, or both are published')
    .addOption(new Option('--lang <language>', 'in which language').choices([...languages]).default('en'))
    .option('--json', 'print the changes as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes policy diff policy-1.yaml policy-2.yaml\n  derbes policy diff policy-1.yaml policy-2.yaml --lang ru --json\n\nFiles need no service; published editions are asked with a key.',
    )
    .action(async (older: string, newer: string, options: Options) => {
      if (hash.test(older) !== hash.test(newer)) {
        throw new CommandFailed('compare two files, or two published editions', exitCodes.usage);
      }
      const found = hash.test(older)
        ? await published(terminal, older, newer)
        : compared(await policyOf(older, readPolicy), await policyOf(newer, readPolicy));
      say(terminal, found, options);
    });
}

async function published(terminal: Terminal, older: string, newer: string): Promise<EditionDifference> {
  const { body } = await new Client(terminal).ask('GET', `/v1/policies/${newer}/difference?from=${older}`);
  return body as EditionDifference;
}

async function policyOf(file: string, readPolicy: ReadPolicy): Promise<DeclaredPolicy> {
  const { yaml, texts } = await readPolicy(file);
  const loaded = loadPolicy(yaml, { texts });
  if (!loaded.ok) throw new CommandFailed(`${file} has mistakes; derbes policy check names them`);
  return declared(loaded.policy);
}

function compared(older: DeclaredPolicy, newer: DeclaredPolicy): Difference {
  try {
    return difference(older, newer);
  } catch (error) {
    if (error instanceof Refused) throw new CommandFailed(`${error.code}: ${error.message}`);
    throw error;
  }
}

function say({ stdout }: Terminal, found: Difference, { lang, json }: Options): void {
  if (json) return sayJson(stdout, found);
  for (const change of found.changes) sayLine(stdout, changeLine(change, lang));
  sayLine(stdout, `${kindText(found.kind, lang)}; ${dutyText(found.asks, lang)}`);
}
