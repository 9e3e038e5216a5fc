// derbes withdraw, findings: what a person withdrew, and what is true of a suspicion, through the service.
import { verdicts, type Clock, type KeptGroup, type StoppedGroup, type UntouchedGroup } from '@derbes/domain';
import { Option, type Command } from 'commander';
import { type WithdrawalAnswer } from '../withdrawal/withdrawal-commands.js';
import { Client } from './client.js';
import { reasonOption } from './subject-commands.js';
import { CommandFailed, exitCodes, sayJson, sayLine, type Terminal } from './terminal.js';

const collect = (one: string, all: readonly string[]): readonly string[] => [...all, one];

interface WithdrawOptions {
  readonly withdrawal?: string;
  readonly consent?: string;
  readonly purpose: readonly string[];
  readonly category: readonly string[];
  readonly recipient: readonly string[];
  readonly thirdParties?: true;
  readonly crossBorder?: true;
  readonly publication?: true;
  readonly received?: string;
  readonly channel?: string;
  readonly request?: string;
  readonly decide?: string;
  readonly because?: string;
  readonly staff?: string;
  readonly reason: string;
  readonly preview?: true;
  readonly json?: true;
}

export function withdrawCommands(program: Command, terminal: Terminal): void {
  program
    .command('withdraw')
    .description('Decide a withdrawal of consent: what stops, what goes on and by which act (key of an officer).')
    .argument('<subject>', 'id of the subject, as `derbes subject search` finds it')
    .option('--withdrawal <event>', 'one that a service told, by the id of its event')
    .option('--consent <event>', 'this consent alone, by the id of its event; all when absent')
    .option('--purpose <code>', 'this purpose alone; may be given several times', collect, [])
    .option('--category <code>', 'this category alone; may be given several times', collect, [])
    .option('--recipient <code>', 'passing on to this recipient; may be given several times', collect, [])
    .option('--third-parties', 'passing on to anybody')
    .option('--cross-border', 'passing on abroad')
    .option('--publication', 'publication')
    .option('--received <moment>', 'when the notice reached anybody of the controller’s, RFC 3339; now when absent')
    .option('--channel <code>', 'how it came')
    .option('--request <id>', 'the request that it answers')
    .addOption(new Option('--decide <what>', 'what nobody confirmed a statutory term of').choices(['keep', 'stop']))
    .option('--because <code>', 'why, with --decide')
    .option('--staff <id>', 'the officer who decided it')
    .addOption(reasonOption().makeOptionMandatory())
    .option('--preview', 'say what would stop, what would go on and why, and do nothing')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes withdraw 00000000-0000-4000-8000-000000000001 --reason subject-request --preview\n  derbes withdraw 00000000-0000-4000-8000-000000000001 --third-parties --reason subject-request\n\nWhat is refused stops by itself when what keeps it going has ended.',
    )
    .action((subject: string, options: WithdrawOptions) => withdraw(terminal, subject, options));

  const findings = program.command('findings').description('Say what is true of findings.');
  findings
    .command('assess')
    .description('Assess findings, one by one or a class at a time (key of an officer).')
    .argument('[finding...]', 'ids of findings: event, code, category and purpose with colons between')
    .addOption(new Option('--verdict <verdict>', 'what is true').choices([...verdicts]).makeOptionMandatory())
    .requiredOption('--staff <id>', 'the responsible person, as `derbes policy` appointed')
    .option('--class <name=value...>', 'code, clause, source, basis and period of a class')
    .option('--measure <code>', 'what is done about it; needed with remedied')
    .option('--act <act>', 'number of the act')
    .option('--article <article>', 'article of the act')
    .option('--request <id>', 'the complaint that it answers')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes findings assess 00000000-0000-4000-8000-000000000005:NO_BASIS:-:- --verdict confirmed --staff 00000000-0000-4000-8000-000000000004\n  derbes findings assess --class code=CONSENT_MISSING clause=5 source=urn:example:crm basis=consent period=2026-11 --verdict remedied --measure consent-asked --staff 00000000-0000-4000-8000-000000000004\n\nA class covers what stands by then; what is recorded later is new.',
    )
    .action((ids: string[], options: AssessOptions) => assess(terminal, ids, options));
}

