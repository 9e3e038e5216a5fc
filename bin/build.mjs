// Builds when a source is newer than the last build, so that `npm start` never runs yesterday's code.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const stamp = join(root, 'dist', '.built');

function newestUnder(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return newest;
}

/** The offline verifier as one file, which is handed to somebody who has nothing else of ours; legible, so that it can be read first. */
export function bundleVerifier(outfile) {
  const { buildSync } = require('esbuild');
  buildSync({
    absWorkingDir: root,
    entryPoints: ['apps/verify/src/main.ts'],
    outfile,
    bundle: true,
    alias: { '@derbes/transparency': './libs/transparency/src/index.ts' },
    tsconfigRaw: '{}',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'warning',
  });
}

/** What is started as a process, and what tests start; all that it loads becomes a few files, so that a start does not look for thousands. */
const programs = ['main', 'cli/main', 'cli/run'].map((name) => join('apps', 'ledger', 'src', `${name}.js`));
const ofTests = /^(apps[\\/]ledger|libs)[\\/].*-child\.js$/;
/** Packages that Nest asks for and does without, and the page whose files are read from its package. */
const notBundled = [
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  'class-transformer/storage',
  'pg-native',
  'swagger-ui-dist',
];
const cjsNames = `import { createRequire as requireOf } from 'node:module';
const require = requireOf(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;`;

/** Replaces the programs in `folder`; what several of them load, or one of them later, stands in `loaded`. */
function bundlePrograms(folder) {
  const { buildSync } = require('esbuild');
  const children = readdirSync(folder, { recursive: true }).filter((name) => ofTests.test(name));
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [...programs, ...children].map((name) => join(folder, name)),
    outbase: folder,
    outdir: folder,
    allowOverwrite: true,
    chunkNames: 'loaded/[name]-[hash]',
    bundle: true,
    splitting: true,
    // Names of commands stand in the checks of what was asked for; of forms, in the published description.
    keepNames: true,
    external: notBundled,
    tsconfigRaw: '{}',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: cjsNames },
    metafile: true,
    logLevel: 'warning',
  });
  for (const name of Object.keys(metafile.outputs)) keepNarrow(join(root, name));
}

/** V8 holds a file's text as long as the process runs, in two bytes a character once a single one is beyond Latin-1. */
function keepNarrow(file) {
  const text = readFileSync(file, 'utf8');
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // Left by esbuild in regular expressions and comments, where an escape means the same.
  const narrow = text.replaceAll(/[\u0100-\uffff]/g, escaped);
  if (narrow !== text) writeFileSync(file, narrow);
}

export function ensureBuilt({ always = false } = {}) {
  const sources = ['apps', 'libs'].map((folder) => join(root, folder));
  const compiler = join(root, 'node_modules', '@swc', 'cli', 'bin', 'swc.js');
  if (!sources.every((folder) => existsSync(folder)) || !existsSync(compiler)) {
    if (existsSync(stamp)) return; // an installation that carries the build alone
    throw new Error('Nothing is built and the compiler is not installed: run `npm ci` first.');
  }
  const newest = Math.max(...sources.map(newestUnder), statSync(join(root, '.swcrc')).mtimeMs);
  const isBuilt = () => !always && existsSync(stamp) && statSync(stamp).mtimeMs >= newest;
  if (isBuilt()) return;
  oneAtATime(() => {
    if (!isBuilt()) build(compiler);
  });
}

const lock = join(root, 'dist.lock');
const lockPollMs = 100;
const unwrittenMsMax = 10_000;

/** Several commands that are given at once after a change would else put their builds in each other's place while one is loaded. */
function oneAtATime(work) {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isHeld()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lockPollMs);
    else rmSync(lock, { force: true });
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Whether whoever took the lock still runs. A lock that was let go meanwhile counts as held: the next look takes it. */
function isHeld() {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    // Taken, and its number not written yet; or never, by one that was killed in between.
    if (holder === 0) return Date.now() - statSync(lock).mtimeMs < unwrittenMsMax;
    return process.kill(holder, 0);
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

function build(compiler) {
  process.stderr.write('building…\n');
  // Aside, then swapped in: a service that runs from the old build keeps its files until it has none open.
  const aside = join(root, `dist.new-${process.pid}`);
  const old = join(root, `dist.old-${process.pid}`);
  try {
    const built = spawnSync(process.execPath, [compiler, 'apps', 'libs', '-d', aside, '--quiet'], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (built.status !== 0) throw new Error('The build failed; its messages stand above.');
    bundlePrograms(aside);
    bundleVerifier(join(aside, 'verify.mjs'));
    writeFileSync(join(aside, '.built'), '');
    if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
    renameSync(aside, join(root, 'dist'));
  } finally {
    rmSync(aside, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureBuilt({ always: process.argv.includes('--always') });
