// derbes receipt: the proof that an event is in the log, and for the person what opens her values in it, as files to be handed over.
import { type Command } from 'commander';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, Client } from './client.js';
import { reasonOption } from './subject-commands.js';
import { CommandFailed, exitCodes, sayJson, sayLine, type Terminal } from './terminal.js';

interface ReceiptOptions {
  readonly to?: string;
  readonly opening?: true;
  readonly subject?: string;
  readonly reason?: string;
  readonly json?: true;
}

/** The stated maximum delay between recording and a published checkpoint. */
const publishedSecondsMax = 60;

export function receiptCommand(program: Command, terminal: Terminal): void {
  program
    .command('receipt')
    .description('Get the receipt of an event: a C2SP tlog-proof, checked offline (key of an officer or auditor).')
    .argument('<event>', 'id of the event, as timeline and dossier name it')
    .option('--to <dir>', 'write <event>.tlog-proof there; printed when absent')
    .option(
      '--opening',
      'with <event>.opening.json for the person it is about; needs --to, --reason, and the key of an officer',
    )
    .option('--subject <id>', 'whose values, where not those of the person in whose stream the event stands')
    .addOption(reasonOption())
    .option('--json', 'print the receipt, or the names of the files, as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes receipt 00000000-0000-4000-8000-000000000001 > receipt.tlog-proof\n  derbes receipt 00000000-0000-4000-8000-000000000001 --to ./for-her --opening --reason subject-request\n\nThe opening holds her values: hand it to nobody else. An event recorded just now is waited for, a minute at most.',
    )
    .action((event: string, options: ReceiptOptions) => run(terminal, event, options));
}

async function run(terminal: Terminal, event: string, options: ReceiptOptions): Promise<void> {
  const { to, opening, subject, reason, json } = options;
  if (opening && (to === undefined || reason === undefined))
    throw new CommandFailed('--opening needs --to and --reason', exitCodes.usage);
  const client = new Client(terminal);
  const path = `/v1/events/${encodeURIComponent(event)}`;
  const why = reason === undefined ? {} : { reason };
  const { text } = await published(client, `${path}/receipt`, why);
  if (to === undefined) {
    return json ? sayJson(terminal.stdout, { event, receipt: text }) : void terminal.stdout.write(text);
  }
  const whose = subject === undefined ? '' : `?subject=${encodeURIComponent(subject)}`;
  const opened = opening && (await client.ask('GET', `${path}/opening${whose}`, why));
  await mkdir(to, { recursive: true });
  const written: readonly (readonly [string, string])[] = [
    [join(to, `${event}.tlog-proof`), text],
    ...(opened ? [[join(to, `${event}.opening.json`), `${JSON.stringify(opened.body, null, 2)}\n`] as const] : []),
  ];
  for (const [file, content] of written) await put(file, content);
  const files = written.map(([file]) => file);
  if (json) sayJson(terminal.stdout, { event, files });
  else for (const file of files) sayLine(terminal.stdout, file);
}

/** Readable by whoever runs this alone: an opening holds values. */
const put = (path: string, text: string): Promise<void> => writeFile(path, text, { mode: 0o600 });

async function published(client: Client, path: string, why: { readonly reason?: string }): Promise<Answer> {
  for (let second = 0; ; second++) {
    const last = second === publishedSecondsMax;
    const answer = await client.ask('GET', path, { ...why, accept: 'text/plain', ...(!last && { expect: [404] }) });
    if (answer.status < 400) return answer;
    if ((answer.body as { code?: string } | undefined)?.code !== 'RECEIPT_NOT_YET') return client.ask('GET', path, why);
    await pause(1_000);
  }
}
