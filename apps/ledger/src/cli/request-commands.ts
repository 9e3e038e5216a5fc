// derbes request, requests: what somebody asked of the controller, from the letter to the answer, through the service.
import {
  answerOutcomes,
  deliveryFaults,
  deliveryMeans,
  deliveryOutcomes,
  deliveryProofs,
  refusalReasons,
  requestChannels,
  rights,
} from '@derbes/domain';
import { Option, type Command } from 'commander';
import { languages } from '../http/facts/parts.js';
import {
  extensionGrounds,
  misdirections,
  proofMethods,
  recordsDecisions,
  type RequestTaken,
} from '../requests/request-commands.js';
import { Client } from './client.js';
import { personalOf, proofsOf, type Personal } from './request-input.js';
import { requestsCommand } from './requests-command.js';
import { reasonOption } from './subject-commands.js';
import { sayJson, sayLine, type Terminal } from './terminal.js';

const collect = (one: string, all: readonly string[]): readonly string[] => [...all, one];
const chosen = (flags: string, says: string, of: readonly string[]): Option => new Option(flags, says).choices(of);
const example = '00000000-0000-4000-8000-000000000001';

interface Common {
  readonly reason?: string;
  readonly json?: true;
}

export function requestCommands(program: Command, terminal: Terminal): void {
  const request = program.command('request').description('What a person asks: take it in, see who asks, answer.');
  takingIn(request, terminal);
  showing(request, terminal);
  identifying(request, terminal);
  closing(request, terminal);
  afterwards(request, terminal);
  requestsCommand(program, terminal);
}

