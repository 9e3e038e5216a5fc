// npm run bench: which benchmarks are run, and where do their rows go?
import 'reflect-metadata';
import { Command, Option } from 'commander';
import { writeFileSync } from 'node:fs';
import { p1, profileP1 } from './p1.js';
import { p2 } from './p2.js';
import { p3 } from './p3.js';
import { p4 } from './p4.js';
import { p5 } from './p5.js';
import { p6 } from './p6.js';
import { p7 } from './p7.js';
import { p8, profileP8 } from './p8.js';
import { p9 } from './p9.js';
import { p10 } from './p10.js';
import { p11 } from './p11.js';
import { p12 } from './p12.js';
import { p13 } from './p13.js';
import { p14 } from './p14.js';
import { p15 } from './p15.js';
import { p16 } from './p16.js';
import { ProgressLine } from './progress-line.js';
import { type Spent } from './profile.js';
import { type Profiled } from './profiled.js';
import { table, type Row } from './row.js';
import { type Extent } from './stand.js';

const benchmarks: Readonly<Record<string, (extent: Extent) => Promise<Row[]>>> = {
  P1: p1,
  P2: p2,
  P3: p3,
  P4: p4,
  P5: p5,
  P6: p6,
  P7: p7,
  P8: p8,
  P9: p9,
  P10: p10,
  P11: p11,
  P12: p12,
  P13: p13,
  P14: p14,
  P15: p15,
  P16: p16,
};
const profiles: Readonly<Record<string, (extent: Extent) => Promise<Profiled>>> = { P1: profileP1, P8: profileP8 };
const shownMax = 45;

interface Chosen {
  readonly json?: string;
  readonly only?: string;
  readonly quick: boolean;
  readonly profile?: string;
}

/** `emmettMissing` says why there is no emmett to compare with; it is asked for only when something compares with it. */
export async function bench(words: readonly string[], root: string, emmettMissing: () => string | undefined) {
  const program = new Command('npm run bench --')
    .description('Measures the ledger beside what somebody would use instead, in one run on one PostgreSQL.')
    .addOption(new Option('--only <id>', 'run one benchmark').choices(Object.keys(benchmarks)))
    .option('--json <file>', 'also write the rows as JSON')
    .option('--quick', 'a short form: shows that it runs, proves nothing', false)
    .addOption(new Option('--profile <id>', 'show where the time goes instead').choices(Object.keys(profiles)))
    .parse([...words], { from: 'user' });
  const chosen = program.opts<Chosen>();
  const progress = new ProgressLine();
  const ids = chosen.only === undefined ? Object.keys(benchmarks) : [chosen.only];
  const missing = ids.includes('P1') && chosen.profile === undefined ? emmettMissing() : undefined;
  const extent: Extent = {
    quick: chosen.quick,
    progress,
    root,
    ...(missing !== undefined && { emmettMissing: missing }),
  };
  const profile = profiles[chosen.profile ?? ''];
  if (profile) return showProfile(await profile(extent), extent);
  const rows: Row[] = [];
  for (const id of ids) rows.push(...((await benchmarks[id]?.(extent)) ?? []));
  progress.clear();
  process.stdout.write(`${table(rows)}\n`);
  if (chosen.json !== undefined) writeFileSync(chosen.json, `${JSON.stringify(rows, undefined, 2)}\n`);
}

function showProfile(
  { busy, perSecond, spent, stages, serviceMicros, postgresMicros }: Profiled,
  { progress }: Extent,
): void {
  progress.clear();
  const show = (by: 'self' | 'total', among: readonly Spent[]): string =>
    [...among]
      .sort((a, b) => b[by] - a[by])
      .slice(0, shownMax)
      .map((one) => `${(one[by] * 100).toFixed(1).padStart(5)} %  ${one.name.padEnd(36)} ${one.place}`)
      .join('\n');
  const line = (micros: number, what: string): string => `${micros.toFixed(0).padStart(6)} µs  ${what}`;
  const byStage = Object.entries(stages).map(([stage, share]) => line(share * serviceMicros, stage));
  const ours = spent.filter(({ place }) => /^(apps|libs|node_modules)\//.test(place));
  process.stdout.write(
    `${Math.round(perSecond)} facts a second; the process was busy ${(busy * 100).toFixed(0)} % of the time (lines are of dist/).\n\n` +
      `Processor time of a fact by stage:\n${byStage.join('\n')}\n${line(serviceMicros, 'the service in all')}\n` +
      `${line(postgresMicros, 'PostgreSQL in all')}\n\n` +
      `Of that, in the function itself:\n${show('self', spent)}\n\nIn it and all that it called:\n${show('total', ours)}\n`,
  );
}
