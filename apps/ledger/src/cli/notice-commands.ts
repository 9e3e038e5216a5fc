// derbes notices: whom has to be told that her data was passed on, what would she read, and was she told?
import { Option, type Command } from 'commander';
import { Client } from './client.js';
import { reasonOption } from './subject-commands.js';
import { sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

interface NoticeItem {
  readonly event: string;
  readonly subject: string;
  readonly recipient: string;
  readonly status: string;
  readonly spared?: string;
  readonly article: string;
  readonly due?: string;
  readonly told?: string;
  readonly notice?: string;
}

interface PersonItem {
  readonly subject: string;
  readonly due?: string;
  readonly owed: number;
  readonly overdue: number;
  readonly prepared: number;
  readonly done: number;
}

interface Listing {
  readonly people?: true;
  readonly status?: string;
  readonly recipient?: string;
  readonly subject?: string;
  readonly due?: string;
  readonly limit?: string;
  readonly reason?: string;
  readonly json?: true;
}

interface Making {
  readonly language?: string;
  readonly anew?: true;
  readonly byHand?: true;
  readonly reason: string;
  readonly json?: true;
}

interface Recording {
  readonly channel: string;
  readonly happened?: string;
  readonly reference?: string;
  readonly staff?: string;
  readonly reason: string;
  readonly json?: true;
}

interface Made {
  readonly notice?: string;
  readonly transfers: number;
  readonly language: string;
  readonly due?: string;
  readonly through?: string;
  readonly text?: string;
}

export function noticeCommands(program: Command, terminal: Terminal): void {
  const notices = program
    .command('notices')
    .description('Whom has to be told that her data was passed on, and was she told (Art. 19(1))?');
  listing(notices, terminal);
  making(notices, terminal);
  showing(notices, terminal);
  recording(notices, terminal);
}

function listing(notices: Command, terminal: Terminal): void {
  notices
    .command('list', { isDefault: true })
    .description('Print a page of the register of notices (key of an officer or auditor).')
    .option('--people', 'summed up for each person')
    .option('--status <status>', 'owed, prepared, overdue, done, done-late or spared')
    .option('--recipient <code>', 'of data passed on to this recipient')
    .option('--subject <id>', 'about this subject; needs --reason')
    .option('--due <moment>', 'owed, and due by this moment')
    .option('--limit <rows>', 'rows of a page')
    .addOption(reasonOption())
    .option('--json', 'print {items, next} as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes notices --status overdue\n  derbes notices --people --due 2026-12-04T18:59:59Z',
    )
    .action(async ({ people, reason, json, ...asked }: Listing) => {
      const query = new URLSearchParams(
        Object.entries(asked).flatMap(([name, value]): [string, string][] =>
          value === undefined ? [] : [[name, value]],
        ),
      );
      const register = people ? 'notice-people' : 'notices';
      const { body } = await new Client(terminal).ask('GET', `/v1/registers/${register}?${query.toString()}`, {
        ...(reason !== undefined && { reason }),
      });
      if (json) return sayJson(terminal.stdout, body);
      sayLine(terminal.stdout, people ? peopleTable(body) : transferTable(body));
    });
}

function transferTable(body: unknown): string {
  const { items } = body as { items: readonly NoticeItem[] };
  const rows = items.map(({ event, subject, recipient, status, spared, article, due, told, notice }) => ({
    transfer: event,
    subject,
    recipient,
    status: spared === undefined ? status : `${status} (${spared})`,
    article,
    due: told ?? due ?? '-',
    notice: notice ?? '-',
  }));
  return tableOf(rows);
}

function peopleTable(body: unknown): string {
  const { items } = body as { items: readonly PersonItem[] };
  return tableOf(
    items.map(({ subject, due, owed, overdue, prepared, done }) => ({
      subject,
      due: due ?? '-',
      owed: String(owed),
      overdue: String(overdue),
      prepared: String(prepared),
      done: String(done),
    })),
  );
}

const languageOption = () =>
  new Option('--language <language>', 'of the text; that of the edition when absent').choices(['ru', 'kk', 'en']);

function making(notices: Command, terminal: Terminal): void {
  const make = async (subject: string, { language, anew, byHand, reason, json }: Making, preview: boolean) => {
    const path = `/v1/subjects/${encodeURIComponent(subject)}/notices${preview ? '?preview=true' : ''}`;
    const { body } = await new Client(terminal).ask('POST', path, {
      reason,
      body: { ...(language && { language }), ...(anew && { anew }), ...(byHand && { byHand }) },
    });
    if (json) return sayJson(terminal.stdout, body);
    const { notice, transfers, due, through, text } = body as Made;
    if (text !== undefined) sayLine(terminal.stdout, text);
    const by = through === undefined ? 'an officer sends it' : `${through} sends it`;
    sayLine(terminal.stdout, `${notice ?? 'preview'}  ${transfers} transfers  due ${due ?? '-'}  ${by}`);
  };
  const options = (command: Command): Command =>
    command
      .argument('<subject>', 'id of the subject, as `derbes subject search` finds it')
      .addOption(languageOption())
      .option('--anew', 'name also what a notice names that nobody has told yet')
      .option('--by-hand', 'an officer sends it, whoever the edition says does')
      .addOption(reasonOption().makeOptionMandatory())
      .option('--json', 'print the answer as JSON');
  options(
    notices.command('preview').description('Print what a person would read, and make nothing (key of an officer).'),
  )
    .addHelpText('after', '\nExample:\n  derbes notices preview 00000000-0000-4000-8000-000000000001 --reason finding')
    .action((subject: string, asked: Making) => make(subject, asked, true));
  options(
    notices
      .command('send')
      .description('Make one notice of all that a person has yet to be told of (key of an officer).'),
  )
    .addHelpText(
      'after',
      '\nExample:\n  derbes notices send 00000000-0000-4000-8000-000000000001 --language kk --reason finding',
    )
    .action((subject: string, asked: Making) => make(subject, asked, false));
}

function showing(notices: Command, terminal: Terminal): void {
  notices
    .command('show')
    .description('Print a notice as it was made (key of an officer).')
    .argument('<notice>', 'number of the notice')
    .addOption(reasonOption().makeOptionMandatory())
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  derbes notices show 00000000-0000-4000-8000-000000000001 --reason finding')
    .action(async (notice: string, { reason, json }: { readonly reason: string; readonly json?: true }) => {
      const { body } = await new Client(terminal).ask('GET', `/v1/notices/${encodeURIComponent(notice)}`, { reason });
      if (json) return sayJson(terminal.stdout, body);
      const { text, same, told } = body as { text?: string; same?: string; told?: { moment: string; channel: string } };
      sayLine(terminal.stdout, text ?? 'its text went with the person');
      if (same === 'no') sayLine(terminal.stdout, 'this is not the text that was made');
      sayLine(terminal.stdout, told ? `told ${told.moment} by ${told.channel}` : 'not told yet');
    });
}

function recording(notices: Command, terminal: Terminal): void {
  notices
    .command('record')
    .description('Say that a notice reached the person (key of an officer).')
    .argument('<notice>', 'number of the notice')
    .requiredOption('--channel <code>', 'how it reached her: post, in-person, email')
    .option('--happened <moment>', 'when, RFC 3339; now when absent')
    .option('--reference <number>', 'number of the letter; it is sealed')
    .option('--staff <id>', 'the officer who did it')
    .addOption(reasonOption().makeOptionMandatory())
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  derbes notices record 00000000-0000-4000-8000-000000000001 --channel post --reason finding',
    )
    .action(async (notice: string, { channel, happened, reference, staff, reason, json }: Recording) => {
      const { body } = await new Client(terminal).ask('POST', `/v1/notices/${encodeURIComponent(notice)}/told`, {
        reason,
        body: { channel, ...(happened && { happened }), ...(reference && { reference }), ...(staff && { staff }) },
      });
      if (json) return sayJson(terminal.stdout, body);
      sayLine(terminal.stdout, (body as { status: string }).status);
    });
}
