// How does somebody see the ledger do its main job? The example day is told over HTTP, and the answers are printed.
import { SingleBar } from 'cli-progress';
import { setTimeout as pause } from 'node:timers/promises';
import { type NewKey } from '../keys/api-keys.js';
import { DemoFailed, ServiceClient, type EventOutcome } from './service-client.js';
import { type DemoKeys, type DemoState, readState, writeState } from './demo-state.js';
import { dayAt, readExample, registersAt, type DayEvent, type ToldEvent } from './example-files.js';
import { type FindingRow, Report, type Tally } from './report.js';

/** Facts of one source told in a row travel together, at most so many. */
const batchEventsMax = 50;
const findingsPageRows = 500;
/** More pages than this is no example day. */
const findingsPagesMax = 100;

/** The register of who looked is asked so often, a page of its newest rows each time. */
const looksMax = 50;
const betweenLooksMs = 100;
const lookedRows = 20;

export interface Demo {
  /** Where the service answers. */
  readonly url: string;
  /** The keys of a ledger's very first start; empty at every later one. */
  readonly keys: readonly NewKey[];
  readonly dataDir: string;
  /** Takes one line of what is printed. */
  readonly log: (line: string) => void;
}

/** Plays the day, or replays it, and prints what came of it. Never throws: a step that fails is named, the service stays up. */
export async function playDemo({ url, keys, dataDir, log }: Demo): Promise<boolean> {
  const report = new Report(log);
  try {
    const client = new ServiceClient(url);
    const first = readState(dataDir) ?? (await begin(client, keys, dataDir));
    report.opening(first.base !== undefined);
    const state = await settle(client, first, dataDir);
    const day = dayAt(state.base);
    const tally = await tellDay(client, day, state.keys);
    report.recorded(tally);
    report.findings(await findings(client, state.keys.officer));
    const { subject, text } = await dossier(client, state);
    report.dossier(text);
    report.checkpoint({ ...(await signedHead(client, state.keys.officer)), url: `${url}/log/checkpoint` });
    report.receipt(url, await receipt(client, state.keys.officer, subject));
    report.service({ url, dataDir, keys, subject, officer: registersAt(state.begun).officer });
    return true;
  } catch (error) {
    report.failed(url, error instanceof DemoFailed ? error.step : 'demo', error);
    return false;
  }
}

const now = (roundUp: boolean): string => {
  const seconds = (roundUp ? Math.ceil : Math.floor)(Date.now() / 1000);
  return `${new Date(seconds * 1000).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`;
};

/** The first start makes an officer's key and one for each service of the day. */
async function begin(client: ServiceClient, firstKeys: readonly NewKey[], dataDir: string): Promise<DemoState> {
  const admin = firstKeys.find(({ role }) => role === 'admin')?.key;
  if (admin === undefined) {
    throw new DemoFailed(
      'keys',
      'this ledger was begun without --demo, so its admin key is not known here; name another DATA_DIR and KEEP_DIR',
    );
  }
  const add = async (name: string, body: object): Promise<string> =>
    (await client.command<NewKey>(`key.${name}`, '/v1/keys', admin, body)).key;
  const begun = now(false);
  const sources = new Map(dayAt(begun).map(({ key, event }) => [key, event.source]));
  const made = await Promise.all(
    [...sources].map(async ([name, source]) => [name, await add(name, { role: 'emitter', source })] as const),
  );
  const keys = { officer: await add('officer', { role: 'officer' }), emitters: Object.fromEntries(made) };
  const state: DemoState = { begun, keys };
  writeState(dataDir, state);
  return state;
}

/** The policy and the registers as they stood before the day. Once they stand, the day's end is fixed for ever. */
async function settle(client: ServiceClient, state: DemoState, dataDir: string): Promise<DemoState & { base: string }> {
  const { officer } = state.keys;
  const { policy, holders, recipients, suspensions } = registersAt(state.begun);
  const { file, texts: files, ...said } = policy;
  const texts = Object.fromEntries(Object.entries(files).map(([language, name]) => [language, readExample(name)]));
  await client.command('policy', '/v1/policies', officer, { yaml: readExample(file), texts, ...said });
  await Promise.all([
    ...holders.map((body) => client.command(`holder.${body.holder}`, '/v1/holders', officer, body)),
    ...recipients.map((body) => client.command(`recipient.${body.recipient}`, '/v1/recipients', officer, body)),
  ]);
  for (const { recipient, ...body } of suspensions) {
    await client.command(`suspension.${recipient}`, `/v1/recipients/${recipient}/suspension`, officer, body);
  }
  const settled = { ...state, base: state.base ?? now(true) };
  if (state.base === undefined) writeState(dataDir, settled);
  return settled;
}

/** Facts that one source tells in a row. */
function runsOf(day: readonly ToldEvent[]): { readonly key: string; readonly events: DayEvent[] }[] {
  const runs: { readonly key: string; readonly events: DayEvent[] }[] = [];
  for (const { key, event } of day) {
    const last = runs.at(-1);
    if (last?.key === key && last.events.length < batchEventsMax) last.events.push(event);
    else runs.push({ key, events: [event] });
  }
  return runs;
}

