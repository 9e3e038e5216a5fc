// Which server, if any, runs on this cluster, and how is it stopped?
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LauncherError } from './launcher-error.js';
import { birthOf, commandLineOf, waitUntilGone } from './processes.js';

// PostgreSQL 18 can wait for ever on a fast shutdown that meets a crash recovery; the immediate one that then follows
// loses nothing that was committed, the next start only replays the log.
const fastShutdownMsMax = 8_000;
const immediateShutdownMsMax = 10_000;
const killMsMax = 5_000;

/** What a server writes about itself in postmaster.pid. */
export interface Postmaster {
  pid: number;
  socketDir: string;
  ready: boolean;
}

function pidFileOf(clusterDir: string): string {
  return join(clusterDir, 'postmaster.pid');
}

/** Reads postmaster.pid as it stands: its process may be long dead, or be another one with the same number. */
export function readPostmaster(clusterDir: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(pidFileOf(clusterDir), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, socketDir: lines[4] ?? '', ready: lines[7]?.trim() === 'ready' };
}

/** The server that really runs on this cluster now. */
export function findPostmaster(clusterDir: string): Postmaster | undefined {
  const postmaster = readPostmaster(clusterDir);
  if (postmaster === undefined || birthOf(postmaster.pid) === undefined) return undefined;
  const words = commandLineOf(postmaster.pid) ?? '';
  return words.includes('postgres') && words.includes(`-D ${clusterDir} `) ? postmaster : undefined;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended between the look and the signal; the wait that follows sees it.
  }
}

/** Stops a server: fast first, then harder. Throws SERVER_NOT_STOPPED when even SIGKILL does not end it. */
export async function stopPostmaster(pid: number): Promise<void> {
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', fastShutdownMsMax],
    ['SIGQUIT', immediateShutdownMsMax],
    ['SIGKILL', killMsMax],
  ];
  for (const [name, timeoutMs] of steps) {
    signal(pid, name);
    if (await waitUntilGone(pid, timeoutMs)) return;
  }
  throw new LauncherError(
    'SERVER_NOT_STOPPED',
    `PostgreSQL (process ${pid}) does not end: end it by hand and start again.`,
  );
}

/**
 * Clears what an earlier start left: an orphaned server is stopped, a postmaster.pid whose number now belongs to some
 * other process (PostgreSQL itself would refuse to start over it) is removed. The caller holds the directory's claim.
 */
export async function clearLeftovers(clusterDir: string, log: (line: string) => void): Promise<void> {
  const running = findPostmaster(clusterDir);
  if (running !== undefined) {
    log(`stopping a PostgreSQL left over by an earlier start (process ${running.pid})`);
    await stopPostmaster(running.pid);
  }
  const stale = readPostmaster(clusterDir);
  if (stale !== undefined && birthOf(stale.pid) !== undefined) {
    log(`removing a stale postmaster.pid, whose number ${stale.pid} is another program's now`);
    rmSync(pidFileOf(clusterDir), { force: true });
  }
}
