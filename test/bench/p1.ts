// P1: how many single facts a second, beside a bare INSERT of the same row and beside emmett? Over HTTP and without.
import { type Done } from './callers.js';
import { type Child } from './child.js';
import { eventsOfKnown, knownPeople } from './facts.js';
import { type HttpLoad } from './load-child.js';
import { profiled, type Profiled } from './profiled.js';
import { median, quantile, row, skipped, type Row } from './row.js';
import { type Extent, fillLedger, onStand, type Place, type Stand } from './stand.js';

const callers = 64;
/** A store that shares its commits gains by the crowd: one figure would hide how much. */
const curve = [1, 8, 64, 256];
const atLeastBare = { of: 'ratio', atLeast: 1 } as const;
const atLeastEmmett = { of: 'ratio', atLeast: 3 } as const;

interface Contestant {
  readonly child: Child;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether all who wait share a commit; of those that leave it open. */
  readonly shared?: boolean;
}
type Name = 'ledger' | 'bare' | 'rows' | 'rowsAlone' | 'emmett';
type Contestants = Partial<Record<Name, Contestant>>;

export async function p1(extent: Extent): Promise<Row[]> {
  return onStand(extent.root, async (stand) => {
    const place = await stand.place('ledger');
    const contestants = await prepare(stand, place, extent);
    const load = await stand.child('load-child.js');
    await addRows(stand, place, contestants, extent.progress);
    const http = await compare(stand, extent, 'P1 over HTTP', contestants, (one, ms, seed) =>
      load.call('run', { ...httpLoad(one, ms, seed), facts: 1 }),
    );
    const inside = await compare(stand, extent, 'P1 without HTTP', contestants, ({ child }, ms, seed) =>
      child.call('callers', { callers, ms, seed, facts: 1 }),
    );
    const crowds = await alongCurve(extent, contestants);
    return [...rowsOf('over HTTP', http, extent), ...rowsOf('without HTTP', inside, extent), ...crowds];
  });
}

const httpLoad = ({ url, headers }: Contestant, ms: number, seed: string): HttpLoad => ({
  url,
  headers,
  method: 'POST',
  callers,
  ms,
  seed,
});

async function prepare(stand: Stand, place: Place, { progress, emmettMissing }: Extent): Promise<Contestants> {
  const ledger = await stand.child('ledger-child.js', place);
  await fillLedger(ledger, { events: knownPeople * eventsOfKnown, known: knownPeople, factsEach: 1 }, progress, 'P1');
  const { url, keyOf } = await ledger.call<{ url: string; keyOf: { emitter: string } }>('listen');
  const bare = await stand.child('bare-child.js', place);
  const contestants: Contestants = {
    ledger: { child: ledger, url, headers: { authorization: `Bearer ${keyOf.emitter}` } },
    bare: { child: bare, url: await bare.call('url'), headers: {} },
  };
  if (emmettMissing !== undefined) return contestants;
  const emmett = await stand.child('emmett-child.js', await stand.place('emmett'));
  await emmett.call('fillKnown');
  return { ...contestants, emmett: { child: emmett, url: await emmett.call('url'), headers: {} } };
}

/** How many facts are told to learn which rows they leave. */
const learntMs = 2_000;

/** The rows of a fact without what makes them: what the ledger could reach if it computed nothing, and what a commit a fact costs. */
async function addRows(
  stand: Stand,
  place: Place,
  contestants: Contestants,
  progress: Extent['progress'],
): Promise<void> {
  const { ledger } = contestants;
  if (!ledger) return;
  progress.say('P1: learning which rows a fact leaves');
  const child = await stand.child('rows-child.js', place);
  const before = await child.call('count');
  const { count } = await ledger.child.call<Done>('callers', { callers, ms: learntMs, seed: 'learnt', facts: 1 });
  await child.call('learn', { before, facts: count });
  const url = await child.call<string>('url');
  contestants.rows = { child, url, headers: {}, shared: true };
  contestants.rowsAlone = { child, url, headers: {}, shared: false };
}

type Run = (one: Contestant, ms: number, seed: string) => Promise<Done>;
interface Measured extends Done {
  /** Processor time of a fact, of the process that answers and of PostgreSQL. */
  readonly micros: number;
}
type Runs = Partial<Record<Name, Measured[]>>;

/** One after the other, again and again, so that whatever else the machine does meets all of them. */
async function compare(
  stand: Stand,
  { quick, progress }: Extent,
  title: string,
  contestants: Contestants,
  run: Run,
): Promise<Runs> {
  const runs: Runs = {};
  const rounds = quick ? 2 : 7;
  const entries = Object.entries(contestants) as [Name, Contestant][];
  for (let round = 0; round <= rounds; round++) {
    for (const [name, one] of entries) {
      progress.say(`${title}: ${name}, ${round === 0 ? 'warming up' : `round ${round} of ${rounds}`}`);
      const ms = quick ? 2_000 : 5_000;
      if (one.shared !== undefined) await one.child.call('share', one.shared);
      const micros = async () => (await one.child.call<number>('cpuMicros')) + stand.serverCpuMicros();
      const before = await micros();
      const done = await run(one, ms, `${title.replaceAll(/\W/g, '')}-${round}`);
      const taken = (await micros()) - before;
      if (round > 0) (runs[name] ??= []).push({ ...done, micros: taken / done.count });
    }
  }
  return runs;
}

