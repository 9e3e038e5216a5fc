// A disk of its own for a test, small enough to be filled. Needs root and mount.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SmallDisk {
  /** False where this user may not mount: then the directory is none of its own, and must not be filled. */
  readonly mounted: boolean;
  /** Leaves no room at all. */
  fill(): void;
  /** Makes the room again that `fill` took. */
  clear(): void;
  /** With other options from now on, as `mount -o remount` takes them. */
  remount(options: string): void;
  unmount(): void;
}

const fillerName = 'filler';

/** Mounts at `dir`, which is made; says aloud that `what` is not tried where it cannot. */
export function smallDisk(dir: string, kilobytes: number, what: string): SmallDisk {
  mkdirSync(dir, { mode: 0o700 });
  const mount = (...words: string[]): boolean => spawnSync('mount', words).status === 0;
  const mounted = mount('-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=700`, 'tmpfs', dir);
  if (!mounted) process.stderr.write(`${what}: not tried, because a small disk needs root and mount\n`);
  const filler = join(dir, fillerName);
  return {
    mounted,
    fill() {
      const { bavail, bsize } = statfsSync(dir);
      try {
        writeFileSync(filler, Buffer.alloc(bavail * bsize, 1));
      } catch (error) {
        if ((error as { code?: string }).code !== 'ENOSPC') throw error;
      }
    },
    clear: () => rmSync(filler),
    remount(options) {
      if (!mount('-o', `remount,${options}`, dir)) throw new Error(`${dir} cannot be remounted with ${options}`);
    },
    unmount() {
      if (mounted) spawnSync('umount', ['-l', dir]);
    },
  };
}
