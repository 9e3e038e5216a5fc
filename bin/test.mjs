// npm test [unit|contract|journeys] [-- jest arguments]: runs the suites; the ones on PostgreSQL get a server of their own.
// With --report=FILE each file that failed is run once more, alone, and FILE says as JSON what is to be counted and told.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, root } from './build.mjs';
import { judge } from './failed-tests.mjs';

const suites = ['unit', 'contract', 'journeys'];
/** What only waits for a processor has not failed; a spec that may take longer says so itself. */
const testMsMax = 180_000;
/** Half of what a spec does is waiting for a process, so two at least; and no more than the test server has connections for. */
const workersMin = 2;
const workersMax = 4;
/** What Jest holds of the files that it has run grows; a worker that holds this much is replaced. */
const workerBytesMax = '1GB';

const words = process.argv.slice(2);
const reportWord = words.find((word) => word.startsWith('--report='));
const [first, ...rest] = words.filter((word) => word !== reportWord);
const chosen = suites.includes(first) ? [first] : suites;
const jestArguments = suites.includes(first) || first === undefined ? rest : [first, ...rest];
const saysHowMany = jestArguments.some((word) => /^(-i|-w|--runInBand|--maxWorkers)\b/.test(word));

// Not under its own name: a service that a test starts would take it for the place of its events.
const { EVENTSTORE_URL: eventstore, ...kept } = process.env;

// An EventStoreDB is one ledger's at a time, so whoever begins one there must be alone.
const workers = eventstore ? 1 : Math.min(workersMax, Math.max(workersMin, availableParallelism()));
const parallel = [`--maxWorkers=${workers}`, `--workerIdleMemoryLimit=${workerBytesMax}`];

function jest(environment, own) {
  const run = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings=ExperimentalWarning',
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      `--testTimeout=${testMsMax}`,
      ...own,
      // Last, because it takes every word that follows it for a project's name.
      '--selectProjects',
      ...chosen,
    ],
    { cwd: root, stdio: 'inherit', env: { ...kept, ...environment } },
  );
  return run.status ?? 1;
}

/** Runs what was asked for; answers the exit code. */
function run(environment) {
  const asked = saysHowMany ? jestArguments : [...parallel, ...jestArguments];
  if (reportWord === undefined) return jest(environment, asked);
  const folder = mkdtempSync(join(tmpdir(), 'derbes-test-report-'));
  const file = join(folder, 'results.json');
  const resultsOf = (own) => {
    rmSync(file, { force: true });
    const status = jest(environment, [...own, '--json', `--outputFile=${file}`]);
    return existsSync(file) ? { ...JSON.parse(readFileSync(file, 'utf8')), status } : undefined;
  };
  try {
    const results = resultsOf(asked);
    if (results === undefined) return 1;
    const again = (spec) => {
      process.stdout.write(`\n== once more, alone: ${spec}\n`);
      return resultsOf(['--ci', '--runInBand', '--verbose', '--runTestsByPath', spec]);
    };
    const judged = judge(results, root, again);
    writeFileSync(reportWord.slice('--report='.length), JSON.stringify(judged));
    return judged.failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The launcher alone, compiled aside: a mistake in some other library must not keep a test of this one from running. */
async function buildLauncher() {
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'derbes-test-'));
  const compiler = join(root, 'node_modules', '@swc', 'cli', 'bin', 'swc.js');
  const words = [compiler, 'libs/postgres/src', '-d', folder, '--strip-leading-paths', '--quiet'];
  const built = spawnSync(process.execPath, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (built.status !== 0) throw new Error('The launcher does not compile; the messages stand above.');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const launcher = await import(pathToFileURL(join(folder, 'postgres', 'src', 'index.js')).href);
  rmSync(folder, { recursive: true, force: true });
  return launcher;
}

function buildService() {
  try {
    ensureBuilt();
  } catch (error) {
    if (chosen.includes('journeys')) throw error;
    process.stderr.write(`${error.message} Tests that start the service itself will fail.\n`);
  }
}

if (chosen.length === 1 && chosen[0] === 'unit') {
  process.exitCode = run({});
} else {
  buildService();
  if (!eventstore) process.stdout.write('EventStoreDB: skipped, EVENTSTORE_URL not set\n');
  const { startEmbedded } = await buildLauncher();
  const scratch = mkdtempSync(join(tmpdir(), 'derbes-test-'));
  const server = await startEmbedded({ dataDir: scratch, throwaway: true });
  try {
    process.exitCode = run({
      DERBES_TEST_POSTGRES: JSON.stringify(server.connection),
      ...(eventstore && { DERBES_TEST_EVENTSTORE: eventstore }),
    });
  } finally {
    await server.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}
