// npm run bench: builds, installs what is compared with where it is missing, and measures.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, root } from './build.mjs';

function compileBenchmarks() {
  const compiler = join(root, 'node_modules', '@swc', 'cli', 'bin', 'swc.js');
  const words = [compiler, 'test/bench', '-d', 'dist', '--ignore', 'test/bench/node_modules/**', '--quiet'];
  const built = spawnSync(process.execPath, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (built.status !== 0) throw new Error('The benchmarks do not compile; the messages stand above.');
}

/** emmett's peer is another commander than ours, so it lives in a folder of its own. */
function emmettMissing() {
  const folder = join(root, 'test', 'bench');
  if (existsSync(join(folder, 'node_modules', '@event-driven-io', 'emmett-postgresql', 'package.json')))
    return undefined;
  process.stderr.write('installing emmett into test/bench, once…\n');
  const installed = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return installed.status === 0 ? undefined : 'emmett could not be installed; npm ci in test/bench says why';
}

ensureBuilt();
compileBenchmarks();
const { bench } = await import(pathToFileURL(join(root, 'dist', 'test', 'bench', 'main.js')).href);
await bench(process.argv.slice(2), root, emmettMissing);
