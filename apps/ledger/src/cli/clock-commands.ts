// derbes clock, derbes clocks, derbes calendar: by when is it due, what is open, and by which calendar is that counted?
import { Refused } from '@derbes/kernel';
import { builtInCalendars, builtInProfile, dueOf, loadCalendar, termOf, type Profile } from '@derbes/policy';
import { type Command } from 'commander';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type CalendarView, type ClockView } from '../clocks/clock-queries.js';
import { nearest } from '../http/form/nearest.js';
import { Client } from './client.js';
import { calendarLines, clockLines, nothingAsked } from './clock-lines.js';
import { CommandFailed, exitCodes, inputBytesMax, sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

const profiles = ['kz', 'gdpr'] as const;
type ProfileName = (typeof profiles)[number];
const calendarDefault = 'kz';

const termsOf = (profile: ProfileName): string =>
  (builtInProfile(profile).terms ?? []).map(({ code }) => code).join(', ');

const aboutClock = `
Terms of kz:   ${termsOf('kz')}
Terms of gdpr: ${termsOf('gdpr')}

With DERBES_KEY (officer, auditor or admin) the service counts, by the profile and calendar that are published in its ledger; without a
key this program counts by what it brings, and says so. Due is the last second in time; strict, where the act can be read as counting
from the moment itself, ends earlier, and lists warn by it. Confidence is for the house alone: T article read, T2 older copy,
S2/S1 secondary, I inferred, M memory. Nothing is started or recorded by asking.

Examples:
  derbes clock access --from 2026-03-20T15:00:00+05:00
  derbes clock breach-notice --from 2026-11-23T10:00:00+05:00 --json
  derbes clock access --from 2026-11-23T10:00:00+05:00 --profile gdpr --extended

docs/operations/clocks.md says how days are counted and how a calendar is corrected.`;

interface ClockOptions {
  readonly from: string;
  readonly profile?: string;
  readonly extended?: true;
  readonly json?: true;
}

export function clockCommands(program: Command, terminal: Terminal): void {
  program
    .command('clock')
    .description('By when is it due? Counts a term of the law from a moment.')
    .argument('<term>', 'code of the term, such as access')
    .requiredOption('--from <moment>', 'when it began, RFC 3339 with an offset: 2026-03-20T15:00:00+05:00')
    .option('--profile <code>', 'jurisdiction: kz or gdpr (default: that of the edition in force; kz without a key)')
    .option('--extended', 'with the extension that the term allows')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', aboutClock)
    .action((term: string, options: ClockOptions) => clock(terminal, term, options));

  program
    .command('clocks')
    .description('What is due when: running clocks, those that warn first first (key of an officer or auditor).')
    .option('--state <state>', 'running (the default), open, due-soon, overdue or ended', 'running')
    .option('--finding <code>', 'clocks with this finding: REQUEST_OVERDUE, INTAKE_LATE')
    .option('--json', 'print the rows as JSON')
    .addHelpText('after', '\nExamples:\n  derbes clocks\n  derbes clocks --state overdue --json')
    .action((options: { state: string; finding?: string; json?: true }) => clocks(terminal, options));

  const calendar = program.command('calendar').description('Show, check and publish calendars of working days.');
  calendar
    .command('show')
    .description('The calendar that clocks are counted by now (key of an officer, auditor or admin).')
    .argument('[code]', 'code of the calendar', calendarDefault)
    .option('--year <year>', 'days of this year alone')
    .option('--json', 'print the document as JSON: a file to correct and publish')
    .addHelpText(
      'after',
      '\nWithout DERBES_KEY: the calendar that this program brings.\n\nExample:\n  derbes calendar show kz --json > kz.json',
    )
    .action((code: string, options: { year?: string; json?: true }) => showCalendar(terminal, code, options));
  calendar
    .command('check')
    .description('Name every mistake of a calendar file with its line; needs no service.')
    .argument('<file>', 'calendar file (YAML or JSON)')
    .option('--json', 'print the mistakes as JSON')
    .addHelpText('after', '\nExample:\n  derbes calendar check kz.json\n\nExits 1 when there are mistakes.')
    .action((file: string, { json }: { json?: true }) => checkCalendar(terminal, file, json));
  calendar
    .command('publish')
    .description('Publish a corrected calendar (key of an officer or admin).')
    .argument('<file>', 'calendar file (YAML or JSON)')
    .option('--idempotency-key <key>', 'the same key again repeats the first outcome')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nClocks that run keep the moment at which they are due.\n\nExample:\n  derbes calendar publish kz.json',
    )
    .action((file: string, options: { idempotencyKey?: string; json?: true }) =>
      publishCalendar(terminal, file, options),
    );
}