/** A command about one request. */
const about = (request: Command, name: string, says: string, help: string): Command =>
  request
    .command(name)
    .description(says)
    .argument('<request>', 'id of the request, as `derbes request new` printed it')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExample:\n  derbes request ${name} ${example} ${help}`);

const staffed = (one: Command): Command => one.option('--staff <id>', 'the officer who did it');

const answering = (one: Command): Command =>
  staffed(
    one
      .addOption(chosen('--how <means>', 'how it leaves', deliveryMeans).makeOptionMandatory())
      .option('--delivered <moment>', 'when it left, RFC 3339; now when absent')
      .addOption(chosen('--language <language>', 'language of the answer; that of the request when absent', languages)),
  );

async function post<T>(terminal: Terminal, path: string, { reason, ...body }: Common & object): Promise<T> {
  const { body: answer } = await new Client(terminal).ask('POST', `/v1/requests${path}`, {
    body,
    ...(reason !== undefined && { reason }),
  });
  return answer as T;
}

const stepOf = (request: string, step: string): string => `/${encodeURIComponent(request)}/${step}`;

interface NewOptions extends Personal, Common {
  readonly profile: readonly string[];
  readonly category: readonly string[];
  readonly purpose: readonly string[];
  readonly recipient: readonly string[];
}

function takingIn(request: Command, terminal: Terminal): void {
  staffed(request.command('new'))
    .description('Take a request in: its terms begin, and no subject comes of it (key of an officer).')
    .addOption(chosen('--right <right>', 'what is asked', rights).makeOptionMandatory())
    .addOption(chosen('--channel <channel>', 'how it came', requestChannels).makeOptionMandatory())
    .addOption(chosen('--language <language>', 'the answer is in it', languages).makeOptionMandatory())
    .option('--received <moment>', 'when it reached anybody of the controller’s, RFC 3339; now when absent')
    .option('--profile <code>', 'by this law; several times where more bind', collect, [])
    .option('--category <code>', 'about this category; may be given several times', collect, [])
    .option('--purpose <code>', 'about this purpose; may be given several times', collect, [])
    .option('--recipient <code>', 'about this recipient; may be given several times', collect, [])
    .addOption(chosen('--behalf <whose>', 'for whom', ['self', 'other']))
    .option('--representative <event>', 'the event by which the representative was recognised')
    .option('--text <file>', 'what it says, a text file; - is stdin')
    .option('--personal <file>', 'contact, letter and claimed identifiers, a JSON file; - is stdin')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      `\nExamples:\n  derbes request new --right know --channel email --language ru --text letter.txt\n  derbes request new --right know --channel paper --language kk --personal who.json\n\nwho.json: {"contact": "…", "letter": "…", "claimed": [{"scheme": "email", "value": "…"}]}; every field may be absent.\nWhat is personal is never an argument: every user of the machine could see it.`,
    )
    .action(async ({ json, text, personal, profile, category, purpose, recipient, ...said }: NewOptions) => {
      const lists = { profiles: profile, categories: category, purposes: purpose, recipients: recipient };
      const told = Object.fromEntries(Object.entries(lists).filter(([, codes]) => codes.length > 0));
      const body = { ...said, ...told, ...(await personalOf(terminal, { text, personal })) };
      const answer = await post<RequestTaken>(terminal, '', body);
      if (json) return sayJson(terminal.stdout, answer);
      sayLine(terminal.stdout, answer.request);
      sayLine(terminal.stderr, `due ${answer.due}${answer.strict === undefined ? '' : `, strictly ${answer.strict}`}`);
      if (answer.notKept.length > 0) sayLine(terminal.stderr, `not held, so not kept: ${answer.notKept.join(', ')}`);
    });
}

interface Showing extends Required<Common> {
  readonly answer?: true;
  readonly refusal?: true;
  readonly lang?: string;
}

function showing(request: Command, terminal: Terminal): void {
  about(
    request,
    'show',
    'How far a request is; with --answer the answer as it was given, with --refusal the refusal.',
    '--reason subject-request',
  )
    .addOption(reasonOption().makeOptionMandatory())
    .option('--answer', 'the answer that was given')
    .option('--refusal', 'the refusal that was given')
    .addOption(chosen('--lang <language>', 'language of the text', languages))
    .action(async (id: string, { reason, answer, refusal, lang, json }: Showing) => {
      const query = lang === undefined ? '' : `?lang=${lang}`;
      const what = answer ? '/answer' : refusal ? '/refusal' : '';
      const path = `/v1/requests/${encodeURIComponent(id)}${what}${query}`;
      const accept = json ? 'application/json' : 'text/plain';
      const { body, text } = await new Client(terminal).ask('GET', path, { reason, accept });
      if (json) sayJson(terminal.stdout, body);
      else sayLine(terminal.stdout, text.trimEnd());
    });
}

interface Identified {
  readonly outcome: string;
  readonly opens: { readonly what: string };
  readonly missing: readonly string[];
  readonly asked: number;
  readonly subject?: string;
}

function identifying(request: Command, terminal: Terminal): void {
  staffed(
    about(
      request,
      'identity',
      'Say how somebody showed who she is; every holder is then asked what it has (key of an officer).',
      '--proof mailbox:email --proof second-identifier:account --reason subject-request < identifiers.txt\n\nThe identifiers are read from stdin, one a line in the order of --proof, or asked for; they are compared and not kept.',
    ),
  )
    .option(
      '--proof <method:scheme>',
      `${proofMethods.join(', ')}; presence and signature without a scheme`,
      collect,
      [],
    )
    .option('--subject <id>', 'whom presence or a signature shows')
    .option('--representative <event>', 'the event by which the representative was recognised')
    .addOption(reasonOption().makeOptionMandatory())
    .action(async (id: string, { json, proof, ...said }: Common & { readonly proof: readonly string[] }) => {
      const proofs = await proofsOf(terminal, proof);
      const body = { ...said, ...(proofs.length > 0 && { proofs }) };
      const answer = await post<Identified>(terminal, stepOf(id, 'identity'), body);
      if (json) return sayJson(terminal.stdout, answer);
      const { outcome, opens, missing, asked, subject } = answer;
      sayLine(terminal.stdout, `${outcome}, opens ${opens.what}${subject === undefined ? '' : `, subject ${subject}`}`);
      if (asked > 0) sayLine(terminal.stdout, `holders asked: ${asked}`);
      if (missing.length > 0) sayLine(terminal.stdout, `more opens with: ${missing.join(', ')}`);
    });
}

interface Closing extends Common {
  readonly because?: string;
  readonly done?: readonly string[];
}

function closing(request: Command, terminal: Terminal): void {
  answering(about(request, 'answer', 'Answer a request (key of an officer).', '--how email --reason subject-request'))
    .addOption(chosen('--outcome <outcome>', 'what came of it, of rights other than access', answerOutcomes))
    .option('--done <event>', 'event by which it was carried out; may be given several times', collect, [])
    .option('--because <code>', 'why it is answered while a holder is silent, such as term-ends')
    .addOption(reasonOption().makeOptionMandatory())
    .action(async (id: string, { json, because, done = [], reason, ...said }: Closing) => {
      const body = { ...said, ...(because !== undefined && { reason: because }), ...(done.length > 0 && { done }) };
      const path = `/v1/requests${stepOf(id, 'answer')}`;
      const asked = { body, ...(reason !== undefined && { reason }) };
      const answer = (await new Client(terminal).ask('POST', path, asked)).body as { outcome: string; hash: string };
      if (json) sayJson(terminal.stdout, answer);
      else sayLine(terminal.stdout, `${answer.outcome}, hash ${answer.hash}`);
    });
  answering(
    about(
      request,
      'refuse',
      'Refuse a request (key of an officer).',
      '--because law-requires-processing --act 94-V --article 9 --how post',
    ),
  )
    .addOption(chosen('--because <reason>', 'why', refusalReasons).makeOptionMandatory())
    .option('--act <act>', 'number of the act')
    .option('--article <article>', 'article of the act')
    .action((id: string, said: Closing) => step(terminal, id, 'refusal', said));
}

function afterwards(request: Command, terminal: Terminal): void {
  staffed(
    about(request, 'extend', 'Make the term longer, where the law allows it (key of an officer).', '--ground complex'),
  )
    .addOption(chosen('--ground <ground>', 'why', extensionGrounds).makeOptionMandatory())
    .option('--told <moment>', 'when the person was told, RFC 3339; now when absent')
    .action(async (id: string, { json, ...said }: Common) => {
      const answer = await post<{ due: string }>(terminal, stepOf(id, 'extension'), said);
      if (json) sayJson(terminal.stdout, answer);
      else sayLine(terminal.stdout, `due ${answer.due}`);
    });
  staffed(
    about(
      request,
      'delivery',
      'Say what became of the answer or refusal on its way (key of an officer).',
      '--outcome delivered --proof signed-for',
    ),
  )
    .addOption(chosen('--outcome <outcome>', 'what', deliveryOutcomes).makeOptionMandatory())
    .addOption(chosen('--how <means>', 'how it went; as it left when absent', deliveryMeans))
    .addOption(chosen('--proof <proof>', 'by what it is known that it arrived', deliveryProofs))
    .addOption(chosen('--fault <fault>', 'why it came back', deliveryFaults))
    .option('--happened <moment>', 'when, RFC 3339; now when absent')
    .option('--reference <number>', 'number by which post or courier know it; it is sealed')
    .action((id: string, said: Common) => step(terminal, id, 'delivery', said));
  staffed(
    about(
      request,
      'records',
      'Decide what becomes of what a request said, when its term is over (key of an officer).',
      '--decide destroy',
    ),
  )
    .addOption(chosen('--decide <what>', 'destroy it, or keep it by an act', recordsDecisions).makeOptionMandatory())
    .option('--until <moment>', 'until when it is kept, RFC 3339')
    .option('--act <act>', 'number of the act')
    .option('--article <article>', 'article of the act')
    .option('--because <code>', 'why')
    .action((id: string, said: Closing) => step(terminal, id, 'records', said));
  staffed(
    about(
      request,
      'misdirected',
      'Say that the answer reached the wrong person: an incident begins (key of an officer).',
      '--ground wrong-address',
    ),
  )
    .addOption(chosen('--ground <ground>', 'how', misdirections).makeOptionMandatory())
    .option('--detected <moment>', 'when it was noticed, RFC 3339; now when absent')
    .option('--affected <subject>', 'of whom else it told; may be given several times', collect, [])
    .action((id: string, { affected = [], ...said }: Common & { affected?: readonly string[] }) =>
      step(terminal, id, 'misdirected', { ...said, ...(affected.length > 0 && { affected }) }),
    );
}

/** A step that is answered with its status alone; `because` is the reason of the step itself. */
async function step(terminal: Terminal, id: string, name: string, { json, because, ...said }: Closing): Promise<void> {
  const body = { ...said, ...(because !== undefined && { reason: because }) };
  const { body: answer } = await new Client(terminal).ask('POST', `/v1/requests${stepOf(id, name)}`, { body });
  if (json) sayJson(terminal.stdout, answer);
  else sayLine(terminal.stdout, (answer as { status: string }).status);
}
