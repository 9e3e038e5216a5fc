// P2: how many facts a second in batches of 100, beside COPY of the same rows?
import { type Done } from './callers.js';
import { eventsOfKnown, knownPeople } from './facts.js';
import { type HttpLoad } from './load-child.js';
import { median, row, type Row } from './row.js';
import { type Extent, fillLedger, onStand } from './stand.js';

const facts = 100;
const callers = 8;
const goal = { of: 'ratio', atLeast: 0.35 } as const;

export async function p2({ root, quick, progress }: Extent): Promise<Row[]> {
  return onStand(root, async (stand) => {
    const place = await stand.place('ledger');
    const ledger = await stand.child('ledger-child.js', place);
    await fillLedger(ledger, { events: knownPeople * eventsOfKnown, known: knownPeople, factsEach: 1 }, progress, 'P2');
    const { url, keyOf } = await ledger.call<{ url: string; keyOf: { emitter: string } }>('listen');
    const copy = await stand.child('copy-child.js', place);
    const load = await stand.child('load-child.js');
    const ms = quick ? 3_000 : 6_000;
    const run = (to: string, headers: Record<string, string>, seed: string) =>
      load.call<Done>('run', { url: to, headers, method: 'POST', callers, ms, seed, facts } satisfies HttpLoad);
    const ours = (seed: string) => run(url, { authorization: `Bearer ${keyOf.emitter}` }, seed);

    progress.say('P2: learning which rows a batch writes');
    const before = await copy.call('count');
    const warm = await ours('warm');
    const rowsPerFact = await copy.call<number>('learn', { before, facts: warm.count * facts });
    const copyUrl = await copy.call<string>('url');
    await run(copyUrl, {}, 'warm');

    const measured: Record<'ours' | 'theirs' | 'oursInside' | 'theirsInside', number[]> = {
      ours: [],
      theirs: [],
      oursInside: [],
      theirsInside: [],
    };
    const rounds = quick ? 2 : 7;
    for (let round = 1; round <= rounds; round++) {
      progress.say(`P2: round ${round} of ${rounds}`);
      const inside = { callers, ms, seed: `inside-${round}`, facts };
      measured.ours.push((await ours(`http-${round}`)).perSecond * facts);
      measured.theirs.push((await run(copyUrl, {}, `http-${round}`)).perSecond * facts);
      measured.oursInside.push((await ledger.call<Done>('callers', inside)).perSecond * facts);
      measured.theirsInside.push((await copy.call<Done>('callers', inside)).perSecond * facts);
    }
    const against = `COPY of the same rows (${rowsPerFact.toFixed(1)} a fact), one transaction a batch`;
    const told = (how: string, value: number[], theirs: number[]): Row =>
      row(
        'P2',
        `batches of ${facts} ${how}, ${callers} callers`,
        { value: median(value), unit: 'facts/s', against, theirs: median(theirs) },
        goal,
      );
    return [
      told('over HTTP', measured.ours, measured.theirs),
      told('without HTTP', measured.oursInside, measured.theirsInside),
    ];
  });
}
