// P8: what does a ledger over EventStoreDB cost beside its bare client? Each fact claimed and sealed, the bare one the same bytes.
import { type Done } from './callers.js';
import { type Child } from './child.js';
import { eventsOfKnown, knownPeople } from './facts.js';
import { profiled, type Profiled } from './profiled.js';
import { median, quantile, row, skipped, type Row } from './row.js';
import { type Extent, fillLedger, onStand } from './stand.js';

const curve = [1, 8, 64, 256];
const judgedCallers = 64;
const batchFacts = 100;
const batchCallers = 8;
/** What is told and what it costs is the same; the people's streams are shorter. */
const quickEventsOfKnown = 10;
const goal = { of: 'ratio', atLeast: 0.5 } as const;

/** EVENTSTORE_URL names a server that holds nothing yet; what is measured stays in it. */
export async function p8({ root, quick, progress }: Extent): Promise<Row[]> {
  const eventstore = process.env['EVENTSTORE_URL'];
  if (!eventstore) return [skipped('P8', 'facts over EventStoreDB', 'facts/s', 'EVENTSTORE_URL not set')];
  return onStand(root, async (stand) => {
    const ledger = await stand.child('ledger-child.js', { ...(await stand.place('ledger')), eventstore });
    const events = knownPeople * (quick ? quickEventsOfKnown : eventsOfKnown);
    await fillLedger(ledger, { events, known: knownPeople, factsEach: 1 }, progress, 'P8');
    const bare = await stand.child('p8-child.js', eventstore);
    const ms = quick ? 2_000 : 5_000;
    const rounds = quick ? 1 : 5;
    const rows: Row[] = [];
    for (const callers of curve) {
      const told = `single facts, ${callers} callers`;
      rows.push(await compare(told, { callers, facts: 1 }, callers === judgedCallers ? goal : undefined));
    }
    rows.push(
      await compare(
        `batches of ${batchFacts}, ${batchCallers} callers`,
        { callers: batchCallers, facts: batchFacts },
        goal,
      ),
    );
    return rows;

    async function compare(what: string, load: { callers: number; facts: number }, judged?: typeof goal): Promise<Row> {
      const measured: Record<'ours' | 'theirs', Done[]> = { ours: [], theirs: [] };
      for (let round = 0; round <= rounds; round++) {
        progress.say(`P8: ${what}, round ${round} of ${rounds}`);
        for (const [name, child] of [
          ['ours', ledger],
          ['theirs', bare],
        ] as const) {
          const done = await run(child, { ...load, ms, seed: `p8-${load.callers}-${load.facts}-${round}` });
          // The first round warms up.
          if (round > 0) measured[name].push(done);
        }
      }
      const perSecond = (done: readonly Done[]) => median(done.map((one) => one.perSecond * load.facts));
      const latencies = measured.ours.flatMap(({ latenciesMs }) => latenciesMs);
      const slowest = `p50 ${quantile(latencies, 0.5).toFixed(0)} ms, p99 ${quantile(latencies, 0.99).toFixed(0)} ms`;
      const theirs = perSecond(measured.theirs);
      const against = 'the bare client, the same bytes, one append a fact';
      return row(
        'P8',
        `${what}; ${slowest}`,
        { value: perSecond(measured.ours), unit: 'facts/s', against, theirs },
        judged,
      );
    }
  });
}

const run = (child: Child, load: { callers: number; ms: number; seed: string; facts: number }): Promise<Done> =>
  child.call<Done>('callers', load);

/** Where the time of single facts over EventStoreDB goes, in the process of the ledger. */
export function profileP8({ root, quick, progress }: Extent): Promise<Profiled> {
  const eventstore = process.env['EVENTSTORE_URL'];
  if (!eventstore) throw new Error('P8 needs EVENTSTORE_URL: a server that holds nothing yet');
  return onStand(root, async (stand) => {
    const child = await stand.child('ledger-child.js', { ...(await stand.place('ledger')), eventstore });
    const events = knownPeople * quickEventsOfKnown;
    await fillLedger(child, { events, known: knownPeople, factsEach: 1 }, progress, 'P8');
    const ofOne = { callers: judgedCallers, facts: 1 };
    return profiled('P8', { stand, child, run: (ms, seed) => run(child, { ...ofOne, ms, seed }), quick, progress });
  });
}
