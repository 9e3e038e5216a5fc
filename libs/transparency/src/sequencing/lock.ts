// What may be signed, so that no two signatures can ever contradict each other? Only what stands in the lock, in the keep, outside the database.
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCheckpoint, parseCheckpoint, type Checkpoint } from '../checkpoint.js';
import { codeOf, syncFolder } from '../files/durable-files.js';
import { LogTrouble } from '../files/log-trouble.js';

/**
 * Versions kept behind the one that holds: whoever slept while others went on must find one that is newer than his own, also while
 * the oldest are being removed.
 */
const keptMax = 8;
const versionForm = /^lock-(\d{15})$/;

/** What stands in the lock, and as which version; the next one has the next number. */
export interface Locked {
  readonly version: number;
  readonly checkpoint: Checkpoint;
}

/**
 * The last checkpoint that may have been signed. It is put here, durably, before any key signs it: a key never signs twice for one size
 * but the same text. Versions are files whose names are taken by `link`, which fails for all but one.
 */
export class CheckpointLock {
  private readonly dir: string;

  constructor(keepDir: string) {
    this.dir = join(keepDir, 'log');
  }

  /** Undefined before a log was begun. Throws LogTrouble LOG_LOCK_DAMAGED. */
  async read(): Promise<Locked | undefined> {
    const version = await this.newest();
    if (version === undefined) return undefined;
    const path = this.pathOf(version);
    const text = await readFile(path, 'utf8');
    try {
      return { version, checkpoint: parseCheckpoint(text) };
    } catch (cause) {
      throw new LogTrouble('LOG_LOCK_DAMAGED', `${path} is no checkpoint: put back a copy of this very file`, {
        cause,
      });
    }
  }

  /**
   * Compare-and-swap, durable when it returns. Throws LogTrouble LOG_SUPERSEDED when another was faster. After any other error nobody
   * knows what stands in it: read it again.
   */
  async swap(expected: Locked | undefined, checkpoint: Checkpoint): Promise<Locked> {
    // Only at the very beginning: a keep that vanished must not be taken for a new one.
    if (expected === undefined) await mkdir(this.dir, { mode: 0o700 }).catch(unlessThere);
    const version = (expected?.version ?? 0) + 1;
    const path = this.pathOf(version);
    const beside = join(this.dir, `.lock-${randomBytes(6).toString('hex')}`);
    try {
      const file = await open(beside, 'wx', 0o600);
      try {
        await file.writeFile(formatCheckpoint(checkpoint));
        await file.sync();
      } finally {
        await file.close();
      }
      await link(beside, path).catch((error: unknown) => {
        throw codeOf(error) === 'EEXIST' ? superseded() : error;
      });
    } finally {
      await rm(beside, { force: true });
    }
    if ((await this.newest()) !== version) {
      await rm(path, { force: true });
      throw superseded();
    }
    await syncFolder(this.dir);
    await rm(this.pathOf(version - keptMax), { force: true });
    return { version, checkpoint };
  }

  /** Throws LogTrouble LOG_SUPERSEDED when something newer stands in the lock. */
  async assertNewest({ version }: Locked): Promise<void> {
    if ((await this.newest()) !== version) throw superseded();
  }

  private pathOf(version: number): string {
    return join(this.dir, `lock-${String(version).padStart(15, '0')}`);
  }

  private async newest(): Promise<number | undefined> {
    const names = await readdir(this.dir).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    });
    return names.reduce<number | undefined>((newest, name) => {
      const [, digits] = versionForm.exec(name) ?? [];
      return digits === undefined ? newest : Math.max(newest ?? 0, Number(digits));
    }, undefined);
  }
}

function unlessThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

const superseded = (): LogTrouble => new LogTrouble('LOG_SUPERSEDED', 'another sequencer moved the lock of the log');
