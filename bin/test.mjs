// npm test [unit|contract|journeys] [-- jest arguments]: runs the suites; the ones on PostgreSQL get a server of their own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, root } from './build.mjs';

const suites = ['unit', 'contract', 'journeys'];
const [first, ...rest] = process.argv.slice(2);
const chosen = suites.includes(first) ? [first] : suites;
const jestArguments = suites.includes(first) || first === undefined ? rest : [first, ...rest];

function jest(environment) {
  const run = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings=ExperimentalWarning',
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      '--selectProjects',
      ...chosen,
      ...jestArguments,
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } },
  );
  return run.status ?? 1;
}

if (chosen.length === 1 && chosen[0] === 'unit') {
  process.exitCode = jest({});
} else {
  ensureBuilt();
  const { startEmbedded } = await import('../dist/libs/postgres/src/index.js');
  const scratch = mkdtempSync(join(tmpdir(), 'derbes-test-'));
  const server = await startEmbedded({ dataDir: scratch, throwaway: true });
  try {
    process.exitCode = jest({ DERBES_TEST_POSTGRES: JSON.stringify(server.connection) });
  } finally {
    await server.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}
