// derbes incident: whom a breach would concern, who was told of it in time, and what an authority is handed, through the service.
import { incidentKinds, incidentOutcomes, noticeMeans, toldThrough, untoldGrounds } from '@derbes/domain';
import { Option, type Command } from 'commander';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { languages } from '../http/facts/parts.js';
import { type IncidentDeclared, type ScopeChanged } from '../incidents/incident-commands.js';
import { type IncidentView, type RadiusView } from '../incidents/incident-queries.js';
import { Client } from './client.js';
import { fieldsIn } from './request-input.js';
import { reasonOption } from './subject-commands.js';
import { CommandFailed, exitCodes, sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

const collect = (one: string, all: readonly string[]): readonly string[] => [...all, one];
const chosen = (flags: string, says: string, of: readonly string[]): Option => new Option(flags, says).choices(of);
const example = '00000000-0000-4000-8000-000000000001';
const found = ['text', 'consequences', 'measures'];

interface Scoping {
  readonly holder?: string;
  readonly recipient?: string;
  readonly subject: readonly string[];
  readonly category: readonly string[];
  readonly from?: string;
  readonly until?: string;
}

interface Common {
  readonly sealed?: string;
  readonly json?: true;
}

export function incidentCommands(program: Command, terminal: Terminal): void {
  const incident = program
    .command('incident')
    .description('A breach: whom it concerns, who is told by when (Art. 25(2)(8); GDPR Art. 33, 34).');
  previewing(incident, terminal);
  declaring(incident, terminal);
  showing(incident, terminal);
  rescoping(incident, terminal);
  notifying(incident, terminal);
  telling(incident, terminal);
  closing(incident, terminal);
  packing(incident, terminal);
}

const scoped = (command: Command): Command =>
  command
    .option('--holder <code>', 'whoever had data at this holder; or --recipient, or --subject')
    .option('--recipient <code>', 'whoever had data with this recipient')
    .option('--subject <id>', 'this person; several times', collect, [])
    .option('--category <code>', 'of this category and its items alone; several times', collect, [])
    .option('--from <moment>', 'beginning of the window, RFC 3339; everything when absent')
    .option('--until <moment>', 'end of the window, RFC 3339; until it was detected when absent');

function scopeOf({ holder, recipient, subject, category, from, until }: Scoping): object {
  return {
    ...{ holder, recipient, from, until },
    ...(subject.length > 0 && { subjects: subject }),
    ...(category.length > 0 && { categories: category }),
  };
}

/** What is sealed is read from a file, for every user of the machine sees an argument. */
const sealing = (command: Command, fields: readonly string[]): Command =>
  command
    .option('--sealed <file>', `${fields.join(', ')}: what is sealed, a JSON file; - is stdin`)
    .option('--staff <id>', 'the officer who did it')
    .option('--json', 'print the answer as JSON');

/** A command about one incident. */
const about = (incident: Command, name: string, says: string, help: string): Command =>
  incident
    .command(name)
    .description(says)
    .argument('<incident>', 'id of the incident, as `derbes incident declare` printed it')
    .addHelpText('after', `\nExample:\n  derbes incident ${name} ${example} ${help}`);

const pathOf = (incident: string, step = ''): string => `/v1/incidents/${encodeURIComponent(incident)}${step}`;

async function post<T>(terminal: Terminal, path: string, body: object, reason?: string): Promise<T> {
  const request = { body, ...(reason !== undefined && { reason }) };
  return (await new Client(terminal).ask('POST', path, request)).body as T;
}

const sealedOf = async (terminal: Terminal, file: string | undefined, fields: readonly string[]): Promise<object> =>
  file === undefined ? {} : fieldsIn(terminal, file, fields);

/** A step that is answered with its status alone. */
async function step(terminal: Terminal, path: string, body: object, json?: true): Promise<void> {
  const answer = await post<{ readonly status: string }>(terminal, path, body);
  if (json) sayJson(terminal.stdout, answer);
  else sayLine(terminal.stdout, answer.status);
}

function previewing(incident: Command, terminal: Terminal): void {
  scoped(incident.command('preview'))
    .description('Count whom a breach would concern; nothing is declared, nobody is named (key of an officer).')
    .addOption(reasonOption().makeOptionMandatory())
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes incident preview --holder crm --from 2026-11-20T00:00:00Z --reason incident\n  derbes incident preview --recipient good-bank --category email --reason incident',
    )
    .action(async ({ reason, json, ...scope }: Scoping & { readonly reason: string; readonly json?: true }) => {
      const path = '/v1/incidents/preview';
      const radius = await post<RadiusView>(terminal, path, { scope: scopeOf(scope) }, reason);
      if (json) return sayJson(terminal.stdout, radius);
      sayLine(terminal.stdout, countsOf(radius));
      if (radius.categories.length > 0) sayLine(terminal.stdout, tableOf(radius.categories));
      const { state, moment } = radius.reach;
      if (state !== 'live') sayLine(terminal.stderr, `the ledger is read up to ${moment ?? 'its beginning'} only`);
    });
}

