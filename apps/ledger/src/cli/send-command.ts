// derbes send: tell the facts of a file to the service.
import { type Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { batchType, structuredType } from '../http/events/transport.js';
import { type Outcome } from '../write/outcome.js';
import { Client } from './client.js';
import { CommandFailed, exitCodes, readAll, sayLine, type Terminal } from './terminal.js';

/** Events of one request. */
export const chunkEventsMax = 1_000;
const listedMax = 20;

export function sendCommand(program: Command, terminal: Terminal): void {
  program
    .command('send')
    .description('Send CloudEvents: one as JSON, an array of them, or one a line (key of an emitter).')
    .argument('<file>', 'the file, or - for stdin')
    .option('--atomic', `all or nothing (at most ${chunkEventsMax} events)`)
    .option('--wait', 'return when the read models have reached them')
    .option('--json', 'print one outcome a line as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes send event.json\n  derbes send facts.ndjson --json\n  echo "$EVENT" | derbes send -\n\nSending the same again is safe: it is answered as repeated. Exits 1 when an event was not recorded.',
    )
    .action(async (file: string, options: { atomic?: true; wait?: true; json?: true }) => {
      const events = eventsOf(await textOf(terminal, file));
      if (options.atomic && events.length > chunkEventsMax) {
        throw new CommandFailed(`at most ${chunkEventsMax} events can be all or nothing`, exitCodes.usage);
      }
      const outcomes = await sendAll(new Client(terminal), events, options);
      if (options.json) for (const outcome of outcomes) sayLine(terminal.stdout, JSON.stringify(outcome));
      else sayLine(terminal.stdout, summaryOf(outcomes));
      const bad = outcomes.filter(({ status }) => status !== 'recorded' && status !== 'repeated');
      if (bad.length > 0)
        throw new CommandFailed(`${bad.length} not recorded\n${bad.slice(0, listedMax).map(lineOf).join('\n')}`);
    });
}

async function textOf({ stdin }: Terminal, file: string): Promise<string> {
  if (file === '-') return readAll(stdin);
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new CommandFailed(`${file} cannot be read`, exitCodes.usage);
  }
}

/** One JSON value or array, else one event a line; the text itself is never repeated in what is said of it. */
function eventsOf(text: string): unknown[] {
  try {
    return [JSON.parse(text) as unknown].flat();
  } catch {
    const lines = text.split('\n').map((line, i) => ({ line: line.trim(), number: i + 1 }));
    return lines
      .filter(({ line }) => line !== '')
      .map(({ line, number }) => {
        try {
          return JSON.parse(line) as unknown;
        } catch {
          throw new CommandFailed(`line ${number} is no JSON`, exitCodes.usage);
        }
      });
  }
}

async function sendAll(
  client: Client,
  events: readonly unknown[],
  { atomic, wait }: { readonly atomic?: true; readonly wait?: true },
): Promise<Outcome[]> {
  const query = `atomic=${atomic === true}${wait ? '&wait=projected' : ''}`;
  if (events.length === 1) {
    const answer = await client.ask('POST', `/v1/events?${query}`, { body: events[0], type: structuredType });
    return [answer.body as Outcome];
  }
  const outcomes: Outcome[] = [];
  for (let from = 0; from < events.length; from += chunkEventsMax) {
    const body = events.slice(from, from + chunkEventsMax);
    const answer = await client.ask('POST', `/v1/events?${query}`, { body, type: batchType });
    outcomes.push(...(answer.body as { outcomes: Outcome[] }).outcomes);
  }
  return outcomes;
}

function summaryOf(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>();
  for (const { status, findings = [] } of outcomes) {
    counts.set(status, (counts.get(status) ?? 0) + 1);
    for (const { code } of findings) counts.set(`finding ${code}`, (counts.get(`finding ${code}`) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => `${String(count).padStart(6)} ${what}`).join('\n');
}

const lineOf = ({ id, status, problem }: Outcome): string =>
  `  ${id ?? '(no id)'} ${status} ${problem?.code ?? ''} ${problem?.pointer ?? ''} ${problem?.detail ?? ''}`.trimEnd();
