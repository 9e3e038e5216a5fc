// derbes erase, hold, certificate: the end of data, through the service.
import { erasureGrounds, holdEndGrounds, holdGrounds } from '@derbes/domain';
import { Option, type Command } from 'commander';
import { languages } from '../http/facts/parts.js';
import { Client } from './client.js';
import { reasonOption } from './subject-commands.js';
import { CommandFailed, exitCodes, sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

interface Kept {
  readonly why: string;
  readonly categories: readonly string[];
  readonly act?: string;
  readonly article?: string;
  readonly until?: string;
}
interface Erased {
  readonly status: string;
  readonly outcome: string;
  readonly order?: string;
  readonly state?: string;
  readonly kept: readonly Kept[];
  readonly tasks?: readonly {
    readonly task: string;
    readonly holder?: string;
    readonly recipient?: string;
    readonly by: string;
    readonly state: string;
    readonly due?: string;
    readonly waitedFor: boolean;
  }[];
}
interface Lifted {
  readonly withheld: readonly {
    readonly certificate: string;
    readonly outcome: string;
    readonly categories: readonly string[];
  }[];
}
interface Preview {
  readonly outcome: string;
  readonly person: boolean;
  readonly destroyed: readonly { readonly category: string; readonly values: number }[];
  readonly kept: readonly Kept[];
  readonly undecided: readonly string[];
  readonly holders: readonly string[];
  readonly recipients: readonly string[];
}
interface EraseOptions {
  readonly ground: string;
  readonly category: readonly string[];
  readonly value: readonly string[];
  readonly act?: string;
  readonly article?: string;
  readonly decide?: string;
  readonly because?: string;
  readonly wait?: true;
  readonly request?: string;
  readonly reason: string;
  readonly preview?: true;
  readonly json?: true;
}

const collect = (one: string, all: readonly string[]): readonly string[] => [...all, one];
const subjectPath = (subject: string): string => `/v1/subjects/${encodeURIComponent(subject)}`;

export function eraseCommands(program: Command, terminal: Terminal): void {
  program
    .command('erase')
    .description('Destroy a person, categories of data or single values (key of an officer).')
    .argument('<subject>', 'id of the subject, as `derbes subject search` finds it')
    .addOption(new Option('--ground <ground>', 'why').choices([...erasureGrounds]).makeOptionMandatory())
    .option('--category <code>', 'this category alone; may be given several times', collect, [])
    .option('--value <event/p>', 'this value alone, as the dossier names it; may be given several times', collect, [])
    .option('--act <act>', 'number of the act that demands it')
    .option('--article <article>', 'article of the act')
    .addOption(new Option('--decide <what>', 'what nobody confirmed a statutory term of').choices(['keep', 'erase']))
    .option('--because <code>', 'why, with --decide')
    .option('--request <id>', 'the request that it carries out')
    .option('--wait', 'destroy nothing here before everybody was told of whom nobody said how they are reached')
    .addOption(reasonOption().makeOptionMandatory())
    .option('--preview', 'say what would be destroyed, kept and why, and do nothing')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes erase 00000000-0000-4000-8000-000000000001 --ground subject-request --reason subject-request --preview\n  derbes erase 00000000-0000-4000-8000-000000000001 --category phone --ground consent-withdrawn --reason subject-request\n\nIt cannot be undone. Exits 1 when an act keeps all of it.',
    )
    .action((subject: string, options: EraseOptions) => erase(terminal, subject, options));

  holdCommands(program.command('hold').description('Hold data so that it may not be destroyed.'), terminal);

  program
    .command('certificate')
    .description(
      'Print the certificate of an erasure: what was destroyed, when, and what proves it (key of an officer).',
    )
    .argument('<order>', 'its number, as `derbes erase` prints it')
    .addOption(reasonOption().makeOptionMandatory())
    .addOption(new Option('--lang <language>', 'language of the text').choices([...languages]))
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  derbes certificate 00000000-0000-4000-8000-000000000002 --reason subject-request --lang kk',
    )
    .action(async (order: string, { reason, lang, json }: { reason: string; lang?: string; json?: true }) => {
      const path = `/v1/erasures/${encodeURIComponent(order)}${lang === undefined ? '' : `?lang=${lang}`}`;
      const accept = json ? 'application/json' : 'text/plain';
      const { body, text } = await new Client(terminal).ask('GET', path, { reason, accept });
      if (json) sayJson(terminal.stdout, body);
      else sayLine(terminal.stdout, text.trimEnd());
    });
}

async function erase(terminal: Terminal, subject: string, options: EraseOptions): Promise<void> {
  const { category, value, ground, act, article, decide, because, wait, request, reason, preview, json } = options;
  if (category.length > 0 && value.length > 0) {
    throw new CommandFailed('give --category or --value, or neither for the whole person', exitCodes.usage);
  }
  const body = {
    scope: category.length > 0 ? 'category' : value.length > 0 ? 'value' : 'person',
    ...(category.length > 0 && { categories: category }),
    ...(value.length > 0 && { parts: value }),
    ground,
    ...(act !== undefined && { act }),
    ...(article !== undefined && { article }),
    ...(decide !== undefined && { decide }),
    ...(because !== undefined && { reason: because }),
    ...(wait && { untold: 'wait' }),
    ...(request !== undefined && { request }),
  };
  const path = `${subjectPath(subject)}/erasures${preview ? '?preview=true' : ''}`;
  const answer = (await new Client(terminal).ask('POST', path, { body, reason })).body;
  if (json) sayJson(terminal.stdout, answer);
  else if (preview) sayPreview(terminal, answer as Preview);
  else sayErased(terminal, answer as Erased);
  if ((answer as Erased).outcome === 'refused') throw new CommandFailed('refused: acts keep all of it');
}