async function tellDay(client: ServiceClient, day: readonly ToldEvent[], keys: DemoKeys): Promise<Tally> {
  const tally: Record<string, { recorded: number; repeated: number }> = {};
  const runs = runsOf(day);
  const bar = new SingleBar({
    format: '  {bar} {value}/{total} фактов · facts',
    hideCursor: true,
    clearOnComplete: true,
    noTTYOutput: false,
  });
  bar.start(day.length, 0);
  try {
    for (const [i, { key, events }] of runs.entries()) {
      const emitter = keys.emitters[key];
      if (emitter === undefined)
        throw new DemoFailed('facts', `demo.json has no key of ${key}; remove it with the data`);
      // The registers are asked next, so the last answer waits for them.
      const outcomes = await client.tell('facts', emitter, events, i === runs.length - 1);
      for (const [place, event] of events.entries()) {
        const counted = (tally[event.type] ??= { recorded: 0, repeated: 0 });
        counted[statusOf(event, outcomes[place])]++;
      }
      bar.increment(events.length);
    }
  } finally {
    bar.stop();
  }
  return tally;
}

function statusOf({ source, id }: DayEvent, outcome: EventOutcome | undefined): 'recorded' | 'repeated' {
  if (outcome?.status === 'recorded' || outcome?.status === 'repeated') return outcome.status;
  const { code = '', detail = '' } = outcome?.problem ?? {};
  throw new DemoFailed('facts', `${source} ${id}: ${outcome?.status ?? 'no outcome'} ${code} ${detail}`.trim());
}

async function findings(client: ServiceClient, officer: string): Promise<FindingRow[]> {
  const rows: FindingRow[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < findingsPagesMax; page++) {
    const query = `limit=${findingsPageRows}${cursor === undefined ? '' : `&cursor=${cursor}`}`;
    const { items, next } = await client.ask<{ readonly items: readonly FindingRow[]; readonly next?: string }>(
      'findings',
      `/v1/registers/findings?${query}`,
      officer,
    );
    rows.push(...items);
    if (next === undefined) return rows;
    cursor = next;
  }
  throw new DemoFailed('findings', `the register has more than ${findingsPagesMax} pages`);
}

/** As whoever checks the log reads it: origin, size and root stand in the first three lines. */
async function signedHead(
  client: ServiceClient,
  officer: string,
): Promise<{ readonly size: string; readonly root: string }> {
  for (let look = 0; look < looksMax; look++) {
    const note = await client.askText('log', '/log/checkpoint', officer, 'ru').catch(() => '');
    const [, size, root] = note.split('\n');
    if (size !== undefined && root !== undefined) return { size, root };
    await pause(betweenLooksMs);
  }
  return { size: '-', root: '-' };
}

/** Of the first thing that was told of somebody: the proof that it stands in the log. */
async function receipt(
  client: ServiceClient,
  officer: string,
  subject: string,
): Promise<{ readonly path: string; readonly index: string; readonly hashes: number }> {
  const timeline = `/v1/subjects/${subject}/timeline`;
  const { lines } = await client.ask<{ lines: readonly { event: string }[] }>('timeline', timeline, officer);
  const path = `/v1/events/${lines[0]?.event ?? ''}/receipt`;
  for (let look = 0; look < looksMax; look++) {
    const text = await client.askText('receipt', path, officer, 'ru').catch(() => '');
    const [, index, hashes = ''] = /^index (\d+)\n((?:.+\n)*)\n/m.exec(text) ?? [];
    if (index !== undefined) return { path, index, hashes: hashes.split('\n').length - 1 };
    await pause(betweenLooksMs);
  }
  return { path, index: '-', hashes: 0 };
}

interface Looked {
  readonly question: string;
  readonly subjects: readonly string[];
}

/** Found as an officer finds somebody who asks: by an identifier in the body, never in a URL. */
async function dossier(
  client: ServiceClient,
  { begun, keys: { officer } }: DemoState,
): Promise<{ readonly subject: string; readonly text: string }> {
  const { protagonist: identifier } = registersAt(begun);
  const { subjects } = await client.ask<{ readonly subjects: readonly { readonly subject: string }[] }>(
    'search',
    '/v1/subjects/search',
    officer,
    { identifier },
  );
  const [found] = subjects;
  if (!found) throw new DemoFailed('search', 'the person of the example is not in this ledger');
  await untilLooked(client, officer, found.subject);
  const text = await client.askText('dossier', `/v1/subjects/${found.subject}/dossier`, officer, 'ru');
  return { subject: found.subject, text };
}

/** The dossier says who looked as far as that register reaches, so the search itself is waited for; in vain if need be. */
async function untilLooked(client: ServiceClient, officer: string, subject: string): Promise<void> {
  for (let look = 0; look < looksMax; look++) {
    const { items } = await client.ask<{ readonly items: readonly Looked[] }>(
      'who looked',
      `/v1/registers/access?limit=${lookedRows}`,
      officer,
    );
    if (items.some(({ question, subjects }) => question === 'search' && subjects.includes(subject))) return;
    await pause(betweenLooksMs);
  }
}
