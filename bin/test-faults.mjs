// npm run test:faults: the long form of what breaks the log: every step failed, died at and raced, and 200 kills at any moment.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './build.mjs';

const rounds = process.env['DERBES_ROUNDS'] ?? '200';
const pattern = String.raw`sequencer-(faults|killed)\.contract`;
const words = [join(root, 'bin', 'test.mjs'), 'contract', '--testPathPatterns', pattern, ...process.argv.slice(2)];
const run = spawnSync(process.execPath, words, { stdio: 'inherit', env: { ...process.env, DERBES_ROUNDS: rounds } });
process.exitCode = run.status ?? 1;
