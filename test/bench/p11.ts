// P11: how is a person answered of whom 100,000 events are known? Time of an event, first byte, memory; dossier and timeline over HTTP.
import { type Child } from './child.js';
import { type LongHistory } from './ledger-child.js';
import { median, row, type Row } from './row.js';
import { type Extent, onStand } from './stand.js';

const fast = { of: 'value', atMost: 30 } as const;
const soon = { of: 'value', atMost: 200 } as const;
const flat = { of: 'value', atMost: 64 } as const;
const mebibyte = 1024 * 1024;

interface Answered {
  readonly firstMs: number;
  /** Until the first byte that is about an event. */
  readonly linesMs: number;
  readonly allMs: number;
  readonly bytes: number;
}

interface Asking {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export async function p11({ root, quick, progress }: Extent): Promise<Row[]> {
  const history: LongHistory = quick ? { events: 6_000, valued: 600 } : { events: 100_000, valued: 10_000 };
  return onStand(root, async (stand) => {
    const ledger: Child = await stand.child('ledger-child.js', await stand.place('long'));
    progress.say(`P11: a person of ${history.events} events`);
    const subject = await ledger.call<string>('longHistory', history);
    const { url, keyOf } = await ledger.call<{ url: string; keyOf: { officer: string } }>('listen');
    const headers = { authorization: `Bearer ${keyOf.officer}`, 'derbes-reason': 'subject-request' };
    const rows: Row[] = [];
    for (const form of ['dossier', 'timeline'] as const) {
      const asking = { url: `${url}/v1/subjects/${subject}/${form}`, headers };
      const answers: (Answered & { cpuMicros: number; grownBytes: number })[] = [];
      for (let round = 0; round < (quick ? 2 : 4); round++) {
        progress.say(`P11: ${form}, round ${round}`);
        await ledger.call('collectGarbage');
        const [cpu, rss] = [await ledger.call<number>('cpuMicros'), await ledger.call<number>('rssBytes')];
        const answered = await ask(asking);
        const cpuMicros = (await ledger.call<number>('cpuMicros')) - cpu;
        answers.push({ ...answered, cpuMicros, grownBytes: (await ledger.call<number>('peakRssBytes')) - rss });
      }
      const of = (number: (one: (typeof answers)[number]) => number): number => median(answers.slice(1).map(number));
      const what = `${form} of ${history.events} events`;
      rows.push(
        row(
          'P11',
          `${what}, time of an event`,
          { value: of(({ allMs }) => (allMs * 1000) / history.events), unit: 'µs' },
          fast,
        ),
        row('P11', `${what}, processor time of an event`, {
          value: of(({ cpuMicros }) => cpuMicros / history.events),
          unit: 'µs',
        }),
        row('P11', `${what}, first byte`, { value: of(({ firstMs }) => firstMs), unit: 'ms' }, soon),
        row('P11', `${what}, first line`, { value: of(({ linesMs }) => linesMs), unit: 'ms' }),
        row(
          'P11',
          `${what}, memory while it is answered`,
          { value: of(({ grownBytes }) => grownBytes / mebibyte), unit: 'MiB' },
          flat,
        ),
        row('P11', `${what}, its length`, { value: of(({ bytes }) => bytes / mebibyte), unit: 'MiB' }),
      );
    }
    return rows;
  });
}

async function ask({ url, headers }: Asking): Promise<Answered> {
  const start = performance.now();
  const response = await fetch(url, { headers });
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
  let [firstMs, linesMs, bytes] = [0, 0, 0];
  for await (const chunk of response.body) {
    if (bytes === 0) firstMs = performance.now() - start;
    bytes += (chunk as Uint8Array).length;
    // The head of an answer is shorter than this.
    if (linesMs === 0 && bytes > 1_024) linesMs = performance.now() - start;
  }
  return { firstMs, linesMs, bytes, allMs: performance.now() - start };
}
