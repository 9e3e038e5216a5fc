// npm test [unit|contract|journeys] [-- jest arguments]: runs the suites; the ones on PostgreSQL get a server of their own.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, root } from './build.mjs';

const suites = ['unit', 'contract', 'journeys'];
/** What only waits for a processor has not failed; a spec that may take longer says so itself. */
const testMsMax = 30_000;
const [first, ...rest] = process.argv.slice(2);
const chosen = suites.includes(first) ? [first] : suites;
const jestArguments = suites.includes(first) || first === undefined ? rest : [first, ...rest];

// Not under its own name: a service that a test starts would take it for the place of its events.
const { EVENTSTORE_URL: eventstore, ...own } = process.env;

function jest(environment) {
  const run = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings=ExperimentalWarning',
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      `--testTimeout=${testMsMax}`,
      ...jestArguments,
      // Last, because it takes every word that follows it for a project's name.
      '--selectProjects',
      ...chosen,
    ],
    { cwd: root, stdio: 'inherit', env: { ...own, ...environment } },
  );
  return run.status ?? 1;
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
  process.exitCode = jest({});
} else {
  buildService();
  if (!eventstore) process.stdout.write('EventStoreDB: skipped, EVENTSTORE_URL not set\n');
  const { startEmbedded } = await buildLauncher();
  const scratch = mkdtempSync(join(tmpdir(), 'derbes-test-'));
  const server = await startEmbedded({ dataDir: scratch, throwaway: true });
  try {
    process.exitCode = jest({
      DERBES_TEST_POSTGRES: JSON.stringify(server.connection),
      ...(eventstore && { DERBES_TEST_EVENTSTORE: eventstore }),
    });
  } finally {
    await server.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}