interface Counts {
  readonly people: string | number;
  readonly records: string | number;
}
const countsOf = ({ people, records }: Counts): string => `people ${people}, records ${records}`;

function declaring(incident: Command, terminal: Terminal): void {
  scoped(sealing(incident.command('declare'), found))
    .description('Declare a breach: its terms begin, whom it concerns is frozen (key of an officer).')
    .addOption(chosen('--kind <kind>', 'what happened', incidentKinds).makeOptionMandatory())
    .option('--detected <moment>', 'when it was noticed, RFC 3339; now when absent; kept to the minute')
    .option('--profile <code>', 'by this law alone; several times', collect, [])
    .addHelpText(
      'after',
      `\nExample:\n  derbes incident declare --kind disclosure --recipient good-bank --sealed what.json\n\nwhat.json: {"text": "…", "consequences": "…", "measures": "…"}; every field may be absent.`,
    )
    .action(async ({ json, sealed, profile, ...asked }: Common & Scoping & Declaring) => {
      const { kind, detected, staff, ...scope } = asked;
      const body = {
        ...{ kind, detected, staff, scope: scopeOf(scope) },
        ...(profile.length > 0 && { profiles: profile }),
        ...(await sealedOf(terminal, sealed, found)),
      };
      const made = await post<IncidentDeclared>(terminal, '/v1/incidents', body);
      if (json) return sayJson(terminal.stdout, made);
      sayLine(terminal.stdout, made.incident);
      const due = made.clocks.map((clock) => `${clock.profile} by ${clock.strict ?? clock.due}`);
      sayLine(terminal.stderr, `tell the authority: ${due.join(', ')}`);
      const { people, records } = made;
      if (people !== undefined && records !== undefined) sayLine(terminal.stderr, countsOf({ people, records }));
      else sayLine(terminal.stderr, 'nobody could be counted yet: repeat it with `derbes incident scope`');
    });
}

interface Declaring {
  readonly kind: string;
  readonly detected?: string;
  readonly staff?: string;
  readonly profile: readonly string[];
}

function showing(incident: Command, terminal: Terminal): void {
  about(incident, 'show', 'How far an incident is (key of an officer or auditor).', '--recount --reason incident')
    .option('--recount', 'count its scope anew, against the frozen list')
    .addOption(reasonOption().makeOptionMandatory())
    .option('--json', 'print it as JSON')
    .action(async (id: string, { recount, reason, json }: { recount?: true; reason: string; json?: true }) => {
      const path = pathOf(id, recount ? '?recount=yes' : '');
      const view = (await new Client(terminal).ask('GET', path, { reason })).body as IncidentView;
      if (json) return sayJson(terminal.stdout, view);
      const { radius, clocks, recount: counted } = view;
      sayLine(terminal.stdout, `${view.state}, ${radius ? countsOf(radius) : 'nobody counted yet'}`);
      sayLine(
        terminal.stdout,
        tableOf(clocks.map(({ profile, state, due, strict }) => ({ profile, state, due, strict }))),
      );
      if (!counted) return;
      const { added, gone } = counted;
      sayLine(terminal.stdout, `counted anew: ${countsOf(counted)}, added ${added}, gone ${gone}`);
    });
}

function rescoping(incident: Command, terminal: Terminal): void {
  const says = 'Change whom a breach concerns; its clocks stay (key of an officer).';
  scoped(sealing(about(incident, 'scope', says, '--holder crm --category email --category phone'), found)).action(
    async (id: string, { json, sealed, staff, ...scope }: Common & Scoping & { readonly staff?: string }) => {
      const body = { scope: scopeOf(scope), staff, ...(await sealedOf(terminal, sealed, found)) };
      const answer = await post<ScopeChanged>(terminal, pathOf(id, '/scope'), body);
      if (json) return sayJson(terminal.stdout, answer);
      const { change, people = '?', records = '?', added = '?', gone = '?' } = answer;
      sayLine(terminal.stdout, `${change}, ${countsOf({ people, records })}, added ${added}, gone ${gone}`);
    },
  );
}