async function clock(terminal: Terminal, term: string, options: ClockOptions): Promise<void> {
  const { from, profile, extended, json } = options;
  const began = momentOf(from);
  if (profile !== undefined && !isProfile(profile)) {
    throw new CommandFailed(`no profile is called ${profile}: ${profiles.join(' or ')}`, exitCodes.usage);
  }
  const asks = hasKey(terminal);
  const view = asks
    ? await asked(terminal, term, { from: began, profile, extended })
    : counted(term, began, profile ?? 'kz', extended === true);
  if (json) return sayJson(terminal.stdout, asks ? view : { ...view, builtIn: true });
  for (const line of clockLines(view)) sayLine(terminal.stdout, line);
  if (!asks) sayLine(terminal.stderr, nothingAsked);
}

const states = ['running', 'open', 'due-soon', 'overdue', 'ended'];
/** Pages that one listing prints; whoever has more asks with a filter. */
const pagesMax = 200;

async function clocks(
  terminal: Terminal,
  { state, finding, json }: { state: string; finding?: string; json?: true },
): Promise<void> {
  if (!states.includes(state)) throw new CommandFailed(`--state is one of ${states.join(', ')}`, exitCodes.usage);
  const client = new Client(terminal);
  const rows: Record<string, unknown>[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const query = new URLSearchParams({ status: state, ...(finding && { code: finding }), ...(cursor && { cursor }) });
    const { body } = await client.ask('GET', `/v1/registers/clocks?${query.toString()}`);
    const { items, next } = body as { items: Record<string, unknown>[]; next?: string };
    rows.push(...items);
    cursor = next;
    if (cursor === undefined) break;
  }
  if (json) return sayJson(terminal.stdout, rows);
  if (rows.length === 0) return sayLine(terminal.stdout, 'No such clock.');
  const brief = rows.map(({ state: stands, due, strict, term: code, profile, kind, request, event, findings }) => {
    const about = request ?? event;
    const raised = Array.isArray(findings) ? findings.join(' ') : '';
    return { state: stands, due, strict, term: code, profile, kind, about, findings: raised };
  });
  sayLine(terminal.stdout, tableOf(brief));
}

const isProfile = (code: string): code is ProfileName => (profiles as readonly string[]).includes(code);

const hasKey = ({ environment }: Terminal): boolean => (environment['DERBES_KEY'] ?? '') !== '';

function momentOf(text: string): string {
  const ms = Date.parse(text);
  const whole = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i.test(text);
  if (whole && !Number.isNaN(ms)) return `${new Date(ms).toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}Z`;
  throw new CommandFailed(
    '--from is an RFC 3339 moment with its offset, such as 2026-03-20T15:00:00+05:00',
    exitCodes.usage,
  );
}

async function asked(
  terminal: Terminal,
  term: string,
  { from, profile, extended }: { from: string; profile: string | undefined; extended: true | undefined },
): Promise<ClockView> {
  const query = new URLSearchParams({ from, ...(profile && { profile }), ...(extended && { extended: 'yes' }) });
  try {
    const { body } = await new Client(terminal).ask(
      'GET',
      `/v1/clocks/${encodeURIComponent(term)}?${query.toString()}`,
    );
    return body as ClockView;
  } catch (error) {
    const hint = error instanceof CommandFailed && /^TERM_UNKNOWN/.test(error.message) ? meant(term, profile) : '';
    throw hint === '' ? error : new CommandFailed(`${(error as Error).message}${hint}`);
  }
}