/** The ledger and the bare INSERT by how many ask at once. */
async function alongCurve({ quick, progress }: Extent, { ledger, bare }: Contestants): Promise<Row[]> {
  if (!ledger || !bare) return [];
  const rounds = quick ? 1 : 5;
  const ms = quick ? 2_000 : 5_000;
  const rows: Row[] = [];
  for (const crowd of curve) {
    const measured: Record<'ours' | 'theirs', Done[]> = { ours: [], theirs: [] };
    for (let round = 0; round <= rounds; round++) {
      progress.say(`P1: ${crowd} callers, round ${round} of ${rounds}`);
      const load = { callers: crowd, ms, seed: `P1-curve-${crowd}-${round}`, facts: 1 };
      const ours = await ledger.child.call<Done>('callers', load);
      const theirs = await bare.child.call<Done>('callers', load);
      // The first round warms up.
      if (round === 0) continue;
      measured.ours.push(ours);
      measured.theirs.push(theirs);
    }
    const latencies = measured.ours.flatMap(({ latenciesMs }) => latenciesMs);
    const waits = `p50 ${quantile(latencies, 0.5).toFixed(1)} ms, p99 ${quantile(latencies, 0.99).toFixed(1)} ms`;
    const perSecond = (done: readonly Done[]) => median(done.map((one) => one.perSecond));
    rows.push(
      row('P1', `curve without HTTP, ${crowd} ${crowd === 1 ? 'caller' : 'callers'}; ${waits}`, {
        value: perSecond(measured.ours),
        unit: 'facts/s',
        against: 'bare INSERT, pool of 16',
        theirs: perSecond(measured.theirs),
      }),
    );
  }
  return rows;
}

const others = [
  ['bare', 'bare INSERT, pool of 16', atLeastBare],
  ['emmett', 'emmett-postgresql 0.42.0', atLeastEmmett],
] as const;
const compared = [
  ...others,
  ['rows', 'its rows, nothing computed, one commit for all who wait'],
  ['rowsAlone', 'its rows, nothing computed, a commit each'],
] as const;

function rowsOf(how: string, runs: Runs, { emmettMissing }: Extent): Row[] {
  const perSecond = (of: Name): number => median((runs[of] ?? []).map((done) => done.perSecond));
  const bound = (['rows', 'rowsAlone'] as const).map((name) =>
    row(
      'P1',
      `the rows of a fact ${how}, nothing computed, ${name === 'rows' ? 'one commit for all who wait' : 'a commit each'}`,
      {
        value: perSecond(name),
        unit: 'facts/s',
        against: 'bare INSERT, pool of 16',
        theirs: perSecond('bare'),
      },
    ),
  );
  const late = (of: Name, share: number): number =>
    median((runs[of] ?? []).map(({ latenciesMs }) => quantile(latenciesMs, share)));
  const rows = others.map(([name, against, goal]) => {
    const what = `single facts ${how}, ${callers} callers`;
    if (!runs[name]) return skipped('P1', what, 'facts/s', emmettMissing ?? 'not run');
    return row('P1', what, { value: perSecond('ledger'), unit: 'facts/s', against, theirs: perSecond(name) }, goal);
  });
  const waits = ([0.5, 0.99] as const).map((share) =>
    row('P1', `p${share * 100} of an answer ${how}`, {
      value: late('ledger', share),
      unit: 'ms',
      against: 'bare INSERT, pool of 16',
      theirs: late('bare', share),
    }),
  );
  const micros = (of: Name): number => median((runs[of] ?? []).map((done) => done.micros));
  const work = compared
    .filter(([name]) => runs[name])
    .map(([name, against]) =>
      row('P1', `processor time of a fact ${how}, service and PostgreSQL`, {
        value: micros('ledger'),
        unit: 'µs',
        against,
        theirs: micros(name),
      }),
    );
  return [...rows, ...bound, ...waits, ...work];
}

/** Where the time of single facts over HTTP goes, in the process of the ledger. */
export async function profileP1({ root, quick, progress }: Extent): Promise<Profiled> {
  return onStand(root, async (stand) => {
    const place = await stand.place('ledger');
    const { ledger } = await prepare(stand, place, { root, quick, progress, emmettMissing: 'not asked' });
    if (!ledger) throw new Error('no ledger on the stand');
    const load = await stand.child('load-child.js');
    const run = (ms: number, seed: string) => load.call<Done>('run', { ...httpLoad(ledger, ms, seed), facts: 1 });
    return profiled('P1', { stand, child: ledger.child, run, quick, progress });
  });
}
