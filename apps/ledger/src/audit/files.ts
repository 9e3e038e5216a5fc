// Which files lie under some folders? Each once, links followed, with what cannot be read named.
import { type Stats } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface FoundFile {
  readonly path: string;
  readonly bytes: number;
}

/** A file or folder that could not be read, and what the system says. */
export interface Unread {
  readonly path: string;
  readonly code: string;
}

/**
 * Files under the folders, and files named themselves. What vanishes meanwhile (a server recycles its files) is passed over;
 * sockets, pipes and devices hold nothing. `left` is never a file, such as the one that names what is looked for.
 */
export async function* filesUnder(
  roots: readonly string[],
  unread: (what: Unread) => void,
  left?: string,
): AsyncGenerator<FoundFile, void, undefined> {
  const seen = new Set<string>();
  const hidden = left === undefined ? undefined : await realpath(left);
  const open = [...roots].reverse();
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const stats = await statOf(path, unread);
    if (!stats || seen.has(keyOf(stats))) continue;
    seen.add(keyOf(stats));
    if (stats.isFile() && (await realpath(path).catch(() => path)) !== hidden) yield { path, bytes: stats.size };
    if (stats.isDirectory())
      open.push(
        ...(await namesIn(path, unread))
          .sort()
          .reverse()
          .map((name) => join(path, name)),
      );
  }
}

const keyOf = ({ dev, ino }: Stats): string => `${dev}:${ino}`;

/** Undefined for what is gone, and for a link to nothing. */
async function statOf(path: string, unread: (what: Unread) => void): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (!isGone(error)) unread({ path, code: codeOf(error) });
    return undefined;
  }
}

async function namesIn(path: string, unread: (what: Unread) => void): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(path)) names.push(name);
  } catch (error) {
    if (!isGone(error)) unread({ path, code: codeOf(error) });
  }
  return names;
}

export const codeOf = (error: unknown): string => {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'UNKNOWN';
};
export const isGone = (error: unknown): boolean => codeOf(error) === 'ENOENT';