/** What may have been meant by an unknown term. */
function meant(term: string, profile: string | undefined): string {
  const codes = profiles
    .filter((code) => profile === undefined || code === profile)
    .flatMap((code) => builtInProfile(code).terms ?? [])
    .map(({ code }) => code);
  const near = nearest(term, codes);
  return near === undefined || near === term
    ? `\n  terms: ${[...new Set(codes)].join(', ')}`
    : `\n  did you mean ${near}?`;
}

function counted(code: string, from: string, profileCode: ProfileName, extended: boolean): ClockView {
  const profile: Profile = builtInProfile(profileCode);
  const term = termOf(profile, code);
  if (!term || !profile.counting) {
    throw new CommandFailed(`no term of ${profileCode} is called ${code}${meant(code, profileCode)}`, exitCodes.usage);
  }
  const { calendar: named, zone } = profile.counting;
  const calendar = term.unit === 'hour' ? undefined : builtInCalendars.find((one) => one.code === named);
  try {
    const { due, strict, skipped } = dueOf(term, from, calendar, zone, extended);
    const { amount, unit, starts, article, confidence, source, label } = term;
    const counting = { amount, unit, starts, article, confidence, source, label };
    const moments = { from, due, ...(strict !== undefined && { strict }) };
    return {
      term: code,
      profile: profileCode,
      version: profile.version,
      ...moments,
      ...counting,
      outgoing: false,
      skipped,
    };
  } catch (error) {
    if (error instanceof Refused) throw new CommandFailed(`${error.code}: ${error.message}`);
    throw error;
  }
}

async function showCalendar(
  terminal: Terminal,
  code: string,
  { year, json }: { year?: string; json?: true },
): Promise<void> {
  const asks = hasKey(terminal);
  const calendar = asks
    ? ((await new Client(terminal).ask('GET', `/v1/calendars/${encodeURIComponent(code)}`)).body as CalendarView)
        .calendar
    : builtInCalendars.find((one) => one.code === code);
  if (!calendar) {
    throw new CommandFailed(
      `this program brings no calendar called ${code}: ${builtInCalendars.map((one) => one.code).join(', ')}`,
    );
  }
  const days = calendar.days.filter(({ date }) => year === undefined || date.startsWith(`${year}-`));
  if (json) return sayJson(terminal.stdout, { ...calendar, days });
  for (const line of calendarLines(calendar)) sayLine(terminal.stdout, line);
  sayLine(
    terminal.stdout,
    tableOf(
      days.map(({ date, kind, why, of, article, confidence, announced }) => ({
        date,
        kind,
        why,
        of,
        act: article,
        confidence: announced === undefined ? confidence : `${confidence}, not announced`,
      })),
    ),
  );
  if (!asks) sayLine(terminal.stderr, nothingAsked);
}

async function checkCalendar(terminal: Terminal, file: string, json: true | undefined): Promise<void> {
  const loaded = loadCalendar(await textOf(file));
  const mistakes = loaded.ok ? [] : loaded.mistakes;
  if (json) sayJson(terminal.stdout, { file, mistakes });
  else {
    for (const { line, column, code, message } of mistakes) {
      sayLine(terminal.stdout, `${file}:${line}:${column} ${code} ${message}`);
    }
  }
  if (mistakes.length > 0) throw new CommandFailed(`${basename(file)}: ${mistakes.length} mistakes`);
  if (!json) sayLine(terminal.stdout, `${basename(file)}: no mistakes`);
}

async function publishCalendar(
  terminal: Terminal,
  file: string,
  { idempotencyKey, json }: { idempotencyKey?: string; json?: true },
): Promise<void> {
  const text = await textOf(file);
  const { body } = await new Client(terminal).ask('POST', '/v1/calendars?wait=projected', {
    body: { text },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
  if (json) return sayJson(terminal.stdout, body);
  const { status, calendar, version, document } = body as Record<string, string>;
  sayLine(terminal.stdout, `${status}: calendar ${calendar} ${version}, ${document}`);
}

async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= inputBytesMax) return await readFile(file, 'utf8');
  } catch {
    throw new CommandFailed(`${file} cannot be read`, exitCodes.usage);
  }
  throw new CommandFailed(`${file} is larger than any calendar`, exitCodes.usage);
}