function sayKept({ stdout }: Terminal, kept: readonly Kept[]): void {
  for (const { why, categories, act, article, until } of kept) {
    const law = [act, article].filter((one) => one !== undefined).join(' ');
    sayLine(
      stdout,
      `kept: ${categories.join(', ')} (${[why, law, until && `until ${until}`].filter(Boolean).join('; ')})`,
    );
  }
}

function sayErased({ stdout, ...terminal }: Terminal, { outcome, order, state, kept, tasks = [] }: Erased): void {
  if (order !== undefined) sayLine(stdout, `${outcome}, ${state ?? 'ordered'}; certificate ${order}`);
  sayKept({ stdout, ...terminal }, kept);
  for (const { task, holder, recipient, by, state: how, due, waitedFor } of tasks) {
    const whom = holder === undefined ? `recipient ${recipient ?? ''}` : `holder ${holder}`;
    const until = due === undefined ? '' : ` until ${due}`;
    const waits = waitedFor ? `; the destruction waits for it${until}` : '';
    sayLine(stdout, `to be told: ${whom} by ${by}, ${how} (task ${task})${waits}`);
  }
}

function sayPreview(terminal: Terminal, preview: Preview): void {
  const { stdout } = terminal;
  const { outcome, person, destroyed, kept, undecided, holders, recipients } = preview;
  sayLine(stdout, `nothing was done; it would be ${outcome}${person ? ', the whole person' : ''}`);
  for (const { category, values } of destroyed) sayLine(stdout, `destroyed: ${category} (values: ${values})`);
  sayKept(terminal, kept);
  if (undecided.length > 0) sayLine(stdout, `undecided: ${undecided.join(', ')} (give --decide and --because)`);
  if (holders.length > 0) sayLine(stdout, `also held by: ${holders.join(', ')}`);
  if (recipients.length > 0) sayLine(stdout, `passed on to: ${recipients.join(', ')}`);
}

function sayLifted({ stdout }: Terminal, { withheld }: Lifted): void {
  sayLine(stdout, 'lifted');
  for (const { certificate, outcome, categories } of withheld)
    sayLine(
      stdout,
      `${outcome} because of it: ${categories.join(', ')} (certificate ${certificate}); order it anew if it still holds`,
    );
}

interface PlaceOptions {
  readonly ground: string;
  readonly category: readonly string[];
  readonly act?: string;
  readonly article?: string;
  readonly until?: string;
  readonly reason: string;
  readonly json?: true;
}

function holdCommands(hold: Command, terminal: Terminal): void {
  hold
    .command('place')
    .description('Forbid to destroy data of a person (key of an officer).')
    .argument('<subject>', 'id of the subject')
    .addOption(new Option('--ground <ground>', 'why').choices([...holdGrounds]).makeOptionMandatory())
    .option('--category <code>', 'this category alone; may be given several times', collect, [])
    .option('--act <act>', 'number of the act')
    .option('--article <article>', 'article of the act')
    .option('--until <moment>', 'when it ends by itself, RFC 3339')
    .addOption(reasonOption().makeOptionMandatory())
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  derbes hold place 00000000-0000-4000-8000-000000000001 --ground legal-claim --act 94-V --article "8(2)" --reason complaint',
    )
    .action(async (subject: string, { reason, json, category, ...said }: PlaceOptions) => {
      const body = { ...said, ...(category.length > 0 && { categories: category }) };
      const answer = (await new Client(terminal).ask('POST', `${subjectPath(subject)}/holds`, { body, reason })).body;
      if (json) sayJson(terminal.stdout, answer);
      else sayLine(terminal.stdout, (answer as { hold: string }).hold);
    });

  hold
    .command('lift')
    .description('Lift a hold (key of an officer).')
    .argument('<subject>', 'id of the subject')
    .argument('<hold>', 'id of the hold')
    .addOption(new Option('--ground <ground>', 'why').choices([...holdEndGrounds]).makeOptionMandatory())
    .addOption(reasonOption().makeOptionMandatory())
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  derbes hold lift 00000000-0000-4000-8000-000000000001 00000000-0000-4000-8000-000000000003 --ground claim-settled --reason complaint',
    )
    .action(async (subject: string, id: string, options: { ground: string; reason: string; json?: true }) => {
      const { ground, reason, json } = options;
      const path = `${subjectPath(subject)}/holds/${encodeURIComponent(id)}/lift`;
      const answer = (await new Client(terminal).ask('POST', path, { body: { ground }, reason })).body;
      if (json) sayJson(terminal.stdout, answer);
      else sayLifted(terminal, answer as Lifted);
    });

  hold
    .command('list')
    .description('List the holds that stand (key of an officer or auditor); `derbes register holds` has all.')
    .option('--json', 'print {items, next} as JSON')
    .addHelpText('after', '\nExample:\n  derbes hold list')
    .action(async ({ json }: { json?: true }) => {
      const { body } = await new Client(terminal).ask('GET', '/v1/registers/holds?status=stands&limit=500');
      const { items } = body as { items: Record<string, unknown>[] };
      if (json) sayJson(terminal.stdout, body);
      else if (items.length > 0) sayLine(terminal.stdout, tableOf(items));
    });
}
