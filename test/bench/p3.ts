// P3: does the dossier of a person with 100 events stay as fast when the ledger grows? Values opened, in a small and a large ledger.
import { type Done } from './callers.js';
import { type Child } from './child.js';
import { type HttpLoad } from './load-child.js';
import { median, quantile, row, type Row } from './row.js';
import { type Extent, fillLedger, onStand, type Stand } from './stand.js';

const callers = 8;
const known = 50;
const fast = { of: 'value', atMost: 25 } as const;
const flat = { of: 'ratio', atMost: 1.2 } as const;

export async function p3(extent: Extent): Promise<Row[]> {
  const { root, quick, progress } = extent;
  const sizes = quick ? ([10_000, 20_000] as const) : ([10_000, 1_000_000] as const);
  return onStand(root, async (stand) => {
    const small = await open(stand, extent, 'small', sizes[0]);
    const large = await open(stand, extent, 'large', sizes[1]);
    const load = await stand.child('load-child.js');
    const waits = { small: [] as number[][], large: [] as number[][] };
    const rounds = quick ? 2 : 7;
    for (let round = 0; round <= rounds; round++) {
      for (const [name, one] of [
        ['small', small],
        ['large', large],
      ] as const) {
        progress.say(`P3: ${name} ledger, ${round === 0 ? 'warming up' : `round ${round} of ${rounds}`}`);
        const done = await load.call<Done>('run', { ...one, ms: quick ? 3_000 : 5_000, seed: '' } satisfies HttpLoad);
        if (round > 0) waits[name].push([...done.latenciesMs]);
      }
    }
    const at = (name: 'small' | 'large', share: number) =>
      median(waits[name].map((latenciesMs) => quantile(latenciesMs, share)));
    const what = (share: string, events: number) =>
      `${share} of a dossier of 100 events, values opened, ${callers} callers, ledger of ${events} events`;
    const against = `ledger of ${sizes[0]}`;
    return [
      row('P3', what('p99', sizes[0]), { value: at('small', 0.99), unit: 'ms' }, fast),
      row('P3', what('p99', sizes[1]), { value: at('large', 0.99), unit: 'ms' }, fast),
      row(
        'P3',
        what('p99', sizes[1]),
        { value: at('large', 0.99), unit: 'ms', against, theirs: at('small', 0.99) },
        flat,
      ),
      row('P3', what('p50', sizes[1]), { value: at('large', 0.5), unit: 'ms', against, theirs: at('small', 0.5) }),
    ];
  });
}

/** What the officers ask of a ledger of so many events. */
async function open(stand: Stand, { progress }: Extent, name: string, events: number) {
  const ledger: Child = await stand.child('ledger-child.js', await stand.place(name));
  await fillLedger(ledger, { events, known, factsEach: 1 }, progress, 'P3');
  const { url, keyOf } = await ledger.call<{ url: string; keyOf: { officer: string } }>('listen');
  const subjects = await ledger.call<string[]>('subjects', known);
  return {
    url,
    headers: { authorization: `Bearer ${keyOf.officer}`, 'derbes-reason': 'subject-request' },
    method: 'GET' as const,
    paths: subjects.map((subject) => `/v1/subjects/${subject}/dossier`),
    callers,
  };
}
