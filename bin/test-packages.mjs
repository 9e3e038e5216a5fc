// Which packages does Jest load as one file? It links every module anew for every spec, and these have hundreds of them.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { root } from './build.mjs';

const packages = ['typebox', 'kysely', 'rxjs'];
const shape = { absWorkingDir: root, bundle: true, platform: 'node', target: 'node20', keepNames: true };

function bundle(outdir) {
  // Together, since the parts of typebox share what they know.
  const typebox = { typebox: 'typebox', 'typebox-compile': 'typebox/compile', 'typebox-value': 'typebox/value' };
  const modules = { ...typebox, kysely: 'kysely' };
  buildSync({
    ...shape,
    entryPoints: modules,
    outdir,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    splitting: true,
  });
  // As CommonJS, because Nest requires the same one; its operators are all in the package itself too.
  buildSync({ ...shape, entryPoints: { rxjs: 'rxjs' }, outdir, outExtension: { '.js': '.cjs' }, format: 'cjs' });
}

/** For `moduleNameMapper`; bundled once for these versions, beside what Jest itself keeps. */
export function bundledPackages() {
  const versions = packages.map((name) => readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  const sources = [readFileSync(import.meta.filename, 'utf8'), ...versions].join();
  const folder = join(tmpdir(), `derbes-jest-${createHash('sha256').update(sources).digest('hex').slice(0, 16)}`);
  if (!existsSync(folder)) {
    const aside = `${folder}.${process.pid}`;
    mkdirSync(aside, { recursive: true });
    bundle(aside);
    try {
      renameSync(aside, folder);
    } catch (error) {
      // Another run was there first.
      rmSync(aside, { recursive: true, force: true });
      if (!existsSync(folder)) throw error;
    }
  }
  return {
    '^(typebox|kysely)$': join(folder, '$1.mjs'),
    '^typebox/(compile|value)$': join(folder, 'typebox-$1.mjs'),
    '^rxjs(?:/operators)?$': join(folder, 'rxjs.cjs'),
  };
}
