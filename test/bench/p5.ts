// P5: how long does it take an inspector to verify a million events offline, beside hashing the same bytes and beside another verifier?
import { hash } from 'node:crypto';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashBytes, leafHashLatin1, readBundle, rootInTile, tileWidth, tileWidthMax } from '@derbes/transparency';
import { ExportFiles } from '../../apps/verify/src/export-files.js';
import { RecomputedTree } from '../../apps/verify/src/recomputed-tree.js';
import {
  ledgerEvents,
  logSigner,
  policyOf,
  witnessSigner,
  writeExport,
} from '../../apps/verify/src/testing/test-log.js';
import { verify } from '../../apps/verify/src/verify.js';
import { median, row, skipped, type Row } from './row.js';
import { type Extent } from './stand.js';

const rounds = 3;
const goSources = '/usr/share/gocode';

export async function p5({ quick, progress, root }: Extent): Promise<Row[]> {
  const size = quick ? 120_000 : 1_000_000;
  const scratch = mkdtempSync(join(tmpdir(), 'derbes-bench-'));
  try {
    const [small, large] = [size / 4, size].map((entries) => {
      progress.say(`P5, writing an export: of ${entries} events`);
      return madeExport(join(scratch, `export-${entries}`), entries);
    });
    if (!small || !large) throw new RangeError('two exports were made');
    progress.say('P5, one processor');
    const bare = medianOf(() => bareMicros(large));
    const tree = medianOf(() => cpuMicros(() => treePass(large)));
    const full: number[] = [];
    for (let i = 0; i < rounds; i++) full.push(await fullMicros(large));
    progress.say('P5, the verifier as it is handed out');
    const [few, many] = [await handedOut(root, small), await handedOut(root, large)];
    const of = `of ${size} events`;
    const speed = (micros: number) => ({ value: size / micros, theirs: size / bare, unit: 'events/µs' });
    const against = `crypto.hash('sha256', event, 'buffer') of each`;
    return [
      row('P5', `tree pass ${of}, one processor`, { ...speed(tree), against }, { of: 'ratio', atLeast: 0.45 }),
      row('P5', `full check ${of}, one processor`, { ...speed(median(full)), against }, { of: 'ratio', atLeast: 0.15 }),
      besideGo(root, scratch, large, tree),
      row('P5', `verify.mjs ${of}, as waited for`, { value: many.wallMs / 1000, unit: 's' }),
      row('P5', `processors busy, of ${availableParallelism()}`, { value: many.cpuMs / many.wallMs, unit: '' }),
      row(
        'P5',
        'verify.mjs, most memory',
        { value: many.peakMiB, theirs: few.peakMiB, unit: 'MiB', against: `with ${size / 4} events` },
        { of: 'ratio', atMost: 1.25 },
      ),
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Made {
  readonly folder: string;
  readonly policy: string;
  readonly size: number;
}

function madeExport(folder: string, size: number): Made {
  const signing = { log: logSigner(), witnesses: [witnessSigner('a')] };
  writeExport(folder, ledgerEvents(size), signing);
  const policy = `${folder}.policy`;
  writeFileSync(policy, policyOf(signing.log, signing.witnesses));
  return { folder, policy, size };
}

function medianOf(measure: () => number): number {
  return median(Array.from({ length: rounds }, measure));
}

function cpuMicros(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function* bundles({ folder, size }: Made): Generator<{ index: number; width: number; entries: Uint8Array[] }> {
  const files = new ExportFiles(folder);
  for (let index = 0; index * tileWidthMax < size; index++) {
    const width = tileWidth('entries', index, size);
    yield { index, width, entries: [...readBundle(files.bundle(index, width) ?? Buffer.alloc(0), width)] };
  }
}

/** Reading the files is not counted here, and is in everything that is compared with it. */
function bareMicros(made: Made): number {
  let micros = 0;
  for (const { entries } of bundles(made)) {
    micros += cpuMicros(() => {
      for (const entry of entries) hash('sha256', entry, 'buffer');
    });
  }
  return micros;
}

function treePass(made: Made): void {
  const tree = new RecomputedTree(made.size);
  for (const { index, width, entries } of bundles(made)) {
    const hashes = Buffer.alloc(width * hashBytes);
    for (const [i, entry] of entries.entries()) hashes.write(leafHashLatin1(entry), i * hashBytes, 'latin1');
    if (width === tileWidthMax) tree.fill(index, rootInTile(hashes));
    else tree.fillLast(hashes);
  }
  tree.complete();
  const root = tree.root(made.size, () => Buffer.alloc(0)).toString('base64');
  if (root !== signedRoot(made)) throw new Error('the tree pass does not lead to the signed root');
}

const signedRoot = ({ folder }: Made): string => readFileSync(join(folder, 'checkpoint'), 'utf8').split('\n')[2] ?? '';

/** The whole verifier in one thread. */
async function fullMicros({ folder, policy }: Made): Promise<number> {
  const before = process.cpuUsage();
  const trusted = { name: 'policy', bytes: readFileSync(policy) };
  const { problems } = await verify(
    { folder, policy: trusted, checkpoints: [], receipts: [], blobs: false, nowSeconds: Date.now() / 1000 },
    {},
  );
  if (problems.length > 0) throw new Error(`the export is said to be ${problems[0]?.word}`);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Clock ticks of Linux, a hundred a second. */
const tickMs = 10;
const lookEveryMs = 20;

/** dist/verify.mjs as a process of its own; NaN for what this system does not tell of it. */
async function handedOut(root: string, { folder, policy }: Made) {
  const start = performance.now();
  const child = spawn(process.execPath, [join(root, 'dist', 'verify.mjs'), folder, '--policy', policy], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let [peakMiB, cpuMs] = [NaN, NaN];
  const look = setInterval(() => {
    const proc = `/proc/${child.pid}`;
    if (!existsSync(`${proc}/status`)) return;
    peakMiB = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`${proc}/status`, 'utf8'))?.[1] ?? NaN) / 1024 || peakMiB;
    // Fields 14 and 15 of proc(5) are the process's own.
    const fields = readFileSync(`${proc}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
      .map(Number);
    cpuMs = ((fields[11] ?? NaN) + (fields[12] ?? NaN)) * tickMs;
  }, lookEveryMs);
  const [code] = (await once(child, 'exit')) as [number];
  clearInterval(look);
  if (code !== 0) throw new Error(`verify.mjs ended with ${code}`);
  return { wallMs: performance.now() - start, peakMiB, cpuMs };
}

/** golang.org/x/mod/sumdb/tlog, as Debian brings it, in processor time like ours. */
function besideGo(root: string, scratch: string, made: Made, ourMicros: number): Row {
  const what = 'tree pass, processor time';
  if (spawnSync('go', ['version']).status !== 0 || !existsSync(join(goSources, 'src/golang.org/x/mod/sumdb/tlog'))) {
    return skipped('P5', what, 's', 'no Go with golang.org/x/mod (Debian: golang-go, golang-golang-x-mod-dev)');
  }
  const program = join(scratch, 'tlog-pass');
  const environment = { GO111MODULE: 'off', GOPATH: goSources, GOCACHE: join(scratch, 'go-cache'), GOFLAGS: '' };
  execFileSync('go', ['build', '-o', program, '.'], {
    cwd: join(root, 'test', 'bench', 'tlog-pass'),
    env: { ...process.env, ...environment },
  });
  const theirs = Array.from({ length: rounds }, () => {
    const told = JSON.parse(execFileSync(program, [made.folder], { encoding: 'utf8' })) as {
      root: string;
      cpuMicros: number;
    };
    if (told.root !== signedRoot(made)) throw new Error('Go finds another root than was signed');
    return told.cpuMicros;
  });
  const measured = { value: ourMicros / 1e6, theirs: median(theirs) / 1e6, unit: 's' };
  return row('P5', what, { ...measured, against: 'Go, x/mod/sumdb/tlog' }, { of: 'ratio', atMost: 2 });
}
