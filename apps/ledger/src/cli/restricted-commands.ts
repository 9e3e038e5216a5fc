// derbes restricted: what the law forbids to tell, under a key of the one role that may know of it.
import { restrictedHoldGrounds, restrictedOutcomes, transferModes } from '@derbes/domain';
import { Option, type Command } from 'commander';
import { languages } from '../http/facts/parts.js';
import { type RestrictedDone } from '../restricted/restricted-commands.js';
import { type RestrictedList } from '../restricted/restricted-queries.js';
import { Client } from './client.js';
import { fieldsIn } from './request-input.js';
import { restrictedReading } from './restricted-register.js';
import { reasonOption } from './subject-commands.js';
import { readPersonal, sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

const collect = (one: string, all: readonly string[]): readonly string[] => [...all, one];
const chosen = (flags: string, says: string, of: readonly string[]): Option => new Option(flags, says).choices(of);
const example = '00000000-0000-4000-8000-000000000001';

interface Common {
  readonly reason: string;
  readonly json?: true;
}

export function restrictedCommands(program: Command, terminal: Terminal): void {
  const restricted = program
    .command('restricted')
    .description('Demands, transfers and holds of which the law forbids to tell (key of a restricted-officer).');
  restrictedReading(restricted, terminal);
  finding(restricted, terminal);
  receiving(restricted, terminal);
  handingOver(restricted, terminal);
  holding(restricted, terminal);
  ending(restricted, terminal);
}

/** Each is recorded with its reason, nearly always the same. */
const recording = (restricted: Command, name: string, says: string, help: string): Command =>
  restricted
    .command(name)
    .description(says)
    .addOption(reasonOption().default('authority-request'))
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExample:\n  derbes restricted ${name} ${help}`);

const lawful = (command: Command): Command =>
  command
    .option('--act <number>', 'the act, with --article')
    .option('--article <article>', 'its article')
    .option('--sealed <file>', 'what is said in words, a JSON file; - is stdin');

async function post(terminal: Terminal, path: string, body: object, { reason, json }: Common): Promise<RestrictedDone> {
  const answer = (await new Client(terminal).ask('POST', `/v1/restricted/${path}`, { body, reason }))
    .body as RestrictedDone;
  if (json) sayJson(terminal.stdout, answer);
  else sayLine(terminal.stdout, answer.entry);
  return answer;
}

const wordsOf = async (terminal: Terminal, file: string | undefined, fields: readonly string[]): Promise<object> =>
  file === undefined ? {} : fieldsIn(terminal, file, fields);

const named = (categories: readonly string[]): object => (categories.length === 0 ? {} : { categories });

function finding(restricted: Command, terminal: Terminal): void {
  recording(
    restricted,
    'find',
    'Find the person whom a demand is about; nobody learns that you asked.',
    '--scheme email',
  )
    .requiredOption('--scheme <scheme>', 'scheme of the identifier, which is read from stdin or asked for')
    .action(async ({ scheme, reason, json }: Common & { readonly scheme: string }) => {
      const value = await readPersonal(terminal, `identifier (${scheme})`);
      const request = { body: { identifier: { scheme, value } }, reason };
      const { body } = await new Client(terminal).ask('POST', '/v1/restricted/search', request);
      if (json) return sayJson(terminal.stdout, body);
      for (const { subject } of (body as { subjects: { subject: string }[] }).subjects)
        sayLine(terminal.stdout, subject);
    });
  recording(restricted, 'dossier', 'Read the dossier for a demand; it stands in no list of who looked.', example)
    .argument('<subject>', 'id of the subject')
    .option('--demand <record>', 'the demand for which it is read')
    .addOption(chosen('--lang <language>', 'language of the text', languages))
    .action(
      async (
        subject: string,
        { reason, json, ...said }: Common & { readonly demand?: string; readonly lang?: string },
      ) => {
        const accept = json ? 'application/json' : 'text/plain';
        const request = { body: { subject, ...said }, reason, accept };
        const { body, text } = await new Client(terminal).ask('POST', '/v1/restricted/dossier', request);
        if (json) sayJson(terminal.stdout, body);
        else sayLine(terminal.stdout, text.trimEnd());
      },
    );
}

interface Said extends Common {
  readonly sealed?: string;
  readonly category: readonly string[];
}

function receiving(restricted: Command, terminal: Terminal): void {
  recording(
    restricted,
    'receive',
    'Record a demand of which the person must not learn.',
    `--subject ${example} --received 2026-11-20T09:00:00Z --sealed letter.json\n\nletter.json: {"authority": "…", "reference": "…", "text": "…"}; all but authority may be absent.`,
  )
    .requiredOption('--subject <id>', 'whom it is about')
    .requiredOption('--received <moment>', 'when it reached the controller, RFC 3339')
    .requiredOption('--sealed <file>', 'the body that demands, number and words of its letter, a JSON file; - is stdin')
    .option('--due <moment>', 'by when it asks for an answer, RFC 3339')
    .option('--category <code>', 'data that it asks for; several times', collect, [])
    .option('--act <number>', 'the act that it names, with --article')
    .option('--article <article>', 'its article')
    .action(async ({ reason, json, sealed, category, ...said }: Said) => {
      const words = await wordsOf(terminal, sealed, ['authority', 'reference', 'text']);
      await post(terminal, 'demands', { ...said, ...words, ...named(category) }, { reason, ...(json && { json }) });
    });
  lawful(
    recording(
      restricted,
      'answer',
      'Record what a demand was answered, once.',
      `${example} --outcome fulfilled --moment 2026-11-24T09:00:00Z`,
    ),
  )
    .argument('<demand>', 'the record of the demand')
    .addOption(chosen('--outcome <outcome>', 'what came of it', restrictedOutcomes).makeOptionMandatory())
    .requiredOption('--moment <moment>', 'when, RFC 3339')
    .action(async (demand: string, { reason, json, sealed, ...said }: Omit<Said, 'category'>) => {
      const words = await wordsOf(terminal, sealed, ['reference', 'text']);
      await post(terminal, 'answers', { demand, ...said, ...words }, { reason, ...(json && { json }) });
    });
}

function handingOver(restricted: Command, terminal: Terminal): void {
  recording(
    restricted,
    'transfer',
    'Record what was handed over for a demand.',
    `${example} --subject ${example} --country KZ --mode sent --category email --occurred 2026-11-24T09:00:00Z --sealed to.json\n\nto.json: {"recipient": "…"}`,
  )
    .argument('<demand>', 'the record of the demand')
    .requiredOption('--subject <id>', 'whose data it is')
    .requiredOption('--country <code>', 'where it went, ISO 3166-1 alpha-2')
    .addOption(chosen('--mode <mode>', 'how', transferModes).makeOptionMandatory())
    .requiredOption('--category <code>', 'what; several times', collect, [])
    .requiredOption('--occurred <moment>', 'when, RFC 3339')
    .requiredOption('--sealed <file>', 'who got it, a JSON file; - is stdin')
    .action(async (demand: string, { reason, json, sealed, category, ...said }: Said) => {
      const words = await wordsOf(terminal, sealed, ['recipient']);
      const body = { demand, ...said, ...words, ...named(category) };
      await post(terminal, 'transfers', body, { reason, ...(json && { json }) });
    });
}

function holding(restricted: Command, terminal: Terminal): void {
  lawful(
    recording(
      restricted,
      'hold',
      'Hold data without anybody being told.',
      `--subject ${example} --ground demand --demand ${example}`,
    ),
  )
    .requiredOption('--subject <id>', 'whose data')
    .addOption(chosen('--ground <ground>', 'why', restrictedHoldGrounds).makeOptionMandatory())
    .option('--demand <record>', 'the demand that it is for; with --ground demand')
    .option('--category <code>', 'this alone; several times; all when absent', collect, [])
    .option('--until <moment>', 'until then, RFC 3339; until it is lifted when absent')
    .action(async ({ reason, json, sealed, category, ...said }: Said) => {
      const words = await wordsOf(terminal, sealed, ['text']);
      const body = { ...said, ...words, ...named(category) };
      const { late = [] } = await post(terminal, 'holds', body, { reason, ...(json && { json }) });
      if (!json) for (const order of late) sayLine(terminal.stderr, `goes on, it was under way before: ${order}`);
    });
  recording(restricted, 'lift', 'Lift a hold; what it withheld nothing orders again by itself.', example)
    .argument('<hold>', 'the record of the hold')
    .action(async (hold: string, { reason, json }: Common) => {
      const { withheld = [] } = await post(terminal, 'lifts', { hold }, { reason, ...(json && { json }) });
      if (!json) for (const { certificate } of withheld) sayLine(terminal.stderr, `it withheld: ${certificate}`);
    });
}

function ending(restricted: Command, terminal: Terminal): void {
  lawful(
    recording(
      restricted,
      'term',
      'Say until when a demand, or a hold of no demand, stays on record.',
      `${example} --until 2032-01-01T00:00:00Z`,
    ),
  )
    .argument('<matter>', 'its record')
    .requiredOption('--until <moment>', 'until then, RFC 3339; the last word counts')
    .action(async (matter: string, { reason, json, sealed, ...said }: Omit<Said, 'category'>) => {
      const words = await wordsOf(terminal, sealed, ['text']);
      await post(terminal, 'terms', { matter, ...said, ...words }, { reason, ...(json && { json }) });
    });
  recording(
    restricted,
    'lost',
    'Which records a restored ledger has lost; nothing is destroyed until they are accepted.',
    '',
  )
    .option('--accept', 'they are known to be lost; what was a hold was recorded anew')
    .action(async ({ reason, json, accept }: Common & { readonly accept?: true }) => {
      const { body } = await new Client(terminal).ask('POST', '/v1/restricted/list', { body: {}, reason });
      const { lost = [] } = body as RestrictedList;
      if (accept && lost.length > 0) return void (await acceptAll(terminal, lost, { reason, ...(json && { json }) }));
      if (json) return sayJson(terminal.stdout, { lost });
      if (lost.length > 0) sayLine(terminal.stdout, tableOf(lost.map((record) => ({ record }))));
    });
}

/** Ids that one command takes. */
const acceptedMax = 50;

async function acceptAll(terminal: Terminal, lost: readonly string[], common: Common): Promise<void> {
  for (let from = 0; from < lost.length; from += acceptedMax) {
    await post(terminal, 'losses', { events: lost.slice(from, from + acceptedMax) }, common);
  }
}
