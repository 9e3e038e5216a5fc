// npm run generate: writes anew what is generated and checked: events catalogue, problem pages, OpenAPI, policy schema, example day, golden texts.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './build.mjs';

const specs = String.raw`(history|schemas|pages|openapi|format|day|text)\.spec\.ts$`;
const run = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings=ExperimentalWarning',
    join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--selectProjects=unit',
    `--testPathPatterns=${specs}`,
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, DERBES_WRITE: 'yes' } },
);
if (run.status === 0) {
  const prettier = join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs');
  spawnSync(process.execPath, [prettier, '--write', 'libs/policy/policy.schema.json', 'docs/openapi.json'], {
    cwd: root,
    stdio: 'inherit',
  });
}
process.exitCode = run.status ?? 1;
