// derbes subject: find somebody, read what is known about them.
import { type Command, Option } from 'commander';
import { reasons } from '../keys/asked.js';
import { languages } from '../http/facts/parts.js';
import { Client } from './client.js';
import { CommandFailed, exitCodes, readPersonal, sayJson, sayLine, type Terminal } from './terminal.js';

interface ReadOptions {
  readonly reason: string;
  readonly asOf?: string;
  readonly asKnownAt?: string;
  readonly lang?: string;
  readonly json?: true;
}

export const reasonOption = (): Option =>
  new Option('--reason <reason>', 'why you ask; it is recorded').choices(Object.keys(reasons));

export function subjectCommands(program: Command, terminal: Terminal): void {
  const subject = program.command('subject').description('Find a person and read what is known (key of an officer).');

  subject
    .command('search')
    .description('Find a subject by an identifier, which is read from stdin or asked for.')
    .option('--scheme <scheme>', 'scheme of the identifier: email, phone, iin, account, cookie')
    .option('--reference-of <source>', 'what is read is a reference that this source was given')
    .addOption(reasonOption().makeOptionMandatory())
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes subject search --scheme email --reason subject-request\n  derbes subject search --scheme phone --reason support < number.txt\n\nThe identifier is never an argument: every user of the machine could see it. Exits 1 when nobody is found.',
    )
    .action(
      async ({
        scheme,
        referenceOf,
        reason,
        json,
      }: {
        scheme?: string;
        referenceOf?: string;
        reason: string;
        json?: true;
      }) => {
        if ((scheme === undefined) === (referenceOf === undefined)) {
          throw new CommandFailed('give either --scheme or --reference-of', exitCodes.usage);
        }
        const value = await readPersonal(terminal, referenceOf === undefined ? `identifier (${scheme})` : 'reference');
        const body =
          referenceOf === undefined
            ? { identifier: { scheme, value } }
            : { reference: { source: referenceOf, ref: value } };
        const answer = (await new Client(terminal).ask('POST', '/v1/subjects/search', { body, reason })).body;
        const { subjects } = answer as { subjects: { subject: string }[] };
        if (json) sayJson(terminal.stdout, answer);
        else for (const found of subjects) sayLine(terminal.stdout, found.subject);
        if (subjects.length === 0) throw new CommandFailed('nobody is known by it');
      },
    );

  for (const [name, says] of [
    ['dossier', 'All that is known about a person (Art. 24(1)(1)).'],
    ['timeline', 'What happened about a person, in order.'],
  ] as const) {
    subject
      .command(name)
      .description(says)
      .argument('<id>', 'id of the subject, as `subject search` found it')
      .addOption(reasonOption().makeOptionMandatory())
      .option('--as-of <moment>', 'what was true then, RFC 3339')
      .option('--as-known-at <moment>', 'what the ledger knew then, RFC 3339')
      .addOption(new Option('--lang <language>', 'language of the text').choices([...languages]))
      .option('--json', 'print it as JSON')
      .addHelpText(
        'after',
        `\nExample:\n  derbes subject ${name} 00000000-0000-4000-8000-000000000001 --reason subject-request --lang kk`,
      )
      .action((id: string, options: ReadOptions) =>
        read(terminal, `/v1/subjects/${encodeURIComponent(id)}/${name}`, options),
      );
  }
}

async function read(
  terminal: Terminal,
  path: string,
  { reason, asOf, asKnownAt, lang, json }: ReadOptions,
): Promise<void> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ asOf, asKnownAt, lang }))
    if (value !== undefined) query.set(name, value);
  const accept = json ? 'application/json' : 'text/plain';
  const { body, text } = await new Client(terminal).ask('GET', `${path}?${query.toString()}`, { reason, accept });
  if (json) sayJson(terminal.stdout, body);
  else sayLine(terminal.stdout, text.trimEnd());
}
