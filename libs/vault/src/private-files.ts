// How is a secret kept in a file? Readable by its owner alone, durable when written, whole or not there.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, realpath, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { VaultError } from './vault-error.js';

/** Every file of a keep is a small record; more is not read. */
const fileBytesMax = 65_536;
const othersRights = 0o077;

/** Throws KEEP_INSIDE_DATA when one directory is, or lies in, the other, symbolic links resolved. */
export async function assertApart(keepDir: string, dataDir: string): Promise<void> {
  if (await liesApart(keepDir, dataDir)) return;
  throw new VaultError(
    'KEEP_INSIDE_DATA',
    `KEEP_DIR (${await realPlace(keepDir)}) and DATA_DIR (${await realPlace(dataDir)}) must lie beside each other: a backup of one ` +
      'must never hold the other',
  );
}

/** Whether neither directory is, or lies in, the other, symbolic links resolved. */
export async function liesApart(one: string, other: string): Promise<boolean> {
  const [a, b] = [await realPlace(one), await realPlace(other)];
  return !within(a, b) && !within(b, a);
}

const within = (inner: string, outer: string): boolean => {
  const path = relative(outer, inner);
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
};

/** The path with symbolic links resolved, as far as it exists already. */
async function realPlace(path: string): Promise<string> {
  const whole = resolve(path);
  try {
    return await realpath(whole);
  } catch (error) {
    if (!isMissing(error) || dirname(whole) === whole) throw error;
    return join(await realPlace(dirname(whole)), basename(whole));
  }
}

export async function makePrivateDirectory(dir: string): Promise<void> {
  await mkdir(dirname(resolve(dir)), { recursive: true });
  await mkdir(dir, { mode: 0o700 }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  await assertPrivateDirectory(dir);
}

/** Throws KEEP_MISSING, KEEP_RIGHTS_TOO_WIDE or KEEP_WRONG_OWNER. */
export async function assertPrivateDirectory(dir: string): Promise<void> {
  let stats;
  try {
    stats = await lstat(await realpath(dir));
  } catch (error) {
    if (isMissing(error)) throw new VaultError('KEEP_MISSING', `there is no directory ${dir}`);
    throw error;
  }
  if (!stats.isDirectory()) throw new VaultError('KEEP_MISSING', `${dir} is no directory`);
  assertRights(dir, stats, '0700');
}

function assertRights(path: string, stats: { mode: number; uid: number }, wanted: string): void {
  const self = process.getuid?.();
  if (self === undefined) return;
  if (stats.uid !== self) {
    throw new VaultError('KEEP_WRONG_OWNER', `${path} belongs to user ${stats.uid}, the service runs as user ${self}`);
  }
  if ((stats.mode & othersRights) !== 0) {
    const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
    throw new VaultError(
      'KEEP_RIGHTS_TOO_WIDE',
      `${path} has rights ${mode}, only ${wanted} is safe: others may have read the keys`,
    );
  }
}

/** The file's text, or undefined when there is none. Throws when its rights are wider than 0600, or it is a link. */
export async function readPrivate(path: string): Promise<string | undefined> {
  const file = await openPrivate(path);
  try {
    if (file && (await file.stat()).size > fileBytesMax) throw noKeepFile(path);
    return await file?.readFile('utf8');
  } finally {
    await file?.close();
  }
}

/** The file, opened to be read or as `flags` say; undefined when there is none. Throws when others may read it, or it is a link. */
export async function openPrivate(path: string, flags = constants.O_RDONLY): Promise<FileHandle | undefined> {
  let file;
  try {
    file = await open(path, flags | constants.O_NOFOLLOW);
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (codeOf(error) === 'ELOOP') throw new VaultError('KEEP_DAMAGED', `${path} is a symbolic link`);
    throw error;
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw noKeepFile(path);
    assertRights(path, stats, '0600');
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

const noKeepFile = (path: string): VaultError => new VaultError('KEEP_DAMAGED', `${path} is no file of a keep`);

/** Whether the system says that there is no room, or none for this user. */
export const isDiskFull = (error: unknown): boolean => codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';

/** Writes a new file durably; throws SECRET_EXISTS rather than replace one, and DISK_FULL. */
export async function createPrivate(path: string, text: string): Promise<void> {
  const written = await writeBeside(path, text);
  try {
    // A link, unlike a rename, fails when the name is taken.
    await link(written, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST')
      throw new VaultError('SECRET_EXISTS', `${path} stands already and is never replaced`);
    throw error;
  } finally {
    await rm(written, { force: true });
  }
  await syncDirectory(dirname(path));
}

/** Puts a file in the place of another, or of none, durably: a reader finds one or the other, whole. Throws DISK_FULL. */
export async function replacePrivate(path: string, text: string): Promise<void> {
  const written = await writeBeside(path, text);
  try {
    await rename(written, path);
  } finally {
    await rm(written, { force: true });
  }
  await syncDirectory(dirname(path));
}

async function writeBeside(path: string, text: string): Promise<string> {
  const beside = join(dirname(path), `.${basename(path)}-${randomBytes(6).toString('hex')}`);
  try {
    await writeNew(beside, text);
  } catch (error) {
    // A part of a secret would outlive the key's destruction.
    await rm(beside, { force: true }).catch(() => undefined);
    if (!isDiskFull(error)) throw error;
    throw new VaultError(
      'DISK_FULL',
      `there is no room for ${path}: what stood before stands. Make room and try again`,
    );
  }
  return beside;
}

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Overwrites and unlinks. On flash and copy-on-write disks old blocks may outlive this: such a keep belongs on an encrypted volume. */
export async function shred(path: string): Promise<void> {
  let file;
  try {
    file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  try {
    const { size } = await file.stat();
    await file.write(randomBytes(size), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await rm(path);
  await syncDirectory(dirname(path));
}

async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';