async function withdraw(terminal: Terminal, subject: string, options: WithdrawOptions): Promise<void> {
  const { purpose, category, recipient, thirdParties, crossBorder, publication, because, reason, preview, json } =
    options;
  const scope = {
    ...(purpose.length > 0 && { purposes: purpose }),
    ...(category.length > 0 && { categories: category }),
    ...(recipient.length > 0 && { recipients: recipient }),
    ...(thirdParties && { thirdParties }),
    ...(crossBorder && { crossBorder }),
    ...(publication && { publication }),
  };
  const { withdrawal, consent, received, channel, request, decide, staff } = options;
  const said = { withdrawal, consent, received, channel, request, decide, reason: because, staff };
  const body = {
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
    ...(Object.keys(scope).length > 0 && { scope }),
  };
  const path = `/v1/subjects/${encodeURIComponent(subject)}/withdrawals${preview ? '?preview=true' : ''}`;
  const answer = (await new Client(terminal).ask('POST', path, { body, reason })).body;
  if (json) sayJson(terminal.stdout, answer);
  else sayWithdrawal(terminal, answer as WithdrawalAnswer & { preview?: true; undecided?: readonly string[] });
}

function sayWithdrawal(
  { stdout }: Terminal,
  answer: WithdrawalAnswer & { readonly preview?: true; readonly undecided?: readonly string[] },
): void {
  const { outcome, withdrawals, stopped, refused, untouched, preview, undecided = [] } = answer;
  sayLine(stdout, preview ? `nothing was done; it would be ${outcome}` : outcome);
  if (!preview)
    for (const { withdrawal, clock } of withdrawals) sayLine(stdout, `withdrawal ${withdrawal}${dueText(clock)}`);
  for (const group of stopped) sayLine(stdout, `stops: ${groupText(group)}`);
  for (const group of refused) sayLine(stdout, `goes on: ${groupText(group)} (${whyText(group)})`);
  for (const group of untouched) sayLine(stdout, `not touched: ${groupText(group)} (${group.basis})`);
  if (undecided.length > 0) sayLine(stdout, `undecided: ${undecided.join(', ')} (give --decide and --because)`);
}

const dueText = (clock: Clock | undefined): string => (clock ? `, to be decided by ${clock.due}` : '');

const groupText = ({ purposes, categories, recipients, publication }: StoppedGroup | UntouchedGroup): string =>
  [
    `${categories.join(', ')} for ${purposes.join(', ')}`,
    recipients && `passed on to ${recipients.join(', ')}`,
    publication && 'published',
  ]
    .filter(Boolean)
    .join(', ');

const whyText = ({ extent, why, act, article, until, obligation, hold, relation }: KeptGroup): string =>
  [
    extent === 'storage' ? 'stored only' : undefined,
    why,
    [act, article].filter(Boolean).join(' '),
    until && `until ${until}`,
    obligation && `until the obligation ${obligation} is closed`,
    hold && `until the hold ${hold} is lifted`,
    relation && `until the ${relation} ends, and a term after that`,
  ]
    .filter(Boolean)
    .join('; ');

interface AssessOptions {
  readonly verdict: string;
  readonly staff: string;
  readonly class?: readonly string[];
  readonly measure?: string;
  readonly act?: string;
  readonly article?: string;
  readonly request?: string;
  readonly json?: true;
}

async function assess(terminal: Terminal, ids: readonly string[], options: AssessOptions): Promise<void> {
  const { class: of, json, ...said } = options;
  const body = {
    ...said,
    ...(ids.length > 0 && { findings: ids }),
    ...(of && { class: Object.fromEntries(of.map(pair)) }),
  };
  const answer = (await new Client(terminal).ask('POST', '/v1/findings/assessments', { body })).body;
  if (json) return sayJson(terminal.stdout, answer);
  const { assessed, clocks } = answer as { readonly assessed: number; readonly clocks: readonly Clock[] };
  sayLine(terminal.stdout, `${options.verdict}: ${assessed}`);
  for (const { term, due } of clocks) sayLine(terminal.stdout, `${term} is due by ${due}`);
}

function pair(text: string): [string, string] {
  const [name = '', ...value] = text.split('=');
  if (name === '' || value.length === 0) throw new CommandFailed('a class is written name=value', exitCodes.usage);
  return [name, value.join('=')];
}