interface Leaving extends Common {
  readonly pack?: string;
}

function notifying(incident: Command, terminal: Terminal): void {
  const fields = ['reference', 'delay'];
  const says = 'Say that an authority was told; the first by a law ends its clock (key of an officer).';
  sealing(about(incident, 'notify', says, '--authority ministry --profile kz --how portal --pack people.csv'), fields)
    .requiredOption('--authority <code>', 'code of the authority')
    .requiredOption('--profile <code>', 'the law by which it was told')
    .addOption(chosen('--how <means>', 'how it left', noticeMeans).makeOptionMandatory())
    .option('--told <moment>', 'when it left, RFC 3339; now when absent')
    .option('--pack <file>', 'the file that left; its SHA-256 is kept')
    .action(async (id: string, { json, sealed, pack, ...said }: Leaving) => {
      const body = { ...said, ...(await packOf(pack)), ...(await sealedOf(terminal, sealed, fields)) };
      await step(terminal, pathOf(id, '/notices'), body, json);
    });
}

function telling(incident: Command, terminal: Terminal): void {
  const fields = ['reference'];
  const says = 'Say that the people were told, or their list handed to the state (key of an officer).';
  sealing(about(incident, 'told', says, '--through state --pack people.csv'), fields)
    .addOption(chosen('--through <channel>', 'how', toldThrough).makeOptionMandatory())
    .option('--told <moment>', 'when, RFC 3339; now when absent')
    .option('--people <number>', 'how many; all of the frozen list when absent')
    .option('--pack <file>', 'the file that left; its SHA-256 is kept')
    .action(async (id: string, { json, sealed, pack, ...said }: Leaving) => {
      const body = { ...said, ...(await packOf(pack)), ...(await sealedOf(terminal, sealed, fields)) };
      await step(terminal, pathOf(id, '/told'), body, json);
    });
}

async function packOf(file: string | undefined): Promise<object> {
  if (file === undefined) return {};
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch {
    throw new CommandFailed(`${file} cannot be read`, exitCodes.usage);
  }
  return { pack: hash.digest('hex') };
}

function closing(incident: Command, terminal: Terminal): void {
  const fields = ['measures'];
  const says = 'Close an incident, with what was done about it (key of an officer).';
  sealing(about(incident, 'close', says, '--outcome confirmed --sealed measures.json'), fields)
    .addOption(chosen('--outcome <outcome>', 'was it a breach', incidentOutcomes).makeOptionMandatory())
    .option('--act <act>', 'the act by which an authority need not be told')
    .option('--article <article>', 'article of the act')
    .addOption(chosen('--untold <ground>', 'why the people affected were not told', untoldGrounds))
    .action(async (id: string, { json, sealed, ...said }: Common) => {
      const body = { ...said, ...(await sealedOf(terminal, sealed, fields)) };
      await step(terminal, pathOf(id, '/closing'), body, json);
    });
}

interface Packing {
  readonly notice?: true;
  readonly profile?: string;
  readonly lang?: string;
  readonly reason: string;
  readonly json?: true;
}

function packing(incident: Command, terminal: Terminal): void {
  about(
    incident,
    'pack',
    'Print what an authority is handed: the list of people as CSV, or the notice (key of an officer).',
    `--lang kk --reason incident > people.csv\n  derbes incident pack ${example} --notice --profile gdpr --reason incident`,
  )
    .option('--notice', 'the fields of GDPR Art. 33(3) instead of the list')
    .option('--profile <code>', 'of the notice: by this law')
    .addOption(chosen('--lang <language>', 'language of words and columns', languages))
    .addOption(reasonOption().makeOptionMandatory())
    .option('--json', 'print it as JSON')
    .action(async (id: string, { notice, profile, lang, reason, json }: Packing) => {
      if (profile !== undefined && !notice) throw new CommandFailed('--profile is of the --notice', exitCodes.usage);
      const query = new URLSearchParams({
        ...(lang !== undefined && { lang }),
        ...(profile !== undefined && { profile }),
        ...(!notice && { form: json ? 'json' : 'csv' }),
      });
      const accept = json ? 'application/json' : notice ? 'text/plain' : 'text/csv';
      const path = pathOf(id, `/${notice ? 'notice' : 'people'}?${query.toString()}`);
      const { text } = await new Client(terminal).ask('GET', path, { reason, accept });
      // As it came, to the byte: its hash is what `notify` keeps.
      terminal.stdout.write(text);
    });
}
