// derbes representative, status: who may act for a person, and whether she is a child, incapable, missing or dead, through the service.
import { personStatuses, representationEndGrounds, representativeKinds, rights } from '@derbes/domain';
import { Argument, Option, type Command } from 'commander';
import { type RepresentativeMade, type StatusChanged } from '../people/people-commands.js';
import { Client } from './client.js';
import { rowsOf } from './register-rows.js';
import { fieldsIn } from './request-input.js';
import { reasonOption } from './subject-commands.js';
import { CommandFailed, exitCodes, sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

const collect = (one: string, all: readonly string[]): readonly string[] => [...all, one];
const chosen = (flags: string, says: string, of: readonly string[]): Option => new Option(flags, says).choices(of);
const example = '00000000-0000-4000-8000-000000000001';
const standings = ['stands', 'contested', 'not-yet', 'over', 'ended', 'came-of-age', 'subject-deceased'];
const personalFields = ['name', 'contact', 'number'];

interface Common {
  readonly staff?: string;
  readonly reason: string;
  readonly json?: true;
}

export function peopleCommands(program: Command, terminal: Terminal): void {
  const representative = program.command('representative').description('Who may act for a person, and until when.');
  recognising(representative, terminal);
  ending(representative, terminal);
  listing(representative, terminal);
  const status = program.command('status').description('Whether a person is a child, incapable, missing or dead.');
  changing(status, terminal);
  growing(status, terminal);
}

const ofOfficer = (command: Command): Command =>
  command
    .option('--staff <id>', 'the officer who decided it')
    .addOption(reasonOption().makeOptionMandatory())
    .option('--json', 'print the answer as JSON');

async function post<T>(terminal: Terminal, path: string, body: object, reason: string): Promise<T> {
  return (await new Client(terminal).ask('POST', `/v1/subjects${path}`, { body, reason })).body as T;
}

const pathOf = (...steps: readonly string[]): string => steps.map((step) => `/${encodeURIComponent(step)}`).join('');

interface Recognising extends Common {
  readonly kind: string;
  readonly personal: string;
  readonly document: string;
  readonly documentDate: string;
  readonly right: readonly string[];
  readonly category: readonly string[];
  readonly purpose: readonly string[];
}

function recognising(representative: Command, terminal: Terminal): void {
  ofOfficer(representative.command('recognise'))
    .description('Recognise somebody who may act for a person, by a document (key of an officer).')
    .argument('<subject>', 'id of the person, as `derbes subject search` finds it')
    .addOption(chosen('--kind <kind>', 'what makes them act', representativeKinds).makeOptionMandatory())
    .requiredOption('--document <code>', 'kind of the document, such as birth-certificate or power-of-attorney')
    .requiredOption('--document-date <date>', 'its date, YYYY-MM-DD')
    .requiredOption('--personal <file>', 'name, contact and number of the document, a JSON file; - is stdin')
    .option(
      '--right <right>',
      `for this right alone, such as ${rights.slice(0, 3).join(', ')}; several times`,
      collect,
      [],
    )
    .option('--category <code>', 'about this category alone; several times', collect, [])
    .option('--purpose <code>', 'about this purpose alone; several times', collect, [])
    .option('--exclusive', 'the document lets nobody else act in the same')
    .option('--from <moment>', 'from when on, RFC 3339; now when absent')
    .option('--until <moment>', 'until when, RFC 3339')
    .option('--act <act>', 'of an heir: number of the act')
    .option('--article <article>', 'of an heir: article of the act')
    .addHelpText(
      'after',
      `\nExample:\n  derbes representative recognise ${example} --kind parent --document birth-certificate --document-date 2016-03-02 --personal mother.json --reason subject-request\n\nmother.json: {"name": "…", "number": "…", "contact": "…"}; the contact may be absent. What is personal is never an argument.`,
    )
    .action(async (subject: string, { json, reason, personal, ...options }: Recognising) => {
      const { document, documentDate, right, category, purpose, ...said } = options;
      const { number, ...who } = (await fieldsIn(terminal, personal, personalFields)) as { readonly number?: unknown };
      const limits = { rights: right, categories: category, purposes: purpose };
      const scope = Object.fromEntries(Object.entries(limits).filter(([, codes]) => codes.length > 0));
      const body = {
        ...said,
        ...who,
        document: { kind: document, date: documentDate, number },
        ...(Object.keys(scope).length > 0 && { scope }),
      };
      const made = await post<RepresentativeMade>(terminal, pathOf(subject, 'representatives'), body, reason);
      if (json) return sayJson(terminal.stdout, made);
      sayLine(terminal.stdout, made.representation);
      if (made.outcome === 'contested') {
        sayLine(terminal.stderr, `contested, neither acts until you end one: ${made.against.join(', ')}`);
      }
    });
}

function ending(representative: Command, terminal: Terminal): void {
  ofOfficer(representative.command('end'))
    .description('Say that somebody may no longer act, or decide between two (key of an officer).')
    .argument('<subject>', 'id of the person')
    .argument('<representation>', 'id of the representation, as `recognise` printed it')
    .addOption(chosen('--ground <ground>', 'why', representationEndGrounds).makeOptionMandatory())
    .addHelpText(
      'after',
      `\nExample:\n  derbes representative end ${example} 00000000-0000-4000-8000-000000000002 --ground conflict-decided --reason subject-request`,
    )
    .action(async (subject: string, representation: string, { json, reason, ...said }: Common) => {
      const path = pathOf(subject, 'representatives', representation, 'end');
      const answer = await post<{ status: string }>(terminal, path, said, reason);
      if (json) sayJson(terminal.stdout, answer);
      else sayLine(terminal.stdout, answer.status);
    });
}

interface Listing {
  readonly standing?: string;
  readonly subject?: string;
  readonly reason?: string;
  readonly json?: true;
}

function listing(representative: Command, terminal: Terminal): void {
  representative
    .command('list')
    .description('Who acts for whom (key of an officer or auditor).')
    .addOption(chosen('--standing <standing>', 'contested: those between whom you decide', standings))
    .option('--subject <id>', 'of this person; needs --reason')
    .addOption(reasonOption())
    .option('--json', 'print the rows as JSON')
    .addHelpText('after', '\nExample:\n  derbes representative list --standing contested')
    .action(async ({ standing, subject, reason, json }: Listing) => {
      const rows = await rowsOf(terminal, 'representatives', { status: standing, subject }, reason);
      if (json) return sayJson(terminal.stdout, rows);
      if (rows.length === 0) return sayLine(terminal.stdout, 'Nobody is recognised.');
      const brief = rows.map(({ representation, subject: person, kind, status, begins, until, against }) => {
        return { representation, subject: person, kind, standing: status, begins, until, against };
      });
      sayLine(terminal.stdout, tableOf(brief));
    });
}

interface Changing extends Common {
  readonly turns?: string;
  readonly on?: string;
  readonly document?: string;
  readonly documentDate?: string;
}

function changing(status: Command, terminal: Terminal): void {
  ofOfficer(status.command('set'))
    .description('Say what status a person has (key of an officer).')
    .argument('<subject>', 'id of the person, as `derbes subject search` finds it')
    .addArgument(new Argument('<status>', 'what she is').choices([...personStatuses]))
    .addOption(chosen('--turns <age>', 'of a child: the age that she turns', ['14', '18']))
    .option('--on <date>', 'of a child: the day on which she turns it, YYYY-MM-DD; no birth date is kept')
    .option('--document <code>', 'kind of the document: for incapable, deceased and missing')
    .option('--document-date <date>', 'its date, YYYY-MM-DD')
    .option('--act <act>', 'number of the act')
    .option('--article <article>', 'article of the act')
    .addHelpText(
      'after',
      `\nExamples:\n  derbes status set ${example} minor --turns 18 --on 2030-05-17 --reason subject-request\n  derbes status set ${example} deceased --document death-certificate --document-date 2026-11-02 --reason subject-request`,
    )
    .action(async (subject: string, what: string, { json, reason, ...options }: Changing) => {
      const { turns, on, document, documentDate, ...said } = options;
      const body = {
        ...said,
        status: what,
        ...pair('turns', { age: turns, on }, '--turns and --on'),
        ...pair('document', { kind: document, date: documentDate }, '--document and --document-date'),
      };
      const answer = await post<StatusChanged>(terminal, pathOf(subject, 'status'), body, reason);
      if (json) sayJson(terminal.stdout, answer);
      else sayLine(terminal.stdout, answer.outcome);
    });
}

/** Both or neither. */
function pair(name: string, fields: Readonly<Record<string, string | undefined>>, flags: string): object {
  const told = Object.values(fields).filter((value) => value !== undefined);
  if (told.length === 0) return {};
  if (told.length === Object.keys(fields).length) return { [name]: fields };
  throw new CommandFailed(`${flags} go together`, exitCodes.usage);
}

interface Growing {
  readonly status?: string;
  readonly due?: string;
  readonly subject?: string;
  readonly reason?: string;
  readonly json?: true;
}

function growing(status: Command, terminal: Terminal): void {
  status
    .command('list')
    .description('Who comes of age when, and whose consents are to be asked for anew (key of an officer or auditor).')
    .addOption(chosen('--status <status>', 'of this status', personStatuses))
    .option('--due <moment>', 'children who come of age by this moment, RFC 3339')
    .option('--subject <id>', 'of this person; needs --reason')
    .addOption(reasonOption())
    .option('--json', 'print the rows as JSON')
    .addHelpText('after', '\nExample:\n  derbes status list --status minor')
    .action(async ({ status: what, due, subject, reason, json }: Growing) => {
      const rows = await rowsOf(terminal, 'statuses', { status: what, due, subject }, reason);
      if (json) return sayJson(terminal.stdout, rows);
      if (rows.length === 0) return sayLine(terminal.stdout, 'Nobody has a status.');
      const brief = rows.map(({ subject: person, status: stands, since, due: ofAge, renewals }) => {
        return { subject: person, status: stands, since, ofAge, renewals };
      });
      sayLine(terminal.stdout, tableOf(brief));
    });
}
