// How do files reach the disk so that a crash leaves each of them whole or not there? Temporary file, fsync, rename, fsync of the folder.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LogTrouble } from './log-trouble.js';

export interface FileToWrite {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** As many as the threads that Node has for files; more would only wait there. */
const atOnceMax = 4;
const folderMode = 0o750;
const fileMode = 0o640;
const privateFolderMode = 0o700;
const privateFileMode = 0o600;

/**
 * Writes files that never change again; all are durable when it returns. One that stands with the same bytes is left, one that stands with
 * others refused: throws LogTrouble LOG_TILE_DIFFERS, and what the disk says.
 */
export async function writeForEver(files: readonly FileToWrite[]): Promise<void> {
  const folders = new Set<string>();
  await inTurns([...new Set(files.map(({ path }) => dirname(path)))], (folder) => makeFolder(folder, folders));
  await inTurns(files, async (file) => {
    if (!(await standsAlready(file))) await put(file);
    folders.add(dirname(file.path));
  });
  // A name is in its folder, a folder in the one above it: each is as durable as the last fsync of what holds it.
  await inTurns([...folders], syncFolder);
}

/** Writes files that nobody but their owner reads, each in the place of whatever stands there; all are durable when it returns. */
export async function writePrivate(files: readonly FileToWrite[]): Promise<void> {
  const folders = new Set<string>();
  await inTurns([...new Set(files.map(({ path }) => dirname(path)))], (folder) =>
    makeFolder(folder, folders, privateFolderMode),
  );
  await inTurns(files, async (file) => {
    await put(file, privateFileMode);
    folders.add(dirname(file.path));
  });
  await inTurns([...folders], syncFolder);
}

/** Puts a file in the place of another; the folder is not synced: a crash may bring the old file back, whole. */
export async function replaceFile(file: FileToWrite): Promise<void> {
  await put(file);
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Undefined when there is none. Throws RangeError for a file that is longer than it may be, LOG_FILE_UNREADABLE for what the disk says. */
export async function readIfThere(path: string, bytesMax = Infinity): Promise<Buffer | undefined> {
  try {
    if (bytesMax < Infinity && (await stat(path)).size > bytesMax) throw new RangeError(`${path} is too long`);
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    if (error instanceof RangeError) throw error;
    throw new LogTrouble('LOG_FILE_UNREADABLE', `${path} cannot be read (${String(codeOf(error))})`, { cause: error });
  }
}

/** Runs the work of every item, a few at once; the first error is thrown when no work is under way any more. */
export async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const lines = Array.from({ length: Math.min(atOnceMax, items.length) }, async () => {
    for (const item of rest) await work(item);
  });
  for (const result of await Promise.allSettled(lines)) if (result.status === 'rejected') throw result.reason;
}

async function makeFolder(folder: string, touched: Set<string>, mode = folderMode): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode });
  if (first === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    touched.add(dirname(made));
    if (made === first) return;
  }
}

async function standsAlready({ path, bytes }: FileToWrite): Promise<boolean> {
  const standing = await readIfThere(path);
  if (standing === undefined) return false;
  if (!standing.equals(bytes)) {
    throw new LogTrouble('LOG_TILE_DIFFERS', `${path} stands already, with other bytes than this ledger has for it`);
  }
  // Whoever wrote it may have died before it was durable.
  await syncFolder(path);
  return true;
}

/** As `put` names what it has not finished. */
const leftover = /^\..+-[0-9a-f]{12}$/;

/** Whoever is killed between file and rename leaves a file that nothing will ever name. */
export async function dropLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  await inTurns(
    names.filter((name) => leftover.test(name)),
    (name) => rm(join(folder, name), { force: true }),
  );
}

async function put({ path, bytes }: FileToWrite, mode = fileMode): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}-${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(beside, 'wx', mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}

export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
